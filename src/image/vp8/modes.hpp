#pragma once
#include <array>
#include <cstdint>

#include "image/vp8/bool_writer.hpp"
#include "image/vp8/frame.hpp"

namespace imagegen::detail::vp8 {

using SegmentProbs = std::array<std::uint8_t, 3>;

struct ModeProbs {
  SegmentProbs segments;
  std::uint8_t coded_block = 0;  ///< That a macroblock has coefficients; 0 where all have.
};

ModeProbs mode_probs_of(const Frame& frame);

/// Writes segment, emptiness and modes of every macroblock.
void put_modes(const Frame& frame, const ModeProbs& probs, BoolWriter& out);

}  // namespace imagegen::detail::vp8
