#include "image/nearest_shade.hpp"

#include <algorithm>

namespace imagegen::detail {
namespace {

std::int32_t sum_of(const Shade& shade) {
  return shade[0] + shade[1] + shade[2] + shade[3];
}

}  // namespace

NearestShade::NearestShade(std::span<const Shade> palette) : places_(palette.size()) {
  for (std::size_t i = 0; i < palette.size(); ++i)
    entries_.push_back({sum_of(palette[i]), static_cast<std::int32_t>(i), palette[i]});
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.sum != b.sum ? a.sum < b.sum : a.index < b.index; });
  for (std::size_t i = 0; i < entries_.size(); ++i) places_[static_cast<std::size_t>(entries_[i].index)] = i;
}

// Four times a squared distance is at least the square of the difference of the sums (Cauchy and Schwarz), so both ways end
// where the sums alone are too far apart.
std::size_t NearestShade::find(const Shade& shade, std::size_t guess) const {
  const std::int32_t sum = sum_of(shade);
  const Entry* best = &entries_[places_[guess]];
  std::int32_t least = distance(shade, best->shade);
  const auto is_out = [&](const Entry& entry) {
    const std::int64_t apart = entry.sum - sum;
    return apart * apart > std::int64_t{4} * least;
  };
  const auto look_at = [&](const Entry& entry) {
    const std::int32_t found = distance(shade, entry.shade);
    if (found > least || (found == least && entry.index >= best->index)) return;
    least = found, best = &entry;
  };
  const auto middle = std::lower_bound(entries_.begin(), entries_.end(), sum,
                                       [](const Entry& entry, std::int32_t wanted) { return entry.sum < wanted; });
  for (auto up = middle; up != entries_.end() && !is_out(*up); ++up) look_at(*up);
  for (auto down = middle; down != entries_.begin() && !is_out(*(down - 1)); --down) look_at(*(down - 1));
  return static_cast<std::size_t>(best->index);
}

}  // namespace imagegen::detail
