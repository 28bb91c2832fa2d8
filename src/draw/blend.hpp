#pragma once
#include <imagegen/draw/canvas.hpp>

#include <algorithm>
#include <cstddef>

/// \file How a colour goes over a pixel. Weights count 256ths, so that full cover replaces exactly.
namespace imagegen::detail {

/// 0..255 as 0..256.
constexpr int weight_of_alpha(int alpha) noexcept {
  const int clamped = std::clamp(alpha, 0, 255);
  return clamped + (clamped >> 7);
}

inline std::uint8_t blend_channel(std::uint8_t below, std::uint8_t above, int weight) noexcept {
  return static_cast<std::uint8_t>((below * (256 - weight) + above * weight + 128) >> 8);
}

inline void blend_pixel(std::uint8_t* pixel, Rgb colour, int weight) noexcept {
  pixel[0] = blend_channel(pixel[0], colour.r, weight);
  pixel[1] = blend_channel(pixel[1], colour.g, weight);
  pixel[2] = blend_channel(pixel[2], colour.b, weight);
}

inline void blend_run(std::uint8_t* pixel, int count, Rgb colour, int weight) noexcept {
  for (int i = 0; i < count; ++i) blend_pixel(pixel + std::ptrdiff_t{3} * i, colour, weight);
}

/// The colour and weight of a paint in one row.
struct RowPaint {
  Rgb colour;
  int weight;
};
RowPaint paint_of_row(const Paint& paint, int y) noexcept;

}  // namespace imagegen::detail
