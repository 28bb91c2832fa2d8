#include <imagegen/image/mask.hpp>

#include <algorithm>
#include <random>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;

Mask filled(PixelSize size, std::uint8_t value) {
  return {size, Bytes(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), value)};
}

std::uint8_t& at(Mask& mask, int x, int y) {
  return mask
      .values[static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width) + static_cast<std::size_t>(x)];
}

Mask with_rectangle(PixelSize size, PixelRect part) {
  Mask mask = filled(size, 0);
  for (int y = part.y; y < part.y + part.height; ++y) {
    for (int x = part.x; x < part.x + part.width; ++x) at(mask, x, y) = 255;
  }
  return mask;
}

Mask sparse(PixelSize size, std::uint32_t seed, unsigned one_in) {
  std::mt19937 random(seed);
  Mask mask = filled(size, 0);
  for (auto& value : mask.values) value = random() % one_in == 0 ? 255 : 0;
  return mask;
}

// By definition: any pixel of the region within the radius.
Mask grown_slowly(const Mask& mask, int radius) {
  Mask out = filled(mask.size, 0);
  Mask region = mask;
  for (int i = 0; i < mask.size.width * mask.size.height; ++i) {
    const int x0 = i % mask.size.width, y0 = i / mask.size.width;
    if (at(region, x0, y0) < 128) continue;
    for (int y = std::max(0, y0 - radius); y <= std::min(mask.size.height - 1, y0 + radius); ++y) {
      for (int x = std::max(0, x0 - radius); x <= std::min(mask.size.width - 1, x0 + radius); ++x) {
        if ((x - x0) * (x - x0) + (y - y0) * (y - y0) <= radius * radius) at(out, x, y) = 255;
      }
    }
  }
  return out;
}

TEST(GrowMask, AddsWhatIsWithinTheRadiusExactly) {
  for (const PixelSize size : {PixelSize{40, 31}, PixelSize{1, 50}, PixelSize{50, 1}}) {
    for (const int radius : {1, 2, 3, 5, 9, 30, 300}) {
      const auto mask = sparse(size, 3, 90);
      ASSERT_EQ(grow_mask(mask, radius).value().values, grown_slowly(mask, radius).values)
          << to_string(size) << ", radius " << radius;
    }
  }
}

TEST(GrowMask, ShrinksByWhatTheRestGrows) {
  const auto rest = sparse({40, 31}, 4, 60);
  const auto region = invert_mask(rest).value();
  for (const int radius : {1, 2, 4, 7}) {
    const auto expected = invert_mask(grown_slowly(rest, radius)).value();
    ASSERT_EQ(grow_mask(region, -radius).value().values, expected.values) << "radius " << radius;
  }
}

