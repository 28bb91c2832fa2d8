#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <cstddef>

namespace imagegen {

/// Pixels in memory: 8 bits a channel, sRGB, channels interleaved, rows without padding, top row first.
struct Bitmap {
  PixelSize size;
  int channels = 3;  ///< 1 grey, 3 RGB, 4 RGBA with straight (not premultiplied) alpha.
  Bytes pixels;      ///< size.width * size.height * channels bytes.

  std::size_t stride_bytes() const noexcept {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
  }
  std::uint8_t* row(int y) noexcept { return pixels.data() + static_cast<std::size_t>(y) * stride_bytes(); }
  const std::uint8_t* row(int y) const noexcept { return pixels.data() + static_cast<std::size_t>(y) * stride_bytes(); }
};

}  // namespace imagegen
