#include <imagegen/core/cover_crop.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace imagegen {
namespace {

TEST(CoverCrop, StopsAtTheEdgeWhenTheFocusIsInACorner) {
  EXPECT_EQ(cover_crop({400, 100}, {1.0F, 1.0F}, {1, 1}), (PixelRect{300, 0, 100, 100}));
}

TEST(CoverCrop, KeepsTheMiddleByDefault) {
  EXPECT_EQ(cover_crop({1536, 1024}, {}, {1920, 800}), (PixelRect{0, 192, 1536, 640}));
  EXPECT_EQ(cover_crop({1536, 1024}, {}, {800, 1000}), (PixelRect{359, 0, 819, 1024}));
}

TEST(CoverCrop, KeepsEverythingWhenTheRatioIsTheSame) {
  EXPECT_EQ(cover_crop({1536, 1024}, {0.1F, 0.9F}, {3, 2}), (PixelRect{0, 0, 1536, 1024}));
}

TEST(CoverCrop, NeverLeavesTheSourceAndNeverIsEmpty) {
  for (const PixelSize source : {PixelSize{1, 1}, PixelSize{1, 500}, PixelSize{16383, 1}, PixelSize{640, 480}}) {
    for (const PixelSize box : {PixelSize{1, 1}, PixelSize{16383, 1}, PixelSize{1, 16383}, PixelSize{1920, 800}}) {
      for (const float focus : {0.0F, 0.33F, 0.5F, 1.0F}) {
        const auto crop = cover_crop(source, {focus, focus}, box);
        EXPECT_GE(crop.width, 1);
        EXPECT_GE(crop.height, 1);
        EXPECT_TRUE(crop.x >= 0 && crop.x + crop.width <= source.width);
        EXPECT_TRUE(crop.y >= 0 && crop.y + crop.height <= source.height);
        EXPECT_TRUE(crop.width == source.width || crop.height == source.height) << "one side is always whole";
      }
    }
  }
}

}  // namespace
}  // namespace imagegen
