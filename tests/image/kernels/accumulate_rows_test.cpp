#include "image/kernels/accumulate_rows.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

using test::kLongestTail;
using test::on_every_target;
using test::random_samples;

// `taps` rows of random samples that begin at odd addresses, random weights, and a running sum that is not zero.
template <class Sample>
struct Rows {
  Rows(std::size_t taps, std::size_t count, int least, int most)
      : samples(random_samples<Sample>(taps * (count + 1) + 1, least, most, 1)),
        weights(random_samples<std::int16_t>(taps, -9000, 19000, 2)),
        acc(random_samples<std::int32_t>(count, -1000, 1000, 3)) {
    for (std::size_t k = 0; k < taps; ++k) rows.push_back(samples.data() + 1 + k * (count + 1));
  }
  std::vector<Sample> samples;
  std::vector<const Sample*> rows;
  std::vector<std::int16_t> weights;
  std::vector<std::int32_t> acc;
};

template <class Sample>
void expect_twins_agree(int least, int most) {
  on_every_target([&] {
    for (const std::size_t taps : {2U, 4U, 6U, 16U}) {
      for (std::size_t count = 0; count <= kLongestTail; ++count) {
        Rows<Sample> input(taps, count, least, most);
        auto expected = input.acc;
        accumulate_rows_reference(input.rows, input.weights.data(), expected);
        accumulate_rows(input.rows, input.weights.data(), input.acc);
        ASSERT_EQ(input.acc, expected) << taps << " taps, " << count << " samples";
      }
    }
  });
}

TEST(AccumulateRows, AgreesWithItsTwinOnBytesForEveryTargetAndTail) {
  expect_twins_agree<std::uint8_t>(0, 255);
}

TEST(AccumulateRows, AgreesWithItsTwinOnWordsForEveryTargetAndTail) {
  expect_twins_agree<std::int16_t>(-16384, 16383);
}

TEST(AccumulateRows, AddsWeightedRowsToWhatIsThere) {
  const std::vector<std::uint8_t> a = {1, 2, 255};
  const std::vector<std::uint8_t> b = {10, 20, 0};
  const std::vector<const std::uint8_t*> rows = {a.data(), b.data()};
  const std::vector<std::int16_t> weights = {100, -1};
  std::vector<std::int32_t> acc = {5, 0, -500};
  accumulate_rows(rows, weights.data(), acc);
  EXPECT_THAT(acc, testing::ElementsAre(95, 180, 25000));
}

}  // namespace
}  // namespace imagegen::kernels
