#include <imagegen/core/cover_window.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace imagegen {
namespace {

CropPosition focal(float x, float y) {
  return {CropRule::focal_point, {x, y}};
}

TEST(CoverWindow, StopsAtTheEdgeWhenTheFocusIsInACorner) {
  EXPECT_EQ(cover_window({400, 100}, focal(1.0F, 1.0F), {1, 1}), (PixelWindow{300, 0, 100, 100}));
  EXPECT_EQ(cover_window({400, 100}, focal(0.0F, 0.0F), {1, 1}), (PixelWindow{0, 0, 100, 100}));
}

TEST(CoverWindow, IsCentredOnTheFocusAsNearAsTheEdgesAllow) {
  EXPECT_EQ(cover_window({400, 100}, focal(0.25F, 0.5F), {1, 1}), (PixelWindow{50, 0, 100, 100}));
  EXPECT_EQ(cover_window({400, 100}, focal(0.125F, 0.5F), {1, 1}), (PixelWindow{0, 0, 100, 100}));
  EXPECT_EQ(cover_window({100, 400}, focal(0.5F, 0.75F), {1, 1}), (PixelWindow{0, 250, 100, 100}));
}

TEST(CoverWindow, LiesWhereObjectPositionOfCssPutsIt) {
  EXPECT_EQ(cover_window({400, 100}, {CropRule::object_position, {0.25F, 0.5F}}, {1, 1}),
            (PixelWindow{75, 0, 100, 100}));
  EXPECT_EQ(cover_window({400, 100}, {CropRule::object_position, {1.0F, 0.5F}}, {1, 1}),
            (PixelWindow{300, 0, 100, 100}));
}

TEST(CoverWindow, KeepsTheMiddleByDefault) {
  EXPECT_EQ(cover_window({1536, 1024}, {}, {1920, 800}), (PixelWindow{0, 192, 1536, 640}));
  EXPECT_EQ(cover_window({400, 100}, {CropRule::attention, {}}, {1, 1}), (PixelWindow{150, 0, 100, 100}));
}

TEST(CoverWindow, HasTheShapeOfTheBoxToFractionsOfAPixel) {
  const auto window = cover_window({1536, 1024}, {}, {800, 1000});
  EXPECT_DOUBLE_EQ(window.width, 819.2);
  EXPECT_DOUBLE_EQ(window.x, 358.4);
  EXPECT_EQ(nearest_pixels(window), (PixelRect{358, 0, 820, 1024}));
}

TEST(CoverWindow, KeepsEverythingWhenTheRatioIsTheSame) {
  EXPECT_EQ(cover_window({1536, 1024}, focal(0.1F, 0.9F), {3, 2}), (PixelWindow{0, 0, 1536, 1024}));
}

TEST(CoverWindow, NeverLeavesTheSourceAndNeverIsEmpty) {
  for (const PixelSize source : {PixelSize{1, 1}, PixelSize{1, 500}, PixelSize{16383, 1}, PixelSize{640, 480}}) {
    for (const PixelSize box : {PixelSize{1, 1}, PixelSize{16383, 1}, PixelSize{1, 16383}, PixelSize{1920, 800}}) {
      for (const float focus : {0.0F, 0.33F, 0.5F, 1.0F}) {
        for (const CropRule rule : {CropRule::focal_point, CropRule::object_position}) {
          const auto window = cover_window(source, {rule, {focus, focus}}, box);
          EXPECT_GE(window.width, 1.0);
          EXPECT_GE(window.height, 1.0);
          EXPECT_TRUE(window.x >= 0 && window.x + window.width <= source.width);
          EXPECT_TRUE(window.y >= 0 && window.y + window.height <= source.height);
          EXPECT_TRUE(window.width == source.width || window.height == source.height) << "one side is always whole";
          const auto pixels = nearest_pixels(window);
          EXPECT_TRUE(pixels.x >= 0 && pixels.x + pixels.width <= source.width && pixels.width >= 1);
          EXPECT_TRUE(pixels.y >= 0 && pixels.y + pixels.height <= source.height && pixels.height >= 1);
        }
      }
    }
  }
}

}  // namespace
}  // namespace imagegen
