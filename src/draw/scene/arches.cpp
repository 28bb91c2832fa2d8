#include "draw/scene/stage.hpp"

#include <array>

/// \file An ornament of arches, sun and branches on paper, as on the front of a card.
namespace imagegen::detail {
namespace {

// An upright arch: straight sides, round top.
Outline arch(FinePoint foot, int half_width, int height) {
  Outline points{{foot.x - half_width, foot.y}};
  for (int angle = 512; angle <= 1024; angle += 8) {
    points.push_back(along({foot.x, foot.y - height + half_width}, angle, half_width));
  }
  points.push_back({foot.x + half_width, foot.y});
  return points;
}

// Bands within bands; the innermost is a door of light.
void paint_rainbow(Stage& stage, FinePoint foot, int half_width, int height) {
  const Palette& c = stage.colours;
  const std::array bands{mix(c.near, c.far, 1, 3), c.accent, mix(c.contrast, c.paper, 1, 6), mix(c.far, c.paper, 1, 4),
                         mix(c.sun, c.sky_low, 1, 2)};
  const auto count = static_cast<int>(bands.size());
  for (int i = 0; i < count; ++i) {
    const int inset = half_width * i * 17 / 100;
    const Rgb band = bands[static_cast<std::size_t>(i)];
    stage.canvas.fill_shape(arch(foot, half_width - inset, height - inset),
                            downwards(mix(band, c.paper, 12, 100), band, foot.y - height, foot.y));
    if (i + 1 < count)
      stage.canvas.fill_shape(
          arch(foot, half_width - inset - half_width * 14 / 100, height - inset - half_width * 14 / 100),
          Paint(c.paper));
  }
}

void paint_ground(Stage& stage, int y, int wave, Rgb colour) {
  std::array<FinePoint, 7> top;
  for (int i = 0; i < 7; ++i) {
    top[static_cast<std::size_t>(i)] = {stage.x(-100 + 200 * i),
                                        y + (i % 2 == 0 ? wave : -wave) * stage.chance.between(50, 100) / 100};
  }
  Outline outline = open_curve(top);
  outline.push_back({stage.x(1100), stage.y(1010)});
  outline.push_back({stage.x(-100), stage.y(1010)});
  stage.canvas.fill_shape(outline, downwards(colour, mix(colour, stage.colours.near, 1, 4), y, stage.y(1000)));
}

void paint_rays(Stage& stage, FinePoint centre, int radius) {
  const Palette& c = stage.colours;
  constexpr int kRays = 24;
  for (int i = 0; i < kRays; ++i) {
    const int angle = kFullTurn * i / kRays;
    stage.canvas.fine_line(along(centre, angle, radius * 128 / 100),
                           along(centre, angle, radius * (i % 2 == 0 ? 170 : 150) / 100), radius / 22,
                           Paint(c.contrast, 220));
  }
  stage.canvas.fill_shape(ellipse(centre, radius, radius),
                          downwards(mix(c.contrast, c.paper, 1, 4), c.contrast, centre.y - radius, centre.y + radius));
}

// Branches that stand in the ground left and right of the arch, and at the sides of a wide picture.
void paint_plants(Stage& stage, int side) {
  const Palette& c = stage.colours;
  const Rgb stem = mix(c.near, c.far, 1, 4);
  const Rgb green = mix(c.far, c.near, 2, 5);
  const std::array colours{green, mix(green, c.contrast, 1, 3), c.accent};
  const auto plant = [&](int foot_x, int lean, int length, int colour) {
    const int tall = stage.unit(length) * stage.chance.between(88, 112) / 100;
    const int angle = 768 + lean + stage.chance.between(-14, 14);
    paint_branch(stage, {foot_x, stage.y(700)}, angle, tall, stem, colours[static_cast<std::size_t>(colour)],
                 4 + length / 110);
  };
  const int middle = stage.x(500);
  plant(middle + side * stage.unit(300), side * 20, 310, 0);
  plant(middle + side * stage.unit(400), side * 60, 300, 1);
  plant(middle - side * stage.unit(395), side * -30, 330, 2);
  plant(middle - side * stage.unit(690), side * -20, 250, 1);
  plant(middle - side * stage.unit(610), side * 25, 300, 0);
  plant(middle + side * stage.unit(660), side * 10, 330, 2);
}

}  // namespace

void paint_arches(Stage& stage) {
  const Palette& c = stage.colours;
  const Rgb paper = c.night ? c.ink : c.paper;
  stage.canvas.fill_gradient({0, 0, stage.width(), stage.height()}, paper,
                             mix(paper, c.sky_low, c.night ? 15 : 55, 100));
  if (c.night) paint_stars(stage, stage.y(600));
  const int side = stage.chance.one_in(2) ? 1 : -1;
  const FinePoint sun{stage.x(500) + side * stage.unit(stage.chance.between(195, 290)),
                      stage.y(stage.chance.between(240, 310))};
  paint_rays(stage, sun, stage.unit(stage.chance.between(74, 96)));
  paint_ground(stage, stage.y(610), stage.unit(22), mix(c.far, c.paper, 35, 100));
  paint_plants(stage, side);
  const FinePoint foot{stage.x(500) - side * stage.unit(90), stage.y(695)};
  // Named one by one: the order in which a call's arguments are evaluated differs from compiler to compiler.
  const auto height = stage.unit(stage.chance.between(410, 490));
  const auto half_width = stage.unit(stage.chance.between(215, 262));
  paint_rainbow(stage, foot, half_width, height);
  paint_ground(stage, stage.y(680), stage.unit(24), mix(c.far, c.near, 45, 100));
  for (int i = 0; i < 9; ++i) {
    const FinePoint at{stage.x(60 + 110 * i + stage.chance.between(-30, 30)), stage.y(stage.chance.between(700, 755))};
    const Rgb petal = i % 3 == 0 ? c.contrast : i % 3 == 1 ? c.accent : c.paper;
    paint_blossom(stage, at, stage.unit(stage.chance.between(16, 30)), 6, petal, i % 3 == 0 ? c.accent : c.contrast);
  }
  paint_ground(stage, stage.y(775), stage.unit(20), mix(c.far, c.near, 85, 100));
}

}  // namespace imagegen::detail
