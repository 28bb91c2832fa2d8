#include "image/resample_axis.hpp"

#include <algorithm>
#include <cmath>

#include "image/kernels/fixed_point.hpp"
#include "image/portable_math.hpp"

namespace imagegen::detail {
namespace {

double lanczos(double x, double lobes) {
  if (x == 0.0) return 1.0;
  if (std::abs(x) >= lobes) return 0.0;
  return lobes * sin_pi(x) * sin_pi(x / lobes) / (kPi * kPi * x * x);
}

// Mitchell and Netravali's family of cubics, over 6.
double cubic(double x, double b, double c) {
  x = std::abs(x);
  if (x >= 2.0) return 0.0;
  if (x < 1.0) return ((12 - 9 * b - 6 * c) * x * x * x + (-18 + 12 * b + 6 * c) * x * x + (6 - 2 * b)) / 6;
  return ((-b - 6 * c) * x * x * x + (6 * b + 30 * c) * x * x + (-12 * b - 48 * c) * x + (8 * b + 24 * c)) / 6;
}

double kernel_support(ResizeKernel kernel) {
  switch (kernel) {
    case ResizeKernel::nearest:
      return 0.5;
    case ResizeKernel::linear:
      return 1.0;
    case ResizeKernel::cubic:
    case ResizeKernel::mitchell:
    case ResizeKernel::lanczos2:
      return 2.0;
    case ResizeKernel::lanczos3:
      break;
  }
  return 3.0;
}

double kernel_weight(ResizeKernel kernel, double x) {
  switch (kernel) {
    case ResizeKernel::nearest:
      break;
    case ResizeKernel::linear:
      return std::max(1.0 - std::abs(x), 0.0);
    case ResizeKernel::cubic:
      return cubic(x, 0.0, 0.5);
    case ResizeKernel::mitchell:
      return cubic(x, 1.0 / 3.0, 1.0 / 3.0);
    case ResizeKernel::lanczos2:
      return lanczos(x, 2.0);
    case ResizeKernel::lanczos3:
      break;
  }
  return lanczos(x, 3.0);
}

// The weights of the positions [from, to], folded in at the edges of [0, count) and brought to a sum of 1.
template <class Weight>
ExactAxis::Group group_of(int from, int to, int count, Weight weight) {
  ExactAxis::Group group{std::clamp(from, 0, count - 1), {}};
  group.weights.resize(static_cast<std::size_t>(std::clamp(to, 0, count - 1) - group.start + 1));
  double sum = 0.0;
  for (int i = from; i <= to; ++i) {
    const double share = weight(i);
    group.weights[static_cast<std::size_t>(std::clamp(i, 0, count - 1) - group.start)] += share;
    sum += share;
  }
  for (double& share : group.weights) share /= sum;
  return group;
}

// Rounds the running total and not each weight: so the sum is exact, and wide kernels of many small weights keep their
// shape.
void quantise(const std::vector<double>& weights, std::int16_t* out) {
  double total = 0.0;
  double given = 0.0;
  for (const double weight : weights) {
    total += weight * (1 << kernels::kWeightBits);
    const double step = std::floor(total - given + 0.5);
    given += step;
    *out++ = static_cast<std::int16_t>(step);
  }
}

ExactAxis::Group mirrored(const ExactAxis::Group& group, int count) {
  const int length = static_cast<int>(group.weights.size());
  return {count - group.start - length, {group.weights.rbegin(), group.weights.rend()}};
}

}  // namespace

ExactAxis exact_axis(LineWindow window, int size, const ResizeOptions& options) {
  // A window that was meant to end at a whole position may miss it by the rounding of its numbers.
  constexpr double kSlack = 1e-6;
  ExactAxis axis;
  axis.first = static_cast<int>(std::floor(window.begin + kSlack));
  axis.count = std::max(static_cast<int>(std::ceil(window.begin + window.usable - kSlack)) - axis.first, 1);
  const double scale = window.length / size;
  const auto kernel = scale > 1.0 ? options.kernel : options.enlarge_kernel;
  const double stretch = kernel == ResizeKernel::nearest ? 1.0 : std::max(scale, 1.0);
  const double reach = kernel_support(kernel) * stretch;
  const auto group_at = [&](int position) {
    const double centre = (position + 0.5) * scale - 0.5 + (window.begin - axis.first);
    if (kernel == ResizeKernel::nearest) {
      const int nearest = static_cast<int>(std::floor(centre + 0.5));
      return group_of(nearest, nearest, axis.count, [](int) { return 1.0; });
    }
    return group_of(static_cast<int>(std::ceil(centre - reach)), static_cast<int>(std::floor(centre + reach)),
                    axis.count, [&](int i) { return kernel_weight(kernel, (i - centre) / stretch); });
  };
  // A window of whole samples is the same from both ends, so half of the work does.
  const bool symmetric = window.begin == axis.first && window.length == axis.count && kernel != ResizeKernel::nearest;
  axis.groups.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) {
    const bool mirrors = symmetric && i >= (size + 1) / 2;
    axis.groups.push_back(mirrors ? mirrored(axis.groups[static_cast<std::size_t>(size - 1 - i)], axis.count)
                                  : group_at(i));
  }
  return axis;
}

ExactAxes exact_axes(const Window& window, PixelSize size, const ResizeOptions& options) {
  return {exact_axis(window.across, size.width, options), exact_axis(window.down, size.height, options)};
}

ExactAxis part_of(const ExactAxis& axis, int from, int to) {
  return {axis.first, axis.count, {axis.groups.begin() + from, axis.groups.begin() + to}};
}

ExactAxis gaussian_axis(int count, double sigma) {
  const int reach = static_cast<int>(std::ceil(3.0 * sigma));
  ExactAxis axis{0, count, {}};
  axis.groups.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    axis.groups.push_back(group_of(i - reach, i + reach, count, [&](int position) {
      const double distance = (position - i) / sigma;
      return exp_of(-0.5 * distance * distance);
    }));
  }
  return axis;
}

ResampleAxis quantised(const ExactAxis& exact, int tap_multiple) {
  std::size_t longest = 0;
  for (const auto& group : exact.groups) longest = std::max(longest, group.weights.size());
  const auto multiple = static_cast<std::size_t>(tap_multiple);
  const std::size_t taps = (longest + multiple - 1) / multiple * multiple;
  ResampleAxis axis{exact.first, exact.count, static_cast<int>(taps), {}, {}};
  axis.weights.resize(exact.groups.size() * taps);
  axis.starts.reserve(exact.groups.size());
  for (std::size_t i = 0; i < exact.groups.size(); ++i) {
    const int from = exact.groups[i].start;
    const int start = std::min(from, std::max(exact.count - axis.taps, 0));
    axis.starts.push_back(start);
    quantise(exact.groups[i].weights, &axis.weights[i * taps] + (from - start));
  }
  return axis;
}

}  // namespace imagegen::detail
