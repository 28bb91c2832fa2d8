// Luma predicted in sixteen parts of 4x4. Compiled once per instruction set.
#if defined(IMAGEGEN_VP8_LUMA_PARTS) == defined(HWY_TARGET_TOGGLE)
#ifdef IMAGEGEN_VP8_LUMA_PARTS
#undef IMAGEGEN_VP8_LUMA_PARTS
#else
#define IMAGEGEN_VP8_LUMA_PARTS
#endif

#include <climits>
#include <cstring>

#include "image/vp8/decision-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

inline constexpr int kTrials = 3;           // modes of a part that are tried in full
inline constexpr int kFewCoefficients = 3;  // with no more, a part is flat: other modes than DC only look busy
inline constexpr int kFlatPenalty = 140;

// The neighbours of part `i` as predict_sub_modes() wants them.
HWY_INLINE void load_part_edge(const std::uint8_t* canvas, int i, std::uint8_t* edge) {
  const std::uint8_t* at = canvas + kCanvasOrigin + static_cast<std::size_t>(i / 4 * 4) * kCanvasStride + i % 4 * 4;
  for (std::size_t y = 0; y < 4; ++y) edge[3 - y] = at[y * kCanvasStride - 1];
  std::memcpy(edge + 4, at - kCanvasStride - 1, 9);
  edge[13] = edge[12];
  edge[14] = edge[15] = edge[0];
}

HWY_INLINE void store_part(const std::uint8_t* pixels, int i, std::uint8_t* canvas) {
  std::uint8_t* at = canvas + kCanvasOrigin + static_cast<std::size_t>(i / 4 * 4) * kCanvasStride + i % 4 * 4;
  for (std::size_t y = 0; y < 4; ++y) std::memcpy(at + y * kCanvasStride, pixels + 4 * y, 4);
}

// The most promising modes first: those that leave least, and cost least. \return How many are worth a trial.
HWY_INLINE int rank_modes(const std::uint8_t* source, const std::uint8_t* predictions, const std::uint16_t* mode_costs,
                          int step, int* ranked) {
  int keys[kSubModes];
  for (int mode = 0; mode < kSubModes; ++mode) {
    const int left = transformed_difference(source, predictions + mode * kTile);
    keys[mode] = (((left << 8) + (step * mode_costs[mode] >> 1)) >> 4) * 16 + mode;
  }
  int limit = INT_MAX;
  for (int n = 0; n < kTrials; ++n) {
    int least = keys[0];
    for (int mode = 1; mode < kSubModes; ++mode) least = HWY_MIN(least, keys[mode]);
    if (least > limit) return n;
    if (n == 0) limit = least + least / 2;
    ranked[n] = least % 16;
    keys[ranked[n]] = INT_MAX;
  }
  return kTrials;
}

struct PartTrial {
  Quantised block;
  alignas(16) std::uint8_t pixels[kTile];
  Score score;
};

HWY_INLINE void try_part(const Work& work, const std::uint8_t* source, const std::uint8_t* prediction,
                         int texture_before, int context, int mode, int mode_cost, PartTrial& trial) {
  alignas(16) std::int16_t coefficients[16];
  forward_transform(source, prediction, coefficients);
  quantise(coefficients, work.segment->luma, trial.block);
  inverse_transform(prediction, coefficients, trial.pixels);
  const int flat = mode > 0 && count_of_others(trial.block) <= kFewCoefficients ? kFlatPenalty : 0;
  trial.score.error = squared_error(source, trial.pixels);
  trial.score.texture = weigh_texture(work.segment->texture_weight, texture_error(texture_before, trial.pixels));
  trial.score.bits = flat + rate_of(*work.costs, kLuma, 0, context, trial.block);
  trial.score.header = mode_cost;
}

HWY_INLINE const PartTrial& choose_part(const Work& work, const std::uint8_t* source, int texture_before, int context,
                                        const std::uint16_t* mode_costs, int i, PartTrial* trials, int& chosen) {
  alignas(16) std::uint8_t edge[16];
  alignas(64) std::uint8_t predictions[kSubModes * kTile];
  load_part_edge(work.canvas, i, edge);
  predict_sub_modes(edge, predictions);
  int ranked[kTrials];
  const int count = rank_modes(source, predictions, mode_costs, work.segment->luma_step, ranked);
  std::int64_t least = INT64_MAX;
  int best = 0;
  for (int n = 0; n < count; ++n) {
    const int mode = ranked[n];
    try_part(work, source, predictions + mode * kTile, texture_before, context, mode, mode_costs[mode], trials[n]);
    const std::int64_t total = trials[n].score.weigh(work.segment->lambda_4);
    if (total < least) {
      least = total;
      best = n;
    }
  }
  chosen = ranked[best];
  return trials[best];
}

// Chooses modes part by part. \return Whether that beats `limit`; if not, it may have stopped early.
HWY_INLINE bool choose_parts(Work& work, const int* textures, std::int64_t limit, LumaChoice& choice) {
  NonEmpty above = work.above, left = work.left;
  auto above_modes = work.above_modes, left_modes = work.left_modes;
  choice.score = {0, 0, 0, kSubModesFlagCost};
  choice.total = choice.score.weigh(work.segment->lambda_mode);
  PartTrial trials[kTrials];
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t x = i % 4, y = i / 4;
    const std::uint16_t* mode_costs = kSubModeCosts[above_modes[x]][left_modes[y]];
    int mode = 0;
    const PartTrial& best = choose_part(work, work.source.luma + i * kTile, textures[i], above[x] + left[y], mode_costs,
                                        static_cast<int>(i), trials, mode);
    choice.total += best.score.weigh(work.segment->lambda_mode);
    if (choice.total >= limit) return false;
    choice.blocks[i] = best.block;
    std::memcpy(choice.pixels + i * kTile, best.pixels, kTile);
    choice.modes[i] = above_modes[x] = left_modes[y] = static_cast<std::uint8_t>(mode);
    above[x] = left[y] = best.block.used != 0 ? 1 : 0;
    store_part(best.pixels, static_cast<int>(i), work.canvas);
  }
  return true;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // include guard
