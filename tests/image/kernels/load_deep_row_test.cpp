#include "image/kernels/load_deep_row.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

TEST(LoadDeepRow, AgreesWithItsTwinToTheBitForEveryTargetAndTail) {
  test::on_every_target([] {
    for (const int channels : {3, 4}) {
      for (std::size_t pixels = 0; pixels <= 60; ++pixels) {
        const std::size_t count = pixels * static_cast<std::size_t>(channels);
        const auto samples = test::random_samples<std::uint16_t>(count, 0, 65'535, 1);
        std::vector<float> found(count), expected(count);
        load_deep_row(samples, channels, found.data());
        load_deep_row_reference(samples, channels, expected.data());
        ASSERT_EQ(found, expected) << channels << " channels, " << pixels << " pixels";
      }
    }
  });
}

TEST(LoadDeepRow, MultipliesColourWithAlpha) {
  const std::vector<std::uint16_t> samples = {65'535, 0, 32'768, 13'107, 65'535, 65'535, 65'535, 0};
  std::vector<float> found(8);
  load_deep_row(samples, 4, found.data());
  EXPECT_FLOAT_EQ(found[0], 0.2F);
  EXPECT_FLOAT_EQ(found[2], 0.2F * 32'768 / 65'535);
  EXPECT_FLOAT_EQ(found[3], 0.2F);
  EXPECT_THAT(std::vector<float>(found.begin() + 4, found.end()), testing::Each(0.0F));
}

TEST(LoadDeepRow, CountsInShares) {
  const std::vector<std::uint16_t> samples = {0, 65'535, 13'107};
  std::vector<float> found(3);
  load_deep_row(samples, 3, found.data());
  EXPECT_THAT(found, testing::ElementsAre(0.0F, 1.0F, 0.2F));
}

}  // namespace
}  // namespace imagegen::kernels
