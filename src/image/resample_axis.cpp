#include "image/resample_axis.hpp"

#include <algorithm>
#include <cmath>

#include "image/kernels/fixed_point.hpp"

namespace imagegen::detail {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kLobes = 3.0;

// sin(pi x) by its Taylor series, good to 1e-11. Not std::sin: the C library picks it by instruction set, and a last
// bit of difference could flip a weight.
double sin_pi(double x) {
  const double whole = std::floor(x + 0.5);
  const double angle = (x - whole) * kPi;
  const double square = angle * angle;
  double term = angle;
  double sum = angle;
  for (int n = 2; n <= 16; n += 2) {
    term *= -square / (n * (n + 1));
    sum += term;
  }
  return std::fmod(whole, 2.0) == 0.0 ? sum : -sum;
}

double lanczos3(double x) {
  if (x == 0.0) return 1.0;
  if (std::abs(x) >= kLobes) return 0.0;
  return kLobes * sin_pi(x) * sin_pi(x / kLobes) / (kPi * kPi * x * x);
}

struct Window {
  int first = 0;                ///< Source position of weights[0].
  std::vector<double> weights;  ///< Sum to 1; folded in at the edges.
};

Window window_at(int position, int source, int size) {
  const double scale = static_cast<double>(source) / size;
  const double stretch = std::max(scale, 1.0);
  const double centre = (position + 0.5) * scale - 0.5;
  const int from = static_cast<int>(std::ceil(centre - kLobes * stretch));
  const int to = static_cast<int>(std::floor(centre + kLobes * stretch));
  Window window{std::clamp(from, 0, source - 1), {}};
  window.weights.resize(static_cast<std::size_t>(std::clamp(to, 0, source - 1) - window.first + 1));
  double sum = 0.0;
  for (int i = from; i <= to; ++i) {
    const double weight = lanczos3((i - centre) / stretch);
    window.weights[static_cast<std::size_t>(std::clamp(i, 0, source - 1) - window.first)] += weight;
    sum += weight;
  }
  for (double& weight : window.weights) weight /= sum;
  return window;
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

}  // namespace

ResampleAxis lanczos3_axis(int source, int size) {
  std::vector<Window> windows;
  windows.reserve(static_cast<std::size_t>(size));
  std::size_t longest = 0;
  for (int i = 0; i < size; ++i) {
    windows.push_back(window_at(i, source, size));
    longest = std::max(longest, windows.back().weights.size());
  }
  const auto taps = longest + longest % 2;
  ResampleAxis axis{static_cast<int>(taps), {}, {}};
  axis.weights.resize(static_cast<std::size_t>(size) * taps);
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const int start = std::min(windows[i].first, std::max(source - axis.taps, 0));
    axis.starts.push_back(start);
    quantise(windows[i].weights, &axis.weights[i * taps] + (windows[i].first - start));
  }
  return axis;
}

}  // namespace imagegen::detail
