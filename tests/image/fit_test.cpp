#include "image/fit.hpp"

#include <imagegen/image/decode.hpp>

#include <cmath>
#include <limits>
#include <random>

#include "image/support/pictures.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using detail::FitPlan;
using detail::plan_fit;
using test::FailsSaying;
using testing::HasSubstr;

RenditionSpec spec_of(Fit fit, PixelSize box, const char* position = "centre", bool allow_upscale = true) {
  RenditionSpec spec{box, parse_crop_position(position).value(), {ImageFormat::png}};
  spec.fit = fit;
  spec.allow_upscale = allow_upscale;
  return spec;
}

struct Row {
  Fit fit;
  PixelSize master, box;
  PixelRect crop;
  PixelSize resized, canvas;
  bool allow_upscale = true;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << to_string(row.fit) << " " << to_string(row.master) << " in " << to_string(row.box);
}

class FitTable : public testing::TestWithParam<Row> {};

TEST_P(FitTable, HasTheNumbersOfCssAndSharp) {
  const Row& row = GetParam();
  const FitPlan plan = plan_fit(row.master, spec_of(row.fit, row.box, "centre", row.allow_upscale)).value();
  EXPECT_EQ(plan.crop, as_window(row.crop));
  EXPECT_EQ(plan.resized, row.resized);
  EXPECT_EQ(plan.canvas, row.canvas);
}

constexpr PixelSize kBox{100, 100};

INSTANTIATE_TEST_SUITE_P(
    Shrinking, FitTable,
    testing::Values(Row{Fit::cover, {300, 200}, kBox, {50, 0, 200, 200}, kBox, kBox},
                    Row{Fit::cover, {200, 300}, kBox, {0, 50, 200, 200}, kBox, kBox},
                    Row{Fit::contain, {300, 200}, kBox, {0, 0, 300, 200}, {100, 67}, kBox},
                    Row{Fit::contain, {200, 300}, kBox, {0, 0, 200, 300}, {67, 100}, kBox},
                    Row{Fit::fill, {300, 200}, {90, 100}, {0, 0, 300, 200}, {90, 100}, {90, 100}},
                    Row{Fit::inside, {300, 200}, kBox, {0, 0, 300, 200}, {100, 67}, {100, 67}},
                    Row{Fit::inside, {301, 199}, kBox, {0, 0, 301, 199}, {100, 66}, {100, 66}},
                    Row{Fit::inside, {1, 1000}, {10, 10}, {0, 0, 1, 1000}, {1, 10}, {1, 10}},
                    Row{Fit::outside, {300, 200}, kBox, {0, 0, 300, 200}, {150, 100}, {150, 100}},
                    Row{Fit::outside, {200, 300}, kBox, {0, 0, 200, 300}, {100, 150}, {100, 150}}));

INSTANTIATE_TEST_SUITE_P(Growing, FitTable,
                         testing::Values(Row{Fit::cover, {50, 40}, kBox, {5, 0, 40, 40}, kBox, kBox},
                                         Row{Fit::contain, {50, 40}, kBox, {0, 0, 50, 40}, {100, 80}, kBox},
                                         Row{Fit::fill, {50, 40}, kBox, {0, 0, 50, 40}, kBox, kBox},
                                         Row{Fit::inside, {50, 40}, kBox, {0, 0, 50, 40}, {100, 80}, {100, 80}},
                                         Row{Fit::outside, {50, 40}, kBox, {0, 0, 50, 40}, {125, 100}, {125, 100}}));

INSTANTIATE_TEST_SUITE_P(
    NotAllowedToGrow, FitTable,
    testing::Values(Row{Fit::cover, {50, 40}, kBox, {5, 0, 40, 40}, {40, 40}, {40, 40}, false},
                    Row{Fit::cover, {150, 40}, kBox, {55, 0, 40, 40}, {40, 40}, {40, 40}, false},
                    Row{Fit::contain, {50, 40}, kBox, {0, 0, 50, 40}, {50, 40}, kBox, false},
                    Row{Fit::fill, {50, 140}, kBox, {0, 0, 50, 140}, {50, 100}, {50, 100}, false},
                    Row{Fit::inside, {50, 40}, kBox, {0, 0, 50, 40}, {50, 40}, {50, 40}, false},
                    Row{Fit::inside, {300, 40}, kBox, {0, 0, 300, 40}, {100, 13}, {100, 13}, false},
                    Row{Fit::outside, {50, 40}, kBox, {0, 0, 50, 40}, {50, 40}, {50, 40}, false},
                    Row{Fit::outside, {300, 40}, kBox, {0, 0, 300, 40}, {300, 40}, {300, 40}, false},
                    Row{Fit::outside, {300, 200}, kBox, {0, 0, 300, 200}, {150, 100}, {150, 100}, false}));

