#include <imagegen/draw/shapes.hpp>

#include <gtest/gtest.h>

#include <array>
#include <numbers>

#include "draw/pixels.hpp"

namespace imagegen {
namespace {

using test::ink_box;
using test::kBlack;
using test::kRed;
using test::kWhite;
using test::pixel;
using test::white_area;

TEST(Canvas, StartsWithItsBackground) {
  const Canvas canvas({3, 2}, {1, 2, 3});
  EXPECT_EQ(canvas.bitmap().pixels, (Bytes{1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3}));
}

TEST(Canvas, FillsNoPixelOutsideTheArea) {
  Canvas canvas({9, 7}, kBlack);
  canvas.fill({2, 1, 4, 3}, kWhite);
  EXPECT_EQ(ink_box(canvas.bitmap(), kBlack), (PixelRect{2, 1, 4, 3}));
  EXPECT_DOUBLE_EQ(white_area(canvas), 12.0);
}

TEST(Canvas, BlendsByAlpha) {
  for (const auto& [alpha, expected] : {std::array{0, 100}, std::array{128, 150}, std::array{255, 200}}) {
    Canvas canvas({1, 1}, {100, 100, 100});
    canvas.fill({0, 0, 1, 1}, Rgb{200, 200, 200}, alpha);
    EXPECT_EQ(+pixel(canvas, 0, 0).r, expected) << "alpha " << alpha;
  }
}

TEST(Canvas, ClipsWhatLiesOutside) {
  Canvas canvas({4, 4}, kBlack);
  canvas.fill({-1'000'000, -5, 1'000'001, 6}, kWhite);
  EXPECT_EQ(ink_box(canvas.bitmap(), kBlack), (PixelRect{0, 0, 1, 1}));
  canvas.fill({3, 3, INT32_MAX, INT32_MAX}, kRed);
  EXPECT_EQ(pixel(canvas, 3, 3), kRed);
}

TEST(Canvas, IgnoresAreasOfNegativeSize) {
  Canvas canvas({4, 4}, kBlack);
  canvas.fill({2, 2, -2, -2}, kWhite);
  canvas.outline({1, 1, 0, 3}, kWhite, 1);
  canvas.fill_circle(2, 2, 0, kWhite);
  canvas.glow(2, 2, 0, kWhite, 255);
  EXPECT_DOUBLE_EQ(white_area(canvas), 0.0);
}

TEST(Canvas, GradientReachesBothColours) {
  Canvas canvas({1, 5});
  canvas.fill_gradient({0, 0, 1, 5}, {0, 0, 0}, {200, 100, 40});
  EXPECT_EQ(pixel(canvas, 0, 0), (Rgb{0, 0, 0}));
  EXPECT_EQ(pixel(canvas, 0, 2), (Rgb{100, 50, 20}));
  EXPECT_EQ(pixel(canvas, 0, 4), (Rgb{200, 100, 40}));
}

TEST(Canvas, CircleHasTheAreaOfACircle) {
  for (const int radius : {3, 17, 50, 200}) {
    Canvas canvas({420, 420}, kBlack);
    canvas.fill_circle(210, 210, radius, kWhite);
    const double expected = std::numbers::pi * radius * radius;
    EXPECT_NEAR(white_area(canvas) / expected, 1.0, 0.01) << radius;
  }
}

TEST(Canvas, PartlyCoveredPixelsAreBlended) {
  Canvas canvas({3, 3}, kBlack);
  const std::array quarter{FinePoint{256, 256}, FinePoint{384, 256}, FinePoint{384, 384}, FinePoint{256, 384}};
  canvas.fill_shape(quarter, kWhite);
  EXPECT_EQ(+pixel(canvas, 1, 1).r, 64);
  EXPECT_EQ(ink_box(canvas.bitmap(), kBlack), (PixelRect{1, 1, 1, 1}));
}

TEST(Canvas, ShapeThatWindsTwiceIsPaintedOnce) {
  const std::array once{FinePoint{0, 0}, FinePoint{512, 0}, FinePoint{512, 512}, FinePoint{0, 512}};
  std::vector<FinePoint> twice(once.begin(), once.end());
  twice.insert(twice.end(), once.begin(), once.end());
  Canvas canvas({2, 2}, kBlack);
  canvas.fill_shape(twice, Paint(kWhite, 100));
  EXPECT_EQ(+pixel(canvas, 1, 1).r, 100);
}

TEST(Canvas, ShapeLooksTheSameWhereTheCanvasEnds) {
  const auto shape = [](int shift) { return ellipse({(20 + shift) * 256, (20 + shift) * 256}, 18 * 256, 12 * 256); };
  Canvas whole({60, 60}, kBlack);
  whole.fill_shape(shape(20), kWhite);
  Canvas corner({20, 20}, kBlack);
  corner.fill_shape(shape(-20), kWhite);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 20; ++x) ASSERT_EQ(pixel(corner, x, y), pixel(whole, x + 40, y + 40)) << x << "," << y;
  }
}

