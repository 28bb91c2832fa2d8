#pragma once
#include "image/vp8/frame.hpp"

namespace imagegen::detail::vp8 {

/// Decides and records a row of macroblocks. Rows come in order, from 0; Frame::segments and Frame::costs are set.
void encode_row(Frame& frame, int row);

}  // namespace imagegen::detail::vp8
