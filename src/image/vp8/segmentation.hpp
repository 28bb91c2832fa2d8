#pragma once
#include "image/vp8/analyse_row.hpp"
#include "image/vp8/frame.hpp"

namespace imagegen::detail::vp8 {

/// Sorts the macroblocks into at most four segments by their alpha, and sets what a segment is coded with. Segments
/// that came out the same are one.
void choose_segments(Frame& frame, const Alphas& alphas);

}  // namespace imagegen::detail::vp8
