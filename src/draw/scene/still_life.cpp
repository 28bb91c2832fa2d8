#include "draw/scene/stage.hpp"

#include <array>

/// \file A card, a vase with flowers and some fruit on a table, in the light of a window.
namespace imagegen::detail {
namespace {

struct Room {
  Rgb wall, wall_low, light, table, table_front, leaf, stem;
  int table_y;  // 1/256 px, the far edge
};

Room room_of(const Stage& stage) {
  const Palette& c = stage.colours;
  const Rgb wall = c.night ? mix(c.sky_top, c.sky_low, 3, 10) : mix(c.sky_middle, c.paper, 35, 100);
  const Rgb wood = mix(mix(c.near, Rgb{0xc8, 0x9a, 0x6b}, c.night ? 45 : 80, 100), c.sky_low, 10, 100);
  return {wall,
          mix(wall, c.far, 30, 100),
          mix(c.sun, c.sky_low, 1, 5),
          wood,
          mix(wood, c.near, 55, 100),
          mix(Rgb{0x5d, 0x8a, 0x64}, c.far, 25, 100),
          mix(Rgb{0x2f, 0x55, 0x40}, c.near, 30, 100),
          stage.y(575)};
}

// The light of a window with four by two panes, thrown aslant on the wall; painted thrice for a soft edge.
void paint_window_light(Stage& stage, const Room& room) {
  const int left = stage.chance.between(60, 330);
  const int lean = stage.chance.one_in(2) ? 1 : -1;
  for (int softness = 3; softness >= 1; --softness) {
    for (int column = 0; column < 2; ++column) {
      for (int row = 0; row < 3; ++row) {
        const int grow = stage.unit(softness * 3 - 4);
        const auto corner = [&](int x, int y, int out_x, int out_y) {
          const int sheared = lean * (320 - y) / 3;
          return FinePoint{stage.x(left) + stage.unit(x + sheared) + out_x * grow, stage.y(y) + out_y * grow};
        };
        const int x = 40 + column * 225;
        const int y = 60 + row * 148;
        const std::array pane{corner(x, y, -1, -1), corner(x + 200, y - 18, 1, -1), corner(x + 200, y + 114, 1, 1),
                              corner(x, y + 132, -1, 1)};
        stage.canvas.fill_shape(pane, Paint(room.light, stage.colours.night ? 30 : 62));
      }
    }
  }
}

void paint_table(Stage& stage, const Room& room) {
  const int y = Stage::px(room.table_y);
  stage.canvas.fill({0, y, stage.width(), stage.height()},
                    downwards(room.table, room.table_front, room.table_y, stage.y(1100)));
  const Rgb grain = mix(room.table, room.table_front, 2, 3);
  for (int i = 0; i < 26; ++i) {
    const int line = room.table_y + stage.y(stage.chance.between(25, 360));
    const int start = stage.x(stage.chance.between(-200, 900));
    const std::array points{FinePoint{start, line},
                            FinePoint{start + stage.x(120), line + stage.unit(stage.chance.between(-4, 4))},
                            FinePoint{start + stage.x(stage.chance.between(220, 420)), line}};
    stage.canvas.fill_shape(stroke(open_curve(points), stage.unit(1) / 2, stage.unit(2)), Paint(grain, 70));
  }
  stage.canvas.fill({0, y, stage.width(), Stage::whole_px(stage.unit(4))}, mix(room.table, room.light, 1, 2));
}

void paint_shadow(Stage& stage, FinePoint foot, int width, int height) {
  for (int i = 8; i >= 1; --i) {
    stage.canvas.fill_shape(ellipse({foot.x + width / 5, foot.y}, width * (8 + i) / 13, height * (8 + i) / 13),
                            Paint(stage.colours.ink, 17));
  }
}

void paint_vase(Stage& stage, const Room& room, FinePoint foot, int size) {
  const Palette& c = stage.colours;
  const auto at = [&](int x, int y) { return FinePoint{foot.x + size * x / 100, foot.y - size * y / 100}; };
  const int belly = stage.chance.between(30, 44);
  const int neck = stage.chance.between(9, 15);
  const std::array right{at(20, 0), at(belly, 32), at(belly - 8, 58), at(neck, 80), at(neck + 4, 100)};
  const std::array left{at(-neck - 4, 100), at(-neck, 80), at(8 - belly, 58), at(-belly, 32), at(-20, 0)};
  Outline body = open_curve(right);
  const Outline other = open_curve(left);
  body.insert(body.end(), other.begin(), other.end());
  paint_shadow(stage, foot, size * 40 / 100, size * 7 / 100);
  const Rgb glaze = stage.chance.one_in(2) ? c.contrast : mix(c.paper, c.far, 1, 4);
  const Paint sheen = downwards(mix(glaze, c.paper, 1, 4), mix(glaze, c.near, 1, 4), foot.y - size, foot.y);
  stage.canvas.fill_shape(ellipse(foot, size * 20 / 100, size * 3 / 100), sheen);
  stage.canvas.fill_shape(body, sheen);
  const std::array shade{at(-12, 2),
                         at(8 - belly * 6 / 10, 30),
                         at(4 - belly / 2, 58),
                         at(-neck * 7 / 10, 82),
                         at(-neck - 3, 99),
                         at(-neck, 80),
                         at(8 - belly, 58),
                         at(-belly, 32),
                         at(-20, 1)};
  stage.canvas.fill_shape(closed_curve(shade), Paint(c.ink, 34));
  const std::array shine{at(belly - 16, 26), at(belly - 10, 40), at(belly - 15, 56), at(belly - 18, 40)};
  stage.canvas.fill_shape(closed_curve(shine), Paint(room.light, 110));
  stage.canvas.fill_shape(ellipse(at(0, 100), size * (neck + 4) / 100, size * 3 / 100), Paint(mix(glaze, c.ink, 2, 3)));
}

void paint_bouquet(Stage& stage, const Room& room, FinePoint mouth, int size) {
  const Palette& c = stage.colours;
  for (int i = 0; i < 5; ++i) {
    const int angle = 768 + (i - 2) * 66 + stage.chance.between(-18, 18);
    paint_branch(stage, mouth, angle, size * stage.chance.between(78, 112) / 100, room.stem, room.leaf, 5);
  }
  constexpr std::array kSpots{std::array{-40, 62, 20}, std::array{36, 76, 22}, std::array{-6, 98, 25},
                              std::array{22, 40, 17}, std::array{-22, 34, 15}};
  for (std::size_t i = 0; i < kSpots.size(); ++i) {
    const auto& [x, y, radius] = kSpots[i];
    const FinePoint head{mouth.x + size * (x + stage.chance.between(-6, 6)) / 100, mouth.y - size * y / 100};
    stage.canvas.fine_line(mouth, head, size / 60, Paint(room.stem));
    const Rgb petal = i % 2 == 0 ? c.accent : mix(c.accent, c.paper, 55, 100);
    paint_blossom(stage, head, size * radius / 100, 6 + static_cast<int>(i % 3), petal, c.contrast);
  }
}

// A folded card, standing a little open, with a sprig on its front.
void paint_card(Stage& stage, const Room& room, FinePoint foot, int size) {
  const Palette& c = stage.colours;
  const auto at = [&](int x, int y) { return FinePoint{foot.x + size * x / 100, foot.y - size * y / 100}; };
  const std::array shadow{at(-46, 0), at(38, -4), at(96, 6), at(40, 9)};
  const std::array back{at(-50, 4), at(-38, 10), at(-38, 132), at(-50, 127)};
  const std::array front{at(-40, 0), at(42, -5), at(42, 125), at(-40, 130)};
  stage.canvas.fill_shape(shadow, Paint(c.ink, 70));
  stage.canvas.fill_shape(back, Paint(mix(c.paper, c.ink, 30, 100)));
  stage.canvas.fill_shape(front, downwards(c.paper, mix(c.paper, c.sky_low, 1, 3), foot.y - size * 13 / 10, foot.y));
  const FinePoint sprig = at(1, 34);
  paint_branch(stage, sprig, 768 - 50, size * 52 / 100, room.stem, room.leaf, 4);
  paint_branch(stage, sprig, 768 + 62, size * 46 / 100, room.stem, room.leaf, 4);
  paint_blossom(stage, at(1, 66), size * 17 / 100, 7, c.accent, c.contrast);
  for (const auto& [y, half] : {std::array{22, 24}, std::array{14, 15}}) {  // where the greeting would be
    stage.canvas.fine_line(at(1 - half, y), at(1 + half, y - 2), size * 2 / 100, Paint(c.ink, 120));
  }
}

void paint_fruit(Stage& stage, const Room& room, FinePoint foot, int radius) {
  const Rgb peel = stage.chance.one_in(2) ? stage.colours.contrast : stage.colours.accent;
  const FinePoint centre{foot.x, foot.y - radius * 9 / 10};
  paint_shadow(stage, foot, radius, radius / 4);
  stage.canvas.fill_shape(ellipse(centre, radius, radius * 95 / 100),
                          downwards(mix(peel, room.light, 1, 5), mix(peel, stage.colours.near, 1, 4), centre.y - radius,
                                    centre.y + radius));
  stage.canvas.fill_shape(ellipse({centre.x + radius / 3, centre.y - radius / 3}, radius / 4, radius / 5),
                          Paint(room.light, 110));
  const FinePoint top{centre.x - radius / 8, centre.y - radius * 8 / 10};
  stage.canvas.fine_line(top, {top.x + radius / 8, top.y - radius / 3}, radius / 9, Paint(room.stem));
  stage.canvas.fill_shape(leaf({top.x + radius / 10, top.y - radius / 5}, -70, radius * 7 / 10, radius / 3),
                          Paint(room.leaf));
}

}  // namespace

void paint_still_life(Stage& stage) {
  const Room room = room_of(stage);
  stage.canvas.fill({0, 0, stage.width(), stage.height()}, downwards(room.wall, room.wall_low, 0, room.table_y));
  paint_window_light(stage, room);
  paint_table(stage, room);
  const int side = stage.chance.one_in(2) ? 1 : -1;
  const FinePoint vase{stage.x(500) + side * stage.unit(165), room.table_y + stage.unit(44)};
  const int size = stage.unit(190);
  paint_bouquet(stage, room, {vase.x, vase.y - size}, stage.unit(262));
  paint_vase(stage, room, vase, size);
  paint_card(stage, room, {stage.x(500) - side * stage.unit(165), room.table_y + stage.unit(58)}, stage.unit(225));
  paint_fruit(stage, room, {stage.x(500) + side * stage.unit(345), room.table_y + stage.unit(40)}, stage.unit(42));
  paint_fruit(stage, room, {stage.x(500) + side * stage.unit(425), room.table_y + stage.unit(58)}, stage.unit(52));
}

}  // namespace imagegen::detail
