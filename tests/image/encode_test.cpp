#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::photo_like;
using testing::HasSubstr;

class EncodePng : public testing::TestWithParam<int> {};

TEST_P(EncodePng, KeepsEverySample) {
  const auto photo = photo_like({61, 43}, GetParam());
  const auto back = decode_image(encode_png(photo).value()).value();
  ASSERT_EQ(back.channels, std::max(GetParam(), 3));
  for (int i = 0; i < 61 * 43; ++i) {
    const auto expected = test::pixel_at(photo, i % 61, i / 61);
    const auto found = test::pixel_at(back, i % 61, i / 61);
    ASSERT_EQ(found, (GetParam() == 1 ? test::Pixel{expected[0], expected[0], expected[0], 255} : expected));
  }
}

INSTANTIATE_TEST_SUITE_P(Channels, EncodePng, testing::Values(1, 3, 4));

struct Lossy {
  ImageFormat format;
  int quality;
  double least_psnr;
};

void PrintTo(const Lossy& lossy, std::ostream* out) {
  *out << to_string(lossy.format) << " " << lossy.quality;
}

class EncodeLossy : public testing::TestWithParam<Lossy> {};

TEST_P(EncodeLossy, KeepsThePictureAsWellAsTheQualitySays) {
  const auto photo = photo_like({160, 120}, 3);
  const auto file = encode_image(photo, {GetParam().format, GetParam().quality, 4}).value();
  EXPECT_GT(test::psnr(decode_image(file).value(), photo), GetParam().least_psnr);
}

INSTANTIATE_TEST_SUITE_P(Qualities, EncodeLossy,
                         testing::Values(Lossy{ImageFormat::webp, 100, 32}, Lossy{ImageFormat::webp, 60, 28},
                                         Lossy{ImageFormat::jpeg, 100, 32}, Lossy{ImageFormat::jpeg, 60, 27}));

class EncodeQuality : public testing::TestWithParam<ImageFormat> {};

TEST_P(EncodeQuality, CostsBytes) {
  const auto photo = photo_like({160, 120}, 3);
  std::size_t before = 0;
  for (const int quality : {0, 30, 60, 90, 100}) {
    const auto bytes = encode_image(photo, {GetParam(), quality, 4}).value().size();
    EXPECT_GT(bytes, before) << "quality " << quality;
    before = bytes;
  }
}

TEST_P(EncodeQuality, IsRefusedOutOfRange) {
  const auto photo = photo_like({8, 8}, 3);
  EXPECT_THAT(encode_image(photo, {GetParam(), 101, 4}),
              FailsSaying(Errc::invalid_argument, HasSubstr("quality: expected 0..100, got 101")));
  EXPECT_THAT(encode_image(photo, {GetParam(), -1, 4}), FailsSaying(Errc::invalid_argument, HasSubstr("got -1")));
}

TEST_P(EncodeQuality, TakesGrey) {
  const auto back = decode_image(encode_image(test::solid({32, 32}, 1, {77}), {GetParam(), 90, 4}).value()).value();
  EXPECT_LE(test::largest_difference(back, test::solid({32, 32}, 3, {77, 77, 77})), 2);
}

INSTANTIATE_TEST_SUITE_P(Formats, EncodeQuality, testing::Values(ImageFormat::webp, ImageFormat::jpeg),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST(EncodeWebp, KeepsAlphaExactly) {
  const auto photo = photo_like({64, 48}, 4);
  const auto back = decode_image(encode_image(photo, {ImageFormat::webp, 50, 4}).value()).value();
  for (std::size_t i = 3; i < photo.pixels.size(); i += 4) ASSERT_EQ(back.pixels[i], photo.pixels[i]);
}

TEST(EncodeWebp, SpendsEffortOnFewerBytes) {
  const auto photo = photo_like({160, 120}, 3);
  EXPECT_LT(encode_image(photo, {ImageFormat::webp, 80, 6}).value().size(),
            encode_image(photo, {ImageFormat::webp, 80, 0}).value().size());
}

TEST(EncodeWebp, RefusesEffortOutOfRange) {
  EXPECT_THAT(encode_image(photo_like({8, 8}, 3), {ImageFormat::webp, 80, 7}),
              FailsSaying(Errc::invalid_argument, HasSubstr("effort: expected 0..6, got 7")));
}

TEST(EncodeWebp, RefusesSidesThatTheFormatCannotHold) {
  EXPECT_THAT(encode_image(test::solid({16'384, 1}, 3, {}), {}), FailsSaying(Errc::limit_exceeded, HasSubstr("16383")));
  EXPECT_THAT(encode_image(test::solid({16'383, 1}, 3, {}), {}), test::IsOk());
}

TEST(EncodeJpeg, FlattensAlphaOntoWhite) {
  const auto file = encode_image(test::solid({32, 32}, 4, {0, 0, 200, 51}), {ImageFormat::jpeg, 95, 4}).value();
  EXPECT_LE(test::largest_difference(decode_image(file).value(), test::solid({32, 32}, 3, {204, 204, 244})), 2);
}

TEST(EncodeJpeg, RefusesSidesThatTheFormatCannotHold) {
  EXPECT_THAT(encode_image(test::solid({65'501, 1}, 3, {}), {ImageFormat::jpeg, 80, 4}),
              FailsSaying(Errc::limit_exceeded, HasSubstr("65500")));
}

TEST(EncodeImage, SaysWhenAFormatCannotBeWritten) {
  for (const auto format : {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png}) EXPECT_TRUE(can_encode(format));
  const auto made = encode_image(photo_like({8, 8}, 3), {ImageFormat::avif, 80, 4});
  if (can_encode(ImageFormat::avif)) {
    EXPECT_THAT(made, test::IsOk());
  } else {
    EXPECT_THAT(made, FailsSaying(Errc::unsupported, HasSubstr("avif")));
  }
}

TEST(EncodeImage, RefusesAPictureWhoseBytesDoNotFitItsSize) {
  auto photo = photo_like({8, 8}, 3);
  photo.pixels.resize(100);
  EXPECT_THAT(encode_image(photo, {}), test::FailsWith(Errc::invalid_argument));
  photo.channels = 2;
  EXPECT_THAT(encode_png(photo), test::FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
