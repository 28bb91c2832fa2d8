#include "image/srgb_curve.hpp"

#include <algorithm>
#include <cmath>

#include "image/portable_math.hpp"

namespace imagegen::detail {
namespace {

double to_light(double value) {
  if (value <= 0.04045) return value / 12.92;
  return exp_of(2.4 * log_of((value + 0.055) / 1.055));
}

double to_srgb_value(double light) {
  if (light <= 0.0031308) return light * 12.92;
  return 1.055 * exp_of(log_of(light) / 2.4) - 0.055;
}

}  // namespace

std::vector<float> light_of_srgb(std::uint32_t most) {
  std::vector<float> light(most + 1);
  for (std::uint32_t i = 0; i <= most; ++i) light[i] = static_cast<float>(to_light(static_cast<double>(i) / most));
  return light;
}

SrgbOfLight::SrgbOfLight() : values_(kSteps + 2) {
  for (int i = 0; i <= kSteps + 1; ++i) {
    const double root = static_cast<double>(i) / kSteps;
    values_[static_cast<std::size_t>(i)] = static_cast<float>(to_srgb_value(root * root));
  }
}

float SrgbOfLight::operator()(float light) const noexcept {
  const float place = std::sqrt(std::clamp(light, 0.0F, 1.0F)) * kSteps;
  const auto index = static_cast<std::size_t>(place);
  const float rest = place - static_cast<float>(index);
  return std::min(values_[index] + (values_[index + 1] - values_[index]) * rest, 1.0F);
}

}  // namespace imagegen::detail
