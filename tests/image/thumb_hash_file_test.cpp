#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;

Bytes hash_of_decoded(const Bytes& file) {
  return thumb_hash(decode_image(file).value()).value();
}

Bytes deep_png(PixelSize size, int colour_type) {
  const std::size_t channels = colour_type == 6 ? 4 : 3;
  const auto count = static_cast<std::size_t>(size.width * size.height) * channels;
  return test::build_png({size, 16, colour_type, test::ramp(count, 16, 71)});
}

Bytes jpeg(PixelSize size) {
  return encode_image(test::photo_like(size, 3), {ImageFormat::jpeg, 90}).value();
}

TEST(ThumbHashOfFile, IsThatOfThePicture) {
  for (const PixelSize size : {PixelSize{90, 100}, PixelSize{1, 1}, PixelSize{500, 320}, PixelSize{101, 3000}}) {
    for (const int channels : {3, 4}) {
      const auto photo = test::photo_like(size, channels);
      for (const Bytes& file : {encode_png(photo).value(), encode_image(photo, {}).value()}) {
        EXPECT_EQ(thumb_hash_of_file(file).value(), hash_of_decoded(file)) << to_string(size) << " by " << channels;
      }
      const Bytes deep = deep_png(size, channels == 4 ? 6 : 2);
      EXPECT_EQ(thumb_hash_of_file(deep).value(), hash_of_decoded(deep)) << to_string(size) << " by " << channels;
    }
  }
}

TEST(ThumbHashOfFile, IsThatOfASmallJpegToo) {
  for (const PixelSize size : {PixelSize{100, 70}, PixelSize{8, 9}, PixelSize{390, 200}}) {
    EXPECT_EQ(thumb_hash_of_file(jpeg(size)).value(), hash_of_decoded(jpeg(size))) << to_string(size);
  }
}

// A JPEG is decoded smaller: what is shown of its hash is the same, but for a step of its coarse scale.
TEST(ThumbHashOfFile, OfALargeJpegShowsThePicture) {
  for (const PixelSize size : {PixelSize{401, 300}, PixelSize{803, 1501}, PixelSize{1999, 1333}}) {
    const auto found = thumb_hash_picture(thumb_hash_of_file(jpeg(size)).value()).value();
    const auto expected = thumb_hash_picture(hash_of_decoded(jpeg(size))).value();
    ASSERT_EQ(found.size, expected.size);
    EXPECT_GT(test::psnr(found, expected), 34.0) << to_string(size);
  }
}

TEST(ThumbHashOfFile, IsThatOfTheUprightPicture) {
  const auto photo = test::photo_like({240, 130}, 3);
  for (int orientation = 1; orientation <= 8; ++orientation) {
    test::PngSpec png{photo.size, 8, 2, {photo.pixels.begin(), photo.pixels.end()}};
    png.exif = test::exif_with_orientation(orientation, false);
    EXPECT_EQ(thumb_hash_of_file(build_png(png)).value(), hash_of_decoded(build_png(png))) << orientation;
    test::JpegSpec turned{photo.size, test::JpegSpec::Kind::ycbcr, photo.pixels};
    turned.exif = png.exif;
    EXPECT_EQ(thumb_hash_of_file(build_jpeg(turned)).value(), hash_of_decoded(build_jpeg(turned))) << orientation;
  }
}

TEST(ThumbHashOfFile, FailsAsDecodingDoes) {
  EXPECT_THAT(thumb_hash_of_file(as_bytes("%PDF-1.7")), FailsWith(Errc::unsupported));
  for (Bytes file : {deep_png({300, 200}, 2), encode_png(test::photo_like({300, 200}, 3)).value(), jpeg({300, 200}),
                     jpeg({900, 700})}) {
    file.resize(file.size() / 2);
    EXPECT_THAT(thumb_hash_of_file(file), FailsWith(Errc::corrupt_data));
  }
  ImageLimits limits;
  limits.max_time = std::chrono::milliseconds(0);
  EXPECT_THAT(thumb_hash_of_file(deep_png({300, 200}, 2), limits), FailsWith(Errc::limit_exceeded));
}

}  // namespace
}  // namespace imagegen
