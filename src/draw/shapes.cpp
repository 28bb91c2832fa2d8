#include <imagegen/draw/shapes.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace imagegen {
namespace {

using SineTable = std::array<std::int16_t, kFullTurn>;

// Turns a unit vector by one 1024th of a full turn again and again; 30 binary places keep the end exact to 14.
constexpr SineTable make_sine_table() {
  constexpr std::int64_t kOne = std::int64_t{1} << 30;
  constexpr std::int64_t kCosStep = 1'073'721'611;  // cos(2 pi / 1024) * 2^30
  constexpr std::int64_t kSinStep = 6'588'356;      // sin(2 pi / 1024) * 2^30
  SineTable table{};
  std::int64_t cosine = kOne;
  std::int64_t sine = 0;
  for (auto& entry : table) {
    entry = static_cast<std::int16_t>((sine + (1 << 15)) >> 16);
    const std::int64_t next = (cosine * kCosStep - sine * kSinStep) / kOne;
    sine = (cosine * kSinStep + sine * kCosStep) / kOne;
    cosine = next;
  }
  return table;
}
constexpr SineTable kSines = make_sine_table();
static_assert(kSines[0] == 0 && kSines[256] == kSineOne && kSines[512] == 0 && kSines[768] == -kSineOne);

std::int64_t integer_root(std::int64_t square) noexcept {
  std::int64_t root = 0;
  for (std::int64_t bit = std::int64_t{1} << 31; bit > 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= square) root += bit;
  }
  return root;
}

// Uniform Catmull-Rom from `b` to `c`, at t = step / 16.
FinePoint spline_point(FinePoint a, FinePoint b, FinePoint c, FinePoint d, int step) {
  const std::int64_t t = step;
  const auto axis = [t](std::int64_t p, std::int64_t q, std::int64_t r, std::int64_t s) {
    const std::int64_t sum = 2 * q * 4096 + (r - p) * t * 256 + (2 * p - 5 * q + 4 * r - s) * t * t * 16 +
                             (3 * q - p - 3 * r + s) * t * t * t;
    return static_cast<int>(sum / 8192);
  };
  return {axis(a.x, b.x, c.x, d.x), axis(a.y, b.y, c.y, d.y)};
}
constexpr int kSplineSteps = 16;

}  // namespace

int fine_sin(int angle) noexcept {
  return kSines[static_cast<std::size_t>(angle & (kFullTurn - 1))];
}
int fine_cos(int angle) noexcept {
  return fine_sin(angle + kFullTurn / 4);
}

FinePoint along(FinePoint from, int angle, int length) noexcept {
  const auto part = [length](int sine) { return static_cast<int>(std::int64_t{length} * sine / kSineOne); };
  return {from.x + part(fine_cos(angle)), from.y + part(fine_sin(angle))};
}

FinePoint toward(FinePoint from, FinePoint to, int length) noexcept {
  const std::int64_t x = std::int64_t{to.x} - from.x;
  const std::int64_t y = std::int64_t{to.y} - from.y;
  const std::int64_t size = integer_root(x * x + y * y);
  if (size == 0) return {0, 0};
  return {static_cast<int>(x * length / size), static_cast<int>(y * length / size)};
}

Outline ellipse(FinePoint centre, int radius_x, int radius_y) {
  const int radius = std::max(std::abs(radius_x), std::abs(radius_y)) / kFinePerPixel;
  // Chords leave the circle by r * 4.9 / n^2: under a twelfth of a pixel with these numbers.
  const int step = radius < 40 ? 16 : radius < 160 ? 8 : radius < 640 ? 4 : 1;
  Outline points;
  points.reserve(static_cast<std::size_t>(kFullTurn / step));
  for (int angle = 0; angle < kFullTurn; angle += step) {
    points.push_back({along(centre, angle, radius_x).x, along(centre, angle, radius_y).y});
  }
  return points;
}

Outline turned(Outline outline, FinePoint centre, int angle) {
  for (FinePoint& point : outline) {
    const FinePoint on_x = along(centre, angle, point.x - centre.x);
    point = along(on_x, angle + kFullTurn / 4, point.y - centre.y);
  }
  return outline;
}

Outline rounded_rect(FinePoint top_left, FinePoint bottom_right, int radius) {
  const int most = std::min(bottom_right.x - top_left.x, bottom_right.y - top_left.y) / 2;
  const int corner = std::clamp(radius, 0, std::max(0, most));
  const FinePoint low{top_left.x + corner, top_left.y + corner};
  const FinePoint high{bottom_right.x - corner, bottom_right.y - corner};
  const std::array<FinePoint, 4> centres{{high, {low.x, high.y}, low, {high.x, low.y}}};
  Outline points;
  for (int quarter = 0; quarter < 4; ++quarter) {
    for (int step = 0; step <= 16; ++step) {
      points.push_back(along(centres[static_cast<std::size_t>(quarter)], quarter * 256 + step * 16, corner));
    }
  }
  return points;
}

Outline closed_curve(std::span<const FinePoint> points) {
  const std::size_t count = points.size();
  Outline curve;
  curve.reserve(count * kSplineSteps);
  for (std::size_t i = 0; i < count; ++i) {
    for (int step = 0; step < kSplineSteps; ++step) {
      curve.push_back(spline_point(points[(i + count - 1) % count], points[i], points[(i + 1) % count],
                                   points[(i + 2) % count], step));
    }
  }
  return curve;
}

Outline open_curve(std::span<const FinePoint> points) {
  const std::size_t last = points.size() - 1;
  Outline curve;
  curve.reserve(last * kSplineSteps + 1);
  for (std::size_t i = 0; i < last; ++i) {
    const FinePoint before = points[i == 0 ? 0 : i - 1];
    const FinePoint after = points[std::min(i + 2, last)];
    for (int step = 0; step < kSplineSteps; ++step) {
      curve.push_back(spline_point(before, points[i], points[i + 1], after, step));
    }
  }
  curve.push_back(points[last]);
  return curve;
}

Outline stroke(std::span<const FinePoint> curve, int first_width, int last_width) {
  const std::size_t count = curve.size();
  Outline band(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t grown = std::int64_t{last_width - first_width} * static_cast<std::int64_t>(i);
    const int width =
        first_width + static_cast<int>(grown / static_cast<std::int64_t>(std::max<std::size_t>(1, count - 1)));
    const FinePoint ahead = toward(curve[i == 0 ? 0 : i - 1], curve[std::min(i + 1, count - 1)], width / 2);
    band[i] = {curve[i].x - ahead.y, curve[i].y + ahead.x};
    band[2 * count - 1 - i] = {curve[i].x + ahead.y, curve[i].y - ahead.x};
  }
  return band;
}

Outline leaf(FinePoint base, int angle, int length, int width, int bend) {
  const int side = angle + kFullTurn / 4;
  const auto rib = [&](int part) {  // the middle line, bent like a bow
    return along(along(base, angle, length / 8 * part), side, bend * part * (8 - part) / 16);
  };
  const auto off = [&](int part, int share) { return along(rib(part), side, width * share / 200); };
  const std::array<FinePoint, 5> right{{base, off(2, 78), off(4, 100), off(6, 62), rib(8)}};
  const std::array<FinePoint, 5> left{{rib(8), off(6, -62), off(4, -100), off(2, -78), base}};
  Outline points = open_curve(right);
  const Outline back = open_curve(left);
  points.insert(points.end(), back.begin(), back.end());
  return points;
}

}  // namespace imagegen
