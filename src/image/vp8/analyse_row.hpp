#pragma once
#include <array>
#include <cstdint>

#include "image/vp8/frame.hpp"

namespace imagegen::detail::vp8 {

/// How easily the macroblocks of a picture compress: the higher, the more can be taken away unseen.
struct Alphas {
  std::array<int, 256> counts{};  ///< By alpha.
  std::int64_t chroma_sum = 0;    ///< Of the chroma's own.
};

/// Fills in Macroblock::alpha of a row, from how a transform spreads what prediction leaves.
void analyse_row(Frame& frame, int row, Alphas& alphas);

}  // namespace imagegen::detail::vp8
