#include <imagegen/image/decode.hpp>

#include "image/master.hpp"
#include "image/raw_picture.hpp"
#include "image/support/colour_reference.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/profiles.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::pixel_at;
using test::PngSpec;

PngSpec red_png(Bytes icc) {
  PngSpec spec{{2, 2}, 8, 2, {255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0}};
  spec.icc = std::move(icc);
  return spec;
}

void expect_green(const test::Pixel& pixel) {
  EXPECT_LT(pixel[0], 20);
  EXPECT_GT(pixel[1], 235);
  EXPECT_LT(pixel[2], 20);
}

TEST(ColourManagement, ObeysTheProfileOfAPng) {
  const Bytes file = build_png(red_png(test::swapped_red_green_profile()));
  EXPECT_TRUE(inspect_image(file).value().has_icc);
  expect_green(pixel_at(decode_image(file).value(), 1, 1));
}

TEST(ColourManagement, ObeysTheProfileOfAWebp) {
  const Bytes plain = test::build_lossless_webp(test::solid({4, 4}, 3, {255, 0, 0}));
  const Bytes file = test::with_webp_chunk(plain, "ICCP", test::swapped_red_green_profile());
  expect_green(pixel_at(decode_image(file).value(), 1, 1));
}

TEST(ColourManagement, PutsTheProfileOfAJpegTogetherFromItsPieces) {
  test::JpegSpec spec{{16, 16}, test::JpegSpec::Kind::ycbcr, test::solid({16, 16}, 3, {255, 0, 0}).pixels, 100};
  spec.icc = test::swapped_red_green_profile();
  spec.icc_piece_bytes = 100;
  expect_green(pixel_at(decode_image(build_jpeg(spec)).value(), 8, 8));
}

TEST(ColourManagement, KeepsAlphaWhileItConvertsColour) {
  PngSpec spec{{1, 1}, 8, 6, {255, 0, 0, 77}};
  spec.icc = test::swapped_red_green_profile();
  const auto pixel = pixel_at(decode_image(build_png(spec)).value(), 0, 0);
  expect_green(pixel);
  EXPECT_EQ(pixel[3], 77);
}

TEST(ColourManagement, ObeysAGreyProfile) {
  PngSpec spec{{1, 1}, 8, 0, {128}};
  spec.icc = test::linear_grey_profile();
  const auto pixel = pixel_at(decode_image(build_png(spec)).value(), 0, 0);
  EXPECT_NEAR(pixel[0], 188, 2);  // half the light
  EXPECT_EQ(pixel[0], pixel[1]);
  EXPECT_EQ(pixel[1], pixel[2]);
}

TEST(ColourManagement, ObeysAGreyProfileBesideAlpha) {
  PngSpec spec{{1, 1}, 8, 4, {128, 33}};
  spec.icc = test::linear_grey_profile();
  const auto pixel = pixel_at(decode_image(build_png(spec)).value(), 0, 0);
  EXPECT_NEAR(pixel[0], 188, 2);
  EXPECT_EQ(pixel[3], 33);
}

TEST(ColourManagement, ObeysACmykProfile) {
  Bytes cyan;
  for (int i = 0; i < 256; ++i) cyan.insert(cyan.end(), {0, 255, 255, 255});  // upside down, as Adobe stores it
  test::JpegSpec spec{{16, 16}, test::JpegSpec::Kind::cmyk, cyan, 100};
  const auto without = pixel_at(decode_image(build_jpeg(spec)).value(), 8, 8);
  spec.icc = test::red_ink_profile();
  const auto with = pixel_at(decode_image(build_jpeg(spec)).value(), 8, 8);
  EXPECT_LT(without[0], 20);  // cyan
  EXPECT_GT(with[0], 180);    // red
  EXPECT_LT(with[1], 100);
}

TEST(ColourManagement, LeavesSrgbUntouched) {
  PngSpec spec{{16, 16}, 8, 2, test::ramp(768, 8, 5)};
  const auto plain = decode_image(build_png(spec)).value();
  spec.icc = test::srgb_profile();
  EXPECT_EQ(decode_image(build_png(spec)).value().pixels, plain.pixels);
}

