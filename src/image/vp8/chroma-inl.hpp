// Chroma, both planes with one mode. Compiled once per instruction set.
#if defined(IMAGEGEN_VP8_CHROMA) == defined(HWY_TARGET_TOGGLE)
#ifdef IMAGEGEN_VP8_CHROMA
#undef IMAGEGEN_VP8_CHROMA
#else
#define IMAGEGEN_VP8_CHROMA
#endif

#include "image/vp8/decision-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

inline constexpr int kFewChromaCoefficients = 2;
inline constexpr int kFlatChromaPenalty = 140 * kChromaTiles;

// Quantises a first coefficient and replaces it by what a decoder will see. \return Half of the error.
HWY_INLINE int quantise_first(std::int16_t& coefficient, const Quantiser& quantiser) {
  const int size = std::abs(coefficient);
  const int kept = (((size + quantiser.rounding[0]) * quantiser.inverse[0]) >> 17) * quantiser.step[0];
  const bool negative = coefficient < 0;
  coefficient = static_cast<std::int16_t>(negative ? -kept : kept);
  return (negative ? kept - size : size - kept) >> 1;
}

// Lets the first coefficients make up for the errors of their neighbours, so that large flat areas keep their colour.
HWY_INLINE void carry_errors(const Work& work, std::int16_t (*coefficients)[16], ChromaChoice& choice) {
  const Quantiser& quantiser = work.segment->chroma;
  for (std::size_t plane = 0; plane < 2; ++plane) {
    const auto &above = work.above_errors[plane], &left = work.left_errors[plane];
    std::int16_t(*c)[16] = coefficients + plane * 4;
    const auto corrected = [&](int i, int from_above, int from_left) HWY_ATTR {
      c[i][0] = static_cast<std::int16_t>(c[i][0] + ((7 * from_above + 8 * from_left) >> 3));
      return quantise_first(c[i][0], quantiser);
    };
    const int error0 = corrected(0, above[0], left[0]);
    const int error1 = corrected(1, above[1], error0);
    const int error2 = corrected(2, error0, left[1]);
    const int error3 = corrected(3, error1, error2);
    const int right = 3 * error3 >> 2;
    choice.left_errors[plane] = {static_cast<std::int8_t>(error1), static_cast<std::int8_t>(right)};
    choice.above_errors[plane] = {static_cast<std::int8_t>(error2), static_cast<std::int8_t>(error3 - right)};
  }
}

HWY_INLINE int chroma_rate(const Work& work, const ChromaChoice& choice) {
  NonEmpty above = work.above, left = work.left;
  int rate = 0;
  for (std::size_t i = 0; i < kChromaTiles; ++i) {
    const std::size_t plane = 4 + i / 4 * 2;
    std::uint8_t &up = above[plane + i % 2], &before = left[plane + i / 2 % 2];
    rate += rate_of(*work.costs, kChroma, 0, up + before, choice.blocks[i]);
    up = before = choice.blocks[i].used != 0 ? 1 : 0;
  }
  return rate;
}

HWY_INLINE void rebuild_chroma(const Work& work, const std::uint8_t* prediction, ChromaChoice& choice) {
  alignas(16) std::int16_t coefficients[kChromaTiles][16];
  for (int i = 0; i < kChromaTiles; ++i)
    forward_transform(work.source.chroma + i * kTile, prediction + i * kTile, coefficients[i]);
  if (work.carry_errors) carry_errors(work, coefficients, choice);
  for (int i = 0; i < kChromaTiles; ++i) {
    quantise(coefficients[i], work.segment->chroma, choice.blocks[i]);
    inverse_transform(prediction + i * kTile, coefficients[i], choice.pixels + i * kTile);
  }
}

HWY_INLINE Score try_chroma(const Work& work, std::size_t mode, const std::uint8_t* prediction, ChromaChoice& choice) {
  rebuild_chroma(work, prediction, choice);
  Score score;
  int others = 0;
  for (int i = 0; i < kChromaTiles; ++i) {
    score.error += squared_error(work.source.chroma + i * kTile, choice.pixels + i * kTile);
    others += count_of_others(choice.blocks[i]);
  }
  score.header = kChromaModeCosts[mode];
  score.bits = chroma_rate(work, choice) + (mode > 0 && others <= kFewChromaCoefficients ? kFlatChromaPenalty : 0);
  choice.mode = static_cast<std::uint8_t>(mode);
  return score;
}

HWY_INLINE int chroma_estimate(const Work& work, std::size_t mode, const std::uint8_t* prediction) {
  const int left = transformed_difference(work.source.chroma, prediction, kChromaTiles);
  return left + (work.segment->chroma.step[1] * kChromaModeCosts[mode] >> 10);
}

// Chooses one of the four modes. \return The choice, one of `both`.
HWY_INLINE ChromaChoice* choose_chroma(const Work& work, ChromaChoice* both) {
  constexpr std::size_t kStride = kChromaTiles * kTile;
  alignas(64) std::uint8_t predictions[kModes * kStride];
  predict_modes<8>(work.u, kStride, predictions);
  predict_modes<8>(work.v, kStride, predictions + 4 * kTile);
  int estimates[kModes], least_estimate = 1 << 30;
  for (std::size_t mode = 0; mode < kModes; ++mode) {
    estimates[mode] = chroma_estimate(work, mode, predictions + mode * kStride);
    least_estimate = HWY_MIN(least_estimate, estimates[mode]);
  }
  ChromaChoice *best = nullptr, *next = both;
  std::int64_t least = INT64_MAX;
  for (std::size_t mode = 0; mode < kModes; ++mode) {
    if (estimates[mode] > least_estimate + (least_estimate >> 2)) continue;
    const std::int64_t total =
        try_chroma(work, mode, predictions + mode * kStride, *next).weigh(work.segment->lambda_chroma);
    if (total < least) {
      least = total;
      best = next;
      next = best == both ? both + 1 : both;
    }
  }
  std::uint32_t used = 0;
  for (const Quantised& block : best->blocks) used |= block.used;
  best->empty = used == 0;
  return best;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // include guard
