// What the choices of modes share: the state of a macroblock at work, rates and scores. Compiled once per instruction
// set.
#if defined(IMAGEGEN_VP8_DECISION) == defined(HWY_TARGET_TOGGLE)
#ifdef IMAGEGEN_VP8_DECISION
#undef IMAGEGEN_VP8_DECISION
#else
#define IMAGEGEN_VP8_DECISION
#endif

#include <cstdlib>

#include "image/vp8/frame.hpp"
#include "image/vp8/predict-inl.hpp"

HWY_BEFORE_NAMESPACE();
namespace imagegen::detail::vp8::HWY_NAMESPACE {

// Squared errors and bits, and both in one number. Bits are in 1/256.
struct Score {
  std::int64_t error = 0, texture = 0, bits = 0, header = 0;

  std::int64_t weigh(int lambda) const { return (bits + header) * lambda + 256 * (error + texture); }
};

// Luma pixels as they will be decoded, with a row above, a column on the left and four columns on the right.
inline constexpr std::size_t kCanvasStride = 48;
inline constexpr std::size_t kCanvasOrigin = kCanvasStride + 16;

// One macroblock at work, with what is known of its neighbours.
struct Work {
  SourceBlock source;
  alignas(64) std::uint8_t canvas[kCanvasStride * 17];
  Edges luma, u, v;
  Segment* segment;
  const LevelCosts* costs;
  NonEmpty above, left;  // before the macroblock
  std::array<std::uint8_t, 4> above_modes, left_modes;
  CarriedErrors above_errors, left_errors;
  bool carry_errors;
};

// What was chosen for luma, either way.
struct LumaChoice {
  Quantised y2;
  Quantised blocks[16];
  alignas(64) std::uint8_t pixels[kLumaTiles * kTile];
  std::uint8_t modes[16];
  Score score;
  std::int64_t total;  // the score as it is compared between 16x16 and 4x4
};

struct ChromaChoice {
  Quantised blocks[8];
  alignas(64) std::uint8_t pixels[kChromaTiles * kTile];
  CarriedErrors above_errors, left_errors;
  std::uint8_t mode;
  bool empty;
};

HWY_INLINE int large_level_cost(const Quantised& block) {
  int cost = 0;
  for (const std::int16_t level : block.levels)
    if (std::abs(level) > kTableLevel) cost += extra_cost(std::abs(level));
  return cost;
}

// What writing a block costs, in 1/256 bit.
HWY_INLINE int rate_of(const LevelCosts& costs, BlockType type, int first, int context, const Quantised& block) {
  const int last = last_of(block);
  if (last < first) return costs.empty[type][first][context];
  alignas(16) std::uint16_t places[16];
  cost_places(block, first, context, places);
  int cost = costs.start[type][first][context];
  for (const std::uint16_t place : places) cost += costs.level[type][place];
  cost += costs.end[type][last + 1][block.sizes[last] > 1 ? 2 : 1];
  return has_large_level(block) ? cost + large_level_cost(block) : cost;
}

// A change in texture counts as error, so that fine detail is not smoothed away.
HWY_INLINE int texture_error(int before, int after) {
  return std::abs(before - after) >> 5;
}

HWY_INLINE int weigh_texture(int weight, int error) {
  return (weight * error + 128) >> 8;
}

}  // namespace imagegen::detail::vp8::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif  // include guard
