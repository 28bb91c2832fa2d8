// PNG with fewer colours than the picture has.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <cstdlib>
#include <set>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

Encoding with_colours(int colours, float dither = 1.0F) {
  Encoding encoding{ImageFormat::png};
  encoding.colours = colours, encoding.dither = dither;
  return encoding;
}

Bitmap through(const Bitmap& picture, const Encoding& encoding) {
  return decode_image(encode_image(picture, encoding).value()).value();
}

std::size_t colours_in(const Bitmap& picture) {
  std::set<test::Pixel> found;
  for (int i = 0; i < picture.size.width * picture.size.height; ++i)
    found.insert(test::pixel_at(picture, i % picture.size.width, i / picture.size.width));
  return found.size();
}

// Where a chunk's data begins; 0 where there is none.
std::size_t find_chunk(const Bytes& file, std::string_view type) {
  const auto at = as_text(file).find(type);
  return at == std::string_view::npos ? 0 : at + 4;
}

// A picture from black to white, and the mean of a part of it.
Bitmap ramp(PixelSize size) {
  auto picture = test::solid(size, 3, {});
  for (int x = 0; x < size.width; ++x) {
    const auto level = static_cast<std::uint8_t>(x * 255 / (size.width - 1));
    test::paint(picture, {x, 0, 1, size.height}, {level, level, level, 255});
  }
  return picture;
}

double mean_of(const Bitmap& picture, PixelRect part) {
  double sum = 0;
  for (int y = part.y; y < part.y + part.height; ++y)
    for (int x = part.x; x < part.x + part.width; ++x) sum += test::pixel_at(picture, x, y)[1];
  return sum / (part.width * part.height);
}

// channels, colours, dither
class LossyPalette : public testing::TestWithParam<std::tuple<int, int, float>> {};

TEST_P(LossyPalette, HasAtMostSoManyColoursInAsFewBits) {
  const auto [channels, colours, dither] = GetParam();
  const auto photo = test::photo_like({123, 89}, channels);
  const Bytes file = encode_image(photo, with_colours(colours, dither)).value();
  EXPECT_EQ(file.at(25), 3) << "a palette: PNG specification, 11.2.1";
  EXPECT_EQ(file.at(24), colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8);
  const auto back = decode_image(file).value();
  const auto found = colours_in(back);
  EXPECT_LE(found, static_cast<std::size_t>(colours));
  EXPECT_GE(found, static_cast<std::size_t>(colours) * 3 / 4);
}

INSTANTIATE_TEST_SUITE_P(All, LossyPalette,
                         testing::Combine(testing::Values(1, 3, 4), testing::Values(2, 3, 4, 16, 17, 64, 256),
                                          testing::Values(0.0F, 0.5F, 1.0F)));

TEST(LossyPalettePng, LosesNothingWhereThereAreFewColours) {
  for (const int channels : {3, 4}) {
    auto picture = test::solid({40, 30}, channels, {10, 20, 30, 255});
    for (int i = 0; i < 29; ++i) {
      const auto part = static_cast<std::uint8_t>(i * 8);
      test::paint(picture, {i, i, 9, 1}, {part, 7, static_cast<std::uint8_t>(255 - part), static_cast<std::uint8_t>(100 + 5 * i)});
    }
    EXPECT_EQ(through(picture, with_colours(64)).pixels, picture.pixels) << channels;
  }
}

// On black and on white, whichever is worse.
double likeness(const Bitmap& a, const Bitmap& b) {
  double worst = 1000;
  for (const int background : {0, 255}) {
    const auto seen = [background](const Bitmap& picture) {
      auto flat = test::solid(picture.size, 3, {});
      for (int y = 0; y < picture.size.height; ++y) {
        for (int x = 0; x < picture.size.width; ++x) {
          auto pixel = test::pixel_at(picture, x, y);
          for (std::size_t c = 0; c < 3; ++c)
            pixel[c] = static_cast<std::uint8_t>((pixel[c] * pixel[3] + background * (255 - pixel[3])) / 255);
          test::paint(flat, {x, y, 1, 1}, pixel);
        }
      }
      return flat;
    };
    worst = std::min(worst, test::psnr(seen(a), seen(b)));
  }
  return worst;
}

