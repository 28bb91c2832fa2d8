#pragma once
#include <imagegen/core/bitmap.hpp>

#include <string_view>
#include <vector>

namespace imagegen::test {

/// Lossless, which keeps every sample; also below transparent pixels.
Bytes build_lossless_webp(const Bitmap& picture);

/// Each frame stands for 100 ms, and covers the canvas unless it is smaller: then it lies at (2, 4).
Bytes build_animated_webp(PixelSize canvas, const std::vector<Bitmap>& frames);

/// Adds a chunk ("EXIF", "ICCP") to a WebP file.
Bytes with_webp_chunk(const Bytes& file, std::string_view name, const Bytes& data);

}  // namespace imagegen::test
