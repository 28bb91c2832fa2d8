#include <imagegen/draw/shapes.hpp>

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <numbers>

namespace imagegen {

void PrintTo(FinePoint p, std::ostream* out) {
  *out << "(" << p.x << ", " << p.y << ")";
}

namespace {

double distance(FinePoint a, FinePoint b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

TEST(FineSine, IsASine) {
  for (int angle = -kFullTurn; angle <= 2 * kFullTurn; ++angle) {
    const double exact = std::sin(2 * std::numbers::pi * angle / kFullTurn) * kSineOne;
    ASSERT_NEAR(fine_sin(angle), exact, 1.0) << angle;
    ASSERT_EQ(fine_cos(angle), fine_sin(angle + kFullTurn / 4));
  }
}

TEST(Along, GoesClockwiseFromTheRight) {
  EXPECT_EQ(along({10, 10}, 0, 100), (FinePoint{110, 10}));
  EXPECT_EQ(along({10, 10}, 256, 100), (FinePoint{10, 110}));
  EXPECT_EQ(along({10, 10}, 512, 100), (FinePoint{-90, 10}));
}

TEST(Toward, HasTheLengthAskedFor) {
  EXPECT_EQ(toward({0, 0}, {300, 400}, 50), (FinePoint{30, 40}));
  EXPECT_EQ(toward({7, 7}, {7, 7}, 50), (FinePoint{0, 0}));
  const FinePoint far = toward({-1'000'000'000, 0}, {1'000'000'000, 0}, 1'000'000);
  EXPECT_EQ(far, (FinePoint{1'000'000, 0}));
}

TEST(Ellipse, KeepsItsRadius) {
  for (const int radius : {256, 30 * 256, 3000 * 256}) {
    for (const FinePoint point : ellipse({500, 700}, radius, radius)) {
      ASSERT_NEAR(distance(point, {500, 700}), radius, 2.0 + radius * 0.0001);
    }
  }
}

TEST(Turned, KeepsTheDistanceFromTheCentre) {
  const auto shape = turned({{1000, 0}, {0, 500}}, {0, 0}, 256);
  EXPECT_THAT(shape, testing::ElementsAre(FinePoint{0, 1000}, FinePoint{-500, 0}));
}

TEST(RoundedRect, StaysInItsBoxWhateverTheRadius) {
  for (const int radius : {-5, 0, 100, 100'000}) {
    for (const FinePoint p : rounded_rect({0, 0}, {2000, 1000}, radius)) {
      ASSERT_TRUE(p.x >= 0 && p.x <= 2000 && p.y >= 0 && p.y <= 1000) << radius;
    }
  }
}

TEST(Curves, PassThroughTheirPoints) {
  const std::array points{FinePoint{0, 0}, FinePoint{1000, 400}, FinePoint{500, 2000}, FinePoint{-300, 900}};
  const auto open = open_curve(points);
  const auto closed = closed_curve(points);
  for (const FinePoint point : points) {
    EXPECT_THAT(open, testing::Contains(point));
    EXPECT_THAT(closed, testing::Contains(point));
  }
  EXPECT_EQ(open.front(), points.front());
  EXPECT_EQ(open.back(), points.back());
}

TEST(Stroke, IsAsWideAsItsEndsSay) {
  const auto band = stroke(std::array{FinePoint{0, 0}, FinePoint{1000, 0}}, 200, 40);
  EXPECT_THAT(band,
              testing::ElementsAre(FinePoint{0, 100}, FinePoint{1000, 20}, FinePoint{1000, -20}, FinePoint{0, -100}));
}

TEST(Leaf, ReachesFromItsBaseToItsLength) {
  const auto shape = leaf({100, 100}, 0, 8000, 2000);
  EXPECT_EQ(shape.front(), (FinePoint{100, 100}));
  EXPECT_THAT(shape, testing::Contains(FinePoint{8100, 100}));
  EXPECT_EQ(shape.back(), (FinePoint{100, 100}));
}

}  // namespace
}  // namespace imagegen
