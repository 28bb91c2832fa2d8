#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "image/mask_check.hpp"

namespace imagegen {
namespace {

constexpr int kWidestGrowth = 16'384;
constexpr std::uint8_t kEdit = 128;  // from here on a value belongs to the region

// How far a disc reaches to each side in the rows that are 0, 1, ... radius away from its centre.
std::vector<int> reach_of_disc(int radius) {
  std::vector<int> reach;
  int across = radius;
  for (int away = 0; away <= radius; ++away) {
    while (across * across + away * away > radius * radius) --across;
    reach.push_back(across);
  }
  return reach;
}

// Per pixel the distance to the nearest region pixel in its column, up or down; radius + 1 stands for all that is
// farther.
std::vector<std::uint16_t> column_distances(const Mask& mask, int radius) {
  const auto far = static_cast<std::uint16_t>(radius + 1);
  const auto width = static_cast<std::size_t>(mask.size.width);
  std::vector<std::uint16_t> distance(mask.values.size());
  for (std::size_t i = 0; i < distance.size(); ++i) {
    const int above = i < width ? far : distance[i - width] + 1;
    distance[i] = mask.values[i] >= kEdit ? std::uint16_t{0} : static_cast<std::uint16_t>(std::min<int>(above, far));
  }
  for (std::size_t i = distance.size() - width; i-- > 0;) {
    distance[i] = static_cast<std::uint16_t>(std::min<int>(distance[i], distance[i + width] + 1));
  }
  return distance;
}

// Each pixel of a row whose column comes near enough covers an interval of the row; their union is found by counting
// where intervals begin and end.
void cover_row(const std::uint16_t* distance, const std::vector<int>& reach, std::vector<int>& opened, int width,
               std::uint8_t* out) {
  std::fill(opened.begin(), opened.end(), 0);
  for (int x = 0; x < width; ++x) {
    if (distance[x] >= reach.size()) continue;
    const int across = reach[distance[x]];
    ++opened[static_cast<std::size_t>(std::max(0, x - across))];
    --opened[static_cast<std::size_t>(std::min(width, x + across + 1))];
  }
  int open = 0;
  for (int x = 0; x < width; ++x) {
    open += opened[static_cast<std::size_t>(x)];
    out[x] = open > 0 ? 255 : 0;
  }
}

// Dilation by a disc, exact and linear in the pixels. The separation into columns and rows is that of A. Meijster et
// al., "A general algorithm for computing distance transforms in linear time", 2000; because only one distance is asked
// for, intervals take the place of their lower envelope.
void dilate(Mask& mask, int radius) {
  const auto distance = column_distances(mask, radius);
  const auto reach = reach_of_disc(radius);
  const auto width = static_cast<std::size_t>(mask.size.width);
  std::vector<int> opened(width + 1);
  for (std::size_t at = 0; at < distance.size(); at += width) {
    cover_row(&distance[at], reach, opened, mask.size.width, &mask.values[at]);
  }
}

}  // namespace

Result<Mask> grow_mask(Mask mask, int radius_px) {
  if (radius_px < -kWidestGrowth || radius_px > kWidestGrowth) {
    return Error(Errc::invalid_argument, "radius_px: expected -16384..16384, got " + std::to_string(radius_px));
  }
  auto hard = threshold_mask(std::move(mask), kEdit);
  if (!hard || radius_px == 0) return hard;
  if (radius_px > 0) {
    dilate(*hard, radius_px);
    return hard;
  }
  // What is narrower of the region is what is wider of the rest.
  auto rest = invert_mask(std::move(*hard));
  dilate(*rest, -radius_px);
  return invert_mask(std::move(*rest));
}

}  // namespace imagegen
