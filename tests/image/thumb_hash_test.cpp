#include <imagegen/core/base64.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::pixel_at;
using testing::HasSubstr;
using testing::Le;

Bytes from_base64(std::string_view text) {
  Base64Decoder decoder(64);
  EXPECT_THAT(decoder.feed(text), test::IsOk());
  return std::move(decoder).finish().value();
}

int colour_of(int x, int y, int channel) {
  const int shades[] = {(x * 37 + y * 11) / 3, (x * x + y * 29) / 5, 255 * x * y / 10'000};
  return shades[channel] % 256;
}

int alpha_of(int x, int y) {
  return x < 20 || y % 32 < 9 ? 0 : std::min(255, x * 3 + y);
}

Bitmap sample_picture(PixelSize size, bool alpha) {
  Bitmap picture = test::solid(size, alpha ? 4 : 3, {});
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      std::uint8_t* at = picture.row(y) + x * picture.channels;
      for (int c = 0; c < 3; ++c) at[c] = static_cast<std::uint8_t>(colour_of(x, y, c));
      if (alpha) at[3] = static_cast<std::uint8_t>(alpha_of(x, y));
    }
  }
  return picture;
}

// What the reference implementation (thumbhash 0.1.1) makes of sample_picture(), and of its own hash: the size, the
// average and the first pixel, the one after a third, and the last.
struct Known {
  PixelSize size;
  bool alpha;
  const char* hash;
  PixelSize decoded;
  test::Pixel average;
  std::array<test::Pixel, 3> pixels;
};
void PrintTo(const Known& known, std::ostream* out) {
  *out << to_string(known.size) << (known.alpha ? " with alpha" : "");
}

class KnownThumbHash : public testing::TestWithParam<Known> {};

TEST_P(KnownThumbHash, IsMadeByteForByte) {
  const Known& known = GetParam();
  EXPECT_EQ(thumb_hash_base64(sample_picture(known.size, known.alpha)).value(), known.hash);
}

// The reference cuts fractions off where this rounds.
void expect_near(const test::Pixel& found, const test::Pixel& expected) {
  for (std::size_t c = 0; c < 4; ++c) EXPECT_THAT(std::abs(found[c] - expected[c]), Le(1)) << "channel " << c;
}

TEST_P(KnownThumbHash, IsDecodedAsTheReferenceDoes) {
  const Known& known = GetParam();
  const auto picture = thumb_hash_picture(from_base64(known.hash)).value();
  ASSERT_EQ(picture.size, known.decoded);
  ASSERT_EQ(picture.channels, 4);
  const int last = picture.size.width * picture.size.height - 1;
  const std::array at = {0, (last + 1) / 3, last};
  for (std::size_t i = 0; i < 3; ++i) {
    SCOPED_TRACE(at[i]);
    expect_near(pixel_at(picture, at[i] % picture.size.width, at[i] / picture.size.width), known.pixels[i]);
  }
}

TEST_P(KnownThumbHash, HoldsTheAverage) {
  expect_near(thumb_hash_average(from_base64(GetParam().hash)).value(), GetParam().average);
}

INSTANTIATE_TEST_SUITE_P(Vectors, KnownThumbHash,
                         testing::Values(Known{{100, 60},
                                               false,
                                               "2AoGJIJwdoeRZ2dVVXV+T9ae9A==",
                                               {32, 18},
                                               {130, 126, 35, 255},
                                               {{{87, 60, 0, 255}, {140, 127, 0, 255}, {134, 125, 142, 255}}}},
                                         Known{{60, 100},
                                               false,
                                               "2AoGJAJwFnp3dWZGdIh+T6eN+g==",
                                               {18, 32},
                                               {130, 126, 35, 255},
                                               {{{96, 67, 0, 255}, {126, 132, 28, 255}, {153, 132, 149, 255}}}},
                                         Known{{32, 32},
                                               false,
                                               "lQsGHwhDgXggd3qGeGloeYh3RxNQnPsK",
                                               {32, 32},
                                               {126, 122, 7, 255},
                                               {{{85, 0, 12, 255}, {107, 126, 0, 255}, {152, 129, 41, 255}}}},
                                         Known{{100, 7},
                                               false,
                                               "lBsGEYYQMXR2d3d4AGjnn4k=",
                                               {32, 5},
                                               {126, 114, 3, 255},
                                               {{{75, 0, 0, 255}, {127, 142, 0, 255}, {140, 122, 20, 255}}}},
                                         Known{{9, 100},
                                               false,
                                               "lAsGGQaGdieFkJKMh2cw92Y=",
                                               {5, 32},
                                               {122, 118, 3, 255},
                                               {{{74, 70, 0, 255}, {179, 143, 28, 255}, {95, 118, 20, 255}}}},
                                         Known{{64, 48},
                                               true,
                                               "1/qBDIAkaArBh05ox+BDCzcHd2iISImjCg==",
                                               {32, 26},
                                               {122, 126, 31, 68},
                                               {{{120, 124, 35, 0}, {125, 129, 24, 149}, {110, 114, 54, 202}}}},
                                         Known{{48, 64},
                                               true,
                                               "GfuBBAAjpwFNzpRb1/FRpuEAl1mJh3eVBQ==",
                                               {26, 32},
                                               {133, 137, 34, 51},
                                               {{{132, 136, 33, 0}, {132, 136, 33, 113}, {132, 136, 33, 159}}}},
                                         Known{{50, 50},
                                               true,
                                               "FwuCBQAjl+TQwy9qqAxreAdacJiWeJY3qg==",
                                               {32, 32},
                                               {129, 125, 26, 51},
                                               {{{128, 124, 25, 0}, {128, 124, 25, 119}, {128, 124, 25, 194}}}},
                                         Known{{100, 5},
                                               true,
                                               "AAiCAYAAAAAAAAAAAAAAAAAAAAAAAAA=",
                                               {32, 6},
                                               {3, 0, 0, 0},
                                               {{{3, 0, 0, 0}, {3, 0, 0, 0}, {3, 0, 0, 0}}}}));

