#include <imagegen/image/decode.hpp>

#include <cstdlib>

#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::build_jpeg;
using test::JpegSpec;
using test::pixel_at;
using Kind = JpegSpec::Kind;

constexpr PixelSize kSize = {40, 24};

Bytes repeated(std::initializer_list<std::uint8_t> pixel, PixelSize size = kSize) {
  Bytes samples;
  for (int i = 0; i < size.width * size.height; ++i) samples.insert(samples.end(), pixel);
  return samples;
}

void expect_colour(const Bitmap& picture, int red, int green, int blue) {
  const auto pixel = pixel_at(picture, picture.size.width / 2, picture.size.height / 2);
  EXPECT_NEAR(pixel[0], red, 2);
  EXPECT_NEAR(pixel[1], green, 2);
  EXPECT_NEAR(pixel[2], blue, 2);
}

TEST(DecodeJpeg, ReadsGrey) {
  const auto picture = decode_image(build_jpeg({kSize, Kind::grey, repeated({90})})).value();
  ASSERT_EQ(picture.channels, 3);
  expect_colour(picture, 90, 90, 90);
}

TEST(DecodeJpeg, ReadsColourStoredAsYcbcr) {
  const auto photo = test::photo_like({64, 48}, 3);
  const auto picture = decode_image(build_jpeg({photo.size, Kind::ycbcr, photo.pixels, 98})).value();
  EXPECT_GT(test::psnr(picture, photo), 38.0);
}

TEST(DecodeJpeg, ReadsColourStoredAsRgb) {
  expect_colour(decode_image(build_jpeg({kSize, Kind::rgb, repeated({200, 30, 60})})).value(), 200, 30, 60);
}

TEST(DecodeJpeg, ReadsProgressiveFilesAsItReadsOthers) {
  const auto photo = test::photo_like({64, 48}, 3);
  JpegSpec spec{photo.size, Kind::ycbcr, photo.pixels};
  const auto baseline = decode_image(build_jpeg(spec)).value();
  spec.progressive = true;
  EXPECT_EQ(decode_image(build_jpeg(spec)).value().pixels, baseline.pixels);
}

TEST(DecodeJpeg, MixesInk) {
  JpegSpec spec{kSize, Kind::cmyk, repeated({0, 255, 255, 51})};
  spec.adobe_marker = false;
  expect_colour(decode_image(build_jpeg(spec)).value(), 204, 0, 0);
}

TEST(DecodeJpeg, TurnsInkAroundWhereAdobeStoredIt) {
  const JpegSpec spec{kSize, Kind::cmyk, repeated({255, 0, 0, 204})};
  expect_colour(decode_image(build_jpeg(spec)).value(), 204, 0, 0);
}

TEST(DecodeJpeg, ReadsYcck) {
  const JpegSpec spec{kSize, Kind::ycck, repeated({255, 0, 0, 204})};
  const Bytes file = build_jpeg(spec);
  EXPECT_EQ(inspect_image(file).value().colour, "ycck");
  expect_colour(decode_image(file).value(), 204, 0, 0);
}

TEST(InspectJpeg, TellsWhatTheHeaderSays) {
  const auto info = inspect_image(build_jpeg({kSize, Kind::grey, repeated({90})})).value();
  EXPECT_EQ(info.format, ImageFormat::jpeg);
  EXPECT_EQ(info.stored_size, kSize);
  EXPECT_EQ(info.colour, "grey");
  EXPECT_EQ(info.bits_per_channel, 8);
  EXPECT_FALSE(info.has_alpha);
}

TEST(DecodeJpeg, RefusesAFileThatEndsEarlyInsteadOfFillingIn) {
  const auto photo = test::photo_like({64, 48}, 3);
  auto file = build_jpeg({photo.size, Kind::ycbcr, photo.pixels});
  file.resize(file.size() * 2 / 3);
  EXPECT_THAT(decode_image(file), test::FailsWith(Errc::corrupt_data));
}

TEST(DecodeJpeg, RefusesTwelveBitsAsUnsupported) {
  auto file = build_jpeg({kSize, Kind::grey, repeated({90})});
  for (std::size_t i = 2; i + 4 < file.size(); ++i) {
    if (file[i] == 0xFF && file[i + 1] == 0xC0) file[i + 4] = 12;
  }
  EXPECT_THAT(decode_image(file), test::FailsWith(Errc::unsupported));
}

// The last scan of a progressive file, repeated: each costs a walk over all of the picture.
TEST(DecodeJpeg, StopsAtAnAbsurdNumberOfScans) {
  JpegSpec spec{kSize, Kind::grey, repeated({90})};
  spec.progressive = true;
  auto file = build_jpeg(spec);
  std::size_t last_scan = 0;
  for (std::size_t i = 0; i + 1 < file.size(); ++i) {
    if (file[i] == 0xFF && file[i + 1] == 0xDA) last_scan = i;
  }
  const Bytes scan(file.begin() + static_cast<std::ptrdiff_t>(last_scan), file.end() - 2);
  for (int i = 0; i < 200; ++i) file.insert(file.end() - 2, scan.begin(), scan.end());
  EXPECT_THAT(decode_image(file), test::FailsSaying(Errc::limit_exceeded, testing::HasSubstr("scans")));
}

}  // namespace
}  // namespace imagegen
