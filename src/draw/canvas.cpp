#include "draw/blend.hpp"

#include <imagegen/draw/shapes.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

namespace imagegen {
namespace {

PixelRect clipped(PixelRect area, PixelSize size) {
  const int left = std::clamp(area.x, 0, size.width);
  const int top = std::clamp(area.y, 0, size.height);
  const auto end = [](int start, int length, int limit) {
    return static_cast<int>(std::clamp<std::int64_t>(std::int64_t{start} + length, 0, limit));
  };
  const int right = end(area.x, area.width, size.width);
  const int bottom = end(area.y, area.height, size.height);
  return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
}

std::uint8_t mix_channel(int from, int to, std::int64_t part, std::int64_t whole) {
  return static_cast<std::uint8_t>((from * (whole - part) + to * part + whole / 2) / whole);
}

FinePoint middle_of(int x, int y) {
  return {x * kFinePerPixel + 128, y * kFinePerPixel + 128};
}

}  // namespace

Rgb mix(Rgb from, Rgb to, int part, int whole) {
  assert(whole > 0);
  const int inside = std::clamp(part, 0, whole);
  return {mix_channel(from.r, to.r, inside, whole), mix_channel(from.g, to.g, inside, whole),
          mix_channel(from.b, to.b, inside, whole)};
}

namespace detail {

RowPaint paint_of_row(const Paint& paint, int y) noexcept {
  const int whole = paint.bottom_y - paint.top_y;
  if (whole <= 0) return {paint.top, weight_of_alpha(paint.top_alpha)};
  const int part = std::clamp(y - paint.top_y, 0, whole);
  const int alpha = mix_channel(paint.top_alpha, paint.bottom_alpha, part, whole);
  return {mix(paint.top, paint.bottom, part, whole), weight_of_alpha(alpha)};
}

}  // namespace detail

Canvas::Canvas(PixelSize size, Rgb background) {
  assert(size.width > 0 && size.height > 0);
  bitmap_.size = size;
  bitmap_.channels = 3;
  bitmap_.pixels.resize(bitmap_.stride_bytes() * static_cast<std::size_t>(size.height));
  fill({0, 0, size.width, size.height}, background);
}

void Canvas::fill(PixelRect area, const Paint& paint) {
  const PixelRect inside = clipped(area, bitmap_.size);
  for (int y = inside.y; y < inside.y + inside.height; ++y) {
    const auto row = detail::paint_of_row(paint, y);
    detail::blend_run(bitmap_.row(y) + std::ptrdiff_t{3} * inside.x, inside.width, row.colour, row.weight);
  }
}

void Canvas::fill_gradient(PixelRect area, Rgb top, Rgb bottom) {
  fill(area, Paint(top, bottom, area.y, area.y + std::max(area.height, 2) - 1));
}

void Canvas::fill_circle(int centre_x, int centre_y, int radius, Rgb colour, int alpha) {
  const int fine = radius * kFinePerPixel;
  fill_shape(ellipse(middle_of(centre_x, centre_y), fine, fine), Paint(colour, alpha));
}

void Canvas::glow(int centre_x, int centre_y, int radius, Rgb colour, int alpha) {
  if (radius <= 0) return;
  const PixelRect box = clipped({centre_x - radius, centre_y - radius, 2 * radius + 1, 2 * radius + 1}, bitmap_.size);
  const auto reach = std::int64_t{radius} * radius;
  // The reciprocal is taken once, because a division for every pixel took most of the time of a sky.
  const std::int64_t reciprocal = ((std::int64_t{1} << 40) + reach - 1) / reach;
  const std::int64_t peak = detail::weight_of_alpha(alpha);
  for (int y = box.y; y < box.y + box.height; ++y) {
    const auto down = std::int64_t{y - centre_y} * (y - centre_y);
    std::uint8_t* pixel = bitmap_.row(y) + std::ptrdiff_t{3} * box.x;
    for (int x = box.x; x < box.x + box.width; ++x, pixel += 3) {
      const std::int64_t left = reach - down - std::int64_t{x - centre_x} * (x - centre_x);
      if (left <= 0) continue;
      const std::int64_t nearness = (left * reciprocal) >> 24;  // 0..65536
      detail::blend_pixel(pixel, colour, static_cast<int>((((nearness * nearness) >> 16) * peak) >> 16));
    }
  }
}

void Canvas::outline(PixelRect area, Rgb colour, int thickness, int alpha) {
  const int band = std::clamp(thickness, 0, std::min(area.width, area.height) / 2);
  fill({area.x, area.y, area.width, band}, colour, alpha);
  fill({area.x, area.y + area.height - band, area.width, band}, colour, alpha);
  fill({area.x, area.y + band, band, area.height - 2 * band}, colour, alpha);
  fill({area.x + area.width - band, area.y + band, band, area.height - 2 * band}, colour, alpha);
}

void Canvas::line(int x0, int y0, int x1, int y1, Rgb colour, int thickness, int alpha) {
  const FinePoint from = middle_of(x0, y0);
  const FinePoint to = middle_of(x1, y1);
  if (from == to) return fill({x0 - thickness / 2, y0 - thickness / 2, thickness, thickness}, colour, alpha);
  const FinePoint end = toward(from, to, kFinePerPixel / 2);  // so that the first and last pixel are covered whole
  fine_line({from.x - end.x, from.y - end.y}, {to.x + end.x, to.y + end.y}, thickness * kFinePerPixel,
            Paint(colour, alpha));
}

void Canvas::fine_line(FinePoint from, FinePoint to, int thickness, const Paint& paint) {
  fill_shape(stroke(std::array{from, to}, thickness, thickness), paint);
}

void Canvas::paste(const Bitmap& picture, int x, int y) {
  const PixelRect box = clipped({x, y, picture.size.width, picture.size.height}, bitmap_.size);
  for (int row = box.y; row < box.y + box.height; ++row) {
    std::uint8_t* pixel = bitmap_.row(row) + std::ptrdiff_t{3} * box.x;
    const std::uint8_t* source = picture.row(row - y) + std::ptrdiff_t{picture.channels} * (box.x - x);
    for (int i = 0; i < box.width; ++i, pixel += 3, source += picture.channels) {
      const bool grey = picture.channels < 3;
      const Rgb colour{source[0], source[grey ? 0 : 1], source[grey ? 0 : 2]};
      detail::blend_pixel(pixel, colour, picture.channels == 4 ? detail::weight_of_alpha(source[3]) : 256);
    }
  }
}

}  // namespace imagegen
