#include <imagegen/core/digest.hpp>
#include <imagegen/draw/canvas.hpp>
#include <imagegen/draw/scene.hpp>
#include <imagegen/draw/shapes.hpp>
#include <imagegen/draw/text_layout.hpp>
#include <imagegen/provider/placeholder.hpp>

#include <algorithm>
#include <array>
#include <string>

/// \file A scene to look at, with marks over it to measure by: whoever sees a part of it can say which part.
namespace imagegen {
namespace {

constexpr Rgb kDark{22, 25, 40};
constexpr Rgb kLight{255, 255, 255};
constexpr Rgb kPanel{252, 250, 246};
constexpr Rgb kPanelText{38, 40, 56};
constexpr Rgb kPanelNote{112, 114, 130};
constexpr std::array<Rgb, 4> kCornerColours{{{229, 83, 83}, {242, 178, 51}, {66, 153, 225}, {72, 187, 120}}};

// What all marks are measured in, so that they look the same on a thumbnail and on a poster.
struct Measures {
  int width, height;
  int text;        // px, the usual line of text
  int small_text;  // px
  int thin;        // px, a hairline
  int step;        // px between numbered ticks
  int band_x;      // px, how far the ruler reaches in from the left and right edge
  int band_y;      // px, the same from top and bottom
};

int tick_step(int text) {
  for (const int step : {10, 20, 50, 100, 200, 500}) {
    if (step >= 4 * text) return step;
  }
  return 1000;
}

Measures measures_of(PixelSize size) {
  const int text = std::clamp(std::min(size.width, size.height) / 52, 8, 120);
  const int small_text = std::max(7, text * 7 / 10);
  return {size.width,
          size.height,
          text,
          small_text,
          std::max(1, text / 16),
          tick_step(text),
          text_width("00000", small_text) + text / 2,
          small_text + text / 2};
}

// What shows on the picture there: dark marks on a bright place, light ones on a dark place.
struct Ink {
  Rgb mark, halo;
};
Ink ink_at(const Canvas& canvas, int x, int y) {
  const PixelSize size = canvas.size();
  const std::uint8_t* pixel =
      canvas.bitmap().row(std::clamp(y, 0, size.height - 1)) + std::ptrdiff_t{3} * std::clamp(x, 0, size.width - 1);
  const int brightness = (3 * pixel[0] + 6 * pixel[1] + pixel[2]) / 10;
  return brightness > 165 ? Ink{kDark, kLight} : Ink{kLight, kDark};
}

void text_with_halo(Canvas& canvas, int x, int y, std::string_view words, int height, Ink ink, int alpha) {
  const int off = std::max(1, height / 14);
  for (const auto& [dx, dy] : {std::array{off, off}, std::array{-off, off}, std::array{0, -off}}) {
    canvas.text(x + dx, y + dy, words, height, ink.halo, alpha / 3);
  }
  canvas.text(x, y, words, height, ink.mark, alpha);
}

void draw_thirds(Canvas& canvas, const Measures& m) {
  const int piece = std::max(1, m.text / 2);  // each piece of a line takes the colour that shows there
  for (const int part : {1, 2}) {
    const int x = m.width * part / 3;
    const int y = m.height * part / 3;
    for (int at = 0; at < m.height; at += piece) canvas.fill({x, at, m.thin, piece}, ink_at(canvas, x, at).mark, 55);
    for (int at = 0; at < m.width; at += piece) canvas.fill({at, y, piece, m.thin}, ink_at(canvas, at, y).mark, 55);
  }
}

void draw_thirds_places(Canvas& canvas, const Measures& m) {
  for (int i = 0; i < 4; ++i) {
    const int x = m.width * (i % 2 + 1) / 3;
    const int y = m.height * (i / 2 + 1) / 3;
    const auto place = std::to_string(x) + "," + std::to_string(y);
    text_with_halo(canvas, x + m.text / 3, y + m.text / 4, place, m.small_text,
                   ink_at(canvas, x + m.text, y + m.text / 2), 170);
  }
}

void draw_grid_crosses(Canvas& canvas, const Measures& m) {
  const int arm = std::max(2, m.text / 4);
  for (int y = m.step; y < m.height; y += m.step) {
    for (int x = m.step; x < m.width; x += m.step) {
      const Rgb mark = ink_at(canvas, x, y).mark;
      canvas.fill({x - arm, y, 2 * arm + m.thin, m.thin}, mark, 70);
      canvas.fill({x, y - arm, m.thin, 2 * arm + m.thin}, mark, 70);
    }
  }
}

void draw_named_points(Canvas& canvas, const Measures& m) {
  constexpr std::array<std::string_view, 9> kNames{"NW", "N", "NE", "W", "C", "E", "SW", "S", "SE"};
  const int radius = m.text * 3 / 5;
  const int arm = radius + m.text / 2;
  for (int i = 0; i < 9; ++i) {
    const int x = m.width * (2 * (i % 3) + 1) / 6;
    const int y = m.height * (2 * (i / 3) + 1) / 6;
    const Ink ink = ink_at(canvas, x + m.text, y - m.text);
    canvas.fill_circle(x, y, radius, ink.halo, 70);
    canvas.line(x - arm, y, x + arm, y, ink.mark, m.thin, 200);
    canvas.line(x, y - arm, x, y + arm, ink.mark, m.thin, 200);
    canvas.fill_circle(x, y, std::max(1, m.text / 6), ink.mark);
    const auto name = kNames[static_cast<std::size_t>(i)];
    text_with_halo(canvas, x + radius, y - radius - m.text * 11 / 10, name, m.text * 13 / 10, ink, 225);
  }
}

void draw_ruler_x(Canvas& canvas, const Measures& m) {
  const int bottom = m.height - m.band_y;
  for (int x = m.step / 10; x < m.width; x += std::max(1, m.step / 10)) {
    const int rank = x % m.step == 0 ? 3 : x % (m.step / 2) == 0 ? 2 : 1;
    const int length = m.text * rank / 6;
    canvas.fill({x, 0, m.thin, length}, kLight, 215);
    canvas.fill({x, m.height - length, m.thin, length}, kLight, 215);
    if (rank < 3) continue;
    const auto number = std::to_string(x);
    canvas.text(x + 2 * m.thin + 1, m.text / 3, number, m.small_text, kLight, 230);
    canvas.text(x + 2 * m.thin + 1, bottom + m.text / 8, number, m.small_text, kLight, 230);
  }
}

void draw_ruler_y(Canvas& canvas, const Measures& m) {
  for (int y = m.step / 10; y < m.height; y += std::max(1, m.step / 10)) {
    const int rank = y % m.step == 0 ? 3 : y % (m.step / 2) == 0 ? 2 : 1;
    const int length = m.text * rank / 6;
    canvas.fill({0, y, length, m.thin}, kLight, 215);
    canvas.fill({m.width - length, y, length, m.thin}, kLight, 215);
    if (rank < 3) continue;
    const auto number = std::to_string(y);
    canvas.text(m.text / 3, y + 2 * m.thin, number, m.small_text, kLight, 230);
    canvas.text(m.width - m.text / 3 - text_width(number, m.small_text), y + 2 * m.thin, number, m.small_text, kLight,
                230);
  }
}

void draw_frame(Canvas& canvas, const Measures& m) {
  canvas.fill({0, 0, m.width, m.band_y}, kDark, 120);
  canvas.fill({0, m.height - m.band_y, m.width, m.band_y}, kDark, 120);
  canvas.fill({0, m.band_y, m.band_x, m.height - 2 * m.band_y}, kDark, 120);
  canvas.fill({m.width - m.band_x, m.band_y, m.band_x, m.height - 2 * m.band_y}, kDark, 120);
  draw_ruler_x(canvas, m);
  draw_ruler_y(canvas, m);
}

// A square of its own colour in each corner, with one to four dots on it like a die.
void draw_corners(Canvas& canvas, const Measures& m) {
  const int side = std::min(std::max(m.band_x, m.band_y), std::min(m.width, m.height) / 5);
  constexpr std::array<std::array<int, 2>, 4> kDots{{{-1, -1}, {1, 1}, {1, -1}, {-1, 1}}};
  for (int i = 0; i < 4; ++i) {
    const int x = i % 2 == 0 ? 0 : m.width - side;
    const int y = i / 2 == 0 ? 0 : m.height - side;
    canvas.fill({x, y, side, side}, kCornerColours[static_cast<std::size_t>(i)]);
    for (int dot = 0; dot <= i; ++dot) {
      const auto& [dx, dy] = kDots[static_cast<std::size_t>(dot)];
      canvas.fill_circle(x + side / 2 + dx * side / 5, y + side / 2 + dy * side / 5, std::max(1, side / 9), kLight);
    }
  }
}

// The part that stays in the middle of every usual crop, from 4:5 to 12:5, and ends above the southern points.
PixelRect safe_area(const Measures& m) {
  const int width = std::min(m.width, m.height * 4 / 5) * 9 / 10;
  const int height = std::min(m.height, m.width * 5 / 12) * 9 / 10;
  const int top = (m.height - height) / 2;
  const int bottom = std::min(top + height, m.height * 5 / 6 - 3 * m.text);
  return {(m.width - width) / 2, top, width, bottom - top};
}

void draw_panel(Canvas& canvas, PixelRect area, int corner) {
  const auto shape = [&](int grow) {
    return rounded_rect({(area.x - grow) * kFinePerPixel, (area.y - grow) * kFinePerPixel},
                        {(area.x + area.width + grow) * kFinePerPixel, (area.y + area.height + grow) * kFinePerPixel},
                        (corner + grow) * kFinePerPixel);
  };
  for (int grow = 4; grow >= 1; --grow) canvas.fill_shape(shape(grow * corner / 4), Paint(kDark, 16));
  canvas.fill_shape(shape(0), Paint(kPanel, 236));
}

void draw_caption(Canvas& canvas, const Measures& m, std::string_view prompt, std::uint64_t seed) {
  const PixelRect safe = safe_area(m);
  const int pad = m.text * 3 / 4;
  const int line = m.text * 5 / 4;
  const int title = line + m.text / 3;
  const int inner = safe.width - 2 * pad;
  const int room = (m.height / 3 - 2 * pad - title) / line;
  if (inner < 8 * m.text || room < 1) return;
  const auto lines = wrap_text(prompt, m.text, inner, static_cast<std::size_t>(std::min(room, 3)));
  const int height = 2 * pad + title + line * static_cast<int>(lines.size()) - (line - m.text);
  const PixelRect panel{safe.x, safe.y + safe.height - height, safe.width, height};
  draw_panel(canvas, panel, m.text / 2);

  int y = panel.y + pad;
  canvas.text(panel.x + pad, y, "Placeholder " + to_string(PixelSize{m.width, m.height}), m.text, kPanelText);
  const auto note = "seed " + std::to_string(seed);
  canvas.text(panel.x + panel.width - pad - text_width(note, m.text), y, note, m.text, kPanelNote);
  y += title;
  for (const auto& words : lines) {
    canvas.text(panel.x + pad, y, words, m.text, kPanelNote);
    y += line;
  }
}

std::uint64_t scene_seed(std::string_view prompt, std::uint64_t seed) {
  std::string text(prompt);
  text += '\0';
  text += std::to_string(seed);
  const Sha256 hash = sha256(text);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = value << 8U | hash[i];
  return value;
}

}  // namespace

Bitmap draw_placeholder(std::string_view prompt, PixelSize size, std::uint64_t seed) {
  Canvas canvas(size);
  draw_scene(canvas, scene_seed(prompt, seed));
  const Measures m = measures_of(size);
  const bool roomy = std::min(size.width, size.height) >= 16 * m.text;
  if (roomy) draw_thirds(canvas, m);
  draw_grid_crosses(canvas, m);
  if (roomy) {
    draw_thirds_places(canvas, m);
    draw_named_points(canvas, m);
    draw_frame(canvas, m);
  }
  draw_corners(canvas, m);
  draw_caption(canvas, m, prompt, seed);
  return std::move(canvas).bitmap();
}

}  // namespace imagegen
