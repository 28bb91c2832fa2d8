#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

namespace imagegen::test {

/// A JPEG of any kind that encode_image() does not write.
struct JpegSpec {
  enum class Kind { grey, rgb, ycbcr, cmyk, ycck };
  PixelSize size;
  Kind kind = Kind::ycbcr;
  Bytes samples{};  ///< 1 (grey), 3 (RGB) or 4 (CMYK as it stands in the file) per pixel.
  int quality = 95;
  bool progressive = false;
  bool adobe_marker = true;  ///< For CMYK; YCCK and RGB cannot be told without.
  Bytes exif{}, icc{};       ///< The EXIF block without "Exif\0\0", and the profile; empty for none.
  std::size_t icc_piece_bytes = 65'000;
  PixelSize sampling = {1, 1};  ///< Brightness samples for each of colour, across and down; {2, 2} is 4:2:0.
};

Bytes build_jpeg(const JpegSpec& spec);

/// An EXIF block, without its "Exif\0\0", with two entries of which the second is the orientation.
Bytes exif_with_orientation(int orientation, bool big_endian);

}  // namespace imagegen::test
