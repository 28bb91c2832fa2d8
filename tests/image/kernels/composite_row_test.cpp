#include "image/kernels/composite_row.hpp"

#include <gmock/gmock.h>

#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

TEST(CompositeRow, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (std::size_t count = 0; count <= test::kLongestTail; ++count) {
      const auto base = test::random_samples<std::uint8_t>(3 * count, 0, 255, 1);
      const auto edited = test::random_samples<std::uint8_t>(3 * count, 0, 255, 2);
      const auto mask = test::random_samples<std::uint8_t>(count, 0, 255, 3);
      std::vector<std::uint8_t> expected(3 * count), found(3 * count);
      composite_row_reference(base, edited, mask, expected);
      composite_row(base, edited, mask, found);
      ASSERT_EQ(found, expected) << count << " pixels";
    }
  });
}

// Every mask value beside every pair of a dark and a bright sample: all quotients that there are.
TEST(CompositeRow, RoundsToTheNearestForEveryMaskAndSample) {
  test::on_every_target([] {
    for (int mask = 0; mask <= 255; ++mask) {
      std::vector<std::uint8_t> base, edited, expected;
      for (int sample = 0; sample <= 255; ++sample) {
        for (const int other : {0, 255 - sample, 255}) {
          base.push_back(static_cast<std::uint8_t>(sample));
          edited.push_back(static_cast<std::uint8_t>(other));
          const double exact = (sample * (255 - mask) + other * mask) / 255.0;
          expected.push_back(static_cast<std::uint8_t>(exact + 0.5));
        }
      }
      std::vector<std::uint8_t> found(base.size());
      composite_row(base, edited, std::vector<std::uint8_t>(256, static_cast<std::uint8_t>(mask)), found);
      ASSERT_EQ(found, expected) << "mask " << mask;
    }
  });
}

TEST(CompositeRow, WorksInPlace) {
  test::on_every_target([] {
    auto base = test::random_samples<std::uint8_t>(300, 0, 255, 1);
    const auto edited = test::random_samples<std::uint8_t>(300, 0, 255, 2);
    const auto mask = test::random_samples<std::uint8_t>(100, 0, 255, 3);
    std::vector<std::uint8_t> expected(300);
    composite_row_reference(base, edited, mask, expected);
    composite_row(base, edited, mask, base);
    ASSERT_EQ(base, expected);
  });
}

}  // namespace
}  // namespace imagegen::kernels
