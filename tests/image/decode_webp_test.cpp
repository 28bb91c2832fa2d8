#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include "image/support/pictures.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::build_animated_webp;
using test::build_lossless_webp;
using test::photo_like;
using test::pixel_at;
using testing::ElementsAre;

TEST(DecodeWebp, KeepsEverySampleOfALosslessFile) {
  const auto photo = photo_like({37, 29}, 3);
  const auto picture = decode_image(build_lossless_webp(photo)).value();
  ASSERT_EQ(picture.channels, 3);
  EXPECT_EQ(picture.pixels, photo.pixels);
}

TEST(DecodeWebp, KeepsAlphaAndTheColourBelowIt) {
  const auto photo = photo_like({37, 29}, 4);
  const auto picture = decode_image(build_lossless_webp(photo)).value();
  ASSERT_EQ(picture.channels, 4);
  EXPECT_EQ(picture.pixels, photo.pixels);
}

TEST(DecodeWebp, ReadsALossyFile) {
  const auto photo = photo_like({64, 48}, 3);
  const auto file = encode_image(photo, {ImageFormat::webp, 95, 4}).value();
  EXPECT_GT(test::psnr(decode_image(file).value(), photo), 32.0);
}

TEST(DecodeWebp, ReadsALossyFileWithAlpha) {
  const auto photo = photo_like({64, 48}, 4);
  const auto picture = decode_image(encode_image(photo, {ImageFormat::webp, 95, 4}).value()).value();
  ASSERT_EQ(picture.channels, 4);
  for (const int x : {0, 20, 63}) EXPECT_EQ(pixel_at(picture, x, 5)[3], pixel_at(photo, x, 5)[3]) << "column " << x;
}

TEST(DecodeWebp, TakesTheFirstFrameOfAnAnimation) {
  const auto first = photo_like({32, 24}, 3);
  const auto file = build_animated_webp(first.size, {first, test::solid(first.size, 3, {1, 2, 3})});
  EXPECT_TRUE(inspect_image(file).value().animated);
  EXPECT_EQ(decode_image(file).value().pixels, first.pixels);
}

TEST(DecodeWebp, LeavesTheCanvasTransparentAroundASmallFirstFrame) {
  const auto frame = test::solid({8, 6}, 3, {200, 100, 50});
  const auto file = build_animated_webp({32, 24}, {frame, test::solid({32, 24}, 3, {1, 2, 3})});
  const auto info = inspect_image(file).value();
  const auto picture = decode_image(file).value();
  EXPECT_TRUE(info.has_alpha);
  ASSERT_EQ(picture.size, (PixelSize{32, 24}));
  EXPECT_THAT(pixel_at(picture, 0, 0), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(pixel_at(picture, 2, 4), ElementsAre(200, 100, 50, 255));
  EXPECT_THAT(pixel_at(picture, 9, 9), ElementsAre(200, 100, 50, 255));
  EXPECT_THAT(pixel_at(picture, 10, 9), ElementsAre(0, 0, 0, 0));
}

TEST(InspectWebp, TellsWhatTheHeaderSays) {
  const auto info = inspect_image(build_lossless_webp(photo_like({37, 29}, 4))).value();
  EXPECT_EQ(info.format, ImageFormat::webp);
  EXPECT_EQ(info.size, (PixelSize{37, 29}));
  EXPECT_EQ(info.colour, "rgba");
  EXPECT_TRUE(info.has_alpha);
  EXPECT_FALSE(info.animated);
}

TEST(DecodeWebp, RefusesAFileThatEndsEarly) {
  auto file = encode_image(photo_like({64, 48}, 3), {}).value();
  file.resize(file.size() / 2);
  EXPECT_THAT(decode_image(file), test::FailsWith(Errc::corrupt_data));
}

}  // namespace
}  // namespace imagegen
