#include <imagegen/image/resize.hpp>

#include <algorithm>
#include <numeric>

#include "image/kernels/fixed_point.hpp"
#include "image/resample_axis.hpp"
#include "image/support/pictures.hpp"
#include "image/support/reference_resize.hpp"
#include "image/support/simd_targets.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::largest_difference;
using test::photo_like;
using test::pixel_at;
using test::solid;

PixelRect all_of(const Bitmap& picture) {
  return {0, 0, picture.size.width, picture.size.height};
}

struct Change {
  PixelSize from;
  PixelRect crop;
  PixelSize to;
};

void PrintTo(const Change& change, std::ostream* out) {
  *out << to_string(change.from) << " to " << to_string(change.to);
}

class ResizeTo : public testing::TestWithParam<Change> {};

TEST_P(ResizeTo, IsWithinOneOfTheDefinition) {
  const auto [from, crop, to] = GetParam();
  for (const int channels : {1, 3}) {
    const auto source = photo_like(from, channels);
    const auto found = resize(source, crop, to).value();
    EXPECT_LE(largest_difference(found, test::reference_resize(source, crop, to)), 1) << channels << " channels";
  }
}

TEST_P(ResizeTo, GivesTheSameBytesOnEveryTarget) {
  const Change& change = GetParam();
  for (const int channels : {1, 3, 4}) {
    const auto source = photo_like(change.from, channels);
    const auto expected = resize(source, change.crop, change.to).value();
    test::on_every_target([&] { EXPECT_EQ(resize(source, change.crop, change.to).value().pixels, expected.pixels); });
  }
}