TEST(LossyPalettePng, IsLikerWithMoreColours) {
  for (const int channels : {3, 4}) {
    const auto photo = test::photo_like({200, 150}, channels);
    double last = 0;
    for (const int colours : {2, 8, 32, 128, 256}) {
      const double alike = likeness(through(photo, with_colours(colours, 0)), photo);
      EXPECT_GT(alike, last) << colours;
      last = alike;
    }
    EXPECT_GT(last, 33);
  }
}

TEST(LossyPalettePng, KeepsWhatIsTransparentAndWhatIsNot) {
  auto photo = test::photo_like({96, 64}, 4);
  test::paint(photo, {0, 0, 30, 64}, {200, 40, 90, 0});
  test::paint(photo, {60, 0, 36, 64}, {90, 140, 20, 255});
  for (const int colours : {2, 16, 256}) {
    const auto back = through(photo, with_colours(colours));
    for (int y = 0; y < 64; ++y) {
      for (const int x : {0, 12, 29}) ASSERT_EQ(test::pixel_at(back, x, y)[3], 0) << colours;
      if (colours == 2) continue;
      for (const int x : {60, 75, 95}) ASSERT_EQ(test::pixel_at(back, x, y)[3], 255) << colours;
    }
  }
}

// tRNS then ends with them, and is not there at all for what is opaque.
TEST(LossyPalettePng, HasTransparentColoursFirst) {
  const auto file = encode_image(test::photo_like({96, 64}, 4), with_colours(64)).value();
  const auto trns = find_chunk(file, "tRNS");
  ASSERT_GT(trns, 0U);
  const std::size_t count = file.at(trns - 5);
  ASSERT_GT(count, 1U);
  for (std::size_t i = 1; i < count; ++i) EXPECT_LE(file.at(trns + i - 1), file.at(trns + i));
  EXPECT_EQ(find_chunk(encode_image(test::photo_like({96, 64}, 3), with_colours(64)).value(), "tRNS"), 0U);
}

TEST(LossyPalettePng, DithersSoThatAnAreaKeepsItsBrightness) {
  const auto picture = ramp({256, 96});
  const auto banded = through(picture, with_colours(4, 0)), dithered = through(picture, with_colours(4, 1));
  double with = 0, without = 0;
  for (int x = 40; x < 216; x += 8) {
    const PixelRect part{x, 8, 8, 80};
    with = std::max(with, std::abs(mean_of(dithered, part) - mean_of(picture, part)));
    without = std::max(without, std::abs(mean_of(banded, part) - mean_of(picture, part)));
  }
  EXPECT_LT(with, 6);
  EXPECT_GT(without, 18);
}

TEST(LossyPalettePng, IsSmallerThanOneThatLosesNothing) {
  const auto photo = test::photo_like({200, 150}, 3);
  const auto size = [&](int colours) { return encode_image(photo, with_colours(colours)).value().size(); };
  EXPECT_LT(size(256), encode_png(photo).value().size());
  EXPECT_LT(size(16), size(256));
}

TEST(LossyPalettePng, InterlacedHasTheSamePixels) {
  auto encoding = with_colours(40);
  const auto photo = test::photo_like({61, 43}, 4);
  const auto plain = through(photo, encoding);
  encoding.progressive = true;
  EXPECT_EQ(through(photo, encoding).pixels, plain.pixels);
}

TEST(LossyPalettePng, OfOnePixelAndOfOneColour) {
  for (const int channels : {1, 3, 4}) {
    const auto picture = test::solid({1, 1}, channels, {9, 8, 7, 6});
    EXPECT_EQ(test::pixel_at(through(picture, with_colours(2)), 0, 0)[0], 9);
  }
  const auto nothing = test::solid({5, 4}, 4, {9, 8, 7, 0});
  EXPECT_EQ(test::pixel_at(through(nothing, with_colours(2)), 4, 3)[3], 0);
}

}  // namespace
}  // namespace imagegen