TEST(ColourManagement, IgnoresABrokenProfile) {
  Bytes profile = test::swapped_red_green_profile();
  profile.resize(profile.size() / 3);
  const auto picture = decode_image(build_png(red_png(profile)));
  ASSERT_THAT(picture, test::IsOk());
  EXPECT_THAT(pixel_at(*picture, 0, 0), testing::ElementsAre(255, 0, 0, 255));
}

TEST(ColourManagement, IgnoresAProfileForAnotherKindOfPicture) {
  const auto picture = decode_image(build_png(red_png(test::red_ink_profile()))).value();
  EXPECT_THAT(pixel_at(picture, 0, 0), testing::ElementsAre(255, 0, 0, 255));
}

TEST(ColourManagement, IgnoresAProfileOfAnUnknownColourSpace) {
  Bytes profile = test::swapped_red_green_profile();
  std::fill_n(profile.begin() + 16, 4, 0xDF);
  const auto picture = decode_image(build_png(red_png(profile))).value();
  EXPECT_THAT(pixel_at(picture, 0, 0), testing::ElementsAre(255, 0, 0, 255));
}

TEST(ColourManagement, IgnoresAProfileLongerThanAllowed) {
  ImageLimits limits;
  limits.max_icc_bytes = 100;
  const auto picture = decode_image(build_png(red_png(test::swapped_red_green_profile())), limits).value();
  EXPECT_THAT(pixel_at(picture, 0, 0), testing::ElementsAre(255, 0, 0, 255));
}

TEST(ColourManagement, ObeysAnRgbProfileOnAGreyPicture) {
  PngSpec spec{{1, 1}, 8, 0, {200}};
  spec.icc = test::swapped_red_green_profile();
  const auto pixel = pixel_at(decode_image(build_png(spec)).value(), 0, 0);
  EXPECT_NEAR(pixel[0], 200, 2);  // swapping the primaries of a grey changes nothing
  EXPECT_NEAR(pixel[1], 200, 2);
}

TEST(ColourManagement, SaysThatAProfileWithoutColoursIsIgnored) {
  test::JpegSpec spec{{16, 16}, test::JpegSpec::Kind::ycbcr, test::solid({16, 16}, 3, {255, 0, 0}).pixels, 100};
  const auto plain = decode_image(build_jpeg(spec)).value();
  spec.icc = test::empty_rgb_profile();
  const Bytes file = build_jpeg(spec);
  EXPECT_EQ(decode_image(file).value().pixels, plain.pixels);
  EXPECT_THAT(inspect_image(file).value().notes, testing::ElementsAre(testing::HasSubstr("is ignored")));
  const auto header = detail::read_header(file, {}).value();
  EXPECT_EQ(header.icc_use, detail::IccUse::ignored);
  const auto master = detail::decode_master(file, header, {/*rgb=*/false, /*planes=*/true}, detail::Stop());
  EXPECT_FALSE(master->rgb) << "its planes stay as they are stored";
}

// Light in 16 bits is dense where eyes see differences.
TEST(ColourManagement, KeepsTheDarkShadesOfLinearSixteenBits) {
  PngSpec spec{{60, 1}, 16, 2, {}};
  spec.icc = test::linear_rgb_profile();
  for (int i = 0; i < 60; ++i) {
    for (int c = 0; c < 3; ++c) spec.samples.push_back(static_cast<std::uint16_t>(i * i * 18));
  }
  const auto picture = decode_image(build_png(spec)).value();
  const test::RgbSpace linear{{0.3127, 0.3290, 0.640, 0.330, 0.300, 0.600, 0.150, 0.060}};
  for (int x = 0; x < 60; ++x) {
    const double light = x * x * 18 / 65'535.0;
    const auto wanted = test::lab_through_srgb(linear, {light, light, light});
    EXPECT_LT(test::delta_e(test::lab_of_srgb(pixel_at(picture, x, 0)), wanted), 2.0) << x;
  }
}

}  // namespace
}  // namespace imagegen
