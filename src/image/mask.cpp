#include <imagegen/image/mask.hpp>

#include <algorithm>
#include <string>

#include "image/checks.hpp"
#include "image/mask_check.hpp"

namespace imagegen {

namespace detail {

Result<void> check_mask(const Mask& mask) {
  const bool has_pixels = mask.size.width > 0 && mask.size.height > 0;
  const auto pixels = static_cast<std::uint64_t>(mask.size.width) * static_cast<std::uint64_t>(mask.size.height);
  if (has_pixels && mask.values.size() == pixels) return {};
  return Error(Errc::invalid_argument, "mask: expected as many values as " + to_string(mask.size) + " has, got " +
                                           std::to_string(mask.values.size()));
}

Result<void> check_same_size(std::string_view name, PixelSize found, std::string_view other, PixelSize expected) {
  if (found == expected) return {};
  return Error(Errc::invalid_argument, std::string(name) + ": expected " + to_string(expected) + ", the size of the " +
                                           std::string(other) + ", got " + to_string(found));
}

}  // namespace detail

namespace {

Result<void> check_level(int level) {
  if (level >= 1 && level <= 255) return {};
  return Error(Errc::invalid_argument, "level: expected 1..255, got " + std::to_string(level));
}

}  // namespace

Result<Mask> threshold_mask(Mask mask, int level) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  if (auto checked = check_level(level); !checked) return checked.error();
  for (std::uint8_t& value : mask.values) value = value >= level ? 255 : 0;
  return mask;
}

Result<Mask> invert_mask(Mask mask) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  for (std::uint8_t& value : mask.values) value = static_cast<std::uint8_t>(255 - value);
  return mask;
}

Result<std::optional<PixelRect>> edit_region(const Mask& mask, int level) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  if (auto checked = check_level(level); !checked) return checked.error();
  int left = mask.size.width, right = -1, top = mask.size.height, bottom = -1;
  const std::uint8_t* row = mask.values.data();
  for (int y = 0; y < mask.size.height; ++y, row += mask.size.width) {
    const std::uint8_t* end = row + mask.size.width;
    const auto* first = std::find_if(row, end, [level](std::uint8_t value) { return value >= level; });
    if (first == end) continue;
    while (end[-1] < level) --end;
    left = std::min(left, static_cast<int>(first - row));
    right = std::max(right, static_cast<int>(end - row) - 1);
    top = std::min(top, y);
    bottom = y;
  }
  if (bottom < 0) return std::optional<PixelRect>();
  return std::optional<PixelRect>(PixelRect{left, top, right - left + 1, bottom - top + 1});
}

}  // namespace imagegen
