#include "image/kernels/resample_deep_row.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

// Groups of 0 to 9 weights over a row of that many pixels.
struct Groups {
  explicit Groups(std::size_t pixels) : weights() {
    for (std::int32_t start = 0; start < static_cast<std::int32_t>(pixels); ++start) {
      starts.push_back(start);
      const auto most = std::min<std::size_t>(pixels - static_cast<std::size_t>(start), 10);
      for (std::size_t k = 0; k < static_cast<std::size_t>(start) % most; ++k) {
        weights.push_back(static_cast<float>(start * 7 % 11) / 10.0F - 0.3F * static_cast<float>(k));
      }
      offsets.push_back(static_cast<std::uint32_t>(weights.size()));
    }
  }
  DeepTaps taps() const { return {starts, offsets, weights.data()}; }

  std::vector<std::int32_t> starts;
  std::vector<std::uint32_t> offsets{0};
  std::vector<float> weights;
};

TEST(ResampleDeepRow, AgreesWithItsTwinToTheBitForEveryTargetAndTail) {
  test::on_every_target([] {
    for (const int channels : {3, 4}) {
      for (std::size_t pixels = 1; pixels <= 40; ++pixels) {
        const Groups groups(pixels);
        std::vector<float> row;
        for (const int value : test::random_samples<int>(pixels * static_cast<std::size_t>(channels) + kDeepPadding, 0,
                                                         65'535, 4)) {
          row.push_back(static_cast<float>(value) / 65'535.0F);
        }
        std::vector<float> found(4 * pixels), expected(4 * pixels);
        resample_deep_row(row.data(), groups.taps(), channels, found.data());
        resample_deep_row_reference(row.data(), groups.taps(), channels, expected.data());
        for (std::size_t i = 0; i < found.size(); ++i) {
          if (i % 4 >= static_cast<std::size_t>(channels)) continue;
          ASSERT_EQ(found[i], expected[i]) << pixels << " pixels, sample " << i;
        }
      }
    }
  });
}

TEST(ResampleDeepRow, SumsWeightedPixels) {
  const std::vector<float> row = {1, 2, 3, 10, 20, 30, 100, 200, 300, 0, 0, 0};
  const std::vector<std::int32_t> starts = {1};
  const std::vector<std::uint32_t> offsets = {0, 2};
  const std::vector<float> weights = {0.5F, 0.25F};
  std::vector<float> found(4);
  resample_deep_row(row.data(), {starts, offsets, weights.data()}, 3, found.data());
  found.resize(3);
  EXPECT_THAT(found, testing::ElementsAre(30, 60, 90));
}

}  // namespace
}  // namespace imagegen::kernels
