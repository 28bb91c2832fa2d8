#pragma once
#include <imagegen/core/bitmap.hpp>

#include <cstdint>
#include <vector>

/// \file Pictures in memory beside Bitmap, for the paths where 8-bit RGB would lose something or cost more.
namespace imagegen::detail {

/// A Bitmap with 16 bits a channel, 0..65535.
struct DeepBitmap {
  PixelSize size;
  int channels = 3;  ///< 3 RGB, 4 RGBA with straight alpha.
  std::vector<std::uint16_t> samples;

  std::size_t row_samples() const noexcept {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
  }
  const std::uint16_t* row(int y) const noexcept {
    return samples.data() + static_cast<std::size_t>(y) * row_samples();
  }
};

/// A sample of 16 bits as one of 8: value / 257, rounded.
constexpr std::uint8_t to_8_bits(std::uint32_t value) noexcept {
  return static_cast<std::uint8_t>((value * 255U + 32'895U) >> 16U);
}

/// A pixel of 1, 3 or 4 channels of 8 bits as one number: red in the low byte, then green, blue and alpha.
inline std::uint32_t packed_colour(const std::uint8_t* pixel, int channels) noexcept {
  const bool grey = channels == 1;
  const std::uint32_t alpha = channels == 4 ? pixel[3] : 255U;
  return alpha << 24U | static_cast<std::uint32_t>(pixel[grey ? 0 : 2]) << 16U |
         static_cast<std::uint32_t>(pixel[grey ? 0 : 1]) << 8U | pixel[0];
}

/// 8-bit samples of one or several interleaved channels. Does not own them.
struct PlaneView {
  const std::uint8_t* samples = nullptr;
  std::size_t stride_bytes = 0;
  PixelSize size;
  int channels = 1;  ///< 1, 3 or 4.

  const std::uint8_t* row(int y) const noexcept { return samples + static_cast<std::size_t>(y) * stride_bytes; }
};

inline PlaneView view_of(const Bitmap& picture) noexcept {
  return {picture.pixels.data(), picture.stride_bytes(), picture.size, picture.channels};
}

/// One channel that owns its samples.
struct Plane {
  PixelSize size;
  std::size_t stride_bytes = 0;
  Bytes samples;

  PlaneView view() const noexcept { return {samples.data(), stride_bytes, size, 1}; }
};

/// Brightness and colour apart, as JFIF has them: BT.601, all of 0..255. Both planes of colour have one size, which is
/// that of the brightness or, per axis, half of it rounded up; a grey picture has none.
struct YcbcrPicture {
  Plane y, cb, cr;

  bool is_grey() const noexcept { return cb.samples.empty(); }
};

}  // namespace imagegen::detail
