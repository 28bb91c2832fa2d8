#include "image/kernels/unfilter_row.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

using Row = std::vector<std::uint8_t>;

constexpr PngFilter kFilters[] = {PngFilter::none, PngFilter::sub, PngFilter::up, PngFilter::average, PngFilter::paeth};

Row unfiltered(PngFilter filter, const Row& filtered, const Row& above, int pixel_bytes) {
  Row out(filtered.size());
  unfilter_row(filter, filtered, above.data(), pixel_bytes, out.data());
  return out;
}

TEST(UnfilterRow, AgreesWithItsTwinForEveryTargetFilterPixelAndTail) {
  test::on_every_target([] {
    for (const PngFilter filter : kFilters) {
      for (const int pixel_bytes : {1, 2, 3, 4, 6, 8}) {
        for (std::size_t pixels = 0; pixels <= 70; ++pixels) {
          const std::size_t count = pixels * static_cast<std::size_t>(pixel_bytes);
          const auto filtered = test::random_samples<std::uint8_t>(count, 0, 255, 1);
          const auto above = test::random_samples<std::uint8_t>(count, 0, 255, 2);
          Row expected(count);
          unfilter_row_reference(filter, filtered, above.data(), pixel_bytes, expected.data());
          ASSERT_EQ(unfiltered(filter, filtered, above, pixel_bytes), expected)
              << static_cast<int>(filter) << ", " << pixel_bytes << " bytes a pixel, " << pixels << " pixels";
        }
      }
    }
  });
}

// As the decoder uses it: row y of n bytes moves y + 1 bytes to the front.
TEST(UnfilterRow, MayWriteInFrontOfWhatItReads) {
  test::on_every_target([] {
    for (const PngFilter filter : kFilters) {
      for (const int pixel_bytes : {1, 2, 3, 4, 6, 8}) {
        for (const std::size_t distance : {1U, 2U, 5U, 64U}) {
          const std::size_t count = 60U * static_cast<std::size_t>(pixel_bytes);
          const auto filtered = test::random_samples<std::uint8_t>(count, 0, 255, 3);
          const auto above = test::random_samples<std::uint8_t>(count, 0, 255, 4);
          Row moving(distance + count);
          std::copy(filtered.begin(), filtered.end(), moving.begin() + static_cast<std::ptrdiff_t>(distance));
          unfilter_row(filter, {moving.data() + distance, count}, above.data(), pixel_bytes, moving.data());
          moving.resize(count);
          ASSERT_EQ(moving, unfiltered(filter, filtered, above, pixel_bytes)) << distance << " bytes in front";
        }
      }
    }
  });
}

TEST(UnfilterRow, TakesBackEachFilter) {
  const Row filtered = {1, 2, 3, 250}, above = {10, 20, 30, 40};
  const auto grey = [&](PngFilter filter) { return unfiltered(filter, filtered, above, 1); };
  EXPECT_THAT(grey(PngFilter::none), testing::ElementsAre(1, 2, 3, 250));
  EXPECT_THAT(grey(PngFilter::sub), testing::ElementsAre(1, 3, 6, 0));
  EXPECT_THAT(grey(PngFilter::up), testing::ElementsAre(11, 22, 33, 34));
  EXPECT_THAT(grey(PngFilter::average), testing::ElementsAre(6, 15, 25, 26));
  EXPECT_THAT(grey(PngFilter::paeth), testing::ElementsAre(11, 22, 33, 34));
}

// In case of a tie: left before above before corner. PNG specification, third edition, 9.4.
TEST(UnfilterRow, BreaksTiesOfPaethAsTheSpecificationSays) {
  test::on_every_target([] {
    EXPECT_EQ(unfiltered(PngFilter::paeth, {248, 0}, {10, 14}, 1), (Row{2, 2}));  // left 2, above 14, corner 10
    EXPECT_EQ(unfiltered(PngFilter::paeth, {4, 0}, {10, 2}, 1), (Row{14, 2}));    // left 14, above 2, corner 10
  });
}

}  // namespace
}  // namespace imagegen::kernels
