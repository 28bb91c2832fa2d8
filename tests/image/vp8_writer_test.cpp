#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <utility>
#include <vector>

#include "image/vp8/bool_writer.hpp"
#include "image/vp8/level_costs.hpp"
#include "image/vp8/tokens.hpp"

namespace imagegen::test {
namespace {

using namespace detail::vp8;

// The decoder of RFC 6386, section 7.3, bit by bit.
class BoolReader {
 public:
  explicit BoolReader(const Bytes& bytes) : bytes_(bytes), value_(next() << 8U) { value_ |= next(); }

  bool get(int probability) {
    const std::uint32_t split = 1 + (((range_ - 1) * static_cast<std::uint32_t>(probability)) >> 8U);
    const bool bit = value_ >= split << 8U;
    value_ -= bit ? split << 8U : 0;
    range_ = bit ? range_ - split : split;
    for (; range_ < 128; range_ <<= 1U) {
      value_ <<= 1U;
      if (++shifted_ % 8 == 0) value_ |= next();
    }
    return bit;
  }

 private:
  std::uint32_t next() { return at_ < bytes_.size() ? bytes_[at_++] : 0U; }

  const Bytes& bytes_;
  std::size_t at_ = 0;
  std::uint32_t value_, range_ = 255;
  int shifted_ = 0;
};

using Flips = std::vector<std::pair<bool, int>>;

Flips random_flips(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  Flips flips;
  for (std::size_t i = 0; i < count; ++i) {
    const int probability = 1 + static_cast<int>(random() % 255U);
    flips.emplace_back(static_cast<int>(random() % 256U) >= probability, probability);
  }
  return flips;
}

void expect_read_back(const Flips& flips) {
  BoolWriter writer;
  for (const auto& [bit, probability] : flips) writer.put(bit, probability);
  BoolReader reader(writer.finish());
  for (const auto& [bit, probability] : flips) ASSERT_EQ(reader.get(probability), bit);
}

TEST(Vp8BoolWriter, IsReadBackAtEveryLength) {
  for (std::size_t count = 0; count < 300; ++count)
    ASSERT_NO_FATAL_FAILURE(expect_read_back(random_flips(count, static_cast<std::uint32_t>(count)))) << count;
}

TEST(Vp8BoolWriter, CarriesThroughLongRunsOfOnes) {
  expect_read_back(Flips(5000, {true, 1}));
  expect_read_back(Flips(5000, {true, 254}));
  Flips flips(400, {true, 128});
  flips.emplace_back(true, 255);
  expect_read_back(flips);
}

TEST(Vp8BoolWriter, TakesAsManyBitsAsTheProbabilitiesSay) {
  const Flips flips = random_flips(100000, 3);
  BoolWriter writer;
  double cost = 0;
  for (const auto& [bit, probability] : flips) {
    writer.put(bit, probability);
    cost += bit_cost(bit, probability) / 256.0;
  }
  EXPECT_NEAR(static_cast<double>(writer.finish().size()) * 8, cost, 0.02 * cost);
}

// What LevelCosts says a block costs, in 1/256 bit.
int estimate(const LevelCosts& costs, const std::int16_t* levels, BlockType type, int first, int last, int context) {
  if (last < first) return costs.empty[type][first][context];
  int cost = costs.start[type][first][context];
  for (int at = first; at <= last; ++at) {
    const int size = std::abs(levels[kZigzag[at]]);
    cost += costs.level[type][(at * kContexts + context) * kLevels + std::min(size, kTableLevel)];
    if (size > kTableLevel) cost += extra_cost(size);
    context = std::min(size, 2);
  }
  return cost + costs.end[type][last + 1][context];
}

TEST(Vp8Tokens, CostWhatTheTablesSay) {
  LevelCosts costs;
  compute_costs(kDefaultProbs, costs);
  std::mt19937 random(11);
  TokenBuffer tokens;
  std::int64_t expected = 0;
  for (int block = 0; block < 20000; ++block) {
    std::int16_t levels[16] = {};
    const auto type = static_cast<BlockType>(block % kBlockTypes);
    const int first = type == kLumaAfterY2 ? 1 : 0, last = static_cast<int>(random() % 17U) - 1;
    const auto range = static_cast<std::uint32_t>(block % 50 == 0 ? 4095 : 1 + random() % 25U);
    for (int at = first; at <= last; ++at)
      levels[kZigzag[at]] = static_cast<std::int16_t>(static_cast<int>(random() % range) - static_cast<int>(range / 2));
    if (last >= first && levels[kZigzag[last]] == 0) levels[kZigzag[last]] = -1;
    const int context = block % kContexts;
    tokens.record(levels, type, first, last, context);
    expected += estimate(costs, levels, type, first, last, context);
  }
  BoolWriter writer;
  tokens.write(kDefaultProbs, writer);
  const double bits = static_cast<double>(expected) / 256;
  EXPECT_NEAR(static_cast<double>(writer.finish().size()) * 8, bits, 0.01 * bits);
}

TEST(Vp8Tokens, ProbabilitiesOfTheirOwnMakeThemSmaller) {
  TokenBuffer tokens;
  const std::int16_t levels[16] = {30, -20, 10};
  for (int i = 0; i < 2000; ++i) tokens.record(levels, kLuma, 0, 5, 2);
  BoolWriter usual, own;
  tokens.write(kDefaultProbs, usual);
  tokens.write(best_probs(tokens.counts()), own);
  EXPECT_LT(own.finish().size() * 2, usual.finish().size());
}

TEST(Vp8Tokens, ProbabilitiesStayWhereChangingThemDoesNotPay) {
  TokenBuffer tokens;
  const std::int16_t levels[16] = {1};
  tokens.record(levels, kLuma, 0, 0, 0);
  EXPECT_EQ(best_probs(tokens.counts()), kDefaultProbs);
}

}  // namespace
}  // namespace imagegen::test
