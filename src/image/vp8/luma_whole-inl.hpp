// Luma predicted at once, 16x16. Compiled once per instruction set.
#if defined(IMAGEGEN_VP8_LUMA_WHOLE) == defined(HWY_TARGET_TOGGLE)
#ifdef IMAGEGEN_VP8_LUMA_WHOLE
#undef IMAGEGEN_VP8_LUMA_WHOLE
#else
#define IMAGEGEN_VP8_LUMA_WHOLE
#endif

#include "image/vp8/decision-inl.hpp"
#include "image/vp8/y2_transform.hpp"

HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

HWY_INLINE int whole_rate(const Work& work, const LumaChoice& choice) {
  NonEmpty above = work.above, left = work.left;
  int rate = rate_of(*work.costs, kY2, 0, above[kNonEmptyY2] + left[kNonEmptyY2], choice.y2);
  for (std::size_t i = 0; i < 16; ++i) {
    std::uint8_t &up = above[i % 4], &before = left[i / 4];
    rate += rate_of(*work.costs, kLumaAfterY2, 1, up + before, choice.blocks[i]);
    up = before = choice.blocks[i].used != 0 ? 1 : 0;
  }
  return rate;
}

// Quantises what `prediction` leaves and rebuilds the pixels.
HWY_INLINE void rebuild_whole(const Work& work, const std::uint8_t* prediction, LumaChoice& choice) {
  alignas(16) std::int16_t coefficients[16][16], first[16];
  for (int i = 0; i < 16; ++i) {
    forward_transform(work.source.luma + i * kTile, prediction + i * kTile, coefficients[i]);
    first[i] = coefficients[i][0];
  }
  alignas(16) std::int16_t y2[16];
  forward_y2(first, y2);
  quantise(y2, work.segment->y2, choice.y2);
  inverse_y2(y2, first);
  for (int i = 0; i < 16; ++i) {
    coefficients[i][0] = 0;
    quantise(coefficients[i], work.segment->luma, choice.blocks[i]);
    coefficients[i][0] = first[i];
    inverse_transform(prediction + i * kTile, coefficients[i], choice.pixels + i * kTile);
  }
}

HWY_INLINE bool only_first_coefficients(const LumaChoice& choice) {
  std::uint32_t used = 0;
  for (const Quantised& block : choice.blocks) used |= block.used;
  return used == 0;
}

HWY_INLINE void try_whole(const Work& work, const int* textures, bool flat_source, std::size_t mode,
                          const std::uint8_t* prediction, LumaChoice& choice) {
  rebuild_whole(work, prediction, choice);
  int error = 0, change = 0;
  for (int i = 0; i < 16; ++i) {
    error += squared_error(work.source.luma + i * kTile, choice.pixels + i * kTile);
    change += texture_error(textures[i], texture(choice.pixels + i * kTile));
  }
  const int texture_loss = weigh_texture(work.segment->texture_weight, change);
  // Where the source is flat, every error shows.
  const int weight = flat_source && only_first_coefficients(choice) ? 2 : 1;
  choice.score = {error * weight, texture_loss * weight, whole_rate(work, choice), kLumaModeCosts[mode]};
  choice.modes[0] = static_cast<std::uint8_t>(mode);
}

// The transformed difference of a prediction, and the cost of its mode, in one number.
HWY_INLINE int whole_estimate(const Work& work, std::size_t mode, const std::uint8_t* prediction) {
  const int left = transformed_difference(work.source.luma, prediction, kLumaTiles);
  return left + (work.segment->luma_step * kLumaModeCosts[mode] >> 7);
}

HWY_INLINE bool is_flat(const std::uint8_t* pixels, int count) {
  for (int i = 1; i < count; ++i)
    if (pixels[i] != pixels[0]) return false;
  return true;
}

// Blocks of first coefficients only, and still off: what the filter has to smooth later.
HWY_INLINE void note_edges(Segment& segment, const LumaChoice& choice) {
  if (!only_first_coefficients(choice) || choice.y2.used == 0 || choice.score.error <= segment.flat_error) return;
  for (const int i : {1, 2, 4}) segment.largest_edge = HWY_MAX(segment.largest_edge, std::abs(choice.y2.levels[i]));
}

// Chooses one of the four modes: those whose estimates are good are tried in full. \return The choice, one of `both`.
HWY_INLINE LumaChoice* choose_whole(Work& work, const int* textures, LumaChoice* both) {
  constexpr std::size_t kStride = kLumaTiles * kTile;
  alignas(64) std::uint8_t predictions[kModes * kStride];
  predict_modes<16>(work.luma, kStride, predictions);
  const bool flat_source = is_flat(work.source.luma, kLumaTiles * kTile);
  int estimates[kModes], least = 1 << 30;
  for (std::size_t mode = 0; mode < kModes; ++mode) {
    estimates[mode] = whole_estimate(work, mode, predictions + mode * kStride);
    least = HWY_MIN(least, estimates[mode]);
  }
  LumaChoice *best = nullptr, *next = both;
  for (std::size_t mode = 0; mode < kModes; ++mode) {
    if (estimates[mode] > least + (least >> 3)) continue;
    try_whole(work, textures, flat_source, mode, predictions + mode * kStride, *next);
    if (best == nullptr || next->score.weigh(work.segment->lambda_16) < best->score.weigh(work.segment->lambda_16)) {
      best = next;
      next = best == both ? both + 1 : both;
    }
  }
  best->total = best->score.weigh(work.segment->lambda_mode);
  note_edges(*work.segment, *best);
  return best;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // include guard
