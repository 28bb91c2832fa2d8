#include "image/vp8/segment.hpp"

#include <algorithm>

#include "image/portable_math.hpp"
#include "image/vp8/tables.hpp"

// The rules are those of libwebp with its defaults (noise shaping 50, filter 60, sharpness 0), so that a quality means
// the same.
namespace imagegen::detail::vp8 {
namespace {

constexpr int kNoiseShaping = 50;
constexpr int kFilterStrength = 60;

constexpr std::uint8_t kSharpening[16] = {0, 30, 60, 90, 30, 60, 90, 90, 60, 90, 90, 90, 90, 90, 90, 90};

// What decides between two levels, in 1/256 of a step: for the first coefficient and for the others.
struct Bias {
  int first, others;
};

Quantiser quantiser_of(int first_step, int other_step, Bias bias, bool sharpen) {
  Quantiser made{};
  for (int i = 0; i < 16; ++i) {
    const int step = i == 0 ? first_step : other_step;
    const int boost = sharpen ? kSharpening[i] * step >> 11 : 0;
    made.step[i] = static_cast<std::uint16_t>(step);
    made.inverse[i] = static_cast<std::uint16_t>(((1 << 17) + step - 1) / step);
    made.rounding[i] = static_cast<std::uint16_t>((step * (i == 0 ? bias.first : bias.others) >> 8) + boost);
  }
  return made;
}

int average_step(const Quantiser& quantiser) {
  return (quantiser.step[0] + 15 * quantiser.step[1] + 8) >> 4;
}

template <class Table>
int step_of(const Table& table, int index, int most = 127) {
  return table[static_cast<std::size_t>(std::clamp(index, 0, most))];
}

// Where the file's size falls about evenly with the quality, and 75 is in the middle.
double compression_of(int quality) {
  const double share = quality / 100.0;
  const double linear = share < 0.75 ? share * (2.0 / 3.0) : 2.0 * share - 1.0;
  return linear;
}

int index_of(int quality, int alpha) {
  const double linear = compression_of(quality);
  if (linear <= 0.0) return 127;
  const double exponent = 1.0 - 0.9 * kNoiseShaping / 100.0 / 128.0 * alpha;
  // The margin keeps exact cases on their side, such as quality 100.
  const double kept = exp_of(std::max(-39.0, log_of(linear) / 3.0 * exponent));
  return std::clamp(static_cast<int>(127.0 * (1.0 - kept) + 1e-9), 0, 127);
}

// By the coarseness, and less for what has little detail; but where libwebp would filter hardly or not at all,
// filtering a little brings the picture nearer to its source.
int filter_of(int index, int beta) {
  constexpr int kGentle = 8, kTooFine = 4;
  const int step = step_of(kAcSteps, index);
  const int strength = std::min(step >> 2, 63) * 5 * kFilterStrength / (256 + beta);
  return std::clamp(strength, std::min(kGentle, step - kTooFine), 63);
}

void set_weights(Segment& segment) {
  const int luma = average_step(segment.luma), y2 = average_step(segment.y2), chroma = average_step(segment.chroma);
  segment.luma_step = luma;
  segment.lambda_4 = std::max(1, 3 * luma * luma >> 7);
  segment.lambda_16 = std::max(1, 3 * y2 * y2);
  segment.lambda_chroma = std::max(1, 3 * chroma * chroma >> 6);
  segment.lambda_mode = std::max(1, luma * luma >> 7);
  segment.texture_weight = std::max(1, kNoiseShaping * luma >> 5);
  segment.flat_error = 20 * segment.luma.step[0];
  segment.largest_edge = 0;
}

}  // namespace

ChromaDeltas chroma_deltas(int chroma_alpha) {
  constexpr int kNeutral = 64, kLeast = 30, kMost = 100;
  const int ac = (chroma_alpha - kNeutral) * 10 / (kMost - kLeast) * kNoiseShaping / 100;
  return {-4 * kNoiseShaping / 100, std::clamp(ac, -4, 6)};
}

void set_up_segments(std::span<Segment> segments, int quality, ChromaDeltas deltas) {
  for (Segment& segment : segments) {
    const int index = index_of(quality, segment.alpha);
    segment.index = index;
    segment.filter = filter_of(index, segment.beta);
    segment.luma = quantiser_of(step_of(kDcSteps, index), step_of(kAcSteps, index), {96, 108}, true);
    segment.y2 = quantiser_of(2 * step_of(kDcSteps, index), step_of(kY2AcSteps, index), {96, 108}, false);
    segment.chroma = quantiser_of(step_of(kDcSteps, index + deltas.dc, 117), step_of(kAcSteps, index + deltas.ac),
                                  {110, 115}, false);
    set_weights(segment);
  }
}

void raise_filters(std::span<Segment> segments) {
  for (Segment& segment : segments)
    segment.filter = std::max(segment.filter, std::min(segment.largest_edge * segment.y2.step[1] >> 3, 63));
}

}  // namespace imagegen::detail::vp8
