// Masks that came as JPEG, lossy WebP or AVIF edit what they edited before.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/mask.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <string>

#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

constexpr PixelSize kMaskSize{203, 187};  // no multiple of a block

Mask painted(const std::function<bool(int, int)>& is_edited) {
  Mask mask{kMaskSize, {}};
  for (int y = 0; y < kMaskSize.height; ++y)
    for (int x = 0; x < kMaskSize.width; ++x) mask.values.push_back(is_edited(x, y) ? 255 : 0);
  return mask;
}

int squared(int value) {
  return value * value;
}

struct Shape {
  const char* name;
  Mask mask;
};

std::vector<Shape> shapes() {
  return {{"rectangle", painted([](int x, int y) { return x >= 43 && x < 141 && y >= 31 && y < 122; })},
          {"ellipse", painted([](int x, int y) { return 4 * squared(x - 97) + 9 * squared(y - 80) < squared(140); })},
          {"triangle", painted([](int x, int y) { return x > 20 && 3 * y > x + 40 && 2 * y + x < 330; })},
          {"strokes", painted([](int x, int y) { return y > 30 && y < 150 && (x + y / 3) % 31 < 5; })},
          {"dots", painted([](int x, int y) { return squared(x % 25 - 12) + squared(y % 29 - 14) < 16; })}};
}

Bitmap shown(const Mask& mask) {
  Bitmap picture{mask.size, 3, {}};
  for (const std::uint8_t value : mask.values) picture.pixels.insert(picture.pixels.end(), 3, value);
  return picture;
}

Bytes jpeg_of(const Mask& mask, int quality, PixelSize sampling) {
  test::JpegSpec jpeg{mask.size, test::JpegSpec::Kind::ycbcr, shown(mask).pixels, quality};
  jpeg.sampling = sampling;
  return build_jpeg(jpeg);
}

Bytes file_of(const Mask& mask, ImageFormat format, int quality) {
  Encoding encoding;
  encoding.format = format, encoding.quality = quality;
  return encode_image(shown(mask), encoding).value();
}

// All that composite() would change is what it was in the PNG.
void expect_edits_the_same(const Bytes& file, const Shape& shape, const std::string& what) {
  const auto read = read_mask(file, MaskPolarity::white_is_edit).value();
  EXPECT_EQ(edit_region(read).value(), edit_region(shape.mask).value()) << shape.name << ", " << what;
  std::ptrdiff_t other = 0;
  for (std::size_t i = 0; i < read.values.size(); ++i)
    other += (read.values[i] > 0) != (shape.mask.values[i] > 0) ? 1 : 0;
  EXPECT_EQ(other, 0) << shape.name << ", " << what;
}

class JpegMask : public testing::TestWithParam<int> {};

TEST_P(JpegMask, EditsWhatThePngDid) {
  for (const Shape& shape : shapes()) {
    expect_edits_the_same(jpeg_of(shape.mask, GetParam(), {2, 2}), shape, "4:2:0");
    expect_edits_the_same(jpeg_of(shape.mask, GetParam(), {1, 1}), shape, "4:4:4");
  }
}

TEST_P(JpegMask, WithoutCleaningEditsMore) {
  MaskReading how;
  how.keep_noise = true;
  const auto ellipse = shapes()[1].mask;
  const auto noisy = read_mask_as(jpeg_of(ellipse, GetParam(), {2, 2}), how).value();
  EXPECT_EQ(noisy.cleaned_pixels, 0);
  EXPECT_GT(mask_coverage(noisy.mask)->touched, mask_coverage(ellipse)->touched);
}

INSTANTIATE_TEST_SUITE_P(Qualities, JpegMask, testing::Values(60, 65, 70, 75, 80, 85, 90, 95));

TEST(LossyMask, EditsWhatThePngDid) {
  for (const Shape& shape : shapes()) {
    for (const int quality : {60, 75, 90}) {
      expect_edits_the_same(file_of(shape.mask, ImageFormat::webp, quality), shape, "WebP");
      if (can_encode(ImageFormat::avif))
        expect_edits_the_same(file_of(shape.mask, ImageFormat::avif, quality), shape, "AVIF");
    }
  }
}

TEST(LossyMask, EditsWhatThePngDidInTheOtherPolarity) {
  const Shape ellipse = shapes()[1];
  const auto file = jpeg_of(invert_mask(ellipse.mask).value(), 60, {2, 2});
  const auto read = read_mask(file, MaskPolarity::black_is_edit).value();
  EXPECT_EQ(edit_region(read).value(), edit_region(ellipse.mask).value());
}

