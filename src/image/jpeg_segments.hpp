#pragma once
#include <imagegen/core/bytes.hpp>

namespace imagegen::detail {

/// What a JPEG carries beside its picture.
struct JpegSegments {
  ByteView exif;  ///< Into the file; empty where there is none.
  Bytes icc;      ///< Put together from its pieces; empty where one is missing or they are longer than allowed.
  bool has_icc = false;
};

/// Walks the segments before the first scan, as far as they are whole.
/// Source: ITU-T T.81, B.1.1; ICC.1:2022, annex B.4 (the profile in APP2, in up to 255 pieces).
JpegSegments read_jpeg_segments(ByteView file, std::size_t max_icc_bytes);

}  // namespace imagegen::detail
