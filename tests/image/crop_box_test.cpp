#include <imagegen/image/renditions.hpp>

#include "image/interest.hpp"
#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::paint;
using test::solid;

PixelRect box(const Bitmap& master, PixelSize size, const char* position) {
  return crop_box(master, {size, parse_crop_position(position).value(), {}}).value();
}

struct Nine {
  const char* position;
  int x, y;  // of a 100x100 window in 300x100 and of one in 100x300
};

void PrintTo(const Nine& nine, std::ostream* out) {
  *out << nine.position;
}

class NinePositions : public testing::TestWithParam<Nine> {};

TEST_P(NinePositions, AreEdgesCornersAndTheCentre) {
  EXPECT_EQ(box(solid({300, 100}, 3, {}), {50, 50}, GetParam().position), (PixelRect{GetParam().x, 0, 100, 100}));
  EXPECT_EQ(box(solid({100, 300}, 3, {}), {50, 50}, GetParam().position), (PixelRect{0, GetParam().y, 100, 100}));
}

INSTANTIATE_TEST_SUITE_P(All, NinePositions,
                         testing::Values(Nine{"centre", 100, 100}, Nine{"north", 100, 0}, Nine{"north-east", 200, 0},
                                         Nine{"east", 200, 100}, Nine{"south-east", 200, 200}, Nine{"south", 100, 200},
                                         Nine{"south-west", 0, 200}, Nine{"west", 0, 100}, Nine{"north-west", 0, 0}));

TEST(CropBox, KeepsAFocalPointInTheMiddleWhereThatFits) {
  EXPECT_EQ(box(solid({300, 100}, 3, {}), {50, 50}, "0.25,0.5"), (PixelRect{25, 0, 100, 100}));
}

bool holds(PixelRect outer, PixelRect inner) {
  return inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width &&
         inner.y + inner.height <= outer.y + outer.height;
}

class FindsTheObject : public testing::TestWithParam<const char*> {};

TEST_P(FindsTheObject, AcrossAWidePicture) {
  for (const int x : {20, 300, 830}) {
    auto master = solid({1000, 300}, 3, {90, 90, 90});
    const PixelRect object{x, 100, 120, 100};
    paint(master, object, {250, 245, 240});
    paint(master, {x + 30, 120, 40, 40}, {240, 60, 20});
    EXPECT_TRUE(holds(box(master, {300, 300}, GetParam()), object)) << "object at " << x;
  }
}

TEST_P(FindsTheObject, DownATallPicture) {
  auto master = solid({300, 1000}, 4, {90, 90, 90, 255});
  const PixelRect object{100, 700, 100, 120};
  paint(master, object, {250, 245, 240, 255});
  paint(master, {120, 720, 40, 40}, {240, 60, 20, 255});
  EXPECT_TRUE(holds(box(master, {300, 300}, GetParam()), object));
}

TEST_P(FindsTheObject, AndTakesTheMiddleWhereThereIsNone) {
  EXPECT_EQ(box(solid({1000, 300}, 3, {90, 90, 90}), {300, 300}, GetParam()), (PixelRect{350, 0, 300, 300}));
}

TEST_P(FindsTheObject, AndKeepsEverythingWhenTheShapeIsTheSame) {
  EXPECT_EQ(box(test::photo_like({400, 200}, 3), {100, 50}, GetParam()), (PixelRect{0, 0, 400, 200}));
}

INSTANTIATE_TEST_SUITE_P(Rules, FindsTheObject, testing::Values("attention", "entropy"));

TEST(CropBox, PrefersSkinToOtherColoursWhenItPaysAttention) {
  auto master = solid({1000, 300}, 3, {170, 170, 170});
  paint(master, {100, 100, 100, 100}, {110, 110, 255});  // more saturated, and stands out more
  paint(master, {800, 100, 100, 100}, {230, 168, 130});
  EXPECT_TRUE(holds(box(master, {300, 300}, "attention"), {800, 100, 100, 100}));
}

TEST(CropBox, FindsDetailWithoutColourWhenItPaysAttention) {
  auto master = solid({1000, 300}, 3, {90, 90, 90});
  const PixelRect object{700, 100, 120, 100};
  for (int x = object.x; x < object.x + object.width; x += 24) paint(master, {x, 100, 12, 100}, {140, 140, 140});
  EXPECT_TRUE(holds(box(master, {300, 300}, "attention"), object));
}

TEST(CropBox, DoesNotLookAtWhatIsTransparent) {
  auto master = solid({1000, 300}, 4, {90, 90, 90, 255});
  paint(master, {100, 100, 100, 100}, {255, 0, 0, 0});
  paint(master, {800, 100, 100, 100}, {200, 120, 110, 255});
  EXPECT_GT(box(master, {300, 300}, "attention").x, 300);
}

TEST(BestWindowStart, ReachesBothEndsOfTheLine) {
  std::vector<std::int64_t> profile(10, 0);
  profile[0] = 5;
  EXPECT_EQ(detail::best_window_start(profile, 20, 100), 0);
  profile[0] = 0;
  profile[9] = 5;
  EXPECT_EQ(detail::best_window_start(profile, 20, 100), 80);
}

TEST(BestWindowStart, TakesTheMiddleWhenTheProfileIsTooCoarse) {
  EXPECT_EQ(detail::best_window_start(std::vector<std::int64_t>{1}, 60, 100), 20);
}

}  // namespace
}  // namespace imagegen
