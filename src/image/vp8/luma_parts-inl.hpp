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

inline constexpr int kTrials = 8;           // modes of a part that are tried in full
inline constexpr int kPaddedModes = 12;     // predictions, up to whole batches
inline constexpr int kFewCoefficients = 3;  // with no more, a part is flat: other modes than DC only look busy
inline constexpr int kFlatPenalty = 140;

// The neighbours of part `i` as predict_sub_modes() wants them.
HWY_INLINE void load_part_edge(const std::uint8_t* canvas, int i, std::uint8_t* edge) {
  const std::uint8_t* at = canvas + kCanvasOrigin + static_cast<std::size_t>(i / 4 * 4) * kCanvasStride + i % 4 * 4;
  const std::uint8_t* left = at - 1;
  for (std::size_t y = 0; y < 4; ++y) edge[3 - y] = left[y * kCanvasStride];
  std::memcpy(edge + 4, at - kCanvasStride - 1, 9);
  edge[13] = edge[12];
  edge[14] = edge[15] = edge[0];
}

HWY_INLINE void store_part(const std::uint8_t* pixels, int i, std::uint8_t* canvas) {
  std::uint8_t* at = canvas + kCanvasOrigin + static_cast<std::size_t>(i / 4 * 4) * kCanvasStride + i % 4 * 4;
  for (std::size_t y = 0; y < 4; ++y) std::memcpy(at + y * kCanvasStride, pixels + 4 * y, 4);
}

// The most promising modes first: those that leave least, and cost least.
HWY_INLINE void rank_modes(const std::uint8_t* source, const std::uint8_t* predictions, const std::uint16_t* mode_costs,
                           int step, int* ranked) {
  int keys[kPaddedModes];
  for (int mode = 0; mode < kSubModes; mode += kBatch)
    transformed_differences(source, predictions + mode * kTile, keys + mode);
  for (int mode = 0; mode < kSubModes; ++mode)
    keys[mode] = (((keys[mode] << 8) + (step * mode_costs[mode] >> 1)) >> 4) * 16 + mode;
  for (int n = 0; n < kTrials; ++n) {
    int least = keys[0];
    for (int mode = 1; mode < kSubModes; ++mode) least = HWY_MIN(least, keys[mode]);
    ranked[n] = least % 16;
    keys[ranked[n]] = INT_MAX;
  }
}

HWY_INLINE void try_modes(const Work& work, const std::uint8_t* source, const std::uint8_t* predictions,
                          const int* ranked, Trial* trials) {
  alignas(64) std::uint8_t chosen[kTrials * kTile];
  for (int n = 0; n < kTrials; ++n) std::memcpy(chosen + n * kTile, predictions + ranked[n] * kTile, kTile);
  for (int n = 0; n < kTrials; n += kBatch) try_predictions(source, chosen + n * kTile, work.segment->luma, trials + n);
}

HWY_INLINE Score score_of(const Work& work, const Trial& trial, int texture_before, int context, int mode,
                          int mode_cost) {
  const int flat = mode > 0 && count_of_others(trial.block) <= kFewCoefficients ? kFlatPenalty : 0;
  const int change = texture_error(texture_before, trial.texture);
  return {trial.error, weigh_texture(work.segment->texture_weight, change),
          flat + rate_of(*work.costs, kLuma, 0, context, trial.block), mode_cost};
}

struct PartChoice {
  int mode;
  Score score;
  const Trial* trial;
};

HWY_INLINE PartChoice choose_part(const Work& work, const std::uint8_t* source, int texture_before, int context,
                                  const std::uint16_t* mode_costs, int i, Trial* trials) {
  alignas(16) std::uint8_t edge[16];
  alignas(64) std::uint8_t predictions[kPaddedModes * kTile];
  load_part_edge(work.canvas, i, edge);
  predict_sub_modes(edge, predictions);
  int ranked[kTrials];
  rank_modes(source, predictions, mode_costs, work.segment->luma_step, ranked);
  try_modes(work, source, predictions, ranked, trials);
  PartChoice best{};
  std::int64_t least = INT64_MAX;
  for (int n = 0; n < kTrials; ++n) {
    const int mode = ranked[n];
    const Score score = score_of(work, trials[n], texture_before, context, mode, mode_costs[mode]);
    const std::int64_t total = score.weigh(work.segment->lambda_4);
    if (total >= least) continue;
    least = total;
    best = {mode, score, trials + n};
  }
  return best;
}

// Chooses modes part by part. \return Whether that beats `limit`; if not, it may have stopped early.
HWY_INLINE bool choose_parts(Work& work, const int* textures, std::int64_t limit, LumaChoice& choice) {
  NonEmpty above = work.above, left = work.left;
  auto above_modes = work.above_modes, left_modes = work.left_modes;
  choice.score = {0, 0, 0, kSubModesFlagCost};
  choice.total = choice.score.weigh(work.segment->lambda_mode);
  Trial trials[kTrials];
  for (std::size_t i = 0; i < 16; ++i) {
    const std::size_t x = i % 4, y = i / 4;
    const std::uint16_t* mode_costs = kSubModeCosts[above_modes[x]][left_modes[y]];
    const PartChoice best = choose_part(work, work.source.luma + i * kTile, textures[i], above[x] + left[y], mode_costs,
                                        static_cast<int>(i), trials);
    choice.total += best.score.weigh(work.segment->lambda_mode);
    if (choice.total >= limit) return false;
    choice.blocks[i] = best.trial->block;
    std::memcpy(choice.pixels + i * kTile, best.trial->pixels, kTile);
    choice.modes[i] = above_modes[x] = left_modes[y] = static_cast<std::uint8_t>(best.mode);
    above[x] = left[y] = best.trial->block.used != 0 ? 1 : 0;
    store_part(best.trial->pixels, static_cast<int>(i), work.canvas);
  }
  return true;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // include guard
