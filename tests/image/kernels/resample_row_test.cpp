#include "image/kernels/resample_row.hpp"

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

Case random_case(std::size_t pixels, int taps, int channels) {
  constexpr int kSource = 40;
  Case made;
  made.taps = taps;
  made.starts = test::random_samples<std::int32_t>(pixels, 0, kSource - 1, 1);
  made.weights = test::random_samples<std::int16_t>(pixels * static_cast<std::size_t>(taps), -9000, 12000, 2);
  const auto samples = static_cast<std::size_t>((kSource + taps) * channels + kRowPadding);
  made.row = test::random_samples<std::int16_t>(samples, -16384, 16383, 3);
  return made;
}

std::vector<std::int16_t> run(const Case& input, int channels, decltype(&resample_row) kernel) {
  const std::size_t samples = input.starts.size() * static_cast<std::size_t>(channels);
  std::vector<std::int16_t> out(samples + kRowPadding);
  kernel(input.row.data(), {input.starts, input.weights.data(), input.taps}, channels, out.data());
  out.resize(samples);  // what lies in the padding is nobody's business
  return out;
}

TEST(ResampleRow, AgreesWithItsTwinForEveryTargetChannelCountAndLength) {
  test::on_every_target([] {
    for (const int channels : {1, 3, 4}) {
      for (const int taps : {2, 6, 8, 26}) {
        for (std::size_t pixels = 0; pixels <= 20; ++pixels) {
          const Case input = random_case(pixels, taps, channels);
          ASSERT_EQ(run(input, channels, resample_row), run(input, channels, resample_row_reference))
              << channels << " channels, " << taps << " taps, " << pixels << " pixels";
        }
      }
    }
  });
}

TEST(ResampleRow, SaturatesInsteadOfWrapping) {
  Case input{{0, 0}, {32767, 32767, -32768, -32768}, std::vector<std::int16_t>(6 + kRowPadding, 16000), 2};
  EXPECT_THAT(run(input, 3, resample_row), testing::ElementsAre(32767, 32767, 32767, -32768, -32768, -32768));
}

}  // namespace
}  // namespace imagegen::kernels
