#pragma once
#include <imagegen/core/bytes.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

/// \file What the boxes of an AVIF say and libavif does not tell. Views point into the file. Nothing is allocated that
/// the file does not hold the bytes of.
/// Source: ISO/IEC 14496-12 (boxes, tracks), ISO/IEC 23008-12 (items).
namespace imagegen::detail {

/// Four letters as a number.
constexpr std::uint32_t box_name(const char (&name)[5]) noexcept {
  std::uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8U | static_cast<std::uint8_t>(name[i]);
  return number;
}

struct AvifItem {
  std::uint32_t id = 0;
  std::uint32_t kind = 0;     ///< box_name("av01"), "grid", ...
  bool is_alpha = false;  ///< Its auxC property says so.
  std::vector<ByteView> data;  ///< In pieces; those outside of the file are left out.
};

struct AvifReference {
  std::uint32_t kind = 0;  ///< box_name("dimg"), "auxl", ...
  std::uint32_t from = 0;
  std::vector<std::uint32_t> to;
};

struct AvifTrack {
  std::uint32_t id = 0;
  std::uint32_t auxiliary_for = 0;  ///< Another track; 0 for none.
  bool says_kind = false;           ///< An auxiliary one says what it is ...
  bool is_alpha = false;            ///< ... which is alpha.
  ByteView first_sample;
};

struct AvifBoxes {
  std::uint32_t brand = 0;      ///< The major one: libavif shows the items of box_name("avif"), and tracks of others.
  std::uint32_t primary = 0;
  std::vector<AvifItem> items;  ///< In the order in which they are first named, which is libavif's.
  std::unordered_map<std::uint32_t, std::size_t> places;  ///< Of items in `items`, by their id.
  std::vector<AvifReference> references;
  std::vector<AvifTrack> tracks;

  const AvifItem* item(std::uint32_t id) const noexcept;
};

/// As far as the boxes are sound: libavif says what is wrong with others.
AvifBoxes read_avif_boxes(ByteView file);

}  // namespace imagegen::detail
