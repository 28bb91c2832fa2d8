#include "image/mask_coverage.hpp"

#include <algorithm>
#include <string>

#include "image/mask_check.hpp"

namespace imagegen {
namespace detail {
namespace {

constexpr std::uint8_t kEditLevel = 128;  // as of grow_mask()

std::int64_t count_from(const Mask& mask, std::uint8_t level) {
  return std::count_if(mask.values.begin(), mask.values.end(), [level](std::uint8_t value) { return value >= level; });
}

}  // namespace

Edits edits_of(const Mask& mask) {
  const auto edited = count_from(mask, kEditLevel);
  if (edited == 0) return Edits::nothing;
  return edited == std::ssize(mask.values) ? Edits::everything : Edits::part;
}

double edited_share(const Mask& mask) {
  return static_cast<double>(count_from(mask, kEditLevel)) / static_cast<double>(mask.values.size());
}

std::string percent(double share) {
  const auto tenths = static_cast<int>(share * 1000 + 0.5);
  if (tenths == 0 && share > 0) return "less than 0.1 %";
  if (tenths == 1000 && share < 1) return "more than 99.9 %";
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " %";
}

Error edits_no_part(const Mask& mask, std::string_view how, std::string_view hint) {
  const auto pixels = std::to_string(mask.values.size());
  const std::string what = edits_of(mask) == Edits::nothing
                               ? "it edits nothing: all " + pixels + " pixels are below 128"
                               : "it edits everything: all " + pixels + " pixels are at least 128";
  return {Errc::invalid_argument, "mask: " + std::string(how) + ", " + what + std::string(hint)};
}

}  // namespace detail

Result<MaskCoverage> mask_coverage(const Mask& mask) {
  auto region = edit_region(mask);
  if (!region) return region.error();
  const auto touched = static_cast<double>(detail::count_from(mask, 1)) / static_cast<double>(mask.values.size());
  return MaskCoverage{detail::edited_share(mask), touched, *region};
}

}  // namespace imagegen
