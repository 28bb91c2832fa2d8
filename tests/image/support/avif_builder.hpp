#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/bytes.hpp>

#include <optional>
#include <vector>

/// \file Only in builds with AVIF.
namespace imagegen::test {

/// An AVIF of any kind that encode_image() does not write.
struct AvifSpec {
  PixelSize size;
  int depth = 8;
  int channels = 3;
  std::vector<std::uint16_t> samples;  ///< Interleaved, in the depth of the file.
  bool lossless = true;
  int quarter_turns_left = 0;        ///< An `irot` property.
  std::optional<int> mirror{};       ///< An `imir` property: 0 exchanges top and bottom, 1 left and right.
  std::optional<PixelRect> shown{};  ///< A `clap` property: all that is shown of the pixels.
  Bytes icc{}, exif{};               ///< Empty for none.
  int frames = 1;                    ///< Of a sequence, all alike.
  int primaries = 1, curve = 13;     ///< Of its colours, by the numbers of H.273.
};

Bytes build_avif(const AvifSpec& spec);
AvifSpec avif_spec_of(const Bitmap& picture);

/// Changes the size that the file claims (its `ispe` properties) and nothing else.
void claim_avif_size(Bytes& file, std::uint32_t width, std::uint32_t height);

}  // namespace imagegen::test
