#pragma once
#include <bit>
#include <cstdint>

namespace imagegen::detail::vp8 {

/// A block of 4x4 levels.
struct alignas(16) Quantised {
  std::int16_t levels[16];  ///< Row by row.
  std::uint8_t sizes[16];   ///< Magnitudes in zigzag order, 255 for more.
  std::uint32_t used;       ///< Which of `sizes` are not 0, by bits.
};

/// What becomes of a block with one prediction.
struct Trial {
  Quantised block;
  alignas(16) std::uint8_t pixels[16];
  int error;    ///< Squared.
  int texture;  ///< Of the pixels.
};

/// The last position in zigzag order that is not 0, or -1.
inline int last_of(const Quantised& block) noexcept {
  return 31 - std::countl_zero(block.used);
}

/// How many coefficients apart from the first are not 0.
inline int count_of_others(const Quantised& block) noexcept {
  return std::popcount(block.used & ~1U);
}

}  // namespace imagegen::detail::vp8
