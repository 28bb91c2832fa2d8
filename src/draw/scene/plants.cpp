#include "draw/scene/stage.hpp"

#include <array>

namespace imagegen::detail {

void paint_branch(Stage& stage, FinePoint base, int angle, int length, Rgb stem, Rgb leaf_colour, int pairs) {
  const int bow = stage.chance.between(-14, 14);
  const int side = angle + kFullTurn / 4;
  std::array<FinePoint, 5> spine;
  for (int i = 0; i < 5; ++i) {
    const int aside = length * bow * i * i / (16 * 50);
    spine[static_cast<std::size_t>(i)] = along(along(base, angle, length * i / 4), side, aside);
  }
  const Outline curve = open_curve(spine);
  stage.canvas.fill_shape(stroke(curve, length / 45, length / 130), Paint(stem));
  const auto last = static_cast<int>(curve.size()) - 1;
  for (int i = 0; i < pairs; ++i) {
    const FinePoint node = curve[static_cast<std::size_t>(last * (3 + 8 * i / pairs) / 12)];
    const int size = length * (32 - 16 * i / pairs) / 100;
    for (const int turn : {-1, 1}) {
      const int towards = angle + turn * stage.chance.between(105, 150) + bow * 3;
      const Rgb shade = mix(leaf_colour, turn > 0 ? stem : stage.colours.paper, stage.chance.between(0, 25), 100);
      stage.canvas.fill_shape(leaf(node, towards, size, size * 3 / 10, -turn * size / 10), Paint(shade));
      stage.canvas.fine_line(node, along(node, towards, size * 7 / 10), length / 220, Paint(stem, 110));
    }
  }
  const FinePoint tip = curve[static_cast<std::size_t>(last)];
  stage.canvas.fill_shape(leaf(curve[static_cast<std::size_t>(last - 6)], angle + bow * 4, length / 5, length / 14),
                          Paint(leaf_colour));
  stage.canvas.fill_shape(ellipse(tip, length / 90, length / 90), Paint(leaf_colour));
}

void paint_blossom(Stage& stage, FinePoint centre, int radius, int petals, Rgb petal, Rgb heart) {
  const int start = stage.chance.between(0, kFullTurn - 1);
  for (const int layer : {0, 1}) {
    const int reach = layer == 0 ? radius : radius * 7 / 10;
    const Rgb colour = mix(petal, stage.colours.paper, layer * 28, 100);
    for (int i = 0; i < petals; ++i) {
      const int angle = start + kFullTurn * (2 * i + layer) / (2 * petals);
      const FinePoint middle = along(centre, angle, reach * 11 / 20);
      const Outline shape = turned(ellipse(middle, reach * 9 / 20, reach * 28 / 100), middle, angle);
      stage.canvas.fill_shape(shape, Paint(mix(colour, heart, i % 2 * 12, 100)));
    }
  }
  stage.canvas.fill_shape(ellipse(centre, radius / 4, radius / 4), Paint(heart));
  for (int i = 0; i < 7; ++i) {
    const FinePoint dot = along(centre, start + kFullTurn * i / 7, radius / 7);
    stage.canvas.fill_shape(ellipse(dot, radius / 28, radius / 28), Paint(stage.colours.ink, 120));
  }
}

}  // namespace imagegen::detail
