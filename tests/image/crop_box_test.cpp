#include <imagegen/image/encode.hpp>
#include <imagegen/image/renditions.hpp>

#include "image/barrier_distance.hpp"
#include "image/interest.hpp"
#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
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

TEST(SubjectBox, IsAroundWhatGoesTogether) {
  detail::InterestMap map{{10, 8}, std::vector<std::int64_t>(80, 0)};
  for (const int at : {33, 34, 43, 44, 53}) map.values[static_cast<std::size_t>(at)] = 100;
  map.values[9] = 90;  // apart
  EXPECT_EQ(detail::subject_box(map), (PixelRect{3, 3, 2, 3}));
  EXPECT_EQ(detail::subject_box({{4, 4}, std::vector<std::int64_t>(16, 0)}), (PixelRect{})) << "nothing stands out";
}

TEST(BarrierDistance, IsSmallWhereTheBackgroundGoesOnAndLargeWhereItDoesNot) {
  auto picture = solid({40, 30}, 1, {100});
  for (int x = 0; x < 40; x += 2) paint(picture, {x, 0, 1, 30}, {130});  // textured
  paint(picture, {15, 10, 8, 8}, {250});
  const auto found = detail::barrier_distances(detail::view_of(picture));
  const auto at = [&](int x, int y) { return found[static_cast<std::size_t>(40 * y + x)]; };
  EXPECT_LE(at(30, 15), 30);
  EXPECT_LE(at(5, 25), 30);
  EXPECT_GE(at(18, 14), 120);
}

// Small things beside what is large and textured, or large and of a strong colour.
TEST(CropBox, KeepsASmallSubjectBesideALargeTexture) {
  auto master = solid({1200, 400}, 3, {120, 125, 120});
  for (int x = 0; x < 700; x += 8) paint(master, {x, 0, 4, 400}, {40, 60, 40});
  const PixelRect object{1050, 150, 60, 60};
  paint(master, object, {220, 190, 60});
  for (const char* rule : {"attention", "entropy"}) EXPECT_TRUE(holds(box(master, {400, 400}, rule), object)) << rule;
}

TEST(CropBox, KeepsASmallSubjectBesideALargeStrongColour) {
  auto master = solid({1200, 400}, 3, {120, 125, 120});
  paint(master, {0, 0, 500, 400}, {255, 0, 0});
  const PixelRect object{1050, 150, 60, 60};
  paint(master, object, {30, 40, 200});
  paint(master, {1065, 165, 30, 30}, {230, 230, 230});
  for (const char* rule : {"attention", "entropy"}) EXPECT_TRUE(holds(box(master, {400, 400}, rule), object)) << rule;
}

TEST(CropBox, StaysInTheExtractedPart) {
  auto master = solid({1000, 300}, 3, {90, 90, 90});
  paint(master, {20, 100, 80, 80}, {250, 60, 20});  // outside of it
  paint(master, {700, 100, 80, 80}, {20, 60, 250});
  RenditionSpec spec{{100, 100}, parse_crop_position("attention").value(), {}};
  spec.extract = PixelRect{400, 0, 500, 300};
  const auto found = crop_box(master, spec).value();
  EXPECT_GE(found.x, 400);
  EXPECT_LE(found.x + found.width, 900);
  EXPECT_TRUE(holds(found, {700, 100, 80, 80}));
}

// A JPEG comes smaller where its outputs are; what is then seen must be what the plan saw.
TEST(PlanRenditions, SaysWhatIsMadeOfAJpegThatIsDecodedSmaller) {
  auto photo = test::photo_like({3200, 900}, 3);
  paint(photo, {2500, 300, 160, 200}, {250, 60, 20});
  const auto file = encode_image(photo, {ImageFormat::jpeg, 90}).value();
  std::vector<RenditionSpec> specs{{{60, 60}, parse_crop_position("attention").value(), {ImageFormat::webp}},
                                   {{40, 60}, parse_crop_position("entropy").value(), {ImageFormat::png}}};
  specs.push_back(specs[0]);
  specs[2].rotate = 90;
  const auto plans = plan_renditions(file, specs).value();
  const auto made = test::render_outputs(file, specs);
  for (std::size_t i = 0; i < specs.size(); ++i) {
    const auto& output = made.outputs[i]->value();
    EXPECT_EQ(plans[i]->window, output.window) << i;
    EXPECT_EQ(plans[i]->subject, output.subject) << i;
    EXPECT_EQ(plans[i]->size, output.image.size) << i;
  }
}

TEST(PlanRenditions, TakesNoMoreMemoryThanAPictureMay) {
  const auto file = encode_image(test::photo_like({400, 300}, 3), {ImageFormat::png}).value();
  RenditionSpec turned{{60, 60}, {}, {ImageFormat::webp}};
  turned.rotate = 90;
  ImageLimits limits;
  limits.max_decoded_bytes = 1'000'000;  // holds it, and not once more in another turn
  EXPECT_THAT(plan_renditions(file, std::vector{turned}, limits), test::FailsWith(Errc::limit_exceeded));
  limits.max_decoded_bytes = 4'000'000;
  EXPECT_THAT(plan_renditions(file, std::vector{turned}, limits), test::IsOk());
}

TEST(RenditionSubject, SaysWhatStandsOutAndHowMuchIsKept) {
  auto master = solid({1000, 300}, 3, {90, 90, 90});
  paint(master, {600, 100, 100, 100}, {250, 60, 20});
  const auto made = render(master, {{100, 100}, parse_crop_position("attention").value(), {ImageFormat::png}}).value();
  ASSERT_TRUE(made.subject.has_value());
  EXPECT_FALSE(made.subject->is_face);
  EXPECT_NEAR(made.subject->box.x, 600, 12);
  EXPECT_NEAR(made.subject->box.width, 100, 24);
  EXPECT_EQ(made.subject->kept, 1.0);
  const auto plain =
      render(solid({100, 30}, 3, {90, 90, 90}), {{10, 10}, parse_crop_position("entropy").value(), {ImageFormat::png}});
  EXPECT_FALSE(plain->subject.has_value()) << "nothing does";
  EXPECT_FALSE(render(master, {{100, 100}, {}, {ImageFormat::png}})->subject.has_value()) << "nobody asked";
}

}  // namespace
}  // namespace imagegen
