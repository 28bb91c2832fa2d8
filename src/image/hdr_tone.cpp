#include "image/hdr_tone.hpp"

#include <algorithm>
#include <cmath>

#include "image/portable_math.hpp"

namespace imagegen::detail {
namespace {

constexpr double kM1 = 2610.0 / 16384, kM2 = 2523.0 / 4096 * 128;
constexpr double kC1 = 3424.0 / 4096, kC2 = 2413.0 / 4096 * 32, kC3 = 2392.0 / 4096 * 32;
constexpr double kPqPeak = 10'000.0;
constexpr double kPeak = kMasteringPeak / kReferenceWhite;

double positive_power(double x, double exponent) {
  return x <= 0.0 ? 0.0 : exp_of(std::max(exponent * log_of(x), -40.0));
}

// The spline of BT.2390 for samples in PQ, both as parts of the peak's.
double pressed_sample(double sample, double white) {
  const double knee = 1.5 * white - 0.5;
  if (sample <= knee) return sample;
  const double t = (sample - knee) / (1 - knee);
  const double square = t * t, cube = square * t;
  return (2 * cube - 3 * square + 1) * knee + (cube - 2 * square + t) * (1 - knee) + (3 * square - 2 * cube) * white;
}

double pressed_light(double light) {
  const double peak = pq_sample(kMasteringPeak);
  const double sample = std::min(pq_sample(light * kReferenceWhite) / peak, 1.0);
  return pq_light(pressed_sample(sample, pq_sample(kReferenceWhite) / peak) * peak) / kReferenceWhite;
}

}  // namespace

double pq_light(double sample) {
  const double root = positive_power(sample, 1 / kM2);
  return kPqPeak * positive_power(std::max(root - kC1, 0.0) / (kC2 - kC3 * root), 1 / kM1);
}

double pq_sample(double light) {
  const double power = positive_power(light / kPqPeak, kM1);
  return positive_power((kC1 + kC2 * power) / (1 + kC3 * power), kM2);
}

double hlg_scene_light(double sample) {
  constexpr double kA = 0.17883277, kB = 0.28466892, kC = 0.55991073;
  if (sample <= 0.5) return sample * sample / 3;
  return std::min((exp_of((sample - kC) / kA - 3) * 20.085536923187668 + kB) / 12, 1.0);
}

ToneMapping::ToneMapping() : factors_(kSteps + 2), ootf_(kSteps + 2) {
  factors_[0] = 1.0F;
  for (int i = 1; i <= kSteps + 1; ++i) {
    const double root = static_cast<double>(i) / kSteps;
    const double light = root * root * kPeak;
    factors_[static_cast<std::size_t>(i)] = static_cast<float>(pressed_light(light) / light);
    ootf_[static_cast<std::size_t>(i)] = static_cast<float>(positive_power(root, 0.8));
  }
}

float ToneMapping::at(const std::vector<float>& table, float place) const noexcept {
  const float scaled = place * kSteps;
  const auto index = static_cast<std::size_t>(scaled);
  return table[index] + (table[index + 1] - table[index]) * (scaled - static_cast<float>(index));
}

void ToneMapping::press(float* rgb) const noexcept {
  const float brightest = std::max({rgb[0], rgb[1], rgb[2]});
  if (brightest <= 0.0F) return;
  constexpr auto kMost = static_cast<float>(kPeak);
  // Brighter than the peak: first down to it.
  const float part = std::min(brightest / kMost, 1.0F);
  const float factor = at(factors_, std::sqrt(part)) * (part * kMost / brightest);
  for (int c = 0; c < 3; ++c) rgb[c] *= factor;
}

void ToneMapping::show_hlg(float* rgb) const noexcept {
  // BT.2100, the reference OOTF with the gamma of a screen of 1,000 cd/m2.
  const float y = std::clamp(0.2627F * rgb[0] + 0.6780F * rgb[1] + 0.0593F * rgb[2], 0.0F, 1.0F);
  const float factor = at(ootf_, std::sqrt(std::sqrt(y))) * static_cast<float>(kPeak);
  for (int c = 0; c < 3; ++c) rgb[c] *= factor;
  press(rgb);
}

}  // namespace imagegen::detail