TEST(FitContain, PutsThePictureWhereThePositionSays) {
  const auto placed = [](const char* position) {
    const FitPlan plan = plan_fit({200, 100}, spec_of(Fit::contain, {100, 80}, position)).value();
    return std::pair{plan.left, plan.top};
  };
  EXPECT_EQ(placed("centre"), (std::pair{0, 15}));
  EXPECT_EQ(placed("north"), (std::pair{0, 0}));
  EXPECT_EQ(placed("south-east"), (std::pair{0, 30}));
  EXPECT_EQ(placed("0.5,0.9"), (std::pair{0, 27}));
}

Bitmap rendered(const Bitmap& master, const RenditionSpec& spec) {
  return decode_image(render(master, spec).value().image.bytes).value();
}

TEST(FitContain, IsTransparentAroundThePictureWhereTheFormatHoldsAlpha) {
  const auto found = rendered(test::solid({40, 20}, 3, {9, 8, 7}), spec_of(Fit::contain, {40, 40}));
  ASSERT_EQ(found.channels, 4);
  EXPECT_EQ(test::pixel_at(found, 20, 9)[3], 0);
  EXPECT_EQ(test::pixel_at(found, 20, 10), (test::Pixel{9, 8, 7, 255}));
  EXPECT_EQ(test::pixel_at(found, 20, 29), (test::Pixel{9, 8, 7, 255}));
  EXPECT_EQ(test::pixel_at(found, 20, 30)[3], 0);
}

TEST(FitContain, IsWhiteAroundThePictureInAJpeg) {
  auto spec = spec_of(Fit::contain, {64, 64});
  spec.encoding = {ImageFormat::jpeg, 95};
  const auto found = rendered(test::solid({64, 32}, 3, {0, 0, 0}), spec);
  EXPECT_LE(test::largest_difference(found, rendered(found, spec)), 20) << "the same when it is done again";
  EXPECT_GE(test::pixel_at(found, 32, 4)[0], 253);
  EXPECT_LE(test::pixel_at(found, 32, 32)[0], 2);
}

TEST(FitContain, HasTheBackgroundAsked) {
  auto spec = spec_of(Fit::contain, {40, 40});
  spec.background = Colour{200, 100, 50, 255};
  const auto opaque = rendered(test::solid({40, 20}, 3, {9, 8, 7}), spec);
  EXPECT_EQ(opaque.channels, 3);
  EXPECT_EQ(test::pixel_at(opaque, 3, 3), (test::Pixel{200, 100, 50, 255}));
  spec.background = Colour{200, 100, 50, 128};
  EXPECT_EQ(test::pixel_at(rendered(test::solid({40, 20}, 3, {9, 8, 7}), spec), 3, 3),
            (test::Pixel{200, 100, 50, 128}));
}

TEST(FitContain, KeepsTheAlphaOfThePicture) {
  auto spec = spec_of(Fit::contain, {40, 40});
  spec.background = Colour{200, 100, 50, 255};
  const auto found = rendered(test::solid({40, 20}, 4, {9, 8, 7, 60}), spec);
  EXPECT_EQ(test::pixel_at(found, 20, 20), (test::Pixel{9, 8, 7, 60}));
  EXPECT_EQ(test::pixel_at(found, 20, 2), (test::Pixel{200, 100, 50, 255}));
}

TEST(FitContain, TakesGrey) {
  const auto found = rendered(test::solid({40, 20}, 1, {77}), spec_of(Fit::contain, {40, 40}));
  EXPECT_EQ(test::pixel_at(found, 20, 20), (test::Pixel{77, 77, 77, 255}));
  EXPECT_EQ(test::pixel_at(found, 20, 2)[3], 0);
}

TEST(Flatten, PutsWhatHasAlphaOntoTheBackground) {
  RenditionSpec spec = spec_of(Fit::cover, {20, 20});
  spec.flatten = true;
  const auto master = test::solid({20, 20}, 4, {100, 0, 200, 51});
  EXPECT_EQ(test::pixel_at(rendered(master, spec), 5, 5), (test::Pixel{224, 204, 244, 255}));
  spec.background = Colour{0, 0, 0, 255};
  const auto onto_black = rendered(master, spec);
  EXPECT_EQ(onto_black.channels, 3);
  EXPECT_EQ(test::pixel_at(onto_black, 5, 5), (test::Pixel{20, 0, 40, 255}));
}

TEST(Flatten, RoundsToTheNearestForEveryAlpha) {
  auto master = test::solid({256, 1}, 4, {});
  for (int alpha = 0; alpha < 256; ++alpha)
    test::paint(master, {alpha, 0, 1, 1}, {201, 3, 90, static_cast<std::uint8_t>(alpha)});
  RenditionSpec spec = spec_of(Fit::cover, {256, 1});
  spec.flatten = true;
  spec.background = Colour{40, 130, 255, 255};
  const auto found = rendered(master, spec);
  for (int alpha = 0; alpha < 256; ++alpha) {
    const auto mixed = [alpha](int above, int below) {
      return std::lround((above * alpha + below * (255 - alpha)) / 255.0);
    };
    const auto pixel = test::pixel_at(found, alpha, 0);
    ASSERT_EQ(pixel[0], mixed(201, 40)) << "alpha " << alpha;
    ASSERT_EQ(pixel[1], mixed(3, 130));
    ASSERT_EQ(pixel[2], mixed(90, 255));
  }
}

