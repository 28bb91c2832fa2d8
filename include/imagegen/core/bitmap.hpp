#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <cstddef>

namespace imagegen {

/// Pixels in memory: 8 bits a channel, sRGB, channels interleaved, rows without padding, top row first.
struct Bitmap {
  PixelSize size;    ///< px; both sides are at least 1 in a picture, 0 in one that holds nothing.
  int channels = 3;  ///< 1 grey, 3 RGB, 4 RGBA with straight (not premultiplied) alpha.
  Bytes pixels;      ///< size.width * size.height * channels bytes.

  /// Bytes from the first pixel of a row to that of the next.
  std::size_t stride_bytes() const noexcept {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
  }
  /// The row `y` (0 is the top one, not checked), stride_bytes() long; valid until `pixels` changes.
  std::uint8_t* row(int y) noexcept { return pixels.data() + static_cast<std::size_t>(y) * stride_bytes(); }
  /// The same, to be read.
  const std::uint8_t* row(int y) const noexcept { return pixels.data() + static_cast<std::size_t>(y) * stride_bytes(); }
};

}  // namespace imagegen
