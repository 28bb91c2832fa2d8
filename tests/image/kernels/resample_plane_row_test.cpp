#include "image/kernels/resample_plane_row.hpp"

#include <gmock/gmock.h>

#include "image/kernels/fixed_point.hpp"
#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

struct Case {
  std::vector<std::int32_t> starts;
  std::vector<std::int16_t> weights, row;
  int taps;
};

Case random_case(std::size_t outputs, int taps) {
  constexpr int kSource = 40;
  Case made;
  made.taps = taps;
  made.starts = test::random_samples<std::int32_t>(outputs, 0, kSource - 1, 1);
  made.weights = test::random_samples<std::int16_t>(outputs * static_cast<std::size_t>(taps), -9000, 12000, 2);
  made.row = test::random_samples<std::int16_t>(static_cast<std::size_t>(kSource + taps), -16384, 16383, 3);
  return made;
}

std::vector<std::int16_t> run(const Case& input) {
  std::vector<std::int16_t> out(input.starts.size());
  resample_plane_row(input.row.data(), {input.starts, input.weights.data(), input.taps}, out.data());
  return out;
}

std::vector<std::int16_t> run_twin(const Case& input) {
  std::vector<std::int16_t> out(input.starts.size());
  resample_row_reference(input.row.data(), {input.starts, input.weights.data(), input.taps}, 1, out.data());
  return out;
}

TEST(ResamplePlaneRow, AgreesWithItsTwinForEveryTargetAndLength) {
  test::on_every_target([] {
    for (const int taps : {8, 16, 24, 40}) {
      for (std::size_t outputs = 0; outputs <= 40; ++outputs) {
        const Case input = random_case(outputs, taps);
        ASSERT_EQ(run(input), run_twin(input)) << taps << " taps, " << outputs << " outputs";
      }
    }
  });
}

TEST(ResamplePlaneRow, CopiesWhereOneTapHasAllTheWeight) {
  Case input{{0, 1, 2, 3, 4}, std::vector<std::int16_t>(5 * 8), {10, -20, 30, -16384, 16383, 0, 0, 0, 0, 0, 0, 0}, 8};
  for (std::size_t i = 0; i < 5; ++i) input.weights[i * 8] = 1 << kWeightBits;
  test::on_every_target([&] { EXPECT_THAT(run(input), testing::ElementsAre(10, -20, 30, -16384, 16383)); });
}

TEST(ResamplePlaneRow, RoundsToTheNearest) {
  Case input{{0, 0, 0, 0}, std::vector<std::int16_t>(4 * 8), {1, 0, 0, 0, 0, 0, 0, 0}, 8};
  for (const auto& [i, weight] : {std::pair{0, 8191}, {1, 8192}, {2, -8192}, {3, -8193}}) {
    input.weights[static_cast<std::size_t>(i) * 8] = static_cast<std::int16_t>(weight);
  }
  test::on_every_target([&] { EXPECT_THAT(run(input), testing::ElementsAre(0, 1, 0, -1)); });
}

TEST(ResamplePlaneRow, SaturatesInsteadOfWrapping) {
  std::vector<std::int16_t> weights(5 * 8);
  for (std::size_t i = 0; i < 5; ++i) weights[8 * i] = weights[8 * i + 1] = i % 2 == 0 ? 32767 : -32768;
  const Case input{{0, 0, 0, 0, 0}, weights, std::vector<std::int16_t>(8, 16000), 8};
  test::on_every_target([&] { EXPECT_THAT(run(input), testing::ElementsAre(32767, -32768, 32767, -32768, 32767)); });
}

}  // namespace
}  // namespace imagegen::kernels
