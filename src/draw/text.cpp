#include "draw/blend.hpp"
#include "draw/code_points.hpp"
#include "draw/font_data.hpp"
#include "draw/text_measure.hpp"

#include <algorithm>
#include <cstdint>

/// \file Text of any height from glyphs of one height: each pixel gets the mean of the glyph's area below it.
namespace imagegen {
namespace {

using detail::Glyph;
using detail::kCellHeight;

constexpr int kMaxHeight = 1000;

template <class OnGlyph>
void for_each_glyph(std::string_view utf8, OnGlyph on_glyph) {
  while (!utf8.empty()) {
    const auto code_point = detail::first_code_point(utf8);
    utf8.remove_prefix(code_point.length);
    for (const char c : detail::ascii_for(code_point.value))
      on_glyph(detail::kGlyphs[static_cast<std::size_t>(c - ' ')]);
  }
}

// 1/64 px of the cell, to 1/256 px of the picture.
std::int64_t pen_at(std::int64_t advance, int height) {
  return advance * 4 * height / kCellHeight;
}

int digit_at(const Glyph& glyph, int x, int y) {
  const char digit = detail::kGlyphCoverage[glyph.first_digit + y * glyph.width + x];
  return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

// A stretch of the glyph's ink, in 1/256 px of the cell from the ink's own edge.
struct Stretch {
  std::int64_t from, to;
};

// How much of cell px `index` lies in the stretch: 0..256.
std::int64_t overlap(Stretch stretch, int index) {
  return std::min<std::int64_t>(stretch.to, (index + 1) * 256) - std::max<std::int64_t>(stretch.from, index * 256);
}

// The mean cover, 0..256, of the glyph's area below one pixel.
int mean_cover(const Glyph& glyph, Stretch across, Stretch down) {
  const auto first = [](Stretch s) { return static_cast<int>(std::max<std::int64_t>(0, s.from >> 8)); };
  const auto end = [](Stretch s, int limit) {
    return static_cast<int>(std::min<std::int64_t>(limit, (s.to + 255) >> 8));
  };
  std::int64_t sum = 0;
  for (int y = first(down); y < end(down, glyph.height); ++y) {
    std::int64_t row = 0;
    for (int x = first(across); x < end(across, glyph.width); ++x) row += digit_at(glyph, x, y) * overlap(across, x);
    sum += row * overlap(down, y);
  }
  const std::int64_t full = 15 * (across.to - across.from) * (down.to - down.from);
  return static_cast<int>((sum * 256 + full / 2) / full);
}

// Where text of one height lies between picture and cell.
class Scale {
 public:
  explicit Scale(int height) : height_(height) {}

  // The part of the cell below the pixel at `offset` (1/256 px of the picture, from the ink's edge). Enlarging, it is
  // widened to a px of the cell: that makes steps into slopes.
  Stretch below(std::int64_t offset) const {
    Stretch s{to_cell(offset), to_cell(offset + 256)};
    const std::int64_t lack = 256 - (s.to - s.from);
    if (lack > 0) s = {s.from - lack / 2, s.from - lack / 2 + 256};
    return s;
  }
  std::int64_t to_picture(int cell_px) const { return std::int64_t{cell_px} * 256 * height_ / kCellHeight; }

 private:
  std::int64_t to_cell(std::int64_t fine) const {
    const std::int64_t scaled = fine * kCellHeight;
    return scaled >= 0 ? scaled / height_ : -((-scaled + height_ - 1) / height_);
  }
  int height_;
};

struct Ink {
  Rgb colour;
  int weight;
};

// `pen` and `top` are the cell's corner in 1/256 px.
void draw_glyph(Bitmap& bitmap, const Glyph& glyph, std::int64_t pen, std::int64_t top, const Scale& scale, Ink ink) {
  const std::int64_t left_edge = pen + scale.to_picture(glyph.left);
  const std::int64_t top_edge = top + scale.to_picture(glyph.top);
  const auto px = [](std::int64_t fine, int limit) {
    return static_cast<int>(std::clamp<std::int64_t>(fine >> 8, 0, limit));
  };
  // One px more on each side, because an enlarged glyph fades beyond its ink.
  const int x_end = px(left_edge + scale.to_picture(glyph.width) + 512, bitmap.size.width);
  const int y_end = px(top_edge + scale.to_picture(glyph.height) + 512, bitmap.size.height);
  for (int y = px(top_edge - 256, bitmap.size.height); y < y_end; ++y) {
    const Stretch down = scale.below(std::int64_t{y} * 256 - top_edge);
    for (int x = px(left_edge - 256, bitmap.size.width); x < x_end; ++x) {
      const int cover = mean_cover(glyph, scale.below(std::int64_t{x} * 256 - left_edge), down);
      if (cover > 0)
        detail::blend_pixel(bitmap.row(y) + std::ptrdiff_t{3} * x, ink.colour, (cover * ink.weight + 128) >> 8);
    }
  }
}

}  // namespace

void Canvas::text(int x, int y, std::string_view utf8, int height, Rgb colour, int alpha) {
  if (height < 1 || height > kMaxHeight) return;
  const Scale scale(height);
  const Ink ink{colour, detail::weight_of_alpha(alpha)};
  const std::int64_t right = std::int64_t{bitmap_.size.width} * 256;
  std::int64_t advance = 0;
  for_each_glyph(utf8, [&](const Glyph& glyph) {
    const std::int64_t pen = std::int64_t{x} * 256 + pen_at(advance, height);
    if (glyph.width > 0 && pen < right) draw_glyph(bitmap_, glyph, pen, std::int64_t{y} * 256, scale, ink);
    advance += glyph.advance;
  });
}

std::int64_t detail::advance_of(std::string_view utf8) {
  std::int64_t advance = 0;
  for_each_glyph(utf8, [&](const Glyph& glyph) { advance += glyph.advance; });
  return advance;
}

int detail::width_of_advance(std::int64_t advance, int height) {
  if (height < 1 || height > kMaxHeight) return 0;
  return static_cast<int>(std::min<std::int64_t>((pen_at(advance, height) + 255) / 256, INT32_MAX));
}

int text_width(std::string_view utf8, int height) {
  return detail::width_of_advance(detail::advance_of(utf8), height);
}

}  // namespace imagegen
