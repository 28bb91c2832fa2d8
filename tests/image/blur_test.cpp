#include <imagegen/image/decode.hpp>
#include <imagegen/image/renditions.hpp>

#include <limits>
#include <numeric>

#include "image/kernels/fixed_point.hpp"
#include "image/resample_axis.hpp"
#include "image/support/pictures.hpp"
#include "image/support/reference_resize.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::photo_like;
using testing::HasSubstr;

class Blur : public testing::TestWithParam<float> {};

TEST_P(Blur, IsWithinOneOfADirectGaussian) {
  for (const int channels : {1, 3, 4}) {
    const auto source = photo_like({70, 50}, channels);
    const auto found = blur(source, GetParam()).value();
    const auto expected = exact_blur(test::exact(source), GetParam());
    EXPECT_LE(test::largest_visible_difference(found.pixels, 255.0, expected), channels == 4 ? 1.6 : 1.0) << channels;
  }
}

TEST_P(Blur, KeepsAConstantPictureConstant) {
  const auto source = test::solid({33, 21}, 3, {0, 131, 255});
  EXPECT_EQ(blur(source, GetParam()).value().pixels, source.pixels);
}

TEST_P(Blur, HasWeightsThatSumToOne) {
  const auto axis = detail::quantised(detail::gaussian_axis(50, GetParam()), 2);
  for (int i = 0; i < 50; ++i) {
    const auto weights = axis.weights_of(i);
    ASSERT_EQ(std::accumulate(weights.begin(), weights.end(), 0), 1 << kernels::kWeightBits);
  }
}

INSTANTIATE_TEST_SUITE_P(Sigmas, Blur, testing::Values(0.3F, 0.5F, 1.0F, 2.7F, 10.0F, 100.0F));

TEST(Blur, DoesNotLetTheColourOfTransparentPixelsBleed) {
  auto source = test::solid({40, 40}, 4, {255, 0, 0, 0});
  test::paint(source, {10, 10, 20, 20}, {0, 0, 255, 255});
  const auto found = blur(source, 3.0F).value();
  for (int i = 0; i < 1600; ++i) ASSERT_EQ(test::pixel_at(found, i % 40, i / 40)[0], 0) << "pixel " << i;
}

TEST(Blur, RefusesASigmaOutOfRange) {
  const auto source = photo_like({8, 8}, 3);
  for (const float sigma : {0.0F, 0.29F, 100.5F, -1.0F, std::numeric_limits<float>::quiet_NaN()}) {
    EXPECT_THAT(blur(source, sigma), FailsSaying(Errc::invalid_argument, HasSubstr("blur:"))) << sigma;
  }
  EXPECT_THAT(blur({}, 1.0F), test::FailsWith(Errc::invalid_argument));
}

TEST(RenderBlurred, BlursTheOutputAndNotTheMaster) {
  const auto master = photo_like({200, 100}, 3);
  RenditionSpec spec{{100, 50}, {}, {ImageFormat::png}};
  const auto sharp = decode_image(render(master, spec).value().image.bytes).value();
  spec.blur_sigma = 2.5F;
  const auto blurred = decode_image(render(master, spec).value().image.bytes).value();
  EXPECT_EQ(blurred.pixels, blur(sharp, 2.5F).value().pixels);
}

TEST(RenderBlurred, RefusesASigmaOutOfRange) {
  RenditionSpec spec{{10, 10}, {}, {ImageFormat::png}};
  for (const float sigma : {0.1F, 101.0F, -0.5F, std::numeric_limits<float>::quiet_NaN()}) {
    spec.blur_sigma = sigma;
    EXPECT_THAT(render(photo_like({20, 20}, 3), spec), FailsSaying(Errc::invalid_argument, HasSubstr("blur:")))
        << sigma;
  }
}

}  // namespace
}  // namespace imagegen
