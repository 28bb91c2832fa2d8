#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "image/mask_check.hpp"

namespace imagegen {
namespace {

constexpr int kLargestSide = 65'535;
constexpr int kResizedFractionBits = 8;  // kept between the passes

// Which source positions one output position is made of, and by how much.
struct Window {
  int first = 0;
  std::vector<std::int64_t> weights;
  std::int64_t total = 0;
};

// The triangle is as wide as two steps of the coarser of the two grids. Places are counted in 1 / (2 * size) of a
// source step, so that all of them are whole.
Window window_at(int position, std::int64_t source, std::int64_t size) {
  const std::int64_t radius = 2 * std::max(source, size);
  const std::int64_t centre = (2 * std::int64_t{position} + 1) * source - size;
  const std::int64_t step = 2 * size;
  Window window;
  window.first = static_cast<int>(std::clamp((centre - radius) / step, std::int64_t{0}, source - 1));
  const std::int64_t last = std::clamp((centre + radius) / step, std::int64_t{0}, source - 1);
  for (std::int64_t i = window.first; i <= last; ++i) {
    const std::int64_t away = i * step - centre;
    window.weights.push_back(std::max<std::int64_t>(0, radius - (away < 0 ? -away : away)));
    window.total += window.weights.back();
  }
  return window;
}

std::vector<Window> windows(int source, int size) {
  std::vector<Window> all;
  all.reserve(static_cast<std::size_t>(size));
  for (int i = 0; i < size; ++i) all.push_back(window_at(i, source, size));
  return all;
}

// Weighs values that lie `stride` apart.
template <class Value>
std::int64_t weigh(const Window& window, const Value* values, std::size_t stride) {
  std::int64_t sum = 0;
  const Value* at = values + static_cast<std::size_t>(window.first) * stride;
  for (const std::int64_t weight : window.weights) {
    sum += weight * *at;
    at += stride;
  }
  return sum;
}

std::int64_t rounded(std::int64_t value, std::int64_t divisor) {
  return (value + divisor / 2) / divisor;
}

}  // namespace

Result<Mask> resize_mask(const Mask& mask, PixelSize size) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  const int longest = std::max({size.width, size.height, mask.size.width, mask.size.height});
  if (std::min(size.width, size.height) < 1 || longest > kLargestSide) {
    return Error(Errc::invalid_argument,
                 "size: expected sides of 1 to 65535 px, got " + to_string(size) + " from " + to_string(mask.size));
  }
  const auto across = windows(mask.size.width, size.width);
  std::vector<std::uint16_t> wide;
  wide.reserve(across.size() * static_cast<std::size_t>(mask.size.height));
  for (int y = 0; y < mask.size.height; ++y) {
    const std::uint8_t* row =
        mask.values.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(mask.size.width);
    for (const Window& window : across) {
      wide.push_back(static_cast<std::uint16_t>(rounded(weigh(window, row, 1) << kResizedFractionBits, window.total)));
    }
  }
  Mask out{size, {}};
  out.values.reserve(across.size() * static_cast<std::size_t>(size.height));
  for (const Window& window : windows(mask.size.height, size.height)) {
    for (std::size_t x = 0; x < across.size(); ++x) {
      const auto sum = weigh(window, wide.data() + x, across.size());
      out.values.push_back(static_cast<std::uint8_t>(rounded(sum, window.total << kResizedFractionBits)));
    }
  }
  return out;
}

}  // namespace imagegen
