#include "draw/scene/stage.hpp"

#include <array>

namespace imagegen::detail {
namespace {

// A flat bank: bumps of different height on a straight bottom.
Outline cloud(Chance& chance, FinePoint left, int length, int height) {
  std::array<FinePoint, 11> points;
  const int bumps = static_cast<int>(points.size()) - 2;
  for (int i = 0; i < bumps; ++i) {
    const int arch = 4 * (i + 1) * (bumps - i) * 256 / ((bumps + 1) * (bumps + 1));
    const int rise = height * arch / 256 * chance.between(55, 110) / 100;
    points[static_cast<std::size_t>(i)] = {left.x + length * (i + 1) / (bumps + 1), left.y - rise};
  }
  points[static_cast<std::size_t>(bumps)] = {left.x + length, left.y};
  points[static_cast<std::size_t>(bumps) + 1] = left;
  return closed_curve(points);
}

}  // namespace

void paint_stars(Stage& stage, int bottom) {
  const int count = stage.width() * Stage::px(bottom) / 4500;
  for (int i = 0; i < count; ++i) {
    const FinePoint star{stage.chance.between(0, stage.x(1000)), stage.chance.between(0, bottom)};
    const int radius = std::max(kFinePerPixel, stage.unit(1)) * stage.chance.between(6, 14) / 10;
    const int fade = 255 - 200 * (star.y >> 8) / std::max(1, bottom >> 8);
    stage.canvas.fill_shape(ellipse(star, radius, radius),
                            Paint(stage.colours.sun, fade * stage.chance.between(4, 10) / 10));
  }
}

void paint_sky(Stage& stage, int horizon) {
  const int middle = horizon * 11 / 20;
  const int width = stage.width();
  const Palette& colours = stage.colours;
  stage.canvas.fill({0, 0, width, Stage::px(middle)}, downwards(colours.sky_top, colours.sky_middle, 0, middle));
  stage.canvas.fill({0, Stage::px(middle), width, stage.height()},
                    downwards(colours.sky_middle, colours.sky_low, middle, horizon));
  if (colours.night) paint_stars(stage, horizon * 3 / 4);
}

void paint_sun(Stage& stage, FinePoint centre, int radius) {
  const int x = Stage::px(centre.x);
  const int y = Stage::px(centre.y);
  stage.canvas.glow(x, y, Stage::px(radius * 6), stage.colours.sun, stage.colours.night ? 70 : 130);
  stage.canvas.glow(x, y, Stage::px(radius * 5 / 2), stage.colours.sun, stage.colours.night ? 90 : 150);
  stage.canvas.fill_shape(ellipse(centre, radius, radius), Paint(stage.colours.sun, 245));
  if (!stage.colours.night) return;
  const Rgb shade = mix(stage.colours.sun, stage.colours.sky_low, 1, 4);
  const std::array craters{std::array{-30, -25, 20}, std::array{25, 30, 14}, std::array{20, -40, 9},
                           std::array{-20, 40, 10}};
  for (const auto& [dx, dy, size] : craters) {
    const FinePoint at{centre.x + radius * dx / 100, centre.y + radius * dy / 100};
    stage.canvas.fill_shape(ellipse(at, radius * size / 100, radius * size / 100), Paint(shade, 150));
  }
}

void paint_clouds(Stage& stage, int top, int bottom, int count) {
  const Rgb light = mix(stage.colours.sky_low, stage.colours.sun, 1, 2);
  for (int i = 0; i < count; ++i) {
    const FinePoint left{stage.x(stage.chance.between(-100, 850)), stage.chance.between(top, bottom)};
    const int length = stage.unit(stage.chance.between(220, 520));
    const int height = length * stage.chance.between(10, 17) / 100;
    const int alpha = stage.colours.night ? 40 : 120;
    stage.canvas.fill_shape(cloud(stage.chance, left, length, height),
                            fading(light, alpha + 60, alpha / 4, left.y - height, left.y + height / 4));
  }
}

void paint_birds(Stage& stage, FinePoint where, int count) {
  for (int i = 0; i < count; ++i) {
    const FinePoint at{where.x + stage.unit(stage.chance.between(-90, 90)),
                       where.y + stage.unit(stage.chance.between(-45, 45))};
    const int span = stage.unit(stage.chance.between(9, 15));
    const int lift = span * stage.chance.between(3, 6) / 10;
    for (const int side : {-1, 1}) {
      const std::array wing{at, FinePoint{at.x + side * span / 2, at.y - lift},
                            FinePoint{at.x + side * span, at.y - lift / 3}};
      stage.canvas.fill_shape(stroke(open_curve(wing), stage.unit(3), stage.unit(1) / 2),
                              Paint(stage.colours.ink, 170));
    }
  }
}

}  // namespace imagegen::detail
