// What is done to a picture beside fitting it: turns, cuts, borders, margins, overlays.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/renditions.hpp>

#include <limits>

#include "image/support/pictures.hpp"
#include "image/support/render_outputs.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::Pixel;
using testing::HasSubstr;

RenditionSpec as_it_is() {
  RenditionSpec spec;
  spec.encoding.format = ImageFormat::png;
  return spec;
}

Bitmap made_of(const Bitmap& master, const RenditionSpec& spec) {
  return decode_image(render(master, spec).value().image.bytes).value();
}

// Six pixels of different colours: 3 wide, 2 high.
Bitmap six() {
  auto picture = test::solid({3, 2}, 3, {});
  for (int i = 0; i < 6; ++i)
    test::paint(picture, {i % 3, i / 3, 1, 1},
                {static_cast<std::uint8_t>(40 * i), 200, static_cast<std::uint8_t>(250 - 40 * i)});
  return picture;
}

// The numbers of the pixels of six() in what became of it.
std::vector<int> order(const Bitmap& picture) {
  std::vector<int> found;
  for (int y = 0; y < picture.size.height; ++y)
    for (int x = 0; x < picture.size.width; ++x) found.push_back(test::pixel_at(picture, x, y)[0] / 40);
  return found;
}

struct TurnRow {
  int rotate;
  bool flip, flop;
  std::vector<int> expected;
};

class Turning : public testing::TestWithParam<TurnRow> {};

