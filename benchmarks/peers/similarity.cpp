#include "peers/similarity.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace peers {
namespace {

constexpr std::size_t kTaps = 11;
constexpr double kSigma = 1.5;
constexpr double kC1 = (0.01 * 255.0) * (0.01 * 255.0);
constexpr double kC2 = (0.03 * 255.0) * (0.03 * 255.0);

struct Plane {
  std::size_t width, height;
  std::vector<double> samples;
};

void check_sizes(const Picture& a, const Picture& b) {
  if (a.size.width != b.size.width || a.size.height != b.size.height) throw std::runtime_error("sizes differ");
}

Plane luma(const Picture& picture) {
  Plane plane{static_cast<std::size_t>(picture.size.width), static_cast<std::size_t>(picture.size.height), {}};
  plane.samples.reserve(plane.width * plane.height);
  for (std::size_t i = 0; i < picture.samples.size(); i += 3) {
    const double* rgb = &picture.samples[i];
    plane.samples.push_back(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]);
  }
  return plane;
}

Plane product(const Plane& a, const Plane& b) {
  Plane out = a;
  for (std::size_t i = 0; i < out.samples.size(); ++i) out.samples[i] *= b.samples[i];
  return out;
}

std::array<double, kTaps> gaussian() {
  std::array<double, kTaps> weights;
  double sum = 0.0;
  for (std::size_t i = 0; i < kTaps; ++i) {
    const double x = static_cast<double>(i) - (kTaps - 1) / 2.0;
    sum += weights[i] = std::exp(-x * x / (2.0 * kSigma * kSigma));
  }
  for (double& weight : weights) weight /= sum;
  return weights;
}

// Weighted mean of each window that lies inside; the result is smaller by 10 px a side. A two-dimensional Gaussian is
// the product of two, so one direction can follow the other.
Plane blurred(const Plane& plane) {
  static const auto weights = gaussian();
  Plane across{plane.width - kTaps + 1, plane.height, {}};
  across.samples.assign(across.width * across.height, 0.0);
  for (std::size_t y = 0; y < across.height; ++y) {
    for (std::size_t k = 0; k < kTaps; ++k) {
      for (std::size_t x = 0; x < across.width; ++x) {
        across.samples[y * across.width + x] += weights[k] * plane.samples[y * plane.width + x + k];
      }
    }
  }
  Plane out{across.width, plane.height - kTaps + 1, {}};
  out.samples.assign(out.width * out.height, 0.0);
  for (std::size_t y = 0; y < out.height; ++y) {
    for (std::size_t k = 0; k < kTaps; ++k) {
      for (std::size_t x = 0; x < out.width; ++x) {
        out.samples[y * out.width + x] += weights[k] * across.samples[(y + k) * across.width + x];
      }
    }
  }
  return out;
}

}  // namespace

double psnr(const Picture& a, const Picture& b) {
  check_sizes(a, b);
  double squares = 0.0;
  for (std::size_t i = 0; i < a.samples.size(); ++i) squares += std::pow(a.samples[i] - b.samples[i], 2);
  if (squares == 0.0) return std::numeric_limits<double>::infinity();
  return 10.0 * std::log10(255.0 * 255.0 * static_cast<double>(a.samples.size()) / squares);
}

double ssim(const Picture& a, const Picture& b) {
  check_sizes(a, b);
  const Plane x = luma(a), y = luma(b);
  if (x.width < kTaps || x.height < kTaps) throw std::runtime_error("too small for an 11x11 window");
  const Plane mean_x = blurred(x), mean_y = blurred(y);
  const Plane xx = blurred(product(x, x)), yy = blurred(product(y, y)), xy = blurred(product(x, y));
  double sum = 0.0;
  for (std::size_t i = 0; i < mean_x.samples.size(); ++i) {
    const double mx = mean_x.samples[i], my = mean_y.samples[i];
    const double variances = xx.samples[i] - mx * mx + yy.samples[i] - my * my;
    const double covariance = xy.samples[i] - mx * my;
    sum += (2.0 * mx * my + kC1) * (2.0 * covariance + kC2) / ((mx * mx + my * my + kC1) * (variances + kC2));
  }
  return sum / static_cast<double>(mean_x.samples.size());
}

}  // namespace peers