TEST(LossyMask, KeepsSoftEdgesNearlyAsTheyWere) {
  for (const Shape& shape : {shapes()[0], shapes()[1]}) {
    const Mask soft = feather_mask(shape.mask, 10).value();
    for (const int quality : {60, 75, 90}) {
      const auto read = read_mask(jpeg_of(soft, quality, {2, 2})).value();
      for (std::size_t i = 0; i < soft.values.size(); ++i) {
        ASSERT_LE(std::abs(read.values[i] - soft.values[i]), 20) << shape.name << ", quality " << quality;
        if (soft.values[i] == 0) {
          ASSERT_EQ(read.values[i], 0) << shape.name << ", quality " << quality;
        }
      }
    }
  }
}

// A mixture that is half of it everywhere, with hard edges.
TEST(LossyMask, KeepsWhatIsHalfEdited) {
  Mask half = shapes()[0].mask;
  for (auto& value : half.values) value = value == 255 ? 140 : 0;
  const auto read = read_mask(jpeg_of(half, 75, {2, 2})).value();
  EXPECT_EQ(edit_region(read).value(), edit_region(half).value());
  for (std::size_t i = 0; i < half.values.size(); ++i) {
    if (half.values[i] > 0) {
      ASSERT_NEAR(read.values[i], 140, 30);
    }
  }
}

TEST(LosslessMask, IsTakenAsItIs) {
  Mask soft{{16, 16}, Bytes(256)};
  for (std::size_t i = 0; i < 256; ++i) soft.values[i] = static_cast<std::uint8_t>(i);
  Encoding lossless;
  lossless.format = ImageFormat::webp, lossless.lossless = true;
  for (const Bytes& file : {encode_png(shown(soft)).value(), encode_image(shown(soft), lossless).value()}) {
    const auto read = read_mask_as(file, {}).value();
    EXPECT_EQ(read.mask.values, soft.values);
    EXPECT_EQ(read.cleaned_pixels, 0);
  }
}

// WebP keeps alpha exactly, whatever it does to colours.
TEST(LosslessMask, IsTheAlphaOfALossyWebp) {
  Mask soft{{16, 16}, Bytes(256)};
  for (std::size_t i = 0; i < 256; ++i) soft.values[i] = static_cast<std::uint8_t>(i);
  const auto picture = with_mask_as_alpha(test::photo_like({16, 16}, 3), soft).value();
  const auto file = encode_image(picture, {}).value();
  EXPECT_EQ(read_mask(file, MaskPolarity::transparent_is_edit).value().values, soft.values);
}

TEST(CleanLossyMask, TakesMoreBesideHardEdgesThanElsewhere) {
  Mask row{{40, 1}, Bytes(40, 0)};
  for (std::size_t x = 0; x < 10; ++x) row.values[x] = 250;
  row.values[12] = 80, row.values[14] = 81, row.values[25] = 9, row.values[30] = 8;
  const auto clean = clean_lossy_mask(row).value();
  EXPECT_EQ(clean.values[5], 255);
  EXPECT_EQ(clean.values[12], 0);
  EXPECT_EQ(clean.values[14], 81);
  EXPECT_EQ(clean.values[25], 9);
  EXPECT_EQ(clean.values[30], 0);
}

TEST(CleanLossyMask, IsTheSameOnBothAxesAndForTheOpposite) {
  const Mask noisy = read_mask_as(jpeg_of(shapes()[2].mask, 60, {1, 1}), {{}, false, false, true}).value().mask;
  Mask turned{{noisy.size.height, noisy.size.width}, Bytes(noisy.values.size())};
  const auto width = static_cast<std::size_t>(noisy.size.width), height = static_cast<std::size_t>(noisy.size.height);
  for (std::size_t i = 0; i < noisy.values.size(); ++i) turned.values[i % width * height + i / width] = noisy.values[i];
  const auto clean = clean_lossy_mask(noisy).value(), across = clean_lossy_mask(turned).value();
  for (std::size_t i = 0; i < noisy.values.size(); ++i)
    ASSERT_EQ(clean.values[i], across.values[i % width * height + i / width]) << i;
  EXPECT_EQ(clean_lossy_mask(invert_mask(noisy).value()).value().values, invert_mask(clean).value().values);
}

}  // namespace
}  // namespace imagegen
