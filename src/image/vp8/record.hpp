#pragma once
#include <cstdint>

#include "image/vp8/frame.hpp"
#include "image/vp8/quantised.hpp"

namespace imagegen::detail::vp8 {

/// Records the coefficients of a macroblock, and what its neighbours have to know. An empty one is not written at all.
///
/// \param luma   Sixteen blocks.
/// \param chroma Eight.
void record(const Macroblock& macroblock, const Quantised& y2, const Quantised* luma, const Quantised* chroma,
            NonEmpty& above, NonEmpty& left, TokenBuffer& tokens);

/// Copies tiles to Frame::reconstruction.
void reconstruct(Frame& frame, int x, int y, const std::uint8_t* luma, const std::uint8_t* chroma);

}  // namespace imagegen::detail::vp8
