#include <imagegen/image/mask.hpp>

#include <random>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::pixel_at;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

Bitmap random_picture(PixelSize size, int channels, std::mt19937& random) {
  Bitmap picture = test::solid(size, channels, {});
  for (auto& sample : picture.pixels) sample = static_cast<std::uint8_t>(random());
  return picture;
}

// A third each of 0, 255 and anything.
Mask random_mask(PixelSize size, std::mt19937& random) {
  Mask mask{size, {}};
  const std::uint8_t ends[] = {0, 255};
  for (int i = 0; i < size.width * size.height; ++i) {
    const auto kind = random() % 3;
    mask.values.push_back(kind < 2 ? ends[kind] : static_cast<std::uint8_t>(random()));
  }
  return mask;
}

test::Pixel opaque_unless_alpha(const Bitmap& picture, int x, int y) {
  auto pixel = pixel_at(picture, x, y);
  if (picture.channels == 3) pixel[3] = 255;
  return pixel;
}

// channels of base, of edited
class CompositeChannels : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(CompositeChannels, TouchesNothingOutsideAndKeepsEverythingInside) {
  const auto [base_channels, edited_channels] = GetParam();
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const PixelSize size{static_cast<int>(1 + random() % 97), static_cast<int>(1 + random() % 23)};
    const auto base = random_picture(size, base_channels, random);
    const auto edited = random_picture(size, edited_channels, random);
    const auto mask = random_mask(size, random);
    const auto result = composite(base, edited, mask).value();
    ASSERT_EQ(result.channels, std::max(base_channels, edited_channels));
    for (int i = 0; i < size.width * size.height; ++i) {
      const int x = i % size.width, y = i / size.width;
      const auto value = mask.values[static_cast<std::size_t>(i)];
      if (value != 0 && value != 255) continue;
      const auto& source = value == 0 ? base : edited;
      ASSERT_EQ(opaque_unless_alpha(result, x, y), opaque_unless_alpha(source, x, y)) << "mask " << int{value};
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Channels, CompositeChannels, testing::Combine(testing::Values(3, 4), testing::Values(3, 4)));

Bitmap one_pixel(test::Pixel colour) {
  return test::solid({1, 1}, 4, colour);
}

TEST(Composite, MixesOpaquePicturesAlikeWithAndWithoutAlpha) {
  std::mt19937 random(5);
  const auto base = random_picture({64, 64}, 3, random);
  const auto edited = random_picture({64, 64}, 3, random);
  const auto mask = random_mask({64, 64}, random);
  const auto with_alpha = with_mask_as_alpha(base, Mask{{64, 64}, Bytes(64 * 64, 0)}).value();
  const auto rgb = composite(base, edited, mask).value();
  const auto rgba = composite(with_alpha, edited, mask).value();
  for (int i = 0; i < 64 * 64; ++i) {
    ASSERT_EQ(opaque_unless_alpha(rgb, i % 64, i / 64), pixel_at(rgba, i % 64, i / 64)) << "pixel " << i;
  }
}

TEST(Composite, TakesNoColourFromWhatIsTransparent) {
  const auto result = composite(one_pixel({200, 100, 50, 255}), one_pixel({1, 2, 3, 0}), Mask{{1, 1}, {51}}).value();
  EXPECT_THAT(pixel_at(result, 0, 0), ElementsAre(200, 100, 50, 204));
}

TEST(Composite, WeighsColoursByTheirAlpha) {
  const auto result = composite(one_pixel({0, 0, 0, 255}), one_pixel({255, 255, 255, 85}), Mask{{1, 1}, {204}}).value();
  // 51 parts black at 1, 204 parts white at 1/3: 68 of 119 are white, and the alpha is 51 + 68.
  EXPECT_THAT(pixel_at(result, 0, 0), ElementsAre(146, 146, 146, 119));
}

TEST(Composite, KeepsTheBaseWhereBothAreTransparent) {
  const auto result = composite(one_pixel({9, 8, 7, 0}), one_pixel({1, 2, 3, 0}), Mask{{1, 1}, {128}}).value();
  EXPECT_THAT(pixel_at(result, 0, 0), ElementsAre(9, 8, 7, 0));
}

TEST(Composite, NamesBothSizesWhenTheyDiffer) {
  const auto base = test::solid({4, 3}, 3, {});
  EXPECT_THAT(
      composite(base, test::solid({4, 4}, 3, {}), Mask{{4, 3}, Bytes(12)}),
      test::FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("edited"), HasSubstr("4x3"), HasSubstr("4x4"))));
  EXPECT_THAT(composite(base, base, Mask{{3, 4}, Bytes(12)}),
              test::FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("mask"), HasSubstr("4x3"), HasSubstr("3x4"))));
}

TEST(Composite, RefusesGreyAndMasksWithoutTheirValues) {
  const auto base = test::solid({4, 3}, 3, {});
  EXPECT_THAT(composite(test::solid({4, 3}, 1, {}), base, Mask{{4, 3}, Bytes(12)}),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("base: expected 3 or 4 channels")));
  EXPECT_THAT(composite(base, base, Mask{{4, 3}, Bytes(11)}),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("got 11")));
}

}  // namespace
}  // namespace imagegen
