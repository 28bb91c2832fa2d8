#include "image/vp8/vp8_encoder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "image/support/simd_targets.hpp"
#include "image/support/vp8_pictures.hpp"
#include "image/vp8/encoding.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using detail::Stop;
using detail::vp8::encode;
using detail::vp8::encode_and_show;
using detail::vp8::Planes;
using detail::vp8::Reconstruction;

constexpr Content kContents[] = {Content::flat, Content::gradient, Content::noise, Content::photo};

Bytes file_of(const YuvPicture& picture, int quality) {
  auto file = encode(picture.planes(), {quality}, Stop());
  EXPECT_TRUE(file) << file.error();
  return file ? *file : Bytes();
}

// The part of a plane of whole macroblocks that is in the picture.
Bytes cut(const Bytes& plane, std::size_t stride, std::size_t width, std::size_t height) {
  Bytes part;
  for (std::size_t y = 0; y < height; ++y)
    part.insert(part.end(), plane.begin() + static_cast<std::ptrdiff_t>(y * stride),
                plane.begin() + static_cast<std::ptrdiff_t>(y * stride + width));
  return part;
}

// Without a filter, a decoder must see exactly what the encoder predicted from.
void expect_no_drift(const YuvPicture& picture, int quality) {
  Reconstruction seen;
  const auto file = encode_and_show(picture.planes(), {quality}, Stop(), &seen, /*filtered=*/false);
  ASSERT_TRUE(file) << file.error();
  const YuvPicture decoded = decode_yuv(*file);
  ASSERT_EQ(decoded.size, picture.size);
  const auto across = static_cast<std::size_t>((picture.size.width + 15) / 16);
  const auto width = static_cast<std::size_t>(picture.size.width),
             height = static_cast<std::size_t>(picture.size.height);
  EXPECT_EQ(decoded.y, cut(seen.y, across * 16, width, height));
  EXPECT_EQ(decoded.u, cut(seen.u, across * 8, picture.chroma_width(), picture.chroma_height()));
  EXPECT_EQ(decoded.v, cut(seen.v, across * 8, picture.chroma_width(), picture.chroma_height()));
}

TEST(Vp8Encoder, DecodesToWhatItPredictedFromAtEverySmallSize) {
  for (int width = 1; width <= 40; ++width)
    for (int height = 1; height <= 40; height += width % 3 + 1) {
      SCOPED_TRACE(to_string(PixelSize{width, height}));
      ASSERT_NO_FATAL_FAILURE(expect_no_drift(make_yuv({width, height}, Content::photo), 80));
    }
}

TEST(Vp8Encoder, DecodesToWhatItPredictedFromAtEveryQualityAndContent) {
  for (const Content content : kContents)
    for (const int quality : {0, 1, 10, 30, 50, 74, 75, 90, 98, 99, 100}) {
      SCOPED_TRACE(quality);
      ASSERT_NO_FATAL_FAILURE(expect_no_drift(make_yuv({199, 133}, content), quality));
    }
}

TEST(Vp8Encoder, TheFilterOfTheDecoderBringsThePictureNearer) {
  const YuvPicture picture = make_yuv({320, 240}, Content::photo);
  const auto unfiltered = encode_and_show(picture.planes(), {30}, Stop(), nullptr, /*filtered=*/false);
  ASSERT_TRUE(unfiltered);
  EXPECT_GT(psnr(decode_yuv(file_of(picture, 30)), picture), psnr(decode_yuv(*unfiltered), picture));
}

TEST(Vp8Encoder, MakesTheSameBytesOnEveryInstructionSet) {
  for (const Content content : kContents)
    for (const int quality : {5, 75, 90, 100}) {
      const YuvPicture picture = make_yuv({150, 101}, content);
      const Bytes expected = file_of(picture, quality);
      on_every_target([&] { EXPECT_EQ(file_of(picture, quality), expected); });
    }
}

TEST(Vp8Encoder, IsAsSmallAndAsGoodAsLibwebp) {
  const YuvPicture picture = make_yuv({640, 480}, Content::photo);
  for (const int quality : {20, 50, 75, 90, 98}) {
    SCOPED_TRACE(quality);
    const Bytes theirs = encode_with_libwebp(picture, quality), ours = file_of(picture, quality);
    EXPECT_LT(static_cast<double>(ours.size()), 1.02 * static_cast<double>(theirs.size()));
    // The gentle filter that helps photographs takes a little from this picture's white noise.
    EXPECT_GT(psnr(decode_yuv(ours), picture), psnr(decode_yuv(theirs), picture) - 0.5);
  }
}

TEST(Vp8Encoder, HigherQualityIsLargerAndNearer) {
  const YuvPicture picture = make_yuv({160, 120}, Content::photo);
  Bytes before = file_of(picture, 0);
  for (const int quality : {20, 40, 60, 80, 100}) {
    const Bytes file = file_of(picture, quality);
    EXPECT_GT(file.size(), before.size()) << quality;
    EXPECT_GT(psnr(decode_yuv(file), picture), psnr(decode_yuv(before), picture)) << quality;
    before = file;
  }
}

TEST(Vp8Encoder, AFlatPictureTakesFewerBytesThanWithLibwebp) {
  const YuvPicture picture = make_yuv({1024, 1024}, Content::flat);
  EXPECT_LT(file_of(picture, 90).size(), encode_with_libwebp(picture, 90).size());
}

TEST(Vp8Encoder, ReadsPlanesWithAnyStride) {
  const YuvPicture picture = make_yuv({70, 50}, Content::photo);
  YuvPicture wide = make_yuv({96, 50}, Content::noise);
  for (std::size_t y = 0; y < 50; ++y) std::copy_n(picture.y.data() + y * 70, 70, wide.y.data() + y * 96);
  for (std::size_t y = 0; y < 25; ++y) {
    std::copy_n(picture.u.data() + y * 35, 35, wide.u.data() + y * 48);
    std::copy_n(picture.v.data() + y * 35, 35, wide.v.data() + y * 48);
  }
  const Planes planes{wide.y.data(), wide.u.data(), wide.v.data(), 96, 48, {70, 50}};
  EXPECT_EQ(*encode(planes, {75}, Stop()), file_of(picture, 75));
}

TEST(Vp8Encoder, StopsBetweenRows) {
  const std::atomic<bool> cancelled{true};
  const auto file = encode(make_yuv({64, 64}, Content::photo).planes(), {75}, Stop(&cancelled));
  EXPECT_THAT(file, FailsWith(Errc::cancelled));
}

TEST(Vp8Encoder, RefusesWhatTheFormatCannotHold) {
  const std::uint8_t sample = 0;
  const auto planes_of = [&](int width, int height) {
    return Planes{&sample, &sample, &sample, 0, 0, {width, height}};
  };
  EXPECT_THAT(encode(planes_of(16384, 1), {75}, Stop()), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(encode(planes_of(1, 16384), {75}, Stop()), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(encode(planes_of(0, 5), {75}, Stop()), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(encode(make_yuv({16, 16}, Content::flat).planes(), {101}, Stop()), FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen::test
