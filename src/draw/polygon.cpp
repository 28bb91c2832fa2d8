#include "draw/blend.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

/// \file Filling outlines. Each row is sampled on 16 lines; along a line the cover is exact to 1/256 px.
namespace imagegen {
namespace {

constexpr int kLinesPerRow = 16;
constexpr int kLineStep = 256 / kLinesPerRow;
constexpr int kFullCover = kLinesPerRow * 256;

struct Edge {
  FinePoint top, bottom;  // top.y < bottom.y
  int winding;            // +1 where the outline goes down, -1 where it goes up

  int x_at(int y) const {
    const auto run = std::int64_t{bottom.x - top.x} * (y - top.y);
    return top.x + static_cast<int>(run / (bottom.y - top.y));
  }
};

struct Crossing {
  int x;
  int winding;
};

std::vector<Edge> edges_of(std::span<const FinePoint> outline) {
  std::vector<Edge> edges;
  edges.reserve(outline.size());
  for (std::size_t i = 0; i < outline.size(); ++i) {
    const FinePoint a = outline[i];
    const FinePoint b = outline[i + 1 < outline.size() ? i + 1 : 0];
    if (a.y < b.y) edges.push_back({a, b, 1});
    if (b.y < a.y) edges.push_back({b, a, -1});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.top.y < b.top.y; });
  return edges;
}

// Cover of one row, kept as differences from pixel to pixel: a span costs the same however long it is.
class RowCover {
 public:
  explicit RowCover(int width) : width_(width), change_(static_cast<std::size_t>(width) + 2) {}

  void add(int from_x, int to_x) {
    const int from = std::clamp(from_x, 0, width_ * 256);
    const int to = std::clamp(to_x, 0, width_ * 256);
    if (from >= to) return;
    step(from, 1);
    step(to, -1);
    first_ = std::min(first_, from >> 8);
    last_ = std::max(last_, to >> 8);
  }

  // Hands out runs of equal cover, then is empty again.
  template <class OnRun>
  void flush(OnRun on_run) {
    int cover = 0;
    int start = first_;
    for (int x = first_; x <= last_ + 1; ++x) {
      const int change = std::exchange(change_[static_cast<std::size_t>(x)], 0);
      if (change == 0) continue;
      if (cover != 0) on_run(start, std::min(x, width_), cover);
      cover += change;
      start = x;
    }
    first_ = width_;
    last_ = -1;
  }

 private:
  void step(int x, int sign) {
    const auto pixel = static_cast<std::size_t>(x >> 8);
    const int part = x & 255;
    change_[pixel] += sign * (256 - part);
    change_[pixel + 1] += sign * part;
  }

  int width_;
  int first_ = width_;
  int last_ = -1;
  std::vector<int> change_;
};

// Walks down an outline, keeping the edges that the current line crosses.
class Scanner {
 public:
  explicit Scanner(std::span<const FinePoint> outline) : edges_(edges_of(outline)) {
    for (const Edge& edge : edges_) bottom_ = std::max(bottom_, edge.bottom.y);
  }

  bool empty() const { return edges_.empty(); }
  int top() const { return edges_.front().top.y; }
  int bottom() const { return bottom_; }

  void add_line(int y, RowCover& cover) {
    for (; next_ < edges_.size() && edges_[next_].top.y <= y; ++next_) active_.push_back(edges_[next_]);
    std::erase_if(active_, [y](const Edge& edge) { return edge.bottom.y <= y; });
    crossings_.clear();
    for (const Edge& edge : active_) crossings_.push_back({edge.x_at(y), edge.winding});
    std::sort(crossings_.begin(), crossings_.end(), [](const Crossing& a, const Crossing& b) { return a.x < b.x; });
    int winding = 0;
    for (std::size_t i = 0; i + 1 < crossings_.size(); ++i) {
      winding += crossings_[i].winding;
      if (winding != 0) cover.add(crossings_[i].x, crossings_[i + 1].x);
    }
  }

 private:
  std::vector<Edge> edges_;
  std::vector<Edge> active_;
  std::vector<Crossing> crossings_;
  std::size_t next_ = 0;
  int bottom_ = INT32_MIN;
};

}  // namespace

void Canvas::fill_shape(std::span<const FinePoint> outline, const Paint& paint) {
  Scanner scanner(outline);
  if (scanner.empty()) return;
  RowCover cover(bitmap_.size.width);
  const int first = std::max(0, scanner.top() >> 8);
  const int last = std::min(bitmap_.size.height - 1, scanner.bottom() >> 8);
  for (int y = first; y <= last; ++y) {
    for (int line = 0; line < kLinesPerRow; ++line) scanner.add_line(y * 256 + line * kLineStep + kLineStep / 2, cover);
    const auto row = detail::paint_of_row(paint, y);
    std::uint8_t* pixels = bitmap_.row(y);
    cover.flush([&](int from, int to, int amount) {
      const int weight = (row.weight * amount + kFullCover / 2) / kFullCover;
      detail::blend_run(pixels + std::ptrdiff_t{3} * from, to - from, row.colour, weight);
    });
  }
}

}  // namespace imagegen
