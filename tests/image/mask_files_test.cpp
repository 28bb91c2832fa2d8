#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/mask.hpp>

#include <numeric>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::pixel_at;
using testing::ElementsAre;
using testing::HasSubstr;

// All 256 values.
Mask every_value() {
  Mask mask{{16, 16}, Bytes(256)};
  std::iota(mask.values.begin(), mask.values.end(), std::uint8_t{0});
  return mask;
}

Bytes png_of(int channels, test::Pixel pixel) {
  return encode_png(test::solid({1, 1}, channels, pixel)).value();
}

// Of files of one pixel, which is nothing or everything.
Bytes values_of(ByteView file, std::optional<MaskPolarity> polarity = {}) {
  MaskReading how;
  how.polarity = polarity;
  how.allow_empty = how.allow_whole = true;
  return read_mask_as(file, how).value().mask.values;
}

class MaskPolarities : public testing::TestWithParam<MaskPolarity> {};

TEST_P(MaskPolarities, AreReadAsTheyWereWritten) {
  const auto file = write_mask(every_value(), GetParam()).value();
  EXPECT_EQ(read_mask(file, GetParam()).value().values, every_value().values);
}

INSTANTIATE_TEST_SUITE_P(All, MaskPolarities,
                         testing::Values(MaskPolarity::white_is_edit, MaskPolarity::black_is_edit,
                                         MaskPolarity::transparent_is_edit, MaskPolarity::opaque_is_edit),
                         [](const auto& tested) { return std::string(to_string(tested.param)); });

TEST(WriteMask, MakesWhiteEditWithoutAlphaForMostServices) {
  const auto file = write_mask(Mask{{2, 1}, {255, 0}}, MaskPolarity::white_is_edit).value();
  EXPECT_EQ(inspect_image(file).value().colour, "grey");
  const auto picture = decode_image(file).value();
  EXPECT_THAT(pixel_at(picture, 0, 0), ElementsAre(255, 255, 255, 255));
  EXPECT_THAT(pixel_at(picture, 1, 0), ElementsAre(0, 0, 0, 255));
}

TEST(WriteMask, MakesAlphaZeroEditForOpenAi) {
  const auto file = write_mask(Mask{{2, 1}, {255, 0}}, MaskPolarity::transparent_is_edit).value();
  EXPECT_EQ(inspect_image(file).value().colour, "rgba");
  const auto picture = decode_image(file).value();
  EXPECT_EQ(pixel_at(picture, 0, 0)[3], 0);
  EXPECT_EQ(pixel_at(picture, 1, 0)[3], 255);
}

TEST(ReadMask, TakesAlphaWhenThereIsSome) {
  EXPECT_THAT(values_of(png_of(4, {255, 255, 255, 30})), ElementsAre(225));
}

TEST(ReadMask, TakesBrightnessWhenAlphaSaysNothing) {
  EXPECT_THAT(values_of(png_of(4, {70, 70, 70, 255})), ElementsAre(70));
  EXPECT_THAT(values_of(png_of(1, {70})), ElementsAre(70));
}

TEST(ReadMask, WeighsColoursAsTheEyeDoes) {
  EXPECT_THAT(values_of(png_of(3, {255, 0, 0})), ElementsAre(76));
  EXPECT_THAT(values_of(png_of(3, {0, 255, 0})), ElementsAre(150));
  EXPECT_THAT(values_of(png_of(3, {0, 0, 255})), ElementsAre(29));
}

TEST(ReadMask, KeepsWhereABrightnessMaskIsTransparent) {
  const auto white_nothing = png_of(4, {255, 255, 255, 0});
  EXPECT_THAT(values_of(white_nothing, MaskPolarity::white_is_edit), ElementsAre(0));
  const auto black_nothing = png_of(4, {0, 0, 0, 0});
  EXPECT_THAT(values_of(black_nothing, MaskPolarity::black_is_edit), ElementsAre(0));
}

TEST(ReadMask, RefusesAlphaPolarityWithoutAlpha) {
  EXPECT_THAT(read_mask(png_of(3, {255, 255, 255}), MaskPolarity::transparent_is_edit),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("transparent_is_edit")));
}

TEST(ReadMask, ObeysLimitsAndSaysThatItWasTheMask) {
  ImageLimits limits;
  limits.max_side = 8;
  const auto file = write_mask(every_value(), MaskPolarity::white_is_edit).value();
  EXPECT_THAT(read_mask(file, {}, limits), test::FailsSaying(Errc::limit_exceeded, HasSubstr("mask: ")));
}

// Of a picture of 8x8 px that is to be edited in its first column.
Bytes column_as(MaskPolarity polarity) {
  Mask mask{{8, 8}, Bytes(64, 0)};
  for (std::size_t i = 0; i < 64; i += 8) mask.values[i] = 255;
  return write_mask(mask, polarity).value();
}

