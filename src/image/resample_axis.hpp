#pragma once
#include <imagegen/image/resize.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace imagegen::detail {

/// The part of a line that is resampled, in its positions.
struct LineWindow {
  double begin = 0;   ///< Not negative.
  double length = 1;  ///< What becomes the output.
  double usable = 1;  ///< The samples that may be looked at lie in [begin, begin + usable).
};

/// A part of a picture that is resampled.
struct Window {
  LineWindow across, down;
};

inline Window window_of(const PixelWindow& crop) {
  const auto line = [](double begin, double length) { return LineWindow{begin, length, length}; };
  return {line(crop.x, crop.width), line(crop.y, crop.height)};
}
inline Window window_of(PixelRect crop) {
  return window_of(as_window(crop));
}
inline Window window_of(PixelSize whole) {
  return window_of(PixelRect{0, 0, whole.width, whole.height});
}

/// How one axis of a picture is resampled: for every output position, which source positions it is made of.
struct ResampleAxis {
  int first = 0;                      ///< The source position that the starts are counted from.
  int count = 0;                      ///< Source positions from there on that may be used.
  int taps = 0;                       ///< Source positions per output position; a multiple of what was asked for.
  std::vector<std::int32_t> starts;   ///< First source position, per output position; never negative.
  std::vector<std::int16_t> weights;  ///< `taps` per output position; each group sums to 1 << kernels::kWeightBits.

  std::span<const std::int16_t> weights_of(int position) const {
    const auto length = static_cast<std::size_t>(taps);
    return std::span(weights).subspan(static_cast<std::size_t>(position) * length, length);
  }
};

/// The same with weights that are not rounded, and as many for each position as it has.
struct ExactAxis {
  struct Group {
    int start = 0;                ///< Counted from `first`.
    std::vector<double> weights;  ///< Sum to 1.
  };
  int first = 0;
  int count = 0;
  std::vector<Group> groups;  ///< One per output position.
};

/// The window resampled to `size` positions, at least 1. When shrinking, the kernel is widened so that it filters. What
/// lies beyond an edge of the window counts as the sample at the edge.
/// Source: K. Turkowski, "Filters for common resampling tasks", Graphics Gems I, 1990; Mitchell and Netravali,
/// "Reconstruction filters in computer graphics", 1988.
ExactAxis exact_axis(LineWindow window, int size, const ResizeOptions& options);

/// A line of `count` positions, each mixed with its neighbours by a Gaussian of `sigma` positions.
ExactAxis gaussian_axis(int count, double sigma);

/// Both axes of a picture.
struct ExactAxes {
  ExactAxis across, down;
};

ExactAxes exact_axes(const Window& window, PixelSize size, const ResizeOptions& options);

/// Output positions [from, to) of an axis.
ExactAxis part_of(const ExactAxis& axis, int from, int to);

/// Rounds the weights to the kernels' fixed point. A start plus taps passes `count` only where there are fewer
/// positions than taps; the weights there are 0.
ResampleAxis quantised(const ExactAxis& axis, int tap_multiple);

}  // namespace imagegen::detail
