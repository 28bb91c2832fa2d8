#include "image/vp8/level_costs.hpp"

#include <algorithm>
#include <array>

#include "image/vp8/token_tree.hpp"

namespace imagegen::detail::vp8 {
namespace {

using Probs = std::array<std::uint8_t, kTokenProbs>;

// What the bits of fixed probability cost, the sign among them.
int fixed_cost(int level) {
  int cost = 0;
  walk_extra_bits(level, [&](bool bit, int probability) { cost += bit_cost(bit, probability); });
  return level == 0 ? 0 : cost + 256;
}

int tree_cost(int level, const Probs& probs) {
  int cost = 0;
  walk_level(level, [&](bool bit, int index) { cost += bit_cost(bit, probs[static_cast<std::size_t>(index)]); });
  return cost;
}

const std::array<int, kLevels>& fixed_costs() {
  static const auto costs = [] {
    std::array<int, kLevels> made{};
    for (int level = 0; level < kLevels; ++level) made[static_cast<std::size_t>(level)] = fixed_cost(level);
    return made;
  }();
  return costs;
}

void fill_levels(const Probs& probs, bool goes_on, std::uint16_t* out) {
  const int begin = goes_on ? bit_cost(true, probs[0]) : 0;
  // Levels of one shape of the tree differ in fixed bits only.
  int tree = 0;
  for (int level = 0; level < kLevels; ++level) {
    if (level <= 5 || level == 7 || level == 11 || level == 19 || level == 35 || level == 67)
      tree = tree_cost(level, probs);
    out[level] = static_cast<std::uint16_t>(begin + tree + fixed_costs()[static_cast<std::size_t>(level)]);
  }
}

}  // namespace

void compute_costs(const TokenProbs& probs, LevelCosts& costs) {
  for (std::size_t type = 0; type < kBlockTypes; ++type) {
    std::array<std::array<std::array<std::uint16_t, kLevels>, kContexts>, kBands> bands;
    for (std::size_t band = 0; band < kBands; ++band)
      for (std::size_t ctx = 0; ctx < kContexts; ++ctx)
        fill_levels(probs[type][band][ctx], ctx > 0, bands[band][ctx].data());
    for (std::size_t at = 0; at <= 16; ++at) {
      for (std::size_t ctx = 0; ctx < kContexts; ++ctx) {
        const int more = probs[type][kBandOf[at]][ctx][0];
        costs.end[type][at][ctx] = static_cast<std::uint16_t>(at == 16 ? 0 : bit_cost(false, more));
        if (at < 2) {
          costs.empty[type][at][ctx] = static_cast<std::uint16_t>(bit_cost(false, more));
          costs.start[type][at][ctx] = static_cast<std::uint16_t>(ctx == 0 ? bit_cost(true, more) : 0);
        }
        if (at < 16)
          std::copy_n(bands[kBandOf[at]][ctx].data(), kLevels, costs.level[type] + (at * kContexts + ctx) * kLevels);
      }
    }
    costs.level[type][kNoLevel] = 0;
  }
}

int extra_cost(int level) {
  return fixed_cost(level) - fixed_costs()[kTableLevel];
}

}  // namespace imagegen::detail::vp8
