#include "peers/similarity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "peers/reference.hpp"

namespace peers {
namespace {

Picture grey(Size size, double value) {
  return {size, std::vector<double>(static_cast<std::size_t>(size.width * size.height) * 3, value)};
}

// 0 and 255 in squares of `square` px.
Picture checkers(Size size, int square) {
  Picture picture = grey(size, 0.0);
  for (int i = 0; i < size.width * size.height; ++i) {
    const bool white = (i % size.width / square + i / size.width / square) % 2 == 0;
    std::fill_n(&picture.samples[static_cast<std::size_t>(i) * 3], 3, white ? 255.0 : 0.0);
  }
  return picture;
}

Picture plus(Picture picture, double offset) {
  for (double& sample : picture.samples) sample += offset;
  return picture;
}

TEST(Psnr, IsInfiniteForEqualPictures) {
  EXPECT_EQ(psnr(checkers({32, 24}, 3), checkers({32, 24}, 3)), std::numeric_limits<double>::infinity());
}

TEST(Psnr, IsThatOfAKnownError) {
  EXPECT_NEAR(psnr(grey({20, 20}, 100.0), grey({20, 20}, 105.0)), 20.0 * std::log10(255.0 / 5.0), 1e-9);  // 34.15 dB
  Picture one_channel = grey({20, 20}, 100.0);
  for (std::size_t i = 0; i < one_channel.samples.size(); i += 3) one_channel.samples[i] += 5.0;
  EXPECT_NEAR(psnr(grey({20, 20}, 100.0), one_channel), 10.0 * std::log10(3.0 * 255.0 * 255.0 / 25.0), 1e-9);
}

TEST(Ssim, IsOneForEqualPictures) {
  EXPECT_NEAR(ssim(checkers({40, 30}, 5), checkers({40, 30}, 5)), 1.0, 1e-12);
}

TEST(Ssim, OfTwoConstantsIsItsTermOfBrightnessAlone) {
  const double c1 = 0.01 * 255.0 * 0.01 * 255.0;
  EXPECT_NEAR(ssim(grey({16, 16}, 100.0), grey({16, 16}, 140.0)),
              (2.0 * 100.0 * 140.0 + c1) / (100.0 * 100.0 + 140.0 * 140.0 + c1), 1e-9);
}

// One window, and sums over it by the definition: no separable filter.
TEST(Ssim, IsTheDefinitionInAPictureOfOneWindow) {
  Picture a = grey({11, 11}, 0.0), b = a;
  double weights = 0.0, mx = 0.0, my = 0.0, xx = 0.0, yy = 0.0, xy = 0.0;
  for (int i = 0; i < 121; ++i) {
    const double x = (i * 37) % 256, y = (i * 53 + 11) % 256;
    std::fill_n(&a.samples[static_cast<std::size_t>(i) * 3], 3, x);
    std::fill_n(&b.samples[static_cast<std::size_t>(i) * 3], 3, y);
    const double weight = std::exp(-(std::pow(i % 11 - 5, 2) + std::pow(i / 11 - 5, 2)) / (2.0 * 1.5 * 1.5));
    weights += weight, mx += weight * x, my += weight * y;
    xx += weight * x * x, yy += weight * y * y, xy += weight * x * y;
  }
  mx /= weights, my /= weights, xx = xx / weights - mx * mx, yy = yy / weights - my * my, xy = xy / weights - mx * my;
  const double c1 = std::pow(0.01 * 255.0, 2), c2 = std::pow(0.03 * 255.0, 2);
  EXPECT_NEAR(ssim(a, b), (2 * mx * my + c1) * (2 * xy + c2) / ((mx * mx + my * my + c1) * (xx + yy + c2)), 1e-9);
}

TEST(Ssim, IsMinusNearlyOneForTheNegative) {
  const Picture picture = checkers({64, 64}, 2);
  Picture negative = picture;
  for (double& sample : negative.samples) sample = 255.0 - sample;
  EXPECT_LT(ssim(picture, negative), -0.9);
}

TEST(Ssim, SeesLostDetailWherePsnrSeesOnlyAnError) {
  Picture picture = checkers({64, 64}, 2);
  for (double& sample : picture.samples) sample = sample > 0.0 ? 153.0 : 102.0;
  const Picture flat = grey({64, 64}, 127.5), brighter = plus(picture, 25.5);  // both are off by 25.5 everywhere
  EXPECT_NEAR(psnr(picture, flat), psnr(picture, brighter), 1e-9);
  EXPECT_GT(ssim(picture, brighter), 0.95);
  EXPECT_LT(ssim(picture, flat), 0.15);
}

TEST(Reference, KeepsAConstantPictureConstantUnderEveryRule) {
  for (const auto rule : {CropRule::whole_pixels, CropRule::sharp, CropRule::vips}) {
    for (const Size size : {Size{40, 11}, Size{70, 50}}) {
      for (const double sample : reference(grey({31, 23}, 77.0), size, rule).samples) ASSERT_NEAR(sample, 77.0, 1e-9);
    }
  }
}

TEST(Reference, IsTheMiddleOfAPictureThatOnlyIsCropped) {
  Picture ramp = grey({30, 20}, 0.0);
  for (std::size_t i = 0; i < ramp.samples.size(); ++i) ramp.samples[i] = static_cast<double>(i / 3 % 30);
  for (const auto rule : {CropRule::whole_pixels, CropRule::sharp, CropRule::vips}) {
    const auto made = reference(ramp, {10, 20}, rule);
    for (std::size_t i = 0; i < made.samples.size(); ++i) {
      ASSERT_NEAR(made.samples[i], static_cast<double>(10 + i / 3 % 10), 1e-9);
    }
  }
}

}  // namespace
}  // namespace peers
