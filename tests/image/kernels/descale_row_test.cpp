#include "image/kernels/descale_row.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

TEST(DescaleRow, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (std::size_t count = 0; count <= test::kLongestTail; ++count) {
      const auto acc = test::random_samples<std::int32_t>(count, -9'000'000, 9'000'000, 1);
      std::vector<std::int16_t> expected(count), found(count);
      for (const int shift : {7, 14}) {
        descale_row_reference(acc, -2'097'088, shift, expected);
        descale_row(acc, -2'097'088, shift, found);
        ASSERT_EQ(found, expected) << count << " sums, shift " << shift;
      }
    }
  });
}

TEST(DescaleRow, SaturatesInsteadOfWrapping) {
  const std::vector<std::int32_t> acc = {1'000'000'000, -1'000'000'000, 64};
  std::vector<std::int16_t> out(3);
  descale_row(acc, 64, 7, out);
  EXPECT_THAT(out, testing::ElementsAre(32767, -32768, 1));
}

}  // namespace
}  // namespace imagegen::kernels
