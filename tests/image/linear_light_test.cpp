#include <imagegen/image/resize.hpp>

#include <cmath>

#include "image/srgb_curve.hpp"
#include "image/support/pictures.hpp"
#include "image/support/reference_resize.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::exact;
using test::photo_like;

PixelRect all_of(const Bitmap& picture) {
  return {0, 0, picture.size.width, picture.size.height};
}

constexpr ResizeOptions kLight{ResizeKernel::lanczos3, ResizeKernel::lanczos3, true};

TEST(LinearLight, IsWithinOneOfItsDefinition) {
  for (const int channels : {1, 3, 4}) {
    const auto source = photo_like({90, 60}, channels);
    for (const PixelSize to : {PixelSize{41, 27}, PixelSize{113, 75}, PixelSize{90, 31}}) {
      const auto found = resize(source, all_of(source), to, kLight).value();
      const auto expected = exact_resize(exact(source), all_of(source), to, kLight);
      EXPECT_LE(test::largest_visible_difference(found.pixels, 255.0, expected), 0.75)
          << channels << " channels to " << to_string(to);
    }
  }
}

TEST(LinearLight, MixesBlackAndWhiteToTheGreyOfHalfTheLight) {
  auto stripes = test::solid({64, 64}, 3, {});
  for (int x = 0; x < 64; x += 2) test::paint(stripes, {x, 0, 1, 64}, {255, 255, 255});
  ResizeOptions options{ResizeKernel::linear, ResizeKernel::linear, true};
  EXPECT_NEAR(test::pixel_at(resize(stripes, all_of(stripes), {8, 8}, options).value(), 4, 4)[1], 188, 1);
  options.linear_light = false;
  EXPECT_NEAR(test::pixel_at(resize(stripes, all_of(stripes), {8, 8}, options).value(), 4, 4)[1], 128, 1);
}

TEST(LinearLight, KeepsAConstantPictureConstant) {
  for (int value = 0; value < 256; value += 5) {
    const auto shade = static_cast<std::uint8_t>(value);
    const auto source = test::solid({20, 20}, 3, {shade, shade, shade});
    EXPECT_EQ(resize(source, all_of(source), {7, 31}, kLight).value().pixels,
              test::solid({7, 31}, 3, {shade, shade, shade}).pixels);
  }
}

TEST(LinearLight, KeepsTheColourAtATransparentEdge) {
  auto source = test::solid({60, 40}, 4, {255, 0, 255, 0});
  test::paint(source, {20, 10, 20, 20}, {200, 90, 10, 255});
  const auto found = resize(source, all_of(source), {41, 71}, kLight).value();
  for (int i = 0; i < 41 * 71; ++i) {
    const auto pixel = test::pixel_at(found, i % 41, i / 41);
    if (pixel[3] < 4) continue;
    ASSERT_NEAR(pixel[0], 200, 1) << "pixel " << i;
    ASSERT_NEAR(pixel[1], 90, 1);
    ASSERT_NEAR(pixel[2], 10, 1);
  }
}

// IEC 61966-2-1.
TEST(SrgbCurve, IsTheStandardsBothWays) {
  const auto light = detail::light_of_srgb(65'535);
  const detail::SrgbOfLight back;
  for (std::size_t i = 0; i <= 65'535; i += 5) {
    const double value = static_cast<double>(i) / 65'535;
    const double expected = value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
    ASSERT_NEAR(light[i], expected, 1e-7 + expected * 1e-7);
    ASSERT_NEAR(back(light[i]), value, 2e-6) << i;
  }
  EXPECT_EQ(light.front(), 0.0F);
  EXPECT_EQ(light.back(), 1.0F);
  EXPECT_EQ(back(0.0F), 0.0F);
  EXPECT_EQ(back(1.0F), 1.0F);
}

TEST(SrgbCurve, KeepsEverySampleOfEightAndSixteenBits) {
  const detail::SrgbOfLight back;
  for (const std::uint32_t most : {255U, 65'535U}) {
    const auto light = detail::light_of_srgb(most);
    for (std::uint32_t i = 0; i <= most; ++i) {
      ASSERT_EQ(static_cast<std::uint32_t>(back(light[i]) * static_cast<float>(most) + 0.5F), i) << "of " << most;
    }
  }
}

}  // namespace
}  // namespace imagegen