// A scene of few shapes, which is what fits into a hash.
Bitmap sunset(PixelSize size) {
  Bitmap picture = test::solid(size, 3, {});
  for (int y = 0; y < size.height; ++y) {
    const auto share = static_cast<std::uint8_t>(255 * y / size.height);
    test::paint(picture, {0, y, size.width, 1}, {share, static_cast<std::uint8_t>(120 - share / 4), 160, 255});
  }
  return picture;
}

TEST(ThumbHash, ShowsTheSceneOfALargePictureAgain) {
  const auto shown = thumb_hash_picture(thumb_hash(sunset({1600, 900})).value()).value();
  Bitmap rgb = test::solid(shown.size, 3, {});
  for (int y = 0; y < rgb.size.height; ++y) {
    for (int x = 0; x < rgb.size.width; ++x) std::copy_n(pixel_at(shown, x, y).begin(), 3, rgb.row(y) + x * 3);
  }
  EXPECT_EQ(shown.size, (PixelSize{32, 18}));
  EXPECT_GT(test::psnr(rgb, sunset({32, 18})), 24.0);
}

TEST(ThumbHash, IsTheSameForAPictureAndItsEnlargement) {
  const auto small = thumb_hash(sunset({100, 60})).value();
  const auto large = thumb_hash(sunset({1000, 600})).value();
  ASSERT_EQ(small.size(), large.size());
  EXPECT_EQ(Bytes(small.begin() + 3, small.begin() + 5), Bytes(large.begin() + 3, large.begin() + 5));
  const auto difference = test::psnr(thumb_hash_picture(small).value(), thumb_hash_picture(large).value());
  EXPECT_GT(difference, 30.0);
}

TEST(ThumbHash, TakesGreyAndOpaqueRgbaAsRgb) {
  Bitmap grey = test::solid({40, 30}, 1, {});
  std::iota(grey.pixels.begin(), grey.pixels.end(), std::uint8_t{0});
  Bitmap rgb{grey.size, 3, {}}, rgba{grey.size, 4, {}};
  for (const std::uint8_t value : grey.pixels) {
    rgb.pixels.insert(rgb.pixels.end(), 3, value);
    rgba.pixels.insert(rgba.pixels.end(), {value, value, value, 255});
  }
  EXPECT_EQ(thumb_hash(grey).value(), thumb_hash(rgb).value());
  EXPECT_EQ(thumb_hash(rgba).value(), thumb_hash(rgb).value());
}

TEST(ThumbHash, OfOneColourHasNothingButTheColour) {
  const auto hash = thumb_hash(test::solid({300, 300}, 3, {200, 100, 50, 255})).value();
  EXPECT_TRUE(std::all_of(hash.begin() + 5, hash.end(), [](std::uint8_t byte) { return byte == 0; }));
  const auto picture = thumb_hash_picture(hash).value();
  for (int x : {0, 31}) {
    EXPECT_NEAR(pixel_at(picture, x, x)[0], 200, 5);
    EXPECT_NEAR(pixel_at(picture, x, x)[2], 50, 5);
  }
}

TEST(ThumbHash, WorksFromOnePixelToTheLongestStrip) {
  for (const PixelSize size : {PixelSize{1, 1}, PixelSize{1, 5000}, PixelSize{5000, 1}, PixelSize{101, 100}}) {
    const auto hash = thumb_hash(test::photo_like(size, 3));
    ASSERT_THAT(hash, test::IsOk()) << to_string(size);
    EXPECT_THAT(thumb_hash_picture(*hash), test::IsOk()) << to_string(size);
  }
}

TEST(ThumbHash, RefusesABitmapWithoutItsPixels) {
  EXPECT_THAT(thumb_hash(Bitmap{{4, 4}, 3, Bytes(47)}), test::FailsWith(Errc::invalid_argument));
}

TEST(ThumbHash, RefusesAHashOfTheWrongLength) {
  auto hash = thumb_hash(sunset({100, 60})).value();
  hash.pop_back();
  EXPECT_THAT(thumb_hash_picture(hash), test::FailsSaying(Errc::corrupt_data, HasSubstr("expected 19 bytes, got 18")));
  EXPECT_THAT(thumb_hash_average(Bytes{1, 2, 3}), test::FailsSaying(Errc::corrupt_data, HasSubstr("got 3")));
}

TEST(ThumbHash, RefusesAnAspectRatioOfZero) {
  auto hash = thumb_hash(sunset({100, 60})).value();
  hash[3] &= 0xF8U;
  EXPECT_THAT(thumb_hash_picture(hash), test::FailsSaying(Errc::corrupt_data, HasSubstr("1 to 7 components")));
}

}  // namespace
}  // namespace imagegen
