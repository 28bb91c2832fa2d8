#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace imagegen::test {

/// A PNG written from the specification and not by the library that reads it.
struct PngSpec {
  PixelSize size;
  int bit_depth = 8;
  int colour_type = 2;                   ///< 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA
  std::vector<std::uint16_t> samples{};  ///< Interleaved, in the depth of the file.
  Bytes palette{}, transparency{};       ///< PLTE and tRNS as they stand in the file; empty for none.
  Bytes icc{}, exif{};                   ///< Written as iCCP (deflated here) and eXIf; empty for none.
  bool interlaced = false;
  bool animation_control = false;  ///< An acTL chunk.
  std::vector<int> filters{};  ///< Of the rows in turn, 0..4, or 5 for one that does not exist; without any they are
                               ///< stored as they are. Not interlaced.
  std::vector<std::pair<std::string, Bytes>> chunks{};  ///< Name and data of others, before the palette.
  std::size_t idat_bytes = 0;  ///< Pixels are spread over chunks of so many; 0 for one chunk.
};

Bytes build_png(const PngSpec& spec);

/// Samples of a ramp that meets every value of a small depth: i, i + 1, ... modulo the depth's range.
std::vector<std::uint16_t> ramp(std::size_t count, int bit_depth, unsigned step = 1);

/// Only a signature and an IHDR chunk that claims a size.
Bytes png_header_claiming(std::uint32_t width, std::uint32_t height);

/// As zlib writes it.
Bytes deflated(ByteView data);

/// Length, type, data, checksum.
void append_png_chunk(Bytes& file, std::string_view type, ByteView data);

}  // namespace imagegen::test