TEST(Canvas, TouchesNothingForAShapeWithoutArea) {
  Canvas canvas({4, 4}, kBlack);
  canvas.fill_shape({}, kWhite);
  canvas.fill_shape(std::array{FinePoint{100, 100}}, kWhite);
  canvas.fill_shape(std::array{FinePoint{0, 300}, FinePoint{900, 300}}, kWhite);
  EXPECT_DOUBLE_EQ(white_area(canvas), 0.0);
}

TEST(Canvas, LineAlongARowCoversItsPixelsAndNoOthers) {
  Canvas canvas({9, 5}, kBlack);
  canvas.line(6, 2, 2, 2, kWhite, 1);
  EXPECT_EQ(ink_box(canvas.bitmap(), kBlack), (PixelRect{2, 2, 5, 1}));
  EXPECT_DOUBLE_EQ(white_area(canvas), 5.0);
}

TEST(Canvas, LineFromAPixelToItselfIsASquare) {
  Canvas canvas({9, 9}, kBlack);
  canvas.line(4, 4, 4, 4, kWhite, 3);
  EXPECT_EQ(ink_box(canvas.bitmap(), kBlack), (PixelRect{3, 3, 3, 3}));
}

TEST(Canvas, OutlineLeavesTheInsideAlone) {
  Canvas canvas({10, 10}, kBlack);
  canvas.outline({1, 1, 8, 8}, kWhite, 2);
  EXPECT_DOUBLE_EQ(white_area(canvas), 64.0 - 16.0);
  EXPECT_EQ(pixel(canvas, 4, 4), kBlack);
}

TEST(Canvas, GlowFadesOutwards) {
  Canvas canvas({101, 101}, kBlack);
  canvas.glow(50, 50, 40, kWhite, 200);
  EXPECT_EQ(+pixel(canvas, 50, 50).r, 200);
  EXPECT_GT(pixel(canvas, 60, 50).r, pixel(canvas, 70, 50).r);
  EXPECT_EQ(pixel(canvas, 90, 50), kBlack);
  EXPECT_EQ(pixel(canvas, 80, 80), kBlack);
}

TEST(Canvas, PastesEveryNumberOfChannels) {
  Canvas canvas({3, 1}, {100, 100, 100});
  canvas.paste({{1, 1}, 1, {40}}, 0, 0);
  canvas.paste({{1, 1}, 3, {1, 2, 3}}, 1, 0);
  canvas.paste({{1, 1}, 4, {200, 0, 100, 128}}, 2, 0);
  EXPECT_EQ(pixel(canvas, 0, 0), (Rgb{40, 40, 40}));
  EXPECT_EQ(pixel(canvas, 1, 0), (Rgb{1, 2, 3}));
  EXPECT_EQ(pixel(canvas, 2, 0), (Rgb{150, 50, 100}));
}

TEST(Canvas, PastesOnlyThePartThatIsInside) {
  Canvas canvas({2, 2}, kBlack);
  const Bitmap picture{{2, 2}, 1, {10, 20, 30, 40}};
  canvas.paste(picture, -1, -1);
  canvas.paste(picture, 1, 1);
  canvas.paste(picture, 50, 50);
  EXPECT_EQ(+pixel(canvas, 0, 0).r, 40);
  EXPECT_EQ(+pixel(canvas, 1, 1).r, 10);
  EXPECT_EQ(pixel(canvas, 1, 0), kBlack);
}

TEST(Mix, StaysBetweenItsColours) {
  EXPECT_EQ(mix({0, 100, 200}, {100, 0, 250}, 1, 2), (Rgb{50, 50, 225}));
  EXPECT_EQ(mix({0, 100, 200}, {100, 0, 250}, -3, 2), (Rgb{0, 100, 200}));
  EXPECT_EQ(mix({0, 100, 200}, {100, 0, 250}, 9, 2), (Rgb{100, 0, 250}));
}

}  // namespace
}  // namespace imagegen
