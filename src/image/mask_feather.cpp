#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "image/mask_check.hpp"

namespace imagegen {
namespace {

constexpr int kLargestRadius = 4096;
constexpr int kFractionBits = 8;  // kept between the passes, so that six roundings leave no trace

struct Plane {
  int width = 0, height = 0;
  std::vector<std::uint16_t> values;
};

// The mean of 2 * radius + 1 values; beyond its ends the row goes on as it ended.
void box_row(const std::vector<std::uint16_t>& row, int radius, std::vector<std::uint16_t>& out) {
  const int last = static_cast<int>(row.size()) - 1;
  const auto at = [&](int i) { return row[static_cast<std::size_t>(std::clamp(i, 0, last))]; };
  const auto count = static_cast<std::uint32_t>(2 * radius + 1);
  std::uint32_t sum = 0;
  for (int i = -radius; i <= radius; ++i) sum += at(i);
  for (int i = 0; i <= last; ++i) {
    out[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>((sum + count / 2) / count);
    sum = sum + at(i + radius + 1) - at(i - radius);
  }
}

// Three boxes whose radii sum to `radius`, so that no value travels farther.
void blur_rows(Plane& plane, int radius) {
  const auto width = static_cast<std::size_t>(plane.width);
  std::vector<std::uint16_t> row(width), blurred(width);
  for (std::size_t at = 0; at < plane.values.size(); at += width) {
    const auto begin = plane.values.begin() + static_cast<std::ptrdiff_t>(at);
    row.assign(begin, begin + plane.width);
    for (int box = 0; box < 3; ++box) {
      box_row(row, (radius + box) / 3, blurred);
      row.swap(blurred);
    }
    std::copy(row.begin(), row.end(), begin);
  }
}

Plane transposed(const Plane& plane) {
  constexpr int kBlock = 32;  // a square of both planes that stays in the cache
  Plane out{plane.height, plane.width, std::vector<std::uint16_t>(plane.values.size())};
  for (int top = 0; top < plane.height; top += kBlock) {
    for (int left = 0; left < plane.width; left += kBlock) {
      for (int y = top; y < std::min(top + kBlock, plane.height); ++y) {
        for (int x = left; x < std::min(left + kBlock, plane.width); ++x) {
          out.values[static_cast<std::size_t>(x) * static_cast<std::size_t>(out.width) + static_cast<std::size_t>(y)] =
              plane.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(plane.width) +
                           static_cast<std::size_t>(x)];
        }
      }
    }
  }
  return out;
}

void blur(Mask& mask, int radius) {
  Plane plane{mask.size.width, mask.size.height, {}};
  plane.values.reserve(mask.values.size());
  for (const std::uint8_t value : mask.values)
    plane.values.push_back(static_cast<std::uint16_t>(value << kFractionBits));
  blur_rows(plane, radius);
  plane = transposed(plane);
  blur_rows(plane, radius);
  plane = transposed(plane);
  std::transform(plane.values.begin(), plane.values.end(), mask.values.begin(), [](std::uint16_t value) {
    return static_cast<std::uint8_t>((value + (1 << (kFractionBits - 1))) >> kFractionBits);
  });
}

// The boxes reach farther along diagonals than the disc that grow_mask() takes away, so the original has the last word.
template <class Choose>
Result<Mask> soften(Mask mask, int shift_px, int radius_px, Choose choose) {
  auto moved = grow_mask(mask, shift_px);
  if (!moved) return moved;
  blur(*moved, radius_px);
  for (std::size_t i = 0; i < mask.values.size(); ++i) mask.values[i] = choose(mask.values[i], moved->values[i]);
  return mask;
}

Result<Mask> soften_inside(Mask mask, int radius_px) {
  const auto before = edit_region(mask);
  const auto lesser = [](std::uint8_t a, std::uint8_t b) { return std::min(a, b); };
  auto soft = soften(std::move(mask), -radius_px, radius_px, lesser);
  if (!soft || !*before || *edit_region(*soft)) return soft;
  return Error(Errc::invalid_argument, "mask: expected a region more than " + std::to_string(2 * radius_px) +
                                           " px wide somewhere, to feather it inside by " + std::to_string(radius_px) +
                                           " px, got one of which nothing would remain");
}

}  // namespace

Result<Mask> feather_mask(Mask mask, int radius_px, FeatherSide side) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  if (radius_px < 0 || radius_px > kLargestRadius) {
    return Error(Errc::invalid_argument, "radius_px: expected 0..4096, got " + std::to_string(radius_px));
  }
  if (radius_px == 0) return mask;
  if (side == FeatherSide::inside) return soften_inside(std::move(mask), radius_px);
  if (side == FeatherSide::outside) {
    return soften(std::move(mask), radius_px, radius_px, [](std::uint8_t a, std::uint8_t b) { return std::max(a, b); });
  }
  blur(mask, radius_px);
  return mask;
}

}  // namespace imagegen
