#include "draw/scene/stage.hpp"

#include <array>
#include <cstdlib>

/// \file Open water with the sun low above it, a sail, and a lighthouse or islands.
namespace imagegen::detail {
namespace {

// Lies flat on the water, pointed at both ends.
void paint_glint(Stage& stage, FinePoint centre, int length, int thickness, const Paint& paint) {
  const std::array points{FinePoint{centre.x - length / 2, centre.y}, FinePoint{centre.x, centre.y - thickness / 2},
                          FinePoint{centre.x + length / 2, centre.y}, FinePoint{centre.x, centre.y + thickness / 2}};
  stage.canvas.fill_shape(points, paint);
}

void paint_water(Stage& stage, int horizon, int sun_x) {
  const Palette& colours = stage.colours;
  const Rgb deep = mix(colours.near, colours.sky_top, 35, 100);
  const Rgb shallow = mix(colours.sky_low, colours.sky_top, 35, 100);
  stage.canvas.fill({0, Stage::px(horizon), stage.width(), stage.height()},
                    downwards(shallow, deep, horizon, stage.y(1000)));
  const int depth = stage.y(1000) - horizon;
  for (int i = 0; i < 90; ++i) {  // small waves, larger and fewer towards the viewer
    // Named one by one: the order in which operands are evaluated differs from compiler to compiler.
    const int nearness = stage.chance.between(20, 1000);
    const int share = nearness * stage.chance.between(200, 1000) / 1000;
    const FinePoint at{stage.x(stage.chance.between(0, 1000)), horizon + depth / 1000 * share};
    const int length = stage.unit(14 + share / 8);
    paint_glint(stage, at, length, stage.unit(2 + share / 250),
                Paint(share % 2 == 0 ? colours.near : colours.sky_low, 38));
  }
  for (int i = 0; i < 44; ++i) {  // the sun's path
    const int share = 1000 * i / 44;
    const int spread = stage.unit(30 + share / 9);
    const FinePoint at{sun_x + stage.chance.between(-spread, spread) / 2,
                       horizon + depth / 1000 * share * 9 / 10 + stage.unit(4)};
    paint_glint(stage, at, spread * stage.chance.between(80, 190) / 100, stage.unit(4 + share / 130),
                Paint(colours.sun, 200 - share / 7));
  }
}

void paint_island(Stage& stage, int centre, int horizon, int length, int height, Rgb colour) {
  std::array<FinePoint, 8> points;
  for (int i = 0; i < 6; ++i) {
    const int arch = 4 * (i + 1) * (6 - i) * 256 / 49;
    points[static_cast<std::size_t>(i)] = {centre - length / 2 + length * (i + 1) / 7,
                                           horizon - height * arch / 256 * stage.chance.between(60, 110) / 100};
  }
  points[6] = {centre + length / 2, horizon};
  points[7] = {centre - length / 2, horizon};
  stage.canvas.fill_shape(closed_curve(points),
                          downwards(colour, mix(colour, stage.colours.sky_low, 1, 3), horizon - height, horizon));
}

void paint_sail(Stage& stage, FinePoint foot, int size) {
  const Palette& colours = stage.colours;
  const auto at = [&](int x, int y) { return FinePoint{foot.x + size * x / 100, foot.y + size * y / 100}; };
  const std::array hull{at(-34, -10), at(38, -10), at(28, 2), at(-24, 2)};
  const std::array main_sail{at(2, -100), at(6, -40), at(36, -16), at(2, -16)};
  const std::array jib{at(-2, -90), at(-2, -16), at(-32, -16), at(-12, -46)};
  for (int i = 0; i < 6; ++i) {  // the reflection, in pieces
    paint_glint(stage, at(stage.chance.between(-6, 6), 8 + 9 * i), size * (60 - 8 * i) / 100, size / 18,
                Paint(colours.paper, 110 - 14 * i));
  }
  stage.canvas.fill_shape(main_sail,
                          downwards(colours.paper, mix(colours.paper, colours.accent, 1, 5), foot.y - size, foot.y));
  stage.canvas.fill_shape(jib, Paint(colours.accent));
  stage.canvas.fine_line(at(0, -104), at(0, -8), std::max(kFinePerPixel, size / 50), Paint(colours.ink));
  stage.canvas.fill_shape(closed_curve(hull), Paint(mix(colours.ink, colours.near, 1, 2)));
}

void paint_lighthouse(Stage& stage, FinePoint foot, int height, int side) {
  const Palette& colours = stage.colours;
  const auto at = [&](int x, int y) { return FinePoint{foot.x + height * x / 100, foot.y - height * y / 100}; };
  const std::array beam{at(0, 89), at(side * 260, 118), at(side * 260, 66)};
  if (colours.night) stage.canvas.fill_shape(beam, Paint(colours.contrast, 50));
  for (int band = 0; band < 5; ++band) {
    const int low = 12 - band;
    const std::array stripe{at(-low, band * 16), at(low, band * 16), at(low - 1, band * 16 + 16),
                            at(1 - low, band * 16 + 16)};
    stage.canvas.fill_shape(stripe, Paint(band % 2 == 0 ? colours.paper : colours.accent));
  }
  const std::array gallery{at(-10, 80), at(10, 80), at(10, 83), at(-10, 83)};
  const std::array lamp{at(-5, 83), at(5, 83), at(5, 94), at(-5, 94)};
  const std::array roof{at(-8, 94), at(8, 94), at(0, 104)};
  stage.canvas.fill_shape(gallery, Paint(colours.ink));
  stage.canvas.fill_shape(lamp, Paint(colours.contrast));
  stage.canvas.fill_shape(roof, Paint(colours.ink));
}

void paint_headland(Stage& stage, int horizon, int side) {
  const int edge = side > 0 ? stage.x(1000) : 0;
  const auto at = [&](int in, int up) { return FinePoint{edge - side * stage.unit(in), horizon + stage.unit(up)}; };
  const std::array points{at(-80, -150), at(60, -128), at(150, -112), at(240, -104),
                          at(320, -52),  at(390, 12),  at(470, 40),   at(-80, 60)};
  const Rgb rock = mix(stage.colours.far, stage.colours.near, 78, 100);
  paint_lighthouse(stage, at(190, -98), stage.unit(210), -side);
  stage.canvas.fill_shape(closed_curve(points),
                          downwards(rock, stage.colours.near, horizon - stage.unit(150), horizon + stage.unit(50)));
}

}  // namespace

void paint_sea(Stage& stage) {
  const int horizon = stage.y(stage.chance.between(545, 590));
  const int side = stage.chance.one_in(2) ? 1 : -1;
  const int sun_x = stage.x(500 - side * stage.chance.between(40, 190));
  const int radius = stage.unit(stage.chance.between(60, 100));
  paint_sky(stage, horizon);
  paint_sun(stage, {sun_x, horizon - radius * stage.chance.between(4, 22) / 10}, radius);
  paint_clouds(stage, stage.y(140), stage.y(420), 5);
  paint_island(stage, stage.x(500 + side * 120), horizon, stage.unit(520), stage.unit(60),
               mix(stage.colours.far, stage.colours.sky_low, 1, 3));
  paint_island(stage, stage.x(500 - side * 430), horizon, stage.unit(620), stage.unit(110), stage.colours.far);
  paint_water(stage, horizon, sun_x);
  paint_headland(stage, horizon, side);
  paint_sail(stage, {stage.x(500 - side * 220), horizon + stage.unit(60)}, stage.unit(120));
  paint_sail(stage, {stage.x(500 + side * 60), horizon + stage.unit(16)}, stage.unit(44));
  paint_birds(stage, {stage.x(500 + side * 120), stage.y(300)}, 5);
}

}  // namespace imagegen::detail
