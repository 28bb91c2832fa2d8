#pragma once
#include <cstddef>
#include <cstdint>

#include "image/vp8/vp8_encoder.hpp"

namespace imagegen::detail::vp8 {

/// Pixels in blocks of 4x4, one after the other, each row by row: sixteen of luma, or four of U and four of V.
inline constexpr int kTile = 16;
inline constexpr int kLumaTiles = 16, kChromaTiles = 8;

/// A macroblock of the picture. What lies outside of it repeats its last row and column.
struct alignas(64) SourceBlock {
  std::uint8_t luma[kLumaTiles * kTile];
  std::uint8_t chroma[kChromaTiles * kTile];
};

void load_source(const Planes& planes, int x, int y, SourceBlock& block);

/// What a macroblock is predicted from.
struct alignas(16) Edges {
  std::uint8_t top[16], left[16];
  std::uint8_t corner;
  bool has_top, has_left;
};

/// The pixels around a macroblock in the picture itself: `plane` 0 is luma, 1 is U, 2 is V.
void load_source_edges(const Planes& planes, int plane, int x, int y, Edges& edges);

}  // namespace imagegen::detail::vp8
