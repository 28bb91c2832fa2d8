#pragma once
#include <cstdint>

#include "image/vp8/tables.hpp"

namespace imagegen::detail::vp8 {

inline constexpr int kTableLevel = 67;  ///< Levels from here on differ in bits of fixed probability only.
inline constexpr int kLevels = kTableLevel + 1;
inline constexpr int kNoLevel = 16 * kContexts * kLevels;  ///< Where LevelCosts::level is 0: a coefficient not written.

/// What coefficients cost, in 1/256 bit, with given probabilities.
struct LevelCosts {
  /// By position, context and level, in that order, with what says that the block goes on; a 0 cannot follow that.
  std::uint16_t level[kBlockTypes][kNoLevel + 1];
  /// Above `level`, for a block that begins in context 0: by first position and context.
  std::uint16_t start[kBlockTypes][2][kContexts];
  /// An empty block, by first position and context.
  std::uint16_t empty[kBlockTypes][2][kContexts];
  /// The end of a block before a position, by position and the context there. Nothing at 16.
  std::uint16_t end[kBlockTypes][17][kContexts];
};

void compute_costs(const TokenProbs& probs, LevelCosts& costs);

/// What a level above kTableLevel costs more than kTableLevel does.
int extra_cost(int level);

}  // namespace imagegen::detail::vp8