TEST_P(Turning, MirrorsAndThenTurnsClockwise) {
  auto spec = as_it_is();
  spec.rotate = GetParam().rotate, spec.flip = GetParam().flip, spec.flop = GetParam().flop;
  EXPECT_EQ(order(made_of(six(), spec)), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(All, Turning,
                         testing::Values(TurnRow{0, false, false, {0, 1, 2, 3, 4, 5}},   //
                                         TurnRow{0, true, false, {3, 4, 5, 0, 1, 2}},    //
                                         TurnRow{0, false, true, {2, 1, 0, 5, 4, 3}},    //
                                         TurnRow{0, true, true, {5, 4, 3, 2, 1, 0}},     //
                                         TurnRow{90, false, false, {3, 0, 4, 1, 5, 2}},  //
                                         TurnRow{90, true, false, {0, 3, 1, 4, 2, 5}},   //
                                         TurnRow{90, false, true, {5, 2, 4, 1, 3, 0}},   //
                                         TurnRow{180, false, false, {5, 4, 3, 2, 1, 0}},
                                         TurnRow{180, true, false, {2, 1, 0, 5, 4, 3}},
                                         TurnRow{270, false, false, {2, 5, 1, 4, 0, 3}},
                                         TurnRow{270, true, false, {5, 2, 4, 1, 3, 0}},
                                         TurnRow{270, true, true, {3, 0, 4, 1, 5, 2}}));

TEST(Turn, TakesGreyAndAlpha) {
  auto spec = as_it_is();
  spec.rotate = 90;
  for (const int channels : {1, 4}) {
    const auto master = test::photo_like({30, 20}, channels);
    const auto turned = made_of(master, spec);
    ASSERT_EQ(turned.size, (PixelSize{20, 30}));
    EXPECT_EQ(test::pixel_at(turned, 19, 0)[0], test::pixel_at(master, 0, 0)[0]);
  }
}

TEST(Turn, IsOneOfFour) {
  auto spec = as_it_is();
  for (const int rotate : {-90, 45, 360, std::numeric_limits<int>::max()}) {
    spec.rotate = rotate;
    EXPECT_THAT(render(six(), spec), FailsSaying(Errc::invalid_argument, HasSubstr("rotate: expected 0, 90")));
  }
}

TEST(Turn, ComesBeforeTheCut) {
  auto spec = as_it_is();
  spec.rotate = 90;
  spec.extract = PixelRect{0, 1, 2, 1};
  const auto made = render(six(), spec).value();
  EXPECT_EQ(order(decode_image(made.image.bytes).value()), (std::vector<int>{4, 1}));
  EXPECT_EQ(made.crop, (PixelRect{0, 1, 2, 1})) << "of the turned master";
}

TEST(Extract, IsAPartOfTheMaster) {
  auto spec = as_it_is();
  for (const PixelRect part : {PixelRect{-1, 0, 2, 2}, PixelRect{0, 0, 4, 2}, PixelRect{2, 0, 2, 1},
                               PixelRect{0, 0, 0, 1}, PixelRect{0, 0, std::numeric_limits<int>::max(), 1}}) {
    spec.extract = part;
    EXPECT_THAT(render(six(), spec), FailsSaying(Errc::invalid_argument, HasSubstr("extract: expected a part of 3x2")));
  }
}

TEST(Extract, IsWhatTheFitWorksOn) {
  auto master = test::solid({100, 100}, 3, {9, 9, 9});
  test::paint(master, {50, 0, 40, 20}, {250, 0, 0});
  auto spec = as_it_is();
  spec.extract = PixelRect{50, 0, 40, 20};
  spec.size = {10, 10};
  const auto made = render(master, spec).value();
  EXPECT_EQ(made.crop, (PixelRect{60, 0, 20, 20}));
  EXPECT_EQ(test::pixel_at(decode_image(made.image.bytes).value(), 0, 0), (Pixel{250, 0, 0, 255}))
      << "nothing beside it bleeds in";
}

TEST(OneSide, FollowsFromTheOther) {
  const auto size_of = [](PixelSize master, PixelSize box, bool upscale = true) {
    auto spec = as_it_is();
    spec.size = box, spec.allow_upscale = upscale;
    return render(test::photo_like(master, 3), spec).value().image.size;
  };
  EXPECT_EQ(size_of({400, 300}, {100, 0}), (PixelSize{100, 75}));
  EXPECT_EQ(size_of({400, 300}, {0, 100}), (PixelSize{133, 100}));
  EXPECT_EQ(size_of({400, 300}, {}), (PixelSize{400, 300}));
  EXPECT_EQ(size_of({40, 30}, {100, 0}, false), (PixelSize{40, 30}));
  EXPECT_EQ(size_of({2000, 1}, {10, 0}), (PixelSize{10, 1}));
}

TEST(OneSide, KeepsAllOfThePicture) {
  auto spec = as_it_is();
  spec.size = {100, 0};
  EXPECT_EQ(render(test::photo_like({333, 77}, 3), spec)->crop, (PixelRect{0, 0, 333, 77}));
}

// Grey, with a picture in it.
Bitmap bordered(int channels, Pixel border) {
  auto picture = test::solid({60, 40}, channels, border);
  test::paint(picture, {11, 7, 30, 20}, {200, 40, 40, 255});
  return picture;
}

TEST(Trim, CutsOffABorderOfOneColour) {
  auto spec = as_it_is();
  spec.trim = Trim{};
  for (const int channels : {1, 3, 4})
    EXPECT_EQ(render(bordered(channels, {90, 90, 90, 255}), spec)->crop, (PixelRect{11, 7, 30, 20})) << channels;
  EXPECT_EQ(render(bordered(4, {0, 0, 0, 0}), spec)->crop, (PixelRect{11, 7, 30, 20})) << "see-through";
}

TEST(Trim, LooksPastNoise) {
  auto picture = bordered(3, {90, 90, 90});
  test::paint(picture, {2, 2, 1, 1}, {255, 255, 255});
  test::paint(picture, {50, 30, 1, 1}, {97, 84, 90});
  auto spec = as_it_is();
  spec.trim = Trim{};
  EXPECT_EQ(render(picture, spec)->crop, (PixelRect{11, 7, 30, 20}));
}

TEST(Trim, KeepsAPictureThatIsNothingButBorder) {
  auto spec = as_it_is();
  spec.trim = Trim{};
  EXPECT_EQ(render(test::solid({20, 10}, 3, {7, 7, 7}), spec)->crop, (PixelRect{0, 0, 20, 10}));
}

TEST(Trim, TakesTheColourThatItIsTold) {
  auto picture = bordered(3, {255, 255, 255});
  test::paint(picture, {0, 0, 5, 5}, {0, 0, 0});
  auto spec = as_it_is();
  spec.trim = Trim{10, Colour{255, 255, 255, 255}};
  EXPECT_EQ(render(picture, spec)->crop, (PixelRect{0, 0, 41, 27}));
}

TEST(Trim, ComesBeforeTheFitAndWorksOnPlanesAndFiles) {
  auto spec = as_it_is();
  spec.trim = Trim{};
  spec.size = {15, 10};
  spec.encoding = {ImageFormat::webp, 90};
  const auto file = encode_image(bordered(3, {90, 90, 90}), {ImageFormat::png}).value();
  const auto made = test::render_outputs(file, {spec, RenditionSpec{{8, 8}, {}, {ImageFormat::webp}}});
  EXPECT_EQ(made.outputs.at(0)->value().crop, (PixelRect{11, 7, 30, 20}));
}

TEST(Extend, AddsMarginsThatContinueThePicture) {
  auto spec = as_it_is();
  spec.extend = {2, 1, 1, 2};
  const auto rows = [&](MarginFill fill) {
    spec.extend_with = fill;
    return order(made_of(six(), spec));
  };
  EXPECT_EQ(rows(MarginFill::copy), (std::vector<int>{0, 0, 0, 1, 2, 2,  //
                                                      0, 0, 0, 1, 2, 2,  //
                                                      3, 3, 3, 4, 5, 5,  //
                                                      3, 3, 3, 4, 5, 5,  //
                                                      3, 3, 3, 4, 5, 5}));
  EXPECT_EQ(rows(MarginFill::mirror), (std::vector<int>{1, 0, 0, 1, 2, 2,  //
                                                        1, 0, 0, 1, 2, 2,  //
                                                        4, 3, 3, 4, 5, 5,  //
                                                        4, 3, 3, 4, 5, 5,  //
                                                        1, 0, 0, 1, 2, 2}));
  EXPECT_EQ(rows(MarginFill::repeat), (std::vector<int>{4, 5, 3, 4, 5, 3,  //
                                                        1, 2, 0, 1, 2, 0,  //
                                                        4, 5, 3, 4, 5, 3,  //
                                                        1, 2, 0, 1, 2, 0,  //
                                                        4, 5, 3, 4, 5, 3}));
}

TEST(Extend, HasTheBackgroundThere) {
  auto spec = as_it_is();
  spec.extend = {1, 0, 0, 1};
  const auto clear = made_of(six(), spec);
  EXPECT_EQ(clear.size, (PixelSize{4, 3}));
  EXPECT_EQ(test::pixel_at(clear, 0, 0)[3], 0);
  spec.background = Colour{1, 2, 3, 255};
  EXPECT_EQ(test::pixel_at(made_of(six(), spec), 3, 2), (Pixel{1, 2, 3, 255}));
}

TEST(Extend, RefusesMarginsOutOfRange) {
  auto spec = as_it_is();
  spec.extend = {-1, 0, 0, 0};
  EXPECT_THAT(render(six(), spec), FailsSaying(Errc::invalid_argument, HasSubstr("extend:")));
  spec.extend = {0, 65'535, 0, 0};
  EXPECT_THAT(render(six(), spec), FailsSaying(Errc::limit_exceeded, HasSubstr("65535")));
}

Overlay logo(PixelSize size, Pixel colour, int channels = 3) {
  Overlay overlay;
  overlay.picture = std::make_shared<Bitmap>(test::solid(size, channels, colour));
  return overlay;
}

RenditionSpec with(Overlay overlay) {
  auto spec = as_it_is();
  spec.overlays.push_back(std::move(overlay));
  return spec;
}

TEST(OverlayPlace, IsTheShareOfTheFreeRoomWithinTheMargin) {
  const auto master = test::solid({100, 50}, 3, {0, 0, 0});
  auto overlay = logo({10, 10}, {255, 255, 255});
  overlay.margin = 5;
  const auto place = [&](const char* position) {
    overlay.position = parse_crop_position(position).value();
    const auto found = made_of(master, with(overlay));
    for (int i = 0; i < 5000; ++i)
      if (test::pixel_at(found, i % 100, i / 100)[0] == 255) return std::pair{i % 100, i / 100};
    return std::pair{-1, -1};
  };
  EXPECT_EQ(place("north-west"), (std::pair{5, 5}));
  EXPECT_EQ(place("south-east"), (std::pair{85, 35}));
  EXPECT_EQ(place("centre"), (std::pair{45, 20}));
}

TEST(OverlayScale, IsOfTheWidthOfTheOutput) {
  auto overlay = logo({10, 20}, {255, 0, 0});
  overlay.scale = 0.25F;
  overlay.position = parse_crop_position("north-west").value();
  auto spec = with(overlay);
  spec.size = {80, 80};
  const auto found = made_of(test::solid({400, 400}, 3, {0, 0, 0}), spec);
  EXPECT_EQ(test::pixel_at(found, 19, 39), (Pixel{255, 0, 0, 255}));
  EXPECT_EQ(test::pixel_at(found, 20, 39), (Pixel{0, 0, 0, 255}));
  EXPECT_EQ(test::pixel_at(found, 19, 40), (Pixel{0, 0, 0, 255}));
}

TEST(OverlayMix, GoesByAlphaAndOpacity) {
  const auto base = test::solid({4, 4}, 3, {100, 100, 100});
  auto half = logo({4, 4}, {200, 0, 100, 128}, 4);
  EXPECT_EQ(test::pixel_at(made_of(base, with(half)), 1, 1), (Pixel{150, 50, 100, 255}));
  half.opacity = 0.5F;
  EXPECT_EQ(test::pixel_at(made_of(base, with(half)), 1, 1), (Pixel{125, 75, 100, 255}));
  half.opacity = 0;
  EXPECT_EQ(made_of(base, with(half)).pixels, base.pixels);
}

TEST(OverlayMix, KeepsColoursWhereBothAreSeeThrough) {
  const auto base = test::solid({4, 4}, 4, {0, 200, 0, 128});
  const auto found = test::pixel_at(made_of(base, with(logo({4, 4}, {200, 0, 0, 128}, 4))), 1, 1);
  EXPECT_NEAR(found[3], 192, 1);
  EXPECT_NEAR(found[0], 200 * 2 / 3, 1);
  EXPECT_NEAR(found[1], 200 / 3, 1);
}

TEST(OverlayMix, TakesGreyOnBothSidesAndSixteenBits) {
  const auto grey = test::solid({4, 4}, 1, {50});
  EXPECT_EQ(test::pixel_at(made_of(grey, with(logo({2, 2}, {9}, 1))), 3, 3), (Pixel{9, 9, 9, 255}));
  EXPECT_EQ(test::pixel_at(made_of(grey, with(logo({2, 2}, {9}, 1))), 0, 0), (Pixel{50, 50, 50, 255}));
  auto spec = with(logo({2, 2}, {200, 0, 100, 128}, 4));
  spec.encoding.bit_depth = 16;
  EXPECT_EQ(test::pixel_at(made_of(test::solid({4, 4}, 3, {100, 100, 100}), spec), 3, 3), (Pixel{150, 50, 100, 255}));
}

TEST(OverlayTiles, CoverTheWholeOutput) {
  auto overlay = logo({2, 2}, {255, 255, 255});
  overlay.tiled = true;
  overlay.margin = 1;
  overlay.position = parse_crop_position("north-west").value();
  const auto found = made_of(test::solid({9, 9}, 3, {0, 0, 0}), with(overlay));
  for (int i = 0; i < 81; ++i) {
    const bool covered = i % 9 % 3 != 0 && i / 9 % 3 != 0;
    EXPECT_EQ(test::pixel_at(found, i % 9, i / 9)[0], covered ? 255 : 0) << i;
  }
}

TEST(OverlayThatIsLarger, HangsOverAllSides) {
  EXPECT_EQ(test::pixel_at(made_of(six(), with(logo({50, 50}, {1, 2, 3}))), 0, 1), (Pixel{1, 2, 3, 255}));
}

TEST(Overlays, AreRefusedWithTheirNumberAndField) {
  const auto refused = [](auto change) {
    auto overlay = logo({2, 2}, {});
    change(overlay);
    auto spec = with(logo({2, 2}, {}));
    spec.overlays.push_back(overlay);
    return render(six(), spec);
  };
  const float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THAT(refused([](Overlay& o) { o.picture = nullptr; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("overlays[1].picture")));
  EXPECT_THAT(refused([](Overlay& o) { o.picture = std::make_shared<Bitmap>(); }),
              FailsSaying(Errc::invalid_argument, HasSubstr("overlays[1].picture")));
  EXPECT_THAT(refused([](Overlay& o) { o.opacity = 1.1F; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("overlays[1].opacity")));
  EXPECT_THAT(refused([&](Overlay& o) { o.scale = nan; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("overlays[1].scale")));
  EXPECT_THAT(refused([](Overlay& o) { o.margin = -1; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("overlays[1].margin")));
  EXPECT_THAT(refused([](Overlay& o) { o.position.rule = CropRule::attention; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("overlays[1].position")));
  auto spec = as_it_is();
  spec.overlays.assign(17, logo({1, 1}, {}));
  EXPECT_THAT(render(six(), spec), FailsSaying(Errc::invalid_argument, HasSubstr("at most 16")));
}

TEST(SharpenRows, MakeEdgesStandOutAndLeaveFlatPartsAlone) {
  auto master = test::solid({40, 40}, 3, {100, 100, 100});
  test::paint(master, {20, 0, 20, 40}, {150, 150, 150});
  auto spec = as_it_is();
  spec.sharpen = Sharpen{};
  const auto found = made_of(master, spec);
  EXPECT_EQ(test::pixel_at(found, 5, 20), (Pixel{100, 100, 100, 255}));
  EXPECT_EQ(test::pixel_at(found, 35, 20), (Pixel{150, 150, 150, 255}));
  EXPECT_LT(test::pixel_at(found, 19, 20)[0], 95);
  EXPECT_GT(test::pixel_at(found, 20, 20)[0], 155);
}

TEST(SharpenRows, KeepAlphaAndTakeGreyAndSixteenBits) {
  auto spec = as_it_is();
  spec.sharpen = Sharpen{2.0F};
  const auto clear = test::photo_like({50, 40}, 4);
  const auto found = made_of(clear, spec);
  for (int i = 0; i < 2000; ++i)
    ASSERT_EQ(test::pixel_at(found, i % 50, i / 50)[3], test::pixel_at(clear, i % 50, i / 50)[3]);
  const auto grey = made_of(test::photo_like({50, 40}, 1), spec);
  EXPECT_GT(test::psnr(grey, made_of(test::photo_like({50, 40}, 1), as_it_is())), 15.0);
  spec.encoding.bit_depth = 16;
  const auto eight = made_of(test::photo_like({50, 40}, 3), spec);
  EXPECT_EQ(eight.size, (PixelSize{50, 40}));
}

TEST(SharpenRows, RefuseNumbersOutOfRange) {
  auto spec = as_it_is();
  spec.sharpen = Sharpen{0.1F};
  EXPECT_THAT(render(six(), spec), FailsSaying(Errc::invalid_argument, HasSubstr("sharpen.sigma")));
  spec.sharpen = Sharpen{1.0F, 1.0F, std::numeric_limits<float>::quiet_NaN()};
  EXPECT_THAT(render(six(), spec), FailsSaying(Errc::invalid_argument, HasSubstr("sharpen.jagged")));
}

TEST(Steps, OfAFileAreThoseOfItsPixels) {
  const auto master = test::photo_like({301, 203}, 3);
  const auto file = encode_image(master, {ImageFormat::png}).value();
  auto spec = as_it_is();
  spec.rotate = 270, spec.flop = true;
  spec.extract = PixelRect{10, 20, 150, 200};
  spec.size = {77, 0};
  spec.sharpen = Sharpen{};
  spec.extend = {3, 4, 5, 6}, spec.extend_with = MarginFill::mirror;
  spec.overlays.push_back(logo({9, 9}, {255, 0, 0, 99}, 4));
  auto planar = spec;
  planar.encoding = {ImageFormat::webp, 80};
  planar.sharpen.reset(), planar.extend = {}, planar.overlays.clear();
  const auto all = test::rendered_files(file, {RenditionSpec{{50, 50}, {}, {ImageFormat::jpeg}}, spec, planar});
  EXPECT_EQ(all.at(1), render(master, spec)->image.bytes);
  EXPECT_EQ(all.at(2), render(master, planar)->image.bytes);
}

}  // namespace
}  // namespace imagegen
