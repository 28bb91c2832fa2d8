#include "image/barrier_distance.hpp"

#include <algorithm>
#include <limits>

namespace imagegen::detail {
namespace {

constexpr int kPasses = 4;

// What is known of the best way to a sample.
struct Way {
  std::int32_t spread = std::numeric_limits<std::int32_t>::max();
  std::uint8_t lowest = 0, highest = 0;
};

class BarrierMap {
 public:
  explicit BarrierMap(const PlaneView& plane) : plane_(plane) {
    const auto [width, height] = plane.size;
    ways_.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) {
        if (y > 0 && x > 0 && y < height - 1 && x < width - 1) continue;
        const std::uint8_t value = plane.row(y)[x];
        way(x, y) = {0, value, value};
      }
    }
  }

  // Each sample from those left of and above it.
  void go_down() {
    for (int y = 1; y < plane_.size.height; ++y)
      for (int x = 1; x < plane_.size.width; ++x) improve(x, y, -1);
  }
  // Each from those right of and below it.
  void go_up() {
    for (int y = plane_.size.height - 2; y >= 0; --y)
      for (int x = plane_.size.width - 2; x >= 0; --x) improve(x, y, 1);
  }

  std::vector<std::int32_t> spreads() const {
    std::vector<std::int32_t> spreads;
    spreads.reserve(ways_.size());
    for (const Way& way : ways_) spreads.push_back(way.spread);
    return spreads;
  }

 private:
  Way& way(int x, int y) {
    return ways_[static_cast<std::size_t>(y) * static_cast<std::size_t>(plane_.size.width) +
                 static_cast<std::size_t>(x)];
  }

  void improve(int x, int y, int step) {
    Way& here = way(x, y);
    const std::uint8_t value = plane_.row(y)[x];
    for (const Way& from : {way(x, y + step), way(x + step, y)}) {
      const std::uint8_t lowest = std::min(from.lowest, value);
      const std::uint8_t highest = std::max(from.highest, value);
      if (from.spread != std::numeric_limits<std::int32_t>::max() && highest - lowest < here.spread)
        here = {highest - lowest, lowest, highest};
    }
  }

  const PlaneView& plane_;
  std::vector<Way> ways_;
};

}  // namespace

std::vector<std::int32_t> barrier_distances(const PlaneView& plane) {
  BarrierMap map(plane);
  for (int pass = 0; pass < kPasses; ++pass) pass % 2 == 0 ? map.go_down() : map.go_up();
  return map.spreads();
}

}  // namespace imagegen::detail
