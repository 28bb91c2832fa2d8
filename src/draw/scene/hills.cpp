#include "draw/scene/stage.hpp"

#include <cstdint>

/// \file Hills behind hills, paler the farther they are.
namespace imagegen::detail {
namespace {

// Smooth noise in [0, 1024) along a line, from a lattice of hashes (value noise).
class Noise {
 public:
  explicit Noise(std::uint64_t seed) : seed_(seed) {}

  // `at` counts lattice cells in 1/1024.
  int value(int at) const {
    const int cell = at >> 10;
    const std::int64_t t = at & 1023;
    const std::int64_t smooth = t * t * (3 * 1024 - 2 * t) / (1024 * 1024);
    return static_cast<int>(lattice(cell) + (lattice(cell + 1) - lattice(cell)) * smooth / 1024);
  }
  // Four octaves, each half as strong as the one before.
  int rolling(int at) const {
    return (8 * value(at) + 4 * value(2 * at + 333) + 2 * value(4 * at + 77) + value(8 * at)) / 15;
  }
  // Folded, so that crests are sharp.
  int jagged(int at) const {
    const auto fold = [this](int where) { return 1023 - std::abs(2 * value(where) - 1023); };
    return (10 * fold(at) + 5 * fold(2 * at + 500) + 3 * fold(5 * at + 91) + 2 * fold(11 * at)) / 20;
  }

 private:
  std::int64_t lattice(int cell) const {
    return static_cast<std::int64_t>(Chance(seed_ ^ (static_cast<std::uint64_t>(cell) * 0x2545F4914F6CDD1DU)).next() >>
                                     54U);
  }
  std::uint64_t seed_;
};

struct Ridge {
  int base, rise;  // 1/256 px: the foot's height in the picture, and how far crests stand above it
  int cells;       // hills across the picture, in 1/1024
  bool jagged;
  Rgb crest, foot;
};

int crest_at(const Ridge& ridge, const Noise& noise, int x, int width) {
  const int at = static_cast<int>(std::int64_t{x} * ridge.cells / width);
  const int height = ridge.jagged ? noise.jagged(at) : noise.rolling(at);
  return ridge.base - static_cast<int>(std::int64_t{ridge.rise} * height / 1024);
}

void paint_ridge(Stage& stage, const Ridge& ridge, const Noise& noise) {
  const int width = stage.x(1000);
  const int step = std::max(kFinePerPixel, width / 400);
  Outline outline;
  for (int x = -step; x <= width + step; x += step) outline.push_back({x, crest_at(ridge, noise, x, width)});
  outline.push_back({width + 2 * step, stage.y(1010)});
  outline.push_back({-2 * step, stage.y(1010)});
  stage.canvas.fill_shape(
      outline, downwards(ridge.crest, ridge.foot, ridge.base - ridge.rise * 3 / 4, ridge.base + ridge.rise / 2));
}

void paint_conifer(Stage& stage, FinePoint foot, int height, Rgb colour) {
  const int lean = height * stage.chance.between(-2, 2) / 100;
  Outline outline{{foot.x + lean, foot.y - height}};
  Outline back;
  const int tiers = 5;
  for (int tier = 1; tier <= tiers; ++tier) {
    const int y = foot.y - height + height * (10 * tier + 2) / (10 * tiers + 4);
    const int out = height * (3 + 4 * tier) / 100 * stage.chance.between(88, 112) / 100;
    const int in = tier == tiers ? height / 50 : out / 2;
    outline.insert(outline.end(), {{foot.x + out, y}, {foot.x + in, y - height / 40}});
    back.insert(back.end(), {{foot.x - out, y}, {foot.x - in, y - height / 40}});
  }
  outline.push_back({foot.x + height / 50, foot.y + height / 30});
  outline.push_back({foot.x - height / 50, foot.y + height / 30});
  outline.insert(outline.end(), back.rbegin(), back.rend());
  stage.canvas.fill_shape(outline, Paint(colour));
}

// Trees in groves: where a slow noise is high they stand close.
void paint_grove(Stage& stage, const Ridge& ridge, const Noise& noise, int height, Rgb colour) {
  const Noise density(stage.chance.next());
  const int width = stage.x(1000);
  for (int x = -height; x < width + height; x += height * stage.chance.between(12, 34) / 100 + 1) {
    if (density.value(static_cast<int>(std::int64_t{x + height} * 6 * 1024 / width)) < 470) continue;
    const int tall = height * stage.chance.between(60, 125) / 100;
    paint_conifer(stage, {x, crest_at(ridge, noise, x, width) + tall / 12}, tall, colour);
  }
}

}  // namespace

void paint_hills(Stage& stage) {
  const Palette& colours = stage.colours;
  const int horizon = stage.y(stage.chance.between(560, 620));
  paint_sky(stage, horizon);
  const int sun_x = stage.chance.between(280, 720);
  // Named one by one: the order in which a call's arguments are evaluated differs from compiler to compiler.
  const auto radius = stage.unit(stage.chance.between(45, 75));
  paint_sun(stage, {stage.x(sun_x), stage.y(stage.chance.between(260, 400))}, radius);
  paint_clouds(stage, stage.y(160), stage.y(380), 4);

  constexpr int kRidges = 5;
  const bool mountains = !stage.chance.one_in(3);
  for (int i = 0; i < kRidges; ++i) {
    const int share = i * 1000 / (kRidges - 1);
    const Rgb crest = mix(colours.far, colours.near, share * share / 1000 * 4 / 5 + share / 5, 1000);
    const Ridge ridge{
        stage.y(545 + 95 * i),
        stage.y((mountains && i < 2 ? 270 : 150) - 12 * i),
        1024 * (mountains && i < 2 ? 5 : 3 + i / 2) * stage.width() / std::max(stage.width(), stage.height()),
        mountains && i < 2,
        i == 0 ? mix(crest, colours.sky_low, 1, 4) : crest,
        mix(crest, colours.sky_low, i == kRidges - 1 ? 0 : 45 - 8 * i, 100)};
    const Noise noise(stage.chance.next());
    if (i >= 2) paint_grove(stage, ridge, noise, stage.unit(34 + 26 * (i - 2)), mix(ridge.crest, colours.near, 1, 4));
    paint_ridge(stage, ridge, noise);
  }
  paint_birds(stage, {stage.x(1000 - sun_x), stage.y(300)}, 5);
}

}  // namespace imagegen::detail