TEST_P(ResizeTo, GivesTheSameBytesWithAnyNumberOfThreads) {
  const auto [from, crop, to] = GetParam();
  const auto source = photo_like(from, 4);
  for (const bool linear_light : {false, true}) {
    ResizeOptions options;
    options.linear_light = linear_light;
    const auto expected = resize(source, crop, to, options).value();
    for (const int threads : {2, 3, 64})
      EXPECT_EQ(resize(source, crop, to, options, threads).value().pixels, expected.pixels) << threads;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Changes, ResizeTo,
    testing::Values(Change{{90, 60}, {0, 0, 90, 60}, {113, 75}}, Change{{90, 60}, {0, 0, 90, 60}, {41, 27}},
                    Change{{150, 90}, {0, 0, 150, 90}, {11, 6}}, Change{{90, 60}, {17, 9, 51, 34}, {64, 64}},
                    Change{{90, 60}, {0, 0, 90, 60}, {90, 31}}, Change{{90, 60}, {0, 0, 90, 60}, {200, 60}},
                    Change{{7, 5}, {0, 0, 7, 5}, {61, 43}}, Change{{5, 3}, {1, 1, 1, 1}, {9, 9}},
                    Change{{3, 300}, {0, 0, 3, 300}, {2, 3}}, Change{{64, 64}, {0, 0, 64, 64}, {1, 1}}));

TEST(Resize, IsWithinOneOfTheDefinitionWhereItCanBeSeen) {
  const auto source = photo_like({90, 60}, 4);
  const auto found = resize(source, all_of(source), {53, 77}).value();
  const auto expected = test::reference_resize(source, all_of(source), {53, 77});
  for (std::size_t i = 0; i < found.pixels.size(); ++i) {
    const int alpha = expected.pixels[i | 3U];
    // A step of colour shows the less, the more transparent it is.
    ASSERT_LE(std::abs(found.pixels[i] - expected.pixels[i]) * (i % 4 == 3 ? 255 : alpha), 2 * 255) << "sample " << i;
  }
}

TEST(Resize, KeepsAConstantPictureConstant) {
  for (const int value : {0, 1, 127, 254, 255}) {
    const auto v = static_cast<std::uint8_t>(value);
    for (const PixelSize to : {PixelSize{97, 31}, PixelSize{3, 2}, PixelSize{13, 90}}) {
      EXPECT_EQ(resize(solid({50, 40}, 3, {v, v, v}), {0, 0, 50, 40}, to).value().pixels,
                solid(to, 3, {v, v, v}).pixels);
    }
  }
}

TEST(Resize, DoesNotLetTheColourOfTransparentPixelsBleed) {
  auto source = solid({32, 32}, 4, {255, 0, 0, 0});  // red that nobody sees
  test::paint(source, {8, 8, 16, 16}, {0, 0, 255, 255});
  const auto found = resize(source, all_of(source), {21, 21}).value();
  for (int i = 0; i < 21 * 21; ++i) EXPECT_EQ(pixel_at(found, i % 21, i / 21)[0], 0) << "pixel " << i;
}

TEST(Resize, DoesNotLetPixelsOutsideTheCropBleedIn) {
  auto source = solid({60, 60}, 3, {255, 255, 255});
  test::paint(source, {20, 20, 20, 20}, {10, 20, 30});
  const auto found = resize(source, {20, 20, 20, 20}, {33, 27}).value();
  EXPECT_EQ(found.pixels, solid({33, 27}, 3, {10, 20, 30}).pixels);
}

TEST(Resize, CopiesWhatAlreadyHasTheSize) {
  const auto source = photo_like({40, 30}, 4);
  const auto found = resize(source, {5, 6, 20, 10}, {20, 10}).value();
  for (int i = 0; i < 200; ++i) ASSERT_EQ(pixel_at(found, i % 20, i / 20), pixel_at(source, 5 + i % 20, 6 + i / 20));
}

TEST(Resize, RefusesACropThatLeavesTheSource) {
  const auto source = solid({10, 10}, 3, {});
  for (const PixelRect crop : {PixelRect{-1, 0, 5, 5}, PixelRect{6, 0, 5, 5}, PixelRect{0, 0, 5, 11},
                               PixelRect{0, 0, 0, 5}, PixelRect{2'000'000'000, 0, 2'000'000'000, 1}}) {
    EXPECT_THAT(resize(source, crop, {4, 4}), test::FailsSaying(Errc::invalid_argument, testing::HasSubstr("crop:")));
  }
}

TEST(Resize, RefusesAnEmptyTargetAndAPictureThatIsNone) {
  const auto source = solid({10, 10}, 3, {});
  EXPECT_THAT(resize(source, all_of(source), {0, 4}),
              test::FailsSaying(Errc::invalid_argument, testing::HasSubstr("size:")));
  auto broken = source;
  broken.pixels.pop_back();
  EXPECT_THAT(resize(broken, all_of(source), {4, 4}), test::FailsWith(Errc::invalid_argument));
  for (const int threads : {-1, 0, 65})
    EXPECT_THAT(resize(source, all_of(source), {4, 4}, {}, threads),
                test::FailsSaying(Errc::invalid_argument, testing::HasSubstr("threads: expected 1 to 64")));
}

TEST(ResampleAxis, HasWeightsThatSumToOneAndStayInTheSource) {
  for (const auto& [source, size] : {std::pair{1536, 1920}, {1536, 800}, {16383, 16}, {1, 100}, {100, 1}, {5, 4}}) {
    const double length = source;
    const auto axis = detail::quantised(detail::exact_axis({0, length, length}, size, {}), 2);
    ASSERT_EQ(axis.taps % 2, 0);
    for (int i = 0; i < size; ++i) {
      const auto weights = axis.weights_of(i);
      ASSERT_EQ(std::accumulate(weights.begin(), weights.end(), 0), 1 << kernels::kWeightBits)
          << source << " to " << size;
      const auto past = std::max(axis.starts[static_cast<std::size_t>(i)] + axis.taps - source, 0);
      ASSERT_TRUE(std::all_of(weights.end() - past, weights.end(), [](int weight) { return weight == 0; }));
    }
  }
}

}  // namespace
}  // namespace imagegen
