#include "image/choose_palette.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "image/nearest_shade.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kSlices = 128;  // of a box on one axis; it is cut between two of them
constexpr int kMostRounds = 12;       // of moving shades to means; what comes after is not seen

struct Sums {
  std::array<std::int64_t, kShadeParts> parts{};
  std::int64_t count = 0;

  void add(const ColourCell& cell) {
    for (std::size_t i = 0; i < kShadeParts; ++i) parts[i] += std::int64_t{cell.mean[i]} * cell.count;
    count += cell.count;
  }
  void add(const Sums& other) {
    for (std::size_t i = 0; i < kShadeParts; ++i) parts[i] += other.parts[i];
    count += other.count;
  }
  Sums without(const Sums& other) const {
    Sums rest = *this;
    for (std::size_t i = 0; i < kShadeParts; ++i) rest.parts[i] -= other.parts[i];
    rest.count -= other.count;
    return rest;
  }
  // The sum of squares of what is in it is by this larger than that of the distances to its mean.
  double weight() const {
    double squares = 0;
    for (const std::int64_t part : parts) squares += static_cast<double>(part) * static_cast<double>(part);
    return squares / static_cast<double>(count);
  }
  Shade mean() const {
    Shade mean{};
    for (std::size_t i = 0; i < kShadeParts; ++i)
      mean[i] = static_cast<std::int32_t>((2 * parts[i] + (parts[i] < 0 ? -count : count)) / (2 * count));
    return mean;
  }
};

// Some cells, which lie one after the other, and the best cut through them.
struct Box {
  std::span<ColourCell> cells;
  Sums sums;
  std::size_t axis = 0;
  std::int32_t limit = 0;  // what is below goes into one half
  double gain = 0;         // by so much are the squared distances less after the cut; 0: it cannot be cut
};

void find_cut_on(Box& box, std::size_t axis) {
  const auto less = [axis](const ColourCell& a, const ColourCell& b) { return a.mean[axis] < b.mean[axis]; };
  const auto [first, last] = std::minmax_element(box.cells.begin(), box.cells.end(), less);
  const std::int32_t low = first->mean[axis], range = last->mean[axis] - low;
  if (range == 0) return;
  std::array<Sums, kSlices> slices;
  constexpr auto kLast = static_cast<std::int32_t>(kSlices) - 1;
  for (const ColourCell& cell : box.cells)
    slices[static_cast<std::size_t>((cell.mean[axis] - low) * kLast / range)].add(cell);
  Sums below;
  const double whole = box.sums.weight();
  for (std::size_t i = 0; i + 1 < kSlices; ++i) {
    below.add(slices[i]);
    if (slices[i].count == 0) continue;
    const double gain = below.weight() + box.sums.without(below).weight() - whole;
    if (gain <= box.gain) continue;
    // The least value of the next slice: from there on (value - low) * kLast / range is more than i.
    const auto next = static_cast<std::int32_t>(i) + 1;
    box.axis = axis, box.gain = gain, box.limit = low + (next * range + kLast - 1) / kLast;
  }
}

Box box_of(std::span<ColourCell> cells) {
  Box box{cells, {}};
  for (const ColourCell& cell : cells) box.sums.add(cell);
  for (std::size_t axis = 0; axis < kShadeParts; ++axis) find_cut_on(box, axis);
  return box;
}

std::vector<Shade> cut_boxes(std::span<ColourCell> cells, std::size_t most, const Stop& stop) {
  std::vector<Box> boxes = {box_of(cells)};
  while (boxes.size() < most && !stop.requested()) {
    const auto best =
        std::max_element(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.gain < b.gain; });
    if (best->gain <= 0) break;
    const Box whole = *best;
    const auto half = std::stable_partition(whole.cells.begin(), whole.cells.end(), [&whole](const ColourCell& cell) {
      return cell.mean[whole.axis] < whole.limit;
    });
    const auto count = static_cast<std::size_t>(half - whole.cells.begin());
    *best = box_of(whole.cells.first(count));
    boxes.push_back(box_of(whole.cells.subspan(count)));
  }
  std::vector<Shade> shades;
  for (const Box& box : boxes) shades.push_back(box.sums.mean());
  return shades;
}

// False when that changed nothing worth the time.
bool move_to_means(std::span<const ColourCell> cells, std::vector<Shade>& shades, double& error) {
  const NearestShade nearest(shades);
  std::vector<Sums> sums(shades.size());
  double found = 0;
  std::size_t guess = 0;
  for (const ColourCell& cell : cells) {
    guess = nearest.find(cell.mean, guess);
    sums[guess].add(cell);
    found += static_cast<double>(distance(cell.mean, shades[guess])) * cell.count;
  }
  for (std::size_t i = 0; i < shades.size(); ++i)
    if (sums[i].count > 0) shades[i] = sums[i].mean();
  const bool is_better = found < error * 0.998;
  error = found;
  return is_better;
}

}  // namespace

std::vector<Shade> choose_palette(std::vector<ColourCell> cells, std::size_t most, const Stop& stop) {
  std::vector<Shade> shades;
  if (cells.size() <= most) {
    for (const ColourCell& cell : cells) shades.push_back(cell.mean);
    return shades;
  }
  shades = cut_boxes(cells, most, stop);
  double error = std::numeric_limits<double>::infinity();
  for (int round = 0; round < kMostRounds && !stop.requested(); ++round)
    if (!move_to_means(cells, shades, error)) break;
  return shades;
}

}  // namespace imagegen::detail
