#include <imagegen/image/decode.hpp>

#include "image/exif.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/png_builder.hpp"
#include "image/support/webp_builder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using detail::exif_orientation;
using test::exif_with_orientation;
using test::pixel_at;

constexpr test::Pixel kRed = {255, 0, 0, 255};
constexpr test::Pixel kGreen = {0, 255, 0, 255};
constexpr test::Pixel kBlue = {0, 0, 255, 255};

// Three corners of an upright picture, and where the file must hold them (x, y as shares of the last pixel).
struct Stored {
  int orientation;
  int red_x, red_y, green_x, green_y, blue_x, blue_y;
};

void PrintTo(const Stored& stored, std::ostream* out) {
  *out << stored.orientation;
}

// EXIF names the sides that row 0 and column 0 of the file are. Upright: red top left, green top right, blue bottom
// left.
constexpr Stored kStored[] = {{1, 0, 0, 1, 0, 0, 1}, {2, 1, 0, 0, 0, 1, 1}, {3, 1, 1, 0, 1, 1, 0},
                              {4, 0, 1, 1, 1, 0, 0}, {5, 0, 0, 0, 1, 1, 0}, {6, 0, 1, 0, 0, 1, 1},
                              {7, 1, 1, 1, 0, 0, 1}, {8, 1, 0, 1, 1, 0, 0}};

Bitmap stored_picture(const Stored& stored) {
  constexpr PixelSize kUpright = {6, 4};
  const bool on_its_side = stored.orientation >= 5;
  auto picture = test::solid(on_its_side ? PixelSize{kUpright.height, kUpright.width} : kUpright, 3, {9, 9, 9});
  const int right = picture.size.width - 1;
  const int bottom = picture.size.height - 1;
  test::paint(picture, {stored.red_x * right, stored.red_y * bottom, 1, 1}, kRed);
  test::paint(picture, {stored.green_x * right, stored.green_y * bottom, 1, 1}, kGreen);
  test::paint(picture, {stored.blue_x * right, stored.blue_y * bottom, 1, 1}, kBlue);
  return picture;
}

void expect_upright(const Bitmap& picture) {
  ASSERT_EQ(picture.size, (PixelSize{6, 4}));
  EXPECT_EQ(pixel_at(picture, 0, 0), kRed);
  EXPECT_EQ(pixel_at(picture, 5, 0), kGreen);
  EXPECT_EQ(pixel_at(picture, 0, 3), kBlue);
}

class Orientation : public testing::TestWithParam<Stored> {};

TEST_P(Orientation, OfAPngIsObeyed) {
  const Bitmap stored = stored_picture(GetParam());
  test::PngSpec spec{stored.size, 8, 2, {stored.pixels.begin(), stored.pixels.end()}};
  spec.exif = exif_with_orientation(GetParam().orientation, true);
  const Bytes file = build_png(spec);
  expect_upright(decode_image(file).value());
  EXPECT_EQ(inspect_image(file).value().orientation, GetParam().orientation);
}

TEST_P(Orientation, OfAWebpIsObeyed) {
  const Bytes plain = test::build_lossless_webp(stored_picture(GetParam()));
  const Bytes file = test::with_webp_chunk(plain, "EXIF", exif_with_orientation(GetParam().orientation, false));
  expect_upright(decode_image(file).value());
}

TEST_P(Orientation, OfAJpegChangesItsSize) {
  const Bitmap stored = stored_picture(GetParam());
  test::JpegSpec spec{stored.size, test::JpegSpec::Kind::ycbcr, stored.pixels, 100};
  spec.exif = exif_with_orientation(GetParam().orientation, false);
  const Bytes file = build_jpeg(spec);
  const auto info = inspect_image(file).value();
  EXPECT_EQ(info.stored_size, stored.size);
  EXPECT_EQ(info.size, (PixelSize{6, 4}));
  EXPECT_EQ(decode_image(file).value().size, info.size);
}

INSTANTIATE_TEST_SUITE_P(All, Orientation, testing::ValuesIn(kStored));

TEST(ExifOrientation, IsReadInBothByteOrdersWithAndWithoutItsName) {
  EXPECT_EQ(exif_orientation(exif_with_orientation(6, true)), 6);
  EXPECT_EQ(exif_orientation(exif_with_orientation(6, false)), 6);
  Bytes named = {'E', 'x', 'i', 'f', 0, 0};
  const Bytes block = exif_with_orientation(8, true);
  named.insert(named.end(), block.begin(), block.end());
  EXPECT_EQ(exif_orientation(named), 8);
}

TEST(ExifOrientation, IsUprightWhenTheValueIsOutOfRange) {
  EXPECT_EQ(exif_orientation(exif_with_orientation(0, true)), 1);
  EXPECT_EQ(exif_orientation(exif_with_orientation(9, false)), 1);
}

TEST(ExifOrientation, IsUprightWhereverTheBlockIsCutOff) {
  const Bytes whole = exif_with_orientation(6, true);
  for (std::size_t size = 0; size < 34; ++size) {  // the entry ends at byte 34
    const Bytes block(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_EQ(exif_orientation(block), 1) << size << " bytes";
  }
}

TEST(ExifOrientation, DoesNotFollowADirectoryOutOfTheBlock) {
  Bytes block = exif_with_orientation(6, true);
  block[4] = block[5] = block[6] = block[7] = 0xFF;
  EXPECT_EQ(exif_orientation(block), 1);
}

}  // namespace
}  // namespace imagegen
