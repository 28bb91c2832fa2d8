// A picture that lies in its file some other way comes out upright, however it is decoded.
#include <imagegen/image/decode.hpp>

#include "image/rendering.hpp"
#include "image/support/jpeg_builder.hpp"
#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

constexpr PixelSize kUpright{480, 320};

// Four quarters, red, green, blue and grey, row by row.
Bitmap upright_picture() {
  auto picture = test::solid(kUpright, 3, {200, 40, 40});
  test::paint(picture, {240, 0, 240, 160}, {40, 180, 40});
  test::paint(picture, {0, 160, 240, 160}, {40, 40, 200});
  test::paint(picture, {240, 160, 240, 160}, {120, 120, 120});
  return picture;
}

// What the file holds: EXIF names the sides of the upright picture that its first row and column are.
Bitmap stored_picture(int orientation) {
  const auto upright = upright_picture();
  const bool on_its_side = orientation >= 5;
  auto stored = test::solid(on_its_side ? PixelSize{320, 480} : kUpright, 3, {});
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 6 || orientation == 7;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 7 || orientation == 8;
  for (int y = 0; y < kUpright.height; ++y) {
    for (int x = 0; x < kUpright.width; ++x) {
      const int column = from_right ? kUpright.width - 1 - x : x, row = from_bottom ? kUpright.height - 1 - y : y;
      test::paint(stored, {on_its_side ? row : column, on_its_side ? column : row, 1, 1},
                  test::pixel_at(upright, x, y));
    }
  }
  return stored;
}

Bytes jpeg_file(int orientation) {
  const auto stored = stored_picture(orientation);
  test::JpegSpec spec{stored.size, test::JpegSpec::Kind::ycbcr, stored.pixels, 95};
  spec.sampling = {2, 1};
  spec.exif = test::exif_with_orientation(orientation, true);
  return build_jpeg(spec);
}

void expect_upright(const Bytes& file, PixelSize size) {
  const auto picture = decode_image(file).value();
  ASSERT_EQ(picture.size, size);
  const auto at = [&](int x, int y) { return test::pixel_at(picture, size.width * x / 4, size.height * y / 4); };
  const auto expect_near = [](test::Pixel found, test::Pixel expected) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_NEAR(found[c], expected[c], 8);
  };
  expect_near(at(1, 1), {200, 40, 40});
  expect_near(at(3, 1), {40, 180, 40});
  expect_near(at(1, 3), {40, 40, 200});
  expect_near(at(3, 3), {120, 120, 120});
}

class RenderedUpright : public testing::TestWithParam<int> {};

TEST_P(RenderedUpright, AtFullSize) {
  const auto files = test::rendered_files(jpeg_file(GetParam()), {{kUpright, {}, {ImageFormat::webp, 95, 0}},
                                                                  {{300, 200}, {}, {ImageFormat::jpeg, 95}},
                                                                  {{90, 60}, {}, {ImageFormat::png}}});
  expect_upright(files[0], kUpright);
  expect_upright(files[1], {300, 200});
  expect_upright(files[2], {90, 60});
}

TEST_P(RenderedUpright, WhenItIsDecodedSmaller) {
  const std::vector<RenditionSpec> specs = {{{60, 40}, {}, {ImageFormat::webp, 95, 0}},
                                            {{48, 32}, {}, {ImageFormat::png}}};
  ASSERT_EQ(detail::needs_of(kUpright, specs).reduce, 4);
  const auto files = test::rendered_files(jpeg_file(GetParam()), specs);
  expect_upright(files[0], {60, 40});
  expect_upright(files[1], {48, 32});
}

TEST_P(RenderedUpright, AndCutWhereTheUprightPictureIs) {
  const RenditionSpec spec{{160, 160}, parse_crop_position("east").value(), {ImageFormat::png}};
  const auto rendered = test::render_outputs(jpeg_file(GetParam()), {spec});
  const auto& made = rendered.outputs[0]->value();
  EXPECT_EQ(made.crop, (PixelRect{160, 0, 320, 320}));
  const auto picture = decode_image(made.image.bytes).value();
  EXPECT_NEAR(test::pixel_at(picture, 10, 10)[0], 200, 8);
  EXPECT_NEAR(test::pixel_at(picture, 140, 10)[1], 180, 8);
}

INSTANTIATE_TEST_SUITE_P(All, RenderedUpright, testing::Range(1, 9));

}  // namespace
}  // namespace imagegen
