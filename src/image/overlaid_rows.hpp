#pragma once
#include <imagegen/image/renditions.hpp>

#include "image/row_stream.hpp"

namespace imagegen::detail {

/// Errc::invalid_argument naming what is out of its range, or absent.
Result<void> check_overlays(std::span<const Overlay> overlays);

/// The rows with a picture over them, mixed by its alpha and opacity, in sRGB as sharp does it. Grey becomes RGB. Holds
/// the overlay at the size that it has there, and nothing of the rows.
RowStreamPtr overlaid(RowStreamPtr rows, const Overlay& overlay);

}  // namespace imagegen::detail
