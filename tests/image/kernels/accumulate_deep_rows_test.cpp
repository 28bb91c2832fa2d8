#include "image/kernels/accumulate_deep_rows.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

std::vector<float> random_floats(std::size_t count, std::uint32_t seed) {
  std::vector<float> floats;
  for (const int value : test::random_samples<int>(count, -1000, 66'535, seed)) {
    floats.push_back(static_cast<float>(value) / 65'535.0F);
  }
  return floats;
}

// Equal, not near: sums in another order, or rounded once where twice is meant, would differ.
TEST(AccumulateDeepRows, AgreesWithItsTwinToTheBitForEveryTargetAndTail) {
  test::on_every_target([] {
    for (const std::size_t taps : {1U, 2U, 5U, 8U}) {
      for (std::size_t count = 0; count <= test::kLongestTail; ++count) {
        const auto samples = random_floats(taps * (count + 1), 1);
        const auto weights = random_floats(taps, 2);
        std::vector<const float*> rows;
        for (std::size_t k = 0; k < taps; ++k) rows.push_back(samples.data() + 1 + k * count);
        auto found = random_floats(count, 3), expected = found;
        accumulate_deep_rows(rows, weights.data(), found);
        accumulate_deep_rows_reference(rows, weights.data(), expected);
        ASSERT_EQ(found, expected) << taps << " taps, " << count << " samples";
      }
    }
  });
}

TEST(AccumulateDeepRows, AddsWeightedRowsToWhatIsThere) {
  const std::vector<float> a = {1, 2, 3}, b = {10, 20, 30};
  const std::vector<const float*> rows = {a.data(), b.data()};
  const std::vector<float> weights = {0.5F, -1};
  std::vector<float> acc = {100, 0, -1};
  accumulate_deep_rows(rows, weights.data(), acc);
  EXPECT_THAT(acc, testing::ElementsAre(90.5F, -19, -29.5F));
}

}  // namespace
}  // namespace imagegen::kernels
