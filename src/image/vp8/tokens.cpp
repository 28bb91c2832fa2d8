#include "image/vp8/tokens.hpp"

#include <algorithm>
#include <cstdlib>

#include "image/vp8/token_tree.hpp"

namespace imagegen::detail::vp8 {
namespace {

// A token: the level in bits 0 to 11, flags, and the set of probabilities from bit 16 on.
constexpr std::uint32_t kLevelMask = 0xFFF, kNegative = 1U << 12U, kMayEnd = 1U << 13U, kEnd = 1U << 14U;
constexpr int kRowShift = 16;
constexpr std::size_t kEndClass = 11;

constexpr auto kClassOf = [] {
  std::array<std::uint8_t, 68> classes{};
  for (int level = 0; level < 68; ++level)
    classes[static_cast<std::size_t>(level)] = static_cast<std::uint8_t>(level < 5    ? level
                                                                         : level < 7  ? 5
                                                                         : level < 11 ? 6
                                                                         : level < 19 ? 7
                                                                         : level < 35 ? 8
                                                                         : level < 67 ? 9
                                                                                      : 10);
  return classes;
}();

// One level of each class, to walk the tree with.
constexpr int kLevelOf[kEndClass] = {0, 1, 2, 3, 4, 5, 7, 11, 19, 35, 67};

constexpr std::size_t row_of(std::size_t type, std::size_t band, std::size_t context) {
  return (type * kBands + band) * kContexts + context;
}

struct Branch {
  std::uint32_t zeros = 0, ones = 0;
};

std::array<Branch, kTokenProbs> branches_of(const std::array<std::array<std::uint32_t, kClasses>, 2>& counts) {
  std::array<Branch, kTokenProbs> branches{};
  branches[0].zeros = counts[1][kEndClass];
  for (std::size_t i = 0; i < kEndClass; ++i) {
    branches[0].ones += counts[1][i];
    const std::uint32_t count = counts[0][i] + counts[1][i];
    walk_level(kLevelOf[i], [&](bool bit, int index) {
      Branch& branch = branches[static_cast<std::size_t>(index)];
      (bit ? branch.ones : branch.zeros) += count;
    });
  }
  return branches;
}

std::uint64_t cost_of(const Branch& branch, int probability) {
  return std::uint64_t{branch.ones} * static_cast<std::uint64_t>(bit_cost(true, probability)) +
         std::uint64_t{branch.zeros} * static_cast<std::uint64_t>(bit_cost(false, probability));
}

std::uint8_t best_prob(const Branch& branch, int usual, int update) {
  const std::uint64_t total = std::uint64_t{branch.zeros} + branch.ones;
  const int own = branch.ones == 0 ? 255 : static_cast<int>(255 - branch.ones * std::uint64_t{255} / total);
  const int made = std::max(own, 1);
  const auto kept = cost_of(branch, usual) + static_cast<std::uint64_t>(bit_cost(false, update));
  const auto changed = cost_of(branch, made) + static_cast<std::uint64_t>(bit_cost(true, update)) + 8 * 256;
  return static_cast<std::uint8_t>(changed < kept ? made : usual);
}

void write_token(std::uint32_t token, const std::uint8_t* probs, BoolWriter& writer) {
  if ((token & kMayEnd) != 0) writer.put((token & kEnd) == 0, probs[0]);
  if ((token & kEnd) != 0) return;
  const auto level = static_cast<int>(token & kLevelMask);
  walk_level(level, [&](bool bit, int index) { writer.put(bit, probs[index]); });
  if (level == 0) return;
  walk_extra_bits(level, [&](bool bit, int probability) { writer.put(bit, probability); });
  writer.put((token & kNegative) != 0, 128);
}

}  // namespace

void TokenBuffer::record(const std::int16_t* levels, BlockType type, int first, int last, int context) {
  constexpr std::size_t kMostTokens = 17;
  if (pages_.empty() || pages_.back()->used + kMostTokens > kPage) pages_.emplace_back(new Page);
  Page& page = *pages_.back();
  std::uint32_t* out = page.tokens.data() + page.used;
  std::size_t row = row_of(type, kBandOf[first], static_cast<std::size_t>(context));
  std::uint32_t may_end = kMayEnd;
  for (int at = first; at <= last; ++at) {
    const int level = levels[kZigzag[at]];
    const auto size = static_cast<std::uint32_t>(std::abs(level));
    ++counts_[row][may_end != 0][kClassOf[std::min(size, 67U)]];
    *out++ = size | (level < 0 ? kNegative : 0) | may_end | static_cast<std::uint32_t>(row) << kRowShift;
    may_end = size == 0 ? 0 : kMayEnd;
    row = row_of(type, kBandOf[at + 1], std::min(size, 2U));
  }
  if (last < 15) {
    ++counts_[row][1][kEndClass];
    *out++ = kEnd | kMayEnd | static_cast<std::uint32_t>(row) << kRowShift;
  }
  page.used = static_cast<std::size_t>(out - page.tokens.data());
}

void TokenBuffer::write(const TokenProbs& probs, BoolWriter& writer) const {
  const std::uint8_t* rows = probs[0][0][0].data();
  for (const auto& page : pages_) {
    for (std::size_t i = 0; i < page->used; ++i) {
      const std::uint32_t token = page->tokens[i];
      write_token(token, rows + std::size_t{token >> kRowShift} * kTokenProbs, writer);
    }
  }
}

TokenProbs best_probs(const TokenCounts& counts) {
  TokenProbs probs = kDefaultProbs;
  for (std::size_t type = 0; type < kBlockTypes; ++type)
    for (std::size_t band = 0; band < kBands; ++band)
      for (std::size_t ctx = 0; ctx < kContexts; ++ctx) {
        const auto branches = branches_of(counts[row_of(type, band, ctx)]);
        for (std::size_t i = 0; i < kTokenProbs; ++i)
          probs[type][band][ctx][i] =
              best_prob(branches[i], kDefaultProbs[type][band][ctx][i], kProbUpdateProbs[type][band][ctx][i]);
      }
  return probs;
}

}  // namespace imagegen::detail::vp8
