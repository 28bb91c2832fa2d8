#include "image/kernels/narrow_to_video.hpp"

#include <gmock/gmock.h>

#include "image/kernels/fixed_point.hpp"
#include "image/support/simd_targets.hpp"

namespace imagegen::kernels {
namespace {

TEST(NarrowToVideo, AgreesWithItsTwinForEveryTargetAndTail) {
  test::on_every_target([] {
    for (const VideoRange& range : {kVideoBrightness, kVideoColour}) {
      for (std::size_t count = 0; count <= test::kLongestTail; ++count) {
        const auto row = test::random_samples<std::int16_t>(count, -32768, 32767, 1);
        std::vector<std::uint8_t> expected(count), found(count);
        narrow_to_video_reference(row, range, expected);
        narrow_to_video(row, range, found);
        ASSERT_EQ(found, expected) << count << " samples";
      }
    }
  });
}

std::vector<std::uint8_t> narrowed(const std::vector<int>& values, const VideoRange& range) {
  std::vector<std::int16_t> row;
  for (const int value : values) row.push_back(static_cast<std::int16_t>(value * (1 << kExtraBits) - kBias));
  std::vector<std::uint8_t> out(row.size());
  narrow_to_video(row, range, out);
  return out;
}

TEST(NarrowToVideo, PutsBlackGreyAndWhiteWhereVideoHasThem) {
  EXPECT_THAT(narrowed({0, 128, 255}, kVideoBrightness), testing::ElementsAre(16, 126, 235));
  EXPECT_THAT(narrowed({0, 128, 255}, kVideoColour), testing::ElementsAre(16, 128, 240));
}

TEST(NarrowToVideo, ClampsWhatRingsPastTheRange) {
  const std::vector<std::int16_t> row = {-32768, -20000, 20000, 32767};
  std::vector<std::uint8_t> out(4);
  narrow_to_video(row, kVideoBrightness, out);
  EXPECT_THAT(out, testing::ElementsAre(16, 16, 235, 235));
  narrow_to_video(row, kVideoColour, out);
  EXPECT_THAT(out, testing::ElementsAre(16, 16, 240, 240));
}

TEST(NarrowToVideo, IsTheDefinitionForEveryValue) {
  for (int value = 0; value <= 255; ++value) {
    EXPECT_NEAR(narrowed({value}, kVideoBrightness)[0], 16 + value * 219 / 255.0, 0.51) << value;
    EXPECT_NEAR(narrowed({value}, kVideoColour)[0], 128 + (value - 128) * 224 / 255.0, 0.52) << value;
  }
}

}  // namespace
}  // namespace imagegen::kernels
