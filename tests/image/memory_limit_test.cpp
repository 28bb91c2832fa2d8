// How much of pictures may be in memory at one time.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include <new>

#include "image/master.hpp"
#include "image/raw_picture.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using testing::HasSubstr;

constexpr PixelSize kSize{40, 30};
constexpr std::uint64_t kPixels = 40 * 30;

ImageLimits at_most(std::uint64_t bytes) {
  ImageLimits limits;
  limits.max_decoded_bytes = bytes;
  return limits;
}

// Decoding takes `bytes`, and one less does not do.
void expect_needs(const Bytes& file, std::uint64_t bytes, const char* what) {
  EXPECT_THAT(decode_image(file, at_most(bytes)), test::IsOk()) << what;
  EXPECT_THAT(decode_image(file, at_most(bytes - 1)), FailsWith(Errc::limit_exceeded)) << what;
  EXPECT_THAT(inspect_image(file, at_most(1)), test::IsOk()) << what << ": the header costs nothing";
}

Bytes png(int depth, int colour_type, int orientation = 1) {
  const std::size_t channels = colour_type == 0 ? 1 : colour_type == 6 ? 4 : 3;
  test::PngSpec spec{kSize, depth, colour_type, test::ramp(kPixels * channels, depth, 3)};
  spec.exif = test::exif_with_orientation(orientation, true);
  return build_png(spec);
}

TEST(MemoryLimit, CountsWholePictures) {
  expect_needs(png(8, 2), 3 * kPixels, "RGB");
  expect_needs(png(8, 6), 4 * kPixels, "RGBA");
  expect_needs(png(8, 0), 3 * kPixels, "grey, which becomes RGB");
  expect_needs(png(16, 2), 3 * kPixels, "16 bits that are narrowed row by row");
  expect_needs(png(8, 2, 3), 3 * kPixels, "turned in its own memory");
  expect_needs(png(8, 2, 6), 6 * kPixels, "and its turned copy");
  expect_needs(png(16, 2, 6), 12 * kPixels, "16 bits and their turned copy");
}

TEST(MemoryLimit, CountsWhatDecodersHold) {
  const auto photo = test::photo_like(kSize, 3);
  expect_needs(encode_image(photo, {}).value(), 3 * kPixels, "lossy WebP");
  expect_needs(test::build_lossless_webp(photo), (3 + 4) * kPixels, "lossless WebP");
  test::JpegSpec jpeg{kSize, test::JpegSpec::Kind::ycbcr, photo.pixels};
  expect_needs(build_jpeg(jpeg), 3 * kPixels, "JPEG");
  jpeg.progressive = true;
  const auto header = detail::read_header(build_jpeg(jpeg), {}).value();
  EXPECT_GE(header.codec_bytes, 2 * kPixels) << "at least brightness, in two bytes";
  expect_needs(build_jpeg(jpeg), 3 * kPixels + header.codec_bytes, "progressive JPEG");
}

TEST(MemoryLimit, SaysWhatWasExpectedWhatCameAndWhatToDo) {
  EXPECT_THAT(decode_image(png(8, 2), at_most(100)),
              FailsSaying(Errc::limit_exceeded,
                          testing::AllOf(HasSubstr("at most 100 bytes"), HasSubstr("got 3600"), HasSubstr("40x30"),
                                         HasSubstr("raise max_decoded_bytes"))));
}

TEST(MemoryLimit, CountsThePlanesThatOutputsWant) {
  const auto bytes = [](const Bytes& file, detail::MasterNeeds needs) {
    return detail::master_bytes(detail::read_header(file, {}).value(), needs);
  };
  EXPECT_EQ(bytes(png(8, 2), {true, true, 1}), 6 * kPixels);
  EXPECT_EQ(bytes(png(8, 6), {true, true, 1}), 4 * kPixels) << "it gets none";
  const auto photo = test::photo_like({80, 64}, 3);
  const Bytes jpeg = encode_image(photo, {ImageFormat::jpeg}).value();  // 4:2:0
  EXPECT_EQ(bytes(jpeg, {false, true, 1}), 80U * 64U * 3U / 2U);
  EXPECT_EQ(bytes(jpeg, {false, true, 4}), 80U * 64U * 3U / 2U / 16U);
  EXPECT_EQ(bytes(jpeg, {true, true, 1}), 80U * 64U * 3U / 2U + 80U * 64U * 3U);
}

TEST(MemoryLimit, HoldsForTheThumbHash) {
  EXPECT_THAT(thumb_hash_of_file(png(16, 2), at_most(1)), test::IsOk()) << "it comes in rows";
  EXPECT_THAT(thumb_hash_of_file(png(8, 2, 6), at_most(3 * kPixels - 1)), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(thumb_hash_of_file(png(8, 2, 6), at_most(3 * kPixels)), test::IsOk()) << "turned row by row";
}

}  // namespace
}  // namespace imagegen
