#include <imagegen/image/decode.hpp>

#include <string>

#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::build_png;
using test::pixel_at;
using test::PngSpec;
using test::ramp;
using testing::ElementsAre;

// A sample of `bits` as 8 bits, rounded.
std::uint8_t to_8_bits(unsigned sample, int bits) {
  const unsigned most = (1U << static_cast<unsigned>(bits)) - 1U;
  return static_cast<std::uint8_t>((sample * 255U + most / 2U) / most);
}

// depth, interlaced
class GreyPng : public testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(GreyPng, KeepsEveryShade) {
  const auto [depth, interlaced] = GetParam();
  PngSpec spec{{19, 16}, depth, 0, ramp(19 * 16, depth, depth == 16 ? 211 : 1)};
  spec.interlaced = interlaced;
  const auto picture = decode_image(build_png(spec)).value();
  ASSERT_EQ(picture.channels, 3);
  for (int i = 0; i < 19 * 16; ++i) {
    const auto shade = to_8_bits(spec.samples[static_cast<std::size_t>(i)], depth);
    ASSERT_THAT(pixel_at(picture, i % 19, i / 19), ElementsAre(shade, shade, shade, 255)) << "pixel " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Depths, GreyPng, testing::Combine(testing::Values(1, 2, 4, 8, 16), testing::Bool()));

class GreyKeyPng : public testing::TestWithParam<int> {};

TEST_P(GreyKeyPng, MakesOneShadeTransparent) {
  const int depth = GetParam();
  PngSpec spec{{16, 2}, depth, 0, ramp(32, depth)};
  spec.transparency = {0, 1};  // shade 1
  const auto picture = decode_image(build_png(spec)).value();
  ASSERT_EQ(picture.channels, 4);
  for (int x = 0; x < 16; ++x) {
    ASSERT_EQ(pixel_at(picture, x, 0)[3], spec.samples[static_cast<std::size_t>(x)] == 1 ? 0 : 255) << "column " << x;
    ASSERT_EQ(pixel_at(picture, x, 0)[0], to_8_bits(spec.samples[static_cast<std::size_t>(x)], depth));
  }
}

INSTANTIATE_TEST_SUITE_P(Depths, GreyKeyPng, testing::Values(1, 2, 4, 8, 16));

// colour type, depth, interlaced
class ColourPng : public testing::TestWithParam<std::tuple<int, int, bool>> {};

TEST_P(ColourPng, KeepsEverySample) {
  const auto& [colour, bits, interlaced] = GetParam();
  const int depth = bits;  // Clang does not let a lambda take a structured binding
  const int channels = colour == 2 ? 3 : colour == 4 ? 2 : 4;
  PngSpec spec{
      {13, 11}, depth, colour, ramp(static_cast<std::size_t>(13 * 11 * channels), depth, depth == 16 ? 257 : 7)};
  spec.interlaced = interlaced;
  const auto picture = decode_image(build_png(spec)).value();
  ASSERT_EQ(picture.channels, colour == 2 ? 3 : 4);
  for (int i = 0; i < 13 * 11; ++i) {
    const auto sample = [&](int c) {
      return to_8_bits(spec.samples[static_cast<std::size_t>(i * channels + c)], depth);
    };
    const test::Pixel expected =
        channels == 2 ? test::Pixel{sample(0), sample(0), sample(0), sample(1)}
                      : test::Pixel{sample(0), sample(1), sample(2), channels == 4 ? sample(3) : std::uint8_t{255}};
    ASSERT_EQ(pixel_at(picture, i % 13, i / 13), expected) << "pixel " << i;
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ColourPng,
                         testing::Combine(testing::Values(2, 4, 6), testing::Values(8, 16), testing::Bool()));

TEST(DecodePng, RoundsSixteenBitsInsteadOfCuttingThem) {
  const PngSpec spec{{3, 1}, 16, 0, {0x00FF, 0x7F80, 0xFF7F}};
  const auto picture = decode_image(build_png(spec)).value();
  EXPECT_THAT(picture.pixels, ElementsAre(1, 1, 1, 127, 127, 127, 255, 255, 255));
}

TEST(DecodePng, KeysOneColourOutOfRgb) {
  for (const int depth : {8, 16}) {
    PngSpec spec{{2, 1}, depth, 2, {9, 8, 7, 9, 8, 6}};
    spec.transparency = {0, 9, 0, 8, 0, 7};
    const auto picture = decode_image(build_png(spec)).value();
    ASSERT_EQ(picture.channels, 4);
    EXPECT_EQ(pixel_at(picture, 0, 0)[3], 0);
    EXPECT_EQ(pixel_at(picture, 1, 0)[3], 255);
  }
}

class PalettePng : public testing::TestWithParam<std::tuple<int, bool>> {};

TEST_P(PalettePng, LooksColoursUp) {
  const auto [depth, interlaced] = GetParam();
  PngSpec spec{{9, 9}, depth, 3, ramp(81, 1)};
  spec.palette = {10, 20, 30, 40, 50, 60};
  spec.interlaced = interlaced;
  const auto picture = decode_image(build_png(spec)).value();
  ASSERT_EQ(picture.channels, 3);
  EXPECT_THAT(pixel_at(picture, 0, 0), ElementsAre(10, 20, 30, 255));
  EXPECT_THAT(pixel_at(picture, 1, 0), ElementsAre(40, 50, 60, 255));
  EXPECT_THAT(pixel_at(picture, 8, 8), ElementsAre(10, 20, 30, 255));
}

INSTANTIATE_TEST_SUITE_P(Depths, PalettePng, testing::Combine(testing::Values(1, 2, 4, 8), testing::Bool()));

TEST(DecodePng, GivesPaletteColoursTheirAlpha) {
  PngSpec spec{{2, 1}, 8, 3, {0, 1}};
  spec.palette = {10, 20, 30, 40, 50, 60};
  spec.transparency = {77};  // for the first colour only; the others are opaque
  const auto picture = decode_image(build_png(spec)).value();
  ASSERT_EQ(picture.channels, 4);
  EXPECT_THAT(pixel_at(picture, 0, 0), ElementsAre(10, 20, 30, 77));
  EXPECT_THAT(pixel_at(picture, 1, 0), ElementsAre(40, 50, 60, 255));
}

TEST(InspectPng, TellsWhatTheHeaderSays) {
  PngSpec spec{{5, 7}, 16, 2, ramp(105, 16)};
  spec.transparency = {0, 1, 0, 1, 0, 1};
  spec.animation_control = true;
  const auto info = inspect_image(build_png(spec)).value();
  EXPECT_EQ(info.format, ImageFormat::png);
  EXPECT_EQ(info.size, (PixelSize{5, 7}));
  EXPECT_EQ(info.bits_per_channel, 16);
  EXPECT_EQ(info.colour, "rgba");
  EXPECT_TRUE(info.has_alpha);
  EXPECT_TRUE(info.animated);
  EXPECT_FALSE(info.has_icc);
}

TEST(DecodePng, RefusesAWrongChecksum) {
  auto file = build_png({{4, 4}, 8, 0, ramp(16, 8)});
  file[file.size() - 16] ^= 1U;  // the last byte of IDAT's checksum is before IEND's twelve
  EXPECT_THAT(decode_image(file), test::FailsWith(Errc::corrupt_data));
}

TEST(DecodePng, ReadsPastTextThatItDoesNotNeed) {
  auto file = build_png({{4, 4}, 8, 0, ramp(16, 8)});
  Bytes text;
  test::append_png_chunk(text, "tEXt", as_bytes(std::string("prompt\0a birthday card", 22)));
  file.insert(file.begin() + 33, text.begin(), text.end());
  EXPECT_THAT(decode_image(file), test::IsOk());
}

// What 64 MiB of zeros deflate to, in a chunk of text: name, 0, method, deflated.
Bytes text_bomb(std::string_view start) {
  const Bytes zeros(64U << 20U);
  Bytes data = to_bytes(start);
  const Bytes packed = test::deflated(zeros);
  data.insert(data.end(), packed.begin(), packed.end());
  return data;
}

TEST(DecodePng, DoesNotInflateTextHoweverItDecodes) {
  using namespace std::string_view_literals;
  PngSpec plain{{4, 4}, 8, 2, ramp(48, 8)};
  PngSpec palette{{4, 4}, 8, 3, ramp(16, 1)};
  palette.palette = {1, 2, 3, 4, 5, 6};
  PngSpec interlaced = plain;
  interlaced.interlaced = true;
  const PngSpec deep{{4, 4}, 16, 2, ramp(48, 16)};
  const auto ztxt = text_bomb("a\0\0"sv);
  const auto itxt = text_bomb("a\0\1\0\0\0"sv);
  for (auto spec : {plain, palette, interlaced, deep}) {
    const auto alone = decode_image(build_png(spec)).value();
    for (int i = 0; i < 3; ++i) spec.chunks.insert(spec.chunks.end(), {{"zTXt", ztxt}, {"iTXt", itxt}});
    spec.chunks.emplace_back("iCCP", ztxt);
    spec.chunks.emplace_back("zTXt", Bytes(5, 0xFF));
    const auto picture = decode_image(build_png(spec));
    ASSERT_THAT(picture, test::IsOk());
    EXPECT_EQ(picture->pixels, alone.pixels);
  }
}

}  // namespace
}  // namespace imagegen