// Every output lies in its bounds and has the shape of what it was made of, whatever the sizes.
TEST(PlanFit, StaysInBoundsAndKeepsTheShape) {
  std::mt19937 random(3);
  const auto side = [&random] { return static_cast<int>(1 + random() % (random() % 4 == 0 ? 4000 : 40)); };
  for (int round = 0; round < 20'000; ++round) {
    const Fit fit = static_cast<Fit>(random() % 5);
    const PixelSize master{side(), side()}, box{side(), side()};
    const bool may_grow = random() % 2 == 0;
    const auto planned = plan_fit(master, spec_of(fit, box, "0.3,0.8", may_grow));
    if (planned.has_error()) {
      ASSERT_EQ(fit, Fit::outside) << to_string(master) << " in " << to_string(box);
      continue;
    }
    const FitPlan& plan = *planned;
    SCOPED_TRACE(std::string(to_string(fit)) + " " + to_string(master) + " in " + to_string(box));
    ASSERT_TRUE(plan.crop.x >= 0 && plan.crop.y >= 0 && plan.crop.width >= 1 && plan.crop.height >= 1);
    ASSERT_TRUE(plan.crop.x + plan.crop.width <= master.width && plan.crop.y + plan.crop.height <= master.height);
    ASSERT_TRUE(plan.resized.width >= 1 && plan.resized.height >= 1 && plan.left >= 0 && plan.top >= 0);
    ASSERT_TRUE(plan.left + plan.resized.width <= plan.canvas.width);
    ASSERT_TRUE(plan.top + plan.resized.height <= plan.canvas.height);
    if (fit != Fit::outside) {
      ASSERT_TRUE(plan.canvas.width <= box.width && plan.canvas.height <= box.height);
    }
    if (!may_grow) {
      ASSERT_FALSE(plan.upscaled());
    }
    if (fit == Fit::cover || fit == Fit::fill) continue;  // the shape is the box's
    // A side rounds to a pixel, of which there is at least one.
    const double exact = static_cast<double>(master.height) * plan.resized.width / master.width;
    const double other = static_cast<double>(master.width) * plan.resized.height / master.height;
    const bool kept = std::abs(plan.resized.height - std::max(exact, 1.0)) <= 0.5 ||
                      std::abs(plan.resized.width - std::max(other, 1.0)) <= 0.5;
    ASSERT_TRUE(kept) << "became " << to_string(plan.resized);
  }
}

TEST(PlanFit, CoversWithAWindowOfTheShapeOfTheBox) {
  std::mt19937 random(4);
  for (int round = 0; round < 5000; ++round) {
    const auto side = [&random] { return static_cast<int>(1 + random() % 3000); };
    const PixelSize master{side(), side()}, box{side(), side()};
    const FitPlan plan = plan_fit(master, spec_of(Fit::cover, box)).value();
    const PixelWindow& crop = plan.crop;
    const bool whole_width = crop.width == master.width, whole_height = crop.height == master.height;
    ASSERT_TRUE(whole_width || whole_height);
    const double wanted = whole_height ? static_cast<double>(master.height) * box.width / box.height
                                       : static_cast<double>(master.width) * box.height / box.width;
    ASSERT_NEAR(whole_height ? crop.width : crop.height, std::max(wanted, 1.0), plan.keeps_scale() ? 0.5 : 1e-6)
        << to_string(master);
  }
}

TEST(PlanFit, BeginsAtAWholePixelWherePixelsComeThroughAsTheyAre) {
  const FitPlan plan = plan_fit({101, 50}, spec_of(Fit::cover, {50, 50})).value();
  EXPECT_EQ(plan.crop, (PixelWindow{26, 0, 50, 50})) << "25.5 would blur";
}

TEST(PlanFit, RefusesABoxOutOfRangeForEveryFit) {
  for (const Fit fit : {Fit::cover, Fit::contain, Fit::fill, Fit::inside, Fit::outside}) {
    for (const PixelSize box :
         {PixelSize{-3, 10}, PixelSize{10, -1}, PixelSize{65'536, 10}, PixelSize{10, 2'000'000'000}}) {
      EXPECT_THAT(plan_fit({20, 10}, spec_of(fit, box)), FailsSaying(Errc::invalid_argument, HasSubstr("size:")))
          << to_string(fit) << " " << to_string(box);
    }
  }
}

TEST(PlanFit, RefusesAnOutsideThatWouldBecomeTooLong) {
  EXPECT_THAT(plan_fit({1, 1000}, spec_of(Fit::outside, {100, 100})),
              FailsSaying(Errc::limit_exceeded, HasSubstr("65535")));
}

TEST(CropBox, RefusesAPictureThatIsNone) {
  EXPECT_THAT(crop_box({}, spec_of(Fit::cover, {10, 10})), test::FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
