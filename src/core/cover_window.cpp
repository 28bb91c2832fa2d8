#include <imagegen/core/cover_window.hpp>

#include <algorithm>
#include <cassert>

namespace imagegen {
namespace {

// Where a window of `length` begins on a line of `available`.
double window_start(const CropPosition& position, float focus, double length, int available) {
  const double room = available - length;
  if (position.rule == CropRule::object_position) return focus * room;
  const double centre =
      position.rule == CropRule::focal_point ? static_cast<double>(focus) * available : available / 2.0;
  return std::clamp(centre - length / 2.0, 0.0, room);
}

double at_least_one(double side) {
  return std::max(side, 1.0);
}

}  // namespace

PixelWindow cover_window(PixelSize source, const CropPosition& position, PixelSize box) {
  assert(source.width > 0 && source.height > 0 && box.width > 0 && box.height > 0);
  // Compared as cross products, because dividing would round a seam into being.
  const auto across = std::int64_t{source.width} * box.height;
  const auto down = std::int64_t{source.height} * box.width;
  PixelWindow window{0, 0, static_cast<double>(source.width), static_cast<double>(source.height)};
  if (across > down) {  // the source is wider than the box: cut its sides
    window.width = at_least_one(static_cast<double>(down) / box.height);
    window.x = window_start(position, position.focus.x, window.width, source.width);
  } else {
    window.height = at_least_one(static_cast<double>(across) / box.width);
    window.y = window_start(position, position.focus.y, window.height, source.height);
  }
  return window;
}

}  // namespace imagegen
