#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

/// \file The space in which a palette is chosen: distances are about as large as they look, and integers.
namespace imagegen::detail {

inline constexpr std::size_t kShadeParts = 4;

/// A colour as it stands out from middle grey, and its alpha. The squared distance of two is the mean of what it is where both
/// are seen on black and on white, so what is transparent is alike whatever its colour. Green counts most, and blue least.
using Shade = std::array<std::int32_t, kShadeParts>;

/// Of red, green, blue and alpha. That of alpha is the root of the sum of the squares of the others.
inline constexpr Shade kShadeWeights = {7, 8, 6, 12};

/// The largest value of a part is this times its weight. The least is its negative, and of alpha 0.
inline constexpr std::int32_t kMostOfShade = 255;

/// One part of a colour, 0..255 each.
inline std::int32_t shade_part(std::int32_t sample, std::int32_t alpha, std::int32_t weight) {
  const std::int32_t scaled = (2 * sample - 255) * alpha * weight;
  return (scaled + (scaled < 0 ? -127 : 127)) / 255;
}

inline Shade shade_of(const std::uint8_t (&rgba)[4]) {
  const std::int32_t alpha = rgba[3];
  return {shade_part(rgba[0], alpha, kShadeWeights[0]), shade_part(rgba[1], alpha, kShadeWeights[1]),
          shade_part(rgba[2], alpha, kShadeWeights[2]), alpha * kShadeWeights[3]};
}

/// The colour that is nearest to a shade: red in the low byte, then green, blue and alpha. Without alpha it is 0.
std::uint32_t colour_of(const Shade& shade);

inline std::int32_t distance(const Shade& a, const Shade& b) {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < kShadeParts; ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

}  // namespace imagegen::detail
