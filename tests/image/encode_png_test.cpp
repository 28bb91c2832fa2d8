#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::photo_like;

constexpr Encoding kPng{ImageFormat::png};

// So many colours, in no order, each of them at least once; every third is transparent where there is alpha.
Bitmap of_colours(int count, int channels, PixelSize size = {37, 23}) {
  auto picture = test::solid(size, channels, {});
  for (int i = 0; i < size.width * size.height; ++i) {
    const int colour = (i * 7 + i / 37 * 3) % count;
    const auto part = [](int value) { return static_cast<std::uint8_t>(value); };
    const int wide = i < count ? i : colour;
    test::paint(
        picture, {i % size.width, i / size.width, 1, 1},
        {part(wide), part(wide * 5 + wide / 256), part(wide / 256 * 90), part(wide % 3 == 1 ? 254 - wide % 200 : 255)});
  }
  return picture;
}

// How a file stores its pixels: PNG specification, third edition, 11.2.1.
struct Stored {
  int depth, colour_type, interlace;
};

Stored stored_of(const Bytes& file) {
  return {file.at(24), file.at(25), file.at(28)};
}

// colours, channels
class PalettePng : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(PalettePng, IsExact) {
  const auto [colours, channels] = GetParam();
  const auto picture = of_colours(colours, channels);
  const Bytes file = encode_png(picture).value();
  EXPECT_EQ(stored_of(file).colour_type, 3);
  EXPECT_EQ(stored_of(file).depth, colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8);
  const auto back = decode_image(file).value();
  EXPECT_EQ(back.channels, colours == 1 ? 3 : channels) << "one colour is opaque";
  for (int i = 0; i < 37 * 23; ++i)
    ASSERT_EQ(test::pixel_at(back, i % 37, i / 37), test::pixel_at(picture, i % 37, i / 37));
}

INSTANTIATE_TEST_SUITE_P(Counts, PalettePng,
                         testing::Combine(testing::Values(1, 2, 3, 4, 5, 16, 17, 255, 256), testing::Values(3, 4)));

TEST(EncodePng, OfTooManyColoursHasNoPalette) {
  for (const int channels : {3, 4}) {
    const auto picture = of_colours(257, channels);
    const Bytes file = encode_png(picture).value();
    EXPECT_EQ(stored_of(file).colour_type, channels == 3 ? 2 : 6);
    EXPECT_EQ(decode_image(file).value().pixels, picture.pixels);
  }
}

TEST(EncodePng, HasNoPaletteWhenThatIsNotAllowed) {
  Encoding encoding = kPng;
  encoding.palette = false;
  const auto picture = of_colours(4, 3);
  const Bytes file = encode_image(picture, encoding).value();
  EXPECT_EQ(stored_of(file).colour_type, 2);
  EXPECT_EQ(decode_image(file).value().pixels, picture.pixels);
}

TEST(EncodePng, WithAPaletteIsSmaller) {
  Encoding plain = kPng;
  plain.palette = false;
  const auto picture = of_colours(16, 3, {200, 200});
  EXPECT_LT(encode_image(picture, kPng).value().size(), encode_image(picture, plain).value().size());
}

// Filters do not work on a palette, and a grey photograph needs them.
TEST(EncodePng, OfAGreyPhotographIsNoLargerForAPalette) {
  Encoding plain = kPng;
  plain.palette = false;
  const auto photo = photo_like({200, 150}, 1);
  EXPECT_LE(encode_image(photo, kPng).value().size(), encode_image(photo, plain).value().size());
}

TEST(EncodePng, OfFewShadesOfGreyIsExact) {
  for (const int shades : {1, 2, 4, 16, 17, 256}) {
    auto picture = test::solid({40, 40}, 1, {});
    for (std::size_t i = 0; i < picture.pixels.size(); ++i) {
      picture.pixels[i] = static_cast<std::uint8_t>(static_cast<int>(i * 11) % shades * 255 / std::max(shades - 1, 1));
    }
    const auto back = decode_image(encode_png(picture).value()).value();
    for (std::size_t i = 0; i < picture.pixels.size(); ++i)
      ASSERT_EQ(back.pixels[3 * i + i % 3], picture.pixels[i]) << shades;
  }
}

TEST(EncodePng, InterlacedIsExact) {
  Encoding encoding = kPng;
  encoding.progressive = true;
  for (const int channels : {1, 3, 4}) {
    for (const PixelSize size : {PixelSize{61, 43}, PixelSize{1, 1}, PixelSize{3, 9}}) {
      for (const int depth : {8, 16}) {
        encoding.bit_depth = depth;
        const auto photo = photo_like(size, channels);
        const Bytes file = encode_image(photo, encoding).value();
        EXPECT_EQ(stored_of(file).interlace, 1);
        const auto back = decode_image(file).value();
        for (int i = 0; i < size.width * size.height; ++i) {
          auto expected = test::pixel_at(photo, i % size.width, i / size.width);
          if (channels == 1) expected = {expected[0], expected[0], expected[0], 255};
          ASSERT_EQ(test::pixel_at(back, i % size.width, i / size.width), expected) << to_string(size);
        }
      }
    }
  }
}

TEST(EncodePng, InterlacedWithAPaletteIsExact) {
  Encoding encoding = kPng;
  encoding.progressive = true;
  for (const int colours : {2, 4, 16, 200}) {
    const auto picture = of_colours(colours, 4);
    const Bytes file = encode_image(picture, encoding).value();
    EXPECT_EQ(stored_of(file).colour_type, 3);
    EXPECT_EQ(decode_image(file).value().pixels, picture.pixels) << colours;
  }
}

TEST(EncodePng, CompressesMoreAtAHigherLevel) {
  const auto photo = photo_like({160, 120}, 3);
  std::size_t sizes[3] = {};
  for (std::size_t i = 0; const int level : {0, 1, 9}) {
    Encoding encoding = kPng;
    encoding.compression_level = level;
    const Bytes file = encode_image(photo, encoding).value();
    EXPECT_EQ(decode_image(file).value().pixels, photo.pixels);
    sizes[i++] = file.size();
  }
  EXPECT_GT(sizes[0], photo.pixels.size());
  EXPECT_LT(sizes[1], sizes[0]);
  EXPECT_LT(sizes[2], sizes[1]);
}

}  // namespace
}  // namespace imagegen
