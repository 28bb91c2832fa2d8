#include "image/kernels/premultiply_row.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "image/kernels/fixed_point.hpp"
#include "image/kernels/unpremultiply_row.hpp"
#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

TEST(PremultiplyRow, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (std::size_t count = 0; count <= test::kLongestTail; count += 4) {
      const auto rgba = test::random_samples<std::uint8_t>(count, 0, 255, 1);
      std::vector<std::int16_t> expected(count), found(count);
      premultiply_row_reference(rgba, expected);
      premultiply_row(rgba, found);
      ASSERT_EQ(found, expected) << count << " samples";
    }
  });
}

TEST(UnpremultiplyRow, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (std::size_t count = 0; count <= test::kLongestTail; count += 4) {
      const auto row = test::random_samples<std::int16_t>(count, -18000, 18000, 1);
      std::vector<std::uint8_t> expected(count), found(count);
      unpremultiply_row_reference(row, expected);
      unpremultiply_row(row, found);
      ASSERT_EQ(found, expected) << count << " samples";
    }
  });
}

TEST(UnpremultiplyRow, DividesExactlyForEveryColourAndAlpha) {
  test::on_every_target([] {
    for (int alpha = 0; alpha <= 255 << kExtraBits; alpha += 37) {
      std::vector<std::int16_t> row;
      for (int sample = 0; sample <= alpha; sample += 11) {
        for (const int value : {sample, sample / 2, 0, alpha}) row.push_back(static_cast<std::int16_t>(value - kBias));
      }
      std::vector<std::uint8_t> expected(row.size()), found(row.size());
      unpremultiply_row_reference(row, expected);
      unpremultiply_row(row, found);
      ASSERT_EQ(found, expected) << "alpha " << alpha;
    }
  });
}

TEST(PremultiplyRow, IsUndoneByItsReverseForEveryAlpha) {
  for (int alpha = 1; alpha <= 255; ++alpha) {
    for (int colour = 0; colour <= 255; ++colour) {
      const auto c = static_cast<std::uint8_t>(colour);
      const std::vector<std::uint8_t> pixel = {c, 255, 0, static_cast<std::uint8_t>(alpha)};
      std::vector<std::int16_t> row(4);
      std::vector<std::uint8_t> back(4);
      premultiply_row(pixel, row);
      unpremultiply_row(row, back);
      ASSERT_LE(std::abs(back[0] - colour), alpha == 255 ? 0 : 1) << "alpha " << alpha << ", colour " << colour;
      ASSERT_THAT(std::vector(back.begin() + 1, back.end()), testing::ElementsAre(255, 0, alpha));
    }
  }
}

TEST(UnpremultiplyRow, MakesWhatIsTransparentBlack) {
  const std::vector<std::int16_t> row = {0, 100, 200, -kBias};
  std::vector<std::uint8_t> rgba(4, 7);
  unpremultiply_row(row, rgba);
  EXPECT_THAT(rgba, testing::ElementsAre(0, 0, 0, 0));
}

}  // namespace
}  // namespace imagegen::kernels
