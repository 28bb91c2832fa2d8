#pragma once
#include <imagegen/draw/canvas.hpp>

#include <cstdint>
#include <ostream>

/// \file Looking at pictures in tests.
namespace imagegen {

inline void PrintTo(Rgb c, std::ostream* out) {
  *out << "rgb(" << +c.r << ", " << +c.g << ", " << +c.b << ")";
}

namespace test {

inline constexpr Rgb kBlack{0, 0, 0};
inline constexpr Rgb kWhite{255, 255, 255};
inline constexpr Rgb kRed{200, 0, 0};

inline Rgb pixel(const Bitmap& bitmap, int x, int y) {
  const std::uint8_t* at = bitmap.row(y) + std::ptrdiff_t{3} * x;
  return {at[0], at[1], at[2]};
}
inline Rgb pixel(const Canvas& canvas, int x, int y) {
  return pixel(canvas.bitmap(), x, y);
}

/// Sum of the red channel, in whole white pixels: the area that white covers on black.
inline double white_area(const Canvas& canvas) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < canvas.bitmap().pixels.size(); i += 3) sum += canvas.bitmap().pixels[i];
  return static_cast<double>(sum) / 255.0;
}

/// The smallest box that holds every pixel that is not `background`; empty where all are.
inline PixelRect ink_box(const Bitmap& bitmap, Rgb background) {
  int left = bitmap.size.width, top = bitmap.size.height, right = -1, bottom = -1;
  for (int y = 0; y < bitmap.size.height; ++y) {
    for (int x = 0; x < bitmap.size.width; ++x) {
      if (pixel(bitmap, x, y) == background) continue;
      left = std::min(left, x), right = std::max(right, x);
      top = std::min(top, y), bottom = std::max(bottom, y);
    }
  }
  return right < 0 ? PixelRect{} : PixelRect{left, top, right - left + 1, bottom - top + 1};
}

}  // namespace test
}  // namespace imagegen
