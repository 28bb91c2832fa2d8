#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace imagegen::detail {

/// How one axis of a picture is resampled: for every output position, which source positions it is made of.
struct ResampleAxis {
  int taps = 0;                       ///< Source positions per output position; even, so that two can go at once.
  std::vector<std::int32_t> starts;   ///< First source position, per output position; never negative.
  std::vector<std::int16_t> weights;  ///< `taps` per output position; each group sums to 1 << kernels::kWeightBits.

  std::span<const std::int16_t> weights_of(int position) const {
    const auto count = static_cast<std::size_t>(taps);
    return std::span(weights).subspan(static_cast<std::size_t>(position) * count, count);
  }
};

/// Lanczos3 from `source` to `size` positions, both at least 1. When shrinking, the kernel is widened so that it
/// filters. What lies beyond an edge counts as the edge's own sample. A start plus taps passes the end of the source
/// only where the source has fewer positions than taps; the weights there are 0. Source: K. Turkowski, "Filters for
/// common resampling tasks", Graphics Gems I, 1990.
ResampleAxis lanczos3_axis(int source, int size);

}  // namespace imagegen::detail