TEST(GrowMask, HardensAndKeepsTheEdgesOfThePicture) {
  EXPECT_THAT(grow_mask(Mask{{3, 1}, {127, 128, 255}}, 0).value().values, ElementsAre(0, 255, 255));
  EXPECT_THAT(grow_mask(filled({9, 9}, 255), -4).value().values, Each(255));
  EXPECT_THAT(grow_mask(filled({9, 9}, 0), 16'384).value().values, Each(0));
}

TEST(GrowMask, RefusesARadiusThatNobodyMeans) {
  EXPECT_THAT(grow_mask(filled({2, 2}, 0), 16'385), test::FailsSaying(Errc::invalid_argument, HasSubstr("16385")));
}

const Mask kSquare = with_rectangle({61, 61}, {15, 15, 31, 31});

TEST(FeatherMask, InsideTouchesNothingThatWasKept) {
  std::mt19937 random(2);
  for (int round = 0; round < 40; ++round) {
    const int side = static_cast<int>(20 + random() % 30);
    auto mask =
        with_rectangle({90, 70}, {static_cast<int>(random() % 40), static_cast<int>(random() % 20), side, side});
    mask = grow_mask(mask, static_cast<int>(random() % 9)).value();
    const auto soft = feather_mask(mask, static_cast<int>(1 + random() % 8)).value();
    for (std::size_t i = 0; i < mask.values.size(); ++i) ASSERT_LE(soft.values[i], mask.values[i]);
  }
}

TEST(FeatherMask, InsideRisesOverTwiceTheRadiusToTheFullEdit) {
  Mask soft = feather_mask(kSquare, 6).value();
  EXPECT_EQ(at(soft, 30, 30), 255);
  for (int x = 15; x < 15 + 12; ++x) ASSERT_LE(at(soft, x, 30), at(soft, x + 1, 30)) << x;
  EXPECT_NEAR(at(soft, 15 + 6, 30), 128, 30);
  EXPECT_EQ(at(soft, 15 + 12, 30), 255);
}

TEST(FeatherMask, OutsideKeepsTheFullEdit) {
  Mask soft = feather_mask(kSquare, 5, FeatherSide::outside).value();
  for (std::size_t i = 0; i < soft.values.size(); ++i) ASSERT_GE(soft.values[i], kSquare.values[i]);
  EXPECT_GT(at(soft, 12, 30), 0);
  EXPECT_EQ(at(soft, 15 - 11, 30), 0);
}

TEST(FeatherMask, BothIsEvenAroundTheBorder) {
  Mask soft = feather_mask(kSquare, 6, FeatherSide::both).value();
  for (int away = 0; away < 8; ++away) {
    EXPECT_NEAR(at(soft, 15 + away, 30) + at(soft, 14 - away, 30), 255, 1) << away;
  }
  EXPECT_EQ(at(soft, 15 - 7, 30), 0);
  EXPECT_EQ(at(soft, 15 + 6, 30), 255);
}

// Radii that three boxes cannot share evenly.
TEST(FeatherMask, SpreadsByTheWholeRadiusAndNoFarther) {
  for (const int radius : {1, 2, 4, 5}) {
    Mask line = feather_mask(with_rectangle({61, 1}, {30, 0, 1, 1}), radius, FeatherSide::both).value();
    Mask edge = feather_mask(with_rectangle({61, 1}, {30, 0, 31, 1}), radius, FeatherSide::both).value();
    EXPECT_LT(at(line, 30, 0), 255) << radius;
    EXPECT_GT(at(edge, 30 - radius, 0), 0) << radius;
    EXPECT_EQ(at(edge, 30 - radius - 1, 0), 0) << radius;
  }
}

TEST(FeatherMask, IsTheSameFromEverySide) {
  Mask soft = feather_mask(kSquare, 7, FeatherSide::both).value();
  for (int y = 0; y < 61; ++y) {
    for (int x = 0; x < 61; ++x) {
      ASSERT_EQ(at(soft, x, y), at(soft, 60 - x, y));
      ASSERT_NEAR(at(soft, x, y), at(soft, y, x), 1);  // rows go first, and are rounded first
    }
  }
}

TEST(FeatherMask, LeavesWhatIsConstantAlone) {
  for (const std::uint8_t value : Bytes{0, 255}) {
    EXPECT_THAT(feather_mask(filled({33, 5}, value), 9, FeatherSide::both).value().values, Each(value));
  }
  EXPECT_EQ(feather_mask(kSquare, 0).value().values, kSquare.values);
}

TEST(FeatherMask, SaysWhenNothingWouldRemain) {
  const auto line = with_rectangle({40, 40}, {10, 0, 6, 40});
  EXPECT_THAT(feather_mask(line, 4), test::FailsSaying(Errc::invalid_argument, HasSubstr("more than 8 px")));
  EXPECT_THAT(feather_mask(line, 2), test::IsOk());
  EXPECT_THAT(feather_mask(filled({4, 4}, 0), 2), test::IsOk());
}

TEST(FeatherMask, RefusesARadiusOutOfRange) {
  EXPECT_THAT(feather_mask(kSquare, -1), test::FailsSaying(Errc::invalid_argument, HasSubstr("0..4096, got -1")));
}

TEST(ThresholdMask, IsHardFromTheLevelOn) {
  EXPECT_THAT(threshold_mask(Mask{{4, 1}, {0, 99, 100, 255}}, 100).value().values, ElementsAre(0, 0, 255, 255));
  EXPECT_THAT(threshold_mask(kSquare, 0), test::FailsWith(Errc::invalid_argument));
}

TEST(InvertMask, TurnsEveryValueAround) {
  EXPECT_THAT(invert_mask(Mask{{3, 1}, {0, 1, 255}}).value().values, ElementsAre(255, 254, 0));
}

TEST(EditRegion, IsTheSmallestRectangle) {
  Mask mask = filled({20, 10}, 0);
  EXPECT_EQ(edit_region(mask).value(), std::nullopt);
  at(mask, 7, 3) = 1;
  EXPECT_EQ(edit_region(mask).value(), (PixelRect{7, 3, 1, 1}));
  at(mask, 19, 9) = 255;
  at(mask, 4, 5) = 255;
  EXPECT_EQ(edit_region(mask).value(), (PixelRect{4, 3, 16, 7}));
}

TEST(EditRegion, LooksFromTheLevelOn) {
  const Mask soft{{5, 1}, {9, 10, 200, 10, 0}};
  EXPECT_EQ(edit_region(soft).value(), (PixelRect{0, 0, 4, 1}));
  EXPECT_EQ(edit_region(soft, 10).value(), (PixelRect{1, 0, 3, 1}));
  EXPECT_EQ(edit_region(soft, 201).value(), std::nullopt);
  EXPECT_THAT(edit_region(soft, 0), test::FailsSaying(Errc::invalid_argument, HasSubstr("1..255")));
}

TEST(MaskCoverage, CountsWhatIsEditedAndWhatIsTouched) {
  const auto told = mask_coverage(Mask{{4, 2}, {0, 1, 127, 128, 0, 0, 0, 255}}).value();
  EXPECT_EQ(told.edited, 0.25);
  EXPECT_EQ(told.touched, 0.5);
  EXPECT_EQ(told.region, (PixelRect{1, 0, 3, 2}));
  EXPECT_EQ(mask_coverage(filled({3, 3}, 0)).value().region, std::nullopt);
}

TEST(ShapeMask, DoesWhatTheStepsDoOneAfterTheOther) {
  MaskShape shape;
  shape.invert = true, shape.size = {122, 122}, shape.grow_px = 6, shape.feather_px = 3;
  shape.side = FeatherSide::both;
  auto slowly = resize_mask(invert_mask(kSquare).value(), {122, 122}).value();
  slowly = feather_mask(grow_mask(slowly, 6).value(), 3, FeatherSide::both).value();
  EXPECT_EQ(shape_mask(kSquare, shape).value().values, slowly.values);
}

TEST(ShapeMask, LeavesAloneWhatNobodyAskedFor) {
  const Mask soft{{3, 1}, {3, 100, 200}};
  EXPECT_EQ(shape_mask(soft, {}).value().values, soft.values);
}

TEST(ShapeMask, RefusesToMakeNothingOrEverythingUnlessThatIsAllowed) {
  MaskShape shape;
  shape.grow_px = -16;
  EXPECT_THAT(shape_mask(kSquare, shape),
              test::FailsSaying(Errc::invalid_argument,
                                testing::StrEq("mask: after it was shaped, it edits nothing: all 3721 pixels are below "
                                               "128; grow it more, or feather it less")));
  shape.allow_empty = true;
  EXPECT_THAT(shape_mask(kSquare, shape).value().values, Each(0));
  shape.grow_px = 60;
  EXPECT_THAT(shape_mask(kSquare, shape),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("after it was shaped, it edits everything")));
  shape.allow_whole = true;
  EXPECT_THAT(shape_mask(kSquare, shape).value().values, Each(255));
}

TEST(ResizeMask, KeepsWhatIsConstant) {
  for (const PixelSize size : {PixelSize{1, 1}, PixelSize{7, 90}, PixelSize{333, 2}}) {
    const auto resized = resize_mask(filled({31, 17}, 255), size).value();
    EXPECT_EQ(resized.size, size);
    EXPECT_THAT(resized.values, Each(255)) << to_string(size);
  }
}

TEST(ResizeMask, ToItsOwnSizeChangesNothing) {
  const auto mask = sparse({37, 23}, 5, 3);
  EXPECT_EQ(resize_mask(mask, mask.size).value().values, mask.values);
}

TEST(ResizeMask, NeverRings) {
  const auto large = resize_mask(with_rectangle({20, 20}, {5, 5, 10, 10}), {200, 200}).value();
  auto region = large;
  EXPECT_EQ(edit_region(large).value(), (PixelRect{45, 45, 110, 110}));  // half a pixel of the small one more each way
  for (int x = 60; x < 140; ++x) ASSERT_EQ(at(region, x, 100), 255) << x;
}

TEST(ResizeMask, CountsWhatItShrinks) {
  const auto small = resize_mask(with_rectangle({64, 64}, {0, 0, 32, 64}), {8, 8}).value();
  auto mask = small;
  EXPECT_EQ(at(mask, 0, 4), 255);
  EXPECT_EQ(at(mask, 7, 4), 0);
  EXPECT_EQ(at(mask, 3, 4) + at(mask, 4, 4), 255);
}

TEST(ResizeMask, RefusesImpossibleSizes) {
  EXPECT_THAT(resize_mask(kSquare, {0, 5}), test::FailsWith(Errc::invalid_argument));
  EXPECT_THAT(resize_mask(kSquare, {65'536, 5}), test::FailsSaying(Errc::invalid_argument, HasSubstr("65536x5")));
}

TEST(Mask, IsRefusedEverywhereWhenItsValuesDoNotFit) {
  const Mask broken{{4, 4}, Bytes(15)};
  const auto refused = test::FailsSaying(Errc::invalid_argument, HasSubstr("4x4 has, got 15"));
  EXPECT_THAT(threshold_mask(broken), refused);
  EXPECT_THAT(invert_mask(broken), refused);
  EXPECT_THAT(grow_mask(broken, 1), refused);
  EXPECT_THAT(feather_mask(broken, 1), refused);
  EXPECT_THAT(resize_mask(broken, {2, 2}), refused);
  EXPECT_THAT(write_mask(broken, MaskPolarity::white_is_edit), refused);
  EXPECT_THAT(edit_region(broken), refused);
  EXPECT_THAT(mask_coverage(broken), refused);
  EXPECT_THAT(clean_lossy_mask(broken), refused);
  EXPECT_THAT(shape_mask(broken, {}), refused);
}

}  // namespace
}  // namespace imagegen
