#include <imagegen/image/resize.hpp>

#include "image/support/pictures.hpp"
#include "image/support/reference_resize.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::exact;
using test::largest_visible_difference;
using test::photo_like;
using test::pixel_at;

constexpr ResizeKernel kKernels[] = {ResizeKernel::nearest,  ResizeKernel::linear,   ResizeKernel::cubic,
                                     ResizeKernel::mitchell, ResizeKernel::lanczos2, ResizeKernel::lanczos3};
constexpr PixelSize kTo[] = {{41, 27}, {113, 75}, {90, 31}, {17, 100}};

PixelRect all_of(const Bitmap& picture) {
  return {0, 0, picture.size.width, picture.size.height};
}

class Kernel : public testing::TestWithParam<ResizeKernel> {
 protected:
  ResizeOptions options() const { return {GetParam(), GetParam(), false}; }
};

TEST_P(Kernel, IsWithinOneOfItsDefinition) {
  for (const int channels : {1, 3, 4}) {
    const auto source = photo_like({90, 60}, channels);
    for (const PixelSize to : kTo) {
      const auto found = resize(source, all_of(source), to, options()).value();
      const auto expected = exact_resize(exact(source), all_of(source), to, options());
      const double allowed = channels == 4 ? 1.6 : 1.0;  // a colour and its alpha are both rounded
      EXPECT_LE(largest_visible_difference(found.pixels, 255.0, expected), allowed)
          << channels << " channels to " << to_string(to);
    }
  }
}

TEST_P(Kernel, KeepsAConstantPictureConstant) {
  for (const PixelSize to : kTo) {
    const auto found = resize(test::solid({50, 40}, 3, {9, 130, 254}), {3, 4, 40, 30}, to, options()).value();
    EXPECT_EQ(found.pixels, test::solid(to, 3, {9, 130, 254}).pixels) << to_string(to);
  }
}

// Colour beside what is transparent stays what it is: it neither darkens nor rings, and what nobody sees adds nothing.
TEST_P(Kernel, KeepsTheColourAtATransparentEdge) {
  auto source = test::solid({60, 40}, 4, {255, 0, 255, 0});
  test::paint(source, {20, 10, 20, 20}, {200, 90, 10, 255});
  for (const PixelSize to : kTo) {
    const auto found = resize(source, all_of(source), to, options()).value();
    for (int i = 0; i < to.width * to.height; ++i) {
      const auto pixel = pixel_at(found, i % to.width, i / to.width);
      if (pixel[3] < 16) continue;
      ASSERT_NEAR(pixel[0], 200, 2) << to_string(to) << ", pixel " << i << " of alpha " << int{pixel[3]};
      ASSERT_NEAR(pixel[1], 90, 2);
      ASSERT_NEAR(pixel[2], 10, 2);
    }
  }
}

TEST_P(Kernel, GivesOpaquePixelsTheColourThatTheyHaveWithoutAlpha) {
  const auto plain = photo_like({90, 60}, 3);
  auto opaque = test::solid({90, 60}, 4, {0, 0, 0, 255});
  for (int i = 0; i < 90 * 60; ++i) test::paint(opaque, {i % 90, i / 90, 1, 1}, pixel_at(plain, i % 90, i / 90));
  for (const PixelSize to : kTo) {
    const auto found = resize(opaque, all_of(opaque), to, options()).value();
    const auto expected = resize(plain, all_of(plain), to, options()).value();
    for (int i = 0; i < to.width * to.height; ++i) {
      const auto a = pixel_at(found, i % to.width, i / to.width), b = pixel_at(expected, i % to.width, i / to.width);
      ASSERT_EQ(a[3], 255);
      for (std::size_t c = 0; c < 3; ++c) ASSERT_NEAR(a[c], b[c], 1);
    }
  }
}

TEST_P(Kernel, IsTakenByTheAxisThatChangesItsWay) {
  const auto source = photo_like({60, 40}, 3);
  const ResizeOptions shrinking{GetParam(), ResizeKernel::linear, false};
  const ResizeOptions enlarging{ResizeKernel::linear, GetParam(), false};
  for (const auto& options : {shrinking, enlarging}) {
    const auto found = resize(source, all_of(source), {33, 77}, options).value();
    const auto expected = exact_resize(exact(source), all_of(source), {33, 77}, options);
    EXPECT_LE(largest_visible_difference(found.pixels, 255.0, expected), 1.0);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Kernel, testing::ValuesIn(kKernels),
                         [](const auto& info) { return std::string(to_string(info.param)); });

TEST(NearestKernel, CopiesPixels) {
  const auto source = photo_like({12, 9}, 4);
  const ResizeOptions nearest{ResizeKernel::nearest, ResizeKernel::nearest, false};
  const auto found = resize(source, all_of(source), {36, 27}, nearest).value();
  for (int i = 0; i < 36 * 27; ++i) {
    const auto expected = pixel_at(source, i % 36 / 3, i / 36 / 3);
    const auto pixel = pixel_at(found, i % 36, i / 36);
    ASSERT_EQ(pixel[3], expected[3]);
    for (std::size_t c = 0; c < 3; ++c)
      ASSERT_NEAR(pixel[c], expected[3] == 0 ? 0 : expected[c], expected[3] < 16 ? 8 : 1);
  }
}

TEST(MitchellKernel, DoesNotRingMuchAtAnEdge) {
  auto source = test::solid({40, 40}, 3, {50, 50, 50});
  test::paint(source, {20, 0, 20, 40}, {200, 200, 200});
  const auto range_of = [&](ResizeKernel kernel) {
    const auto found = resize(source, all_of(source), {90, 40}, {kernel, kernel, false}).value();
    return *std::max_element(found.pixels.begin(), found.pixels.end());
  };
  EXPECT_EQ(range_of(ResizeKernel::linear), 200);
  EXPECT_LE(range_of(ResizeKernel::mitchell), 206);
  EXPECT_GE(range_of(ResizeKernel::lanczos3), 208);
}

}  // namespace
}  // namespace imagegen