TEST(ReadMask, RefusesAnAlphaMaskThatAsWhiteIsEditEditsNothing) {
  const auto file = column_as(MaskPolarity::transparent_is_edit);
  EXPECT_THAT(read_mask(file, MaskPolarity::white_is_edit),
              test::FailsSaying(Errc::invalid_argument,
                                testing::StrEq("mask: read as white_is_edit, it edits nothing: all 64 pixels are below "
                                               "128; as black_is_edit 87.5 % would be edited, as transparent_is_edit "
                                               "12.5 %, as opaque_is_edit 87.5 %")));
}

TEST(ReadMask, SaysThatAPolarityWasGuessedAndThatNoneIsBetter) {
  EXPECT_THAT(read_mask(png_of(3, {255, 255, 255})),
              test::FailsSaying(Errc::invalid_argument,
                                testing::StrEq("mask: read as white_is_edit because no polarity was named, it edits "
                                               "everything: all 1 pixels are at least 128; no polarity would edit a "
                                               "part of it")));
}

TEST(ReadMask, RefusesWhatIsEmptyOrWholeInEveryPolarityUnlessItIsAllowed) {
  for (const auto polarity : {MaskPolarity::white_is_edit, MaskPolarity::black_is_edit,
                              MaskPolarity::transparent_is_edit, MaskPolarity::opaque_is_edit}) {
    for (const std::uint8_t value : Bytes{0, 127, 128, 255}) {
      const auto file = write_mask(Mask{{5, 4}, Bytes(20, value)}, polarity).value();
      MaskReading how;
      how.polarity = polarity;
      (value < 128 ? how.allow_whole : how.allow_empty) = true;
      EXPECT_THAT(read_mask_as(file, how), test::FailsSaying(Errc::invalid_argument, HasSubstr(to_string(polarity))));
      how.allow_empty = how.allow_whole = true;
      EXPECT_THAT(read_mask_as(file, how).value().mask.values, testing::Each(value));
    }
  }
}

TEST(ReadMask, AsksWhatIsEditedBehindTheThreshold) {
  const auto faint = write_mask(Mask{{3, 1}, {0, 40, 90}}, MaskPolarity::white_is_edit).value();
  EXPECT_THAT(read_mask(faint), test::FailsWith(Errc::invalid_argument));
  MaskReading how;
  how.threshold = 41;
  EXPECT_THAT(read_mask_as(faint, how).value().mask.values, ElementsAre(0, 0, 255));
  how.threshold = 91;
  EXPECT_THAT(read_mask_as(faint, how), test::FailsSaying(Errc::invalid_argument, HasSubstr("with the threshold 91")));
  how.threshold = 256;
  EXPECT_THAT(read_mask_as(faint, how),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("threshold: expected 1..255, got 256")));
}

TEST(MaskPolarities, AreThoseThatTheFileCanBeReadAsWithWhatTheyEdit) {
  const auto told = mask_polarities(column_as(MaskPolarity::transparent_is_edit)).value();
  ASSERT_EQ(told.size(), 4U);
  EXPECT_EQ(told[0].edited, 0.0);
  EXPECT_EQ(told[2].polarity, MaskPolarity::transparent_is_edit);
  EXPECT_EQ(told[2].edited, 0.125);
  EXPECT_EQ(told[3].edited, 0.875);
  EXPECT_EQ(mask_polarities(column_as(MaskPolarity::white_is_edit)).value().size(), 2U);
}

TEST(WriteMaskedPicture, KeepsColoursBelowTheMask) {
  const auto photo = test::photo_like({16, 16}, 3);
  const auto file = write_masked_picture(photo, every_value()).value();
  EXPECT_EQ(read_mask(file).value().values, every_value().values);
  const auto back = decode_image(file).value();
  for (int i = 0; i < 256; ++i) {
    const auto pixel = pixel_at(back, i % 16, i / 16);
    const auto shown = pixel_at(photo, i % 16, i / 16);
    ASSERT_THAT(pixel, ElementsAre(shown[0], shown[1], shown[2], 255 - i));
  }
}

TEST(WriteMaskedPicture, IsNoPaletteHoweverFewColoursThereAre) {
  const auto file = write_masked_picture(test::solid({8, 8}, 3, {1, 2, 3}), Mask{{8, 8}, Bytes(64, 255)}).value();
  EXPECT_EQ(inspect_image(file).value().colour, "rgba");
}

TEST(WithMaskAsAlpha, ReplacesAlphaAndSpreadsGrey) {
  const Mask mask{{1, 1}, {255}};
  EXPECT_THAT(with_mask_as_alpha(test::solid({1, 1}, 4, {1, 2, 3, 99}), mask).value().pixels, ElementsAre(1, 2, 3, 0));
  EXPECT_THAT(with_mask_as_alpha(test::solid({1, 1}, 1, {7}), mask).value().pixels, ElementsAre(7, 7, 7, 0));
}

TEST(WithMaskAsAlpha, RefusesAnotherSize) {
  EXPECT_THAT(with_mask_as_alpha(test::solid({2, 2}, 3, {}), Mask{{1, 1}, {0}}),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("expected 2x2")));
}

}  // namespace
}  // namespace imagegen
