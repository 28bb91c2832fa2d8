#include "image/signal_converter.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "image/hdr_tone.hpp"
#include "image/srgb_curve.hpp"

namespace imagegen::detail {
namespace {

// Of every sample of 8 or 16 bits.
std::vector<float> light_of_samples(const ColourSignal& signal, int bits) {
  const std::uint32_t most = bits == 16 ? 65'535U : 255U;
  const double step = bits == 16 ? 256.0 : 1.0;
  std::vector<float> light(most + 1);
  for (std::uint32_t i = 0; i <= most; ++i) {
    const double sample = signal.full_range ? i / static_cast<double>(most) : (i - 16 * step) / (219 * step);
    light[i] = static_cast<float>(light_of(signal, sample));
  }
  return light;
}

}  // namespace

struct SignalConverter::Steps {
  SampleModel model;
  int bits;
  TransferCurve curve;
  std::vector<float> light;
  float matrix[3][3];
  std::unique_ptr<const ToneMapping> tone;
  SrgbOfLight srgb;

  void show(float* rgb) const {
    if (curve == TransferCurve::pq) tone->press(rgb);
    if (curve == TransferCurve::hlg) tone->show_hlg(rgb);
  }

  template <class Sample>
  Sample stored(float value) const {
    constexpr auto kMost = static_cast<float>(std::numeric_limits<Sample>::max());
    return static_cast<Sample>(srgb(value) * kMost + 0.5F);
  }

  template <class Sample>
  void convert_rgb(const Sample* from, Sample* to) const {
    float rgb[3] = {light[from[0]], light[from[1]], light[from[2]]};
    show(rgb);
    for (int c = 0; c < 3; ++c) {
      to[c] = stored<Sample>(matrix[c][0] * rgb[0] + matrix[c][1] * rgb[1] + matrix[c][2] * rgb[2]);
    }
  }

  // Grey stays grey, whatever the primaries.
  template <class Sample>
  void convert_grey(const Sample* from, Sample* to) const {
    float rgb[3] = {light[from[0]], light[from[0]], light[from[0]]};
    show(rgb);
    to[0] = to[1] = to[2] = stored<Sample>(rgb[0]);
  }

  template <class Sample>
  void convert(const Sample* from, std::size_t pixels, Sample* to) const {
    const bool grey = samples_per_pixel(model) <= 2;
    const int step = samples_per_pixel(model);
    const int out_step = has_alpha(model) ? 4 : 3;
    for (std::size_t i = 0; i < pixels; ++i, from += step, to += out_step) {
      if (has_alpha(model)) to[3] = from[step - 1];
      grey ? convert_grey(from, to) : convert_rgb(from, to);
    }
  }
};

SignalConverter::SignalConverter(const ColourSignal& signal, SampleModel model, int bits) {
  auto steps = std::make_unique<Steps>();
  steps->model = model;
  steps->bits = bits;
  steps->curve = signal.curve;
  steps->light = light_of_samples(signal, bits);
  const auto matrix = matrix_to_srgb(signal.primaries);
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      steps->matrix[i][j] = matrix ? static_cast<float>((*matrix)[i][j]) : i == j ? 1.0F : 0.0F;
    }
  }
  if (signal.is_hdr()) steps->tone = std::make_unique<const ToneMapping>();
  steps_ = std::move(steps);
}

SignalConverter::~SignalConverter() = default;
SignalConverter::SignalConverter(SignalConverter&&) noexcept = default;
SignalConverter& SignalConverter::operator=(SignalConverter&&) noexcept = default;

void SignalConverter::convert(const std::uint8_t* from, std::size_t pixels, std::uint8_t* to) const {
  if (steps_->bits == 16) {
    steps_->convert(reinterpret_cast<const std::uint16_t*>(from), pixels, reinterpret_cast<std::uint16_t*>(to));
  } else {
    steps_->convert(from, pixels, to);
  }
}

}  // namespace imagegen::detail
