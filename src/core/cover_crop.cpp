#include <imagegen/core/cover_crop.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace imagegen {
namespace {

int at_least_one(std::int64_t side) {
  return static_cast<int>(std::max<std::int64_t>(side, 1));
}

// Where a window of `length` begins on a line of `available` so that its share before the focus is the focus' own:
// 0 is flush with the start, 1 with the end, as object-position has it.
int window_start(float focus, int length, int available) {
  const double start = std::floor(static_cast<double>(focus) * (available - length) + 0.5);
  return std::clamp(static_cast<int>(start), 0, available - length);
}

}  // namespace

PixelRect cover_crop(PixelSize source, FocalPoint focus, PixelSize box) {
  assert(source.width > 0 && source.height > 0 && box.width > 0 && box.height > 0);
  // Compared as cross products, because dividing would round a one-pixel seam into being.
  const auto across = std::int64_t{source.width} * box.height;
  const auto down = std::int64_t{source.height} * box.width;
  if (across > down) {  // the source is wider than the box: cut its sides
    const auto width = at_least_one(down / box.height);
    return {window_start(focus.x, width, source.width), 0, width, source.height};
  }
  const auto height = at_least_one(across / box.width);
  return {0, window_start(focus.y, height, source.height), source.width, height};
}

}  // namespace imagegen
