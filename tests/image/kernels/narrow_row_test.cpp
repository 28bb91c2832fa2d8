#include "image/kernels/narrow_row.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

TEST(NarrowRow, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (std::size_t count = 0; count <= test::kLongestTail; ++count) {
      const auto row = test::random_samples<std::int16_t>(count, -32768, 32767, 1);
      std::vector<std::uint8_t> expected(count), found(count);
      narrow_row_reference(row, expected);
      narrow_row(row, found);
      ASSERT_EQ(found, expected) << count << " samples";
    }
  });
}

TEST(NarrowRow, RoundsToTheNearestAndClamps) {
  const std::vector<std::int16_t> row = {-16384, -16384 + 63, -16384 + 64, 0, 127 * 128, 32767, -32768};
  std::vector<std::uint8_t> out(row.size());
  narrow_row(row, out);
  EXPECT_THAT(out, testing::ElementsAre(0, 0, 1, 128, 255, 255, 0));
}

}  // namespace
}  // namespace imagegen::kernels
