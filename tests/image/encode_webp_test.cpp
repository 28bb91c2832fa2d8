#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::photo_like;

Bytes webp(const Bitmap& picture, const Encoding& encoding) {
  return encode_image(picture, encoding).value();
}

Encoding lossless(int effort = 4) {
  Encoding encoding{ImageFormat::webp, 90, effort};
  encoding.lossless = true;
  return encoding;
}

Encoding near_lossless(int quality) {
  Encoding encoding{ImageFormat::webp, quality, 4};
  encoding.near_lossless = true;
  return encoding;
}

TEST(EncodeWebp, WithoutLossKeepsEveryPixelThatShows) {
  for (const int channels : {1, 3, 4}) {
    const auto photo = photo_like({67, 45}, channels);
    const auto back = decode_image(webp(photo, lossless())).value();
    for (int i = 0; i < 67 * 45; ++i) {
      auto expected = test::pixel_at(photo, i % 67, i / 67);
      if (channels == 1) expected = {expected[0], expected[0], expected[0], 255};
      const auto found = test::pixel_at(back, i % 67, i / 67);
      ASSERT_EQ(found[3], expected[3]);
      if (expected[3] > 0) {
        ASSERT_EQ(found, expected) << "pixel " << i;
      }
    }
  }
}

TEST(EncodeWebp, NearlyWithoutLossIsSmallerAndClose) {
  const auto photo = photo_like({200, 150}, 3);
  const auto exact = webp(photo, lossless());
  const auto near = webp(photo, near_lossless(40));
  EXPECT_LT(near.size(), exact.size());
  const auto back = decode_image(near).value();
  EXPECT_GT(test::psnr(back, photo), 36.0);
  EXPECT_NE(back.pixels, photo.pixels);
  EXPECT_EQ(decode_image(webp(photo, near_lossless(100))).value().pixels, photo.pixels);
}

TEST(EncodeWebp, NearlyWithoutLossChangesLessForAHigherQuality) {
  const auto photo = photo_like({200, 150}, 3);
  const auto psnr = [&](int quality) {
    return test::psnr(decode_image(webp(photo, near_lossless(quality))).value(), photo);
  };
  EXPECT_LT(psnr(0), psnr(60));
}

TEST(EncodeWebp, KeepsLessAlphaForALowerAlphaQuality) {
  const auto photo = photo_like({160, 120}, 4);
  Encoding encoding{ImageFormat::webp, 80, 4};
  const auto exact = webp(photo, encoding);
  encoding.alpha_quality = 10;
  const auto coarse = webp(photo, encoding);
  EXPECT_LT(coarse.size(), exact.size());
  const auto back = decode_image(coarse).value();
  int changed = 0;
  for (std::size_t i = 3; i < photo.pixels.size(); i += 4) changed += back.pixels[i] != photo.pixels[i];
  EXPECT_GT(changed, 100);
}

TEST(EncodeWebp, ComesNearToTheBytesAsked) {
  const auto photo = photo_like({640, 480}, 3);
  for (const std::size_t target : {15'000U, 30'000U, 60'000U}) {
    Encoding encoding{ImageFormat::webp, 80, 4};
    encoding.target_bytes = target;
    const auto of_planes = render(photo, {photo.size, {}, encoding}).value().image.bytes;
    for (const Bytes& file : {webp(photo, encoding), of_planes}) {
      EXPECT_NEAR(static_cast<double>(file.size()) / static_cast<double>(target), 1.0, 0.10) << target;
    }
  }
}

TEST(EncodeWebp, SpendsEffortOnFewerBytesWithoutLoss) {
  const auto photo = photo_like({160, 120}, 3);
  EXPECT_LE(webp(photo, lossless(6)).size(), webp(photo, lossless(0)).size());
}

}  // namespace
}  // namespace imagegen
