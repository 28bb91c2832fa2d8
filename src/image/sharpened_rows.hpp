#pragma once
#include <imagegen/image/renditions.hpp>

#include "image/row_stream.hpp"

namespace imagegen::detail {

/// Errc::invalid_argument naming what is out of its range.
Result<void> check_sharpen(const Sharpen& sharpen);

/// The rows with what differs from its surroundings made to differ more, in lightness (CIE L*); colours keep their hue
/// and alpha stays. Holds as many rows as the Gaussian is high. Integers only. Source: the unsharp mask of libvips'
/// vips_sharpen, with its thresholds (x1 2, y2 10, y3 20).
RowStreamPtr sharpened(RowStreamPtr rows, const Sharpen& sharpen);

}  // namespace imagegen::detail
