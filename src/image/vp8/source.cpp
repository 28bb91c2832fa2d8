#include "image/vp8/source.hpp"

#include <algorithm>
#include <cstring>

namespace imagegen::detail::vp8 {
namespace {

// One plane and where a macroblock begins in it.
struct Window {
  const std::uint8_t* plane;
  std::size_t stride;
  int width, height;  // of the plane
  int left, top, side;

  const std::uint8_t* row(int y) const { return plane + static_cast<std::size_t>(std::min(y, height - 1)) * stride; }
  int last_column() const { return width - 1; }
};

Window window_of(const Planes& planes, int plane, int x, int y) {
  const PixelSize size = planes.size;
  if (plane == 0) return {planes.y, planes.y_stride, size.width, size.height, x * 16, y * 16, 16};
  return {
      plane == 1 ? planes.u : planes.v, planes.uv_stride, (size.width + 1) / 2, (size.height + 1) / 2, x * 8, y * 8, 8};
}

// Row `y` of the macroblock, from `spare` where the plane is too narrow.
const std::uint8_t* row_of(const Window& window, int y, std::uint8_t* spare) {
  const std::uint8_t* row = window.row(window.top + y) + window.left;
  const int inside = window.width - window.left;
  if (inside >= window.side) return row;
  std::memcpy(spare, row, static_cast<std::size_t>(inside));
  std::memset(spare + inside, row[inside - 1], static_cast<std::size_t>(window.side - inside));
  return spare;
}

void load_tiles(const Window& window, std::uint8_t* tiles) {
  std::uint8_t spare[16];
  const int tiles_across = window.side / 4;
  for (int y = 0; y < window.side; ++y) {
    const std::uint8_t* row = row_of(window, y, spare);
    std::uint8_t* out = tiles + (y / 4) * tiles_across * kTile + (y % 4) * 4;
    for (int i = 0; i < tiles_across; ++i) std::memcpy(out + i * kTile, row + i * 4, 4);
  }
}

}  // namespace

void load_source(const Planes& planes, int x, int y, SourceBlock& block) {
  load_tiles(window_of(planes, 0, x, y), block.luma);
  load_tiles(window_of(planes, 1, x, y), block.chroma);
  load_tiles(window_of(planes, 2, x, y), block.chroma + 4 * kTile);
}

void load_source_edges(const Planes& planes, int plane, int x, int y, Edges& edges) {
  const Window window = window_of(planes, plane, x, y);
  const auto side = static_cast<std::size_t>(window.side);
  edges.has_top = y > 0;
  edges.has_left = x > 0;
  edges.corner = y == 0 ? 127 : x == 0 ? 129 : window.row(window.top - 1)[window.left - 1];
  std::uint8_t spare[16];
  if (y > 0)
    std::memcpy(edges.top, row_of(window, -1, spare), side);
  else
    std::memset(edges.top, 127, side);
  for (int i = 0; i < window.side; ++i)
    edges.left[i] = x == 0 ? std::uint8_t{129} : window.row(window.top + i)[window.left - 1];
}

}  // namespace imagegen::detail::vp8
