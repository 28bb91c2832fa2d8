#include "image/colour_cells.hpp"

#include <algorithm>
#include <utility>

namespace imagegen::detail {
namespace {

constexpr std::size_t kMostCells = std::size_t{1} << 15U;

Shade shade_of_colour(std::uint32_t colour) {
  const std::uint8_t rgba[4] = {static_cast<std::uint8_t>(colour), static_cast<std::uint8_t>(colour >> 8U),
                                static_cast<std::uint8_t>(colour >> 16U), static_cast<std::uint8_t>(colour >> 24U)};
  return shade_of(rgba);
}

std::uint32_t key_of(std::uint32_t colour, unsigned dropped_bits) {
  return colour & 0x01010101U * (0xFFU >> dropped_bits << dropped_bits);
}

}  // namespace

void ColourCells::add(std::uint32_t colour, std::int64_t count) {
  if (colour >> 24U == 0) {
    has_transparent_ = true;
    return;
  }
  Sum& sum = sums_[key_of(colour, dropped_bits_)];
  const Shade shade = shade_of_colour(colour);
  for (std::size_t i = 0; i < kShadeParts; ++i) sum.parts[i] += shade[i] * count;
  sum.count += count;
  if (sums_.size() > kMostCells) coarsen();
}

void ColourCells::add_row(const std::uint8_t* row, const RowFormat& format) {
  std::uint32_t last = packed_colour(row, format.channels);
  std::int64_t run = 0;
  for (int x = 0; x < format.size.width; ++x, row += format.channels) {
    const std::uint32_t colour = packed_colour(row, format.channels);
    if (colour != last) add(last, run), run = 0;
    last = colour;
    ++run;
  }
  add(last, run);
}

void ColourCells::coarsen() {
  ++dropped_bits_;
  std::unordered_map<std::uint32_t, Sum> coarse;
  for (const auto& [key, sum] : sums_) {
    Sum& whole = coarse[key_of(key, dropped_bits_)];
    for (std::size_t i = 0; i < kShadeParts; ++i) whole.parts[i] += sum.parts[i];
    whole.count += sum.count;
  }
  sums_ = std::move(coarse);
}

std::vector<ColourCell> ColourCells::cells() const {
  std::vector<std::pair<std::uint32_t, const Sum*>> sorted;
  sorted.reserve(sums_.size());
  for (const auto& [key, sum] : sums_) sorted.emplace_back(key, &sum);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<ColourCell> cells;
  cells.reserve(sorted.size());
  for (const auto& [key, sum] : sorted) {
    ColourCell cell{{}, static_cast<std::uint32_t>(sum->count)};
    for (std::size_t i = 0; i < kShadeParts; ++i)
      cell.mean[i] =
          static_cast<std::int32_t>((2 * sum->parts[i] + (sum->parts[i] < 0 ? -1 : 1) * sum->count) / (2 * sum->count));
    cells.push_back(cell);
  }
  return cells;
}

}  // namespace imagegen::detail
