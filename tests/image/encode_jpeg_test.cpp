#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <optional>

#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::photo_like;

// What the frame header says. ITU-T T.81, B.2.2.
struct Frame {
  int marker = 0;              // 0xC0 baseline, 0xC2 progressive
  std::vector<int> samplings;  // of each component, across * 16 + down
};

Frame frame_of(const Bytes& file) {
  Frame frame;
  for (std::size_t at = 2; at + 9 < file.size();) {
    const int marker = file[at + 1];
    if (marker == 0xC0 || marker == 0xC1 || marker == 0xC2) {
      frame.marker = marker;
      for (int i = 0; i < file[at + 9]; ++i) frame.samplings.push_back(file[at + 11 + static_cast<std::size_t>(i) * 3]);
      return frame;
    }
    at += 2U + file[at + 2] * 256U + file[at + 3];
  }
  return frame;
}

Encoding jpeg(int quality = 90) {
  return {ImageFormat::jpeg, quality};
}

// A picture goes to libjpeg as rows, as planes where render() made them, and as grey.
std::vector<Bytes> both_ways(const Bitmap& picture, const Encoding& encoding) {
  return {encode_image(picture, encoding).value(), render(picture, {picture.size, {}, encoding}).value().image.bytes};
}

TEST(EncodeJpeg, HalvesTheColourUnlessAskedNotTo) {
  for (const Bytes& file : both_ways(photo_like({64, 48}, 3), jpeg())) {
    EXPECT_THAT(frame_of(file).samplings, testing::ElementsAre(0x22, 0x11, 0x11));
  }
  auto encoding = jpeg();
  encoding.chroma_subsampling = ChromaSubsampling::yuv420;
  for (const Bytes& file : both_ways(photo_like({64, 48}, 3), encoding)) {
    EXPECT_THAT(frame_of(file).samplings, testing::ElementsAre(0x22, 0x11, 0x11));
  }
  encoding.chroma_subsampling = ChromaSubsampling::yuv444;
  for (const Bytes& file : both_ways(photo_like({64, 48}, 3), encoding)) {
    EXPECT_THAT(frame_of(file).samplings, testing::ElementsAre(0x11, 0x11, 0x11));
  }
  EXPECT_EQ(frame_of(encode_image(photo_like({64, 48}, 1), jpeg()).value()).samplings.size(), 1U);
}

TEST(EncodeJpeg, KeepsColourStripesOnlyInFull) {
  auto stripes = test::solid({64, 64}, 3, {230, 20, 20});
  for (int x = 0; x < 64; x += 2) test::paint(stripes, {x, 0, 1, 64}, {20, 20, 230});
  auto encoding = jpeg(98);
  EXPECT_LT(test::psnr(decode_image(encode_image(stripes, encoding).value()).value(), stripes), 20.0);
  encoding.chroma_subsampling = ChromaSubsampling::yuv444;
  for (const Bytes& file : both_ways(stripes, encoding)) {
    EXPECT_GT(test::psnr(decode_image(file).value(), stripes), 35.0);
  }
}

TEST(EncodeJpeg, WritesScansWhenAsked) {
  const auto photo = photo_like({64, 48}, 3);
  auto encoding = jpeg();
  const auto plain = both_ways(photo, encoding);
  encoding.progressive = true;
  const auto progressive = both_ways(photo, encoding);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_EQ(frame_of(plain[i]).marker, 0xC0);
    EXPECT_EQ(frame_of(progressive[i]).marker, 0xC2);
    EXPECT_EQ(decode_image(plain[i]).value().pixels, decode_image(progressive[i]).value().pixels);
  }
}

TEST(EncodeJpeg, IsSmallerWithTablesOfItsOwn) {
  const auto photo = photo_like({160, 120}, 3);
  auto encoding = jpeg();
  const auto optimised = both_ways(photo, encoding);
  encoding.optimise_coding = false;
  const auto standard = both_ways(photo, encoding);
  for (std::size_t i = 0; i < standard.size(); ++i) {
    EXPECT_LT(optimised[i].size(), standard[i].size());
    EXPECT_EQ(decode_image(optimised[i]).value().pixels, decode_image(standard[i]).value().pixels);
  }
}

// Smooth, so that what is lost is lost at an edge and not to the quality.
Bitmap smooth(PixelSize size) {
  auto picture = test::solid(size, 3, {});
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const auto shade = [](int value) { return static_cast<std::uint8_t>(value); };
      test::paint(picture, {x, y, 1, 1}, {shade(60 + 3 * x), shade(200 - 2 * y), shade(90 + x + y), 255});
    }
  }
  return picture;
}

TEST(EncodeJpeg, OfPlanesHasEveryOddSizeToItsEdges) {
  for (int side = 1; side <= 40; ++side) {
    for (const PixelSize size : {PixelSize{side, 40 - side / 2}, PixelSize{41 - side, side}}) {
      for (const auto chroma : {ChromaSubsampling::yuv420, ChromaSubsampling::yuv444}) {
        auto encoding = jpeg(98);
        encoding.chroma_subsampling = chroma;
        const auto picture = smooth(size);
        const auto file = render(picture, {size, {}, encoding}).value().image.bytes;
        const auto back = decode_image(file).value();
        ASSERT_EQ(back.size, size);
        ASSERT_LE(test::largest_difference(back, picture), 12) << to_string(size) << " " << to_string(chroma);
      }
    }
  }
}

// What stands in a block beside the picture must not ring into it.
TEST(EncodeJpeg, OfPlanesKeepsOneColourToItsEdgesAtLowQuality) {
  for (int side = 1; side <= 40; side += 3) {
    for (const auto chroma : {ChromaSubsampling::yuv420, ChromaSubsampling::yuv444}) {
      auto encoding = jpeg(15);
      encoding.chroma_subsampling = chroma;
      const auto expected = test::pixel_at(
          decode_image(encode_image(test::solid({64, 64}, 3, {230, 200, 120}), encoding).value()).value(), 20, 20);
      const PixelSize size{side, 41 - side};
      const auto file = render(test::solid(size, 3, {230, 200, 120}), {size, {}, encoding}).value().image.bytes;
      EXPECT_LE(test::largest_difference(decode_image(file).value(), test::solid(size, 3, expected)), 4)
          << to_string(size);
    }
  }
}

TEST(EncodeJpeg, OfPlanesIsTheOneOfRowsWithinRounding) {
  const auto picture = smooth({53, 39});
  auto encoding = jpeg(95);
  encoding.chroma_subsampling = ChromaSubsampling::yuv444;
  const auto files = both_ways(picture, encoding);
  EXPECT_GT(test::psnr(decode_image(files[0]).value(), decode_image(files[1]).value()), 45.0);
}

}  // namespace
}  // namespace imagegen
