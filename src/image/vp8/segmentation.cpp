#include "image/vp8/segmentation.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

// As libwebp does it: k-means on the histogram of alphas, and a spread around the mean.
namespace imagegen::detail::vp8 {
namespace {

struct Clusters {
  std::array<int, kSegments> centres{};
  std::array<std::uint8_t, 256> nearest{};
  int mean = 0;
};

struct Bounds {
  int least, most;
};

Bounds bounds_of(const std::array<int, 256>& counts) {
  int least = 0, most = 255;
  while (least < 255 && counts[static_cast<std::size_t>(least)] == 0) ++least;
  while (most > least && counts[static_cast<std::size_t>(most)] == 0) --most;
  return {least, most};
}

void assign(const std::array<int, 256>& counts, Bounds bounds, Clusters& clusters) {
  std::size_t n = 0;
  for (int alpha = bounds.least; alpha <= bounds.most; ++alpha) {
    if (counts[static_cast<std::size_t>(alpha)] == 0) continue;
    while (n + 1 < kSegments && std::abs(alpha - clusters.centres[n + 1]) < std::abs(alpha - clusters.centres[n])) ++n;
    clusters.nearest[static_cast<std::size_t>(alpha)] = static_cast<std::uint8_t>(n);
  }
}

// Moves every centre into the middle of what is nearest to it. \return By how much in all.
int move_centres(const std::array<int, 256>& counts, Bounds bounds, Clusters& clusters) {
  std::array<std::int64_t, kSegments> sums{}, weights{};
  for (int alpha = bounds.least; alpha <= bounds.most; ++alpha) {
    const std::size_t n = clusters.nearest[static_cast<std::size_t>(alpha)];
    sums[n] += std::int64_t{alpha} * counts[static_cast<std::size_t>(alpha)];
    weights[n] += counts[static_cast<std::size_t>(alpha)];
  }
  int moved = 0;
  std::int64_t weighted = 0, total = 0;
  for (std::size_t n = 0; n < kSegments; ++n) {
    if (weights[n] == 0) continue;
    const auto centre = static_cast<int>((sums[n] + weights[n] / 2) / weights[n]);
    moved += std::abs(centre - clusters.centres[n]);
    clusters.centres[n] = centre;
    weighted += centre * weights[n];
    total += weights[n];
  }
  clusters.mean = static_cast<int>((weighted + total / 2) / total);
  return moved;
}

Clusters cluster(const std::array<int, 256>& counts) {
  constexpr int kRounds = 6, kSettled = 5;
  const Bounds bounds = bounds_of(counts);
  Clusters clusters;
  for (int n = 0; n < kSegments; ++n)
    clusters.centres[static_cast<std::size_t>(n)] =
        bounds.least + (2 * n + 1) * (bounds.most - bounds.least) / (2 * kSegments);
  for (int round = 0; round < kRounds; ++round) {
    assign(counts, bounds, clusters);
    if (move_centres(counts, bounds, clusters) < kSettled) break;
  }
  return clusters;
}

void spread(const Clusters& clusters, std::array<Segment, kSegments>& segments) {
  const auto [least, most] = std::minmax_element(clusters.centres.begin(), clusters.centres.end());
  const int range = std::max(*most - *least, 1);
  for (std::size_t n = 0; n < kSegments; ++n) {
    segments[n].alpha = std::clamp(255 * (clusters.centres[n] - clusters.mean) / range, -127, 127);
    segments[n].beta = std::clamp(255 * (clusters.centres[n] - *least) / range, 0, 255);
  }
}

// Moves the segments that differ to the front. \return Where each went.
std::array<std::uint8_t, kSegments> merge(Frame& frame) {
  std::array<std::uint8_t, kSegments> places{};
  auto& segments = frame.segments;
  std::size_t count = 0;
  for (std::size_t n = 0; n < kSegments; ++n) {
    std::size_t place = 0;
    while (place < count &&
           (segments[place].index != segments[n].index || segments[place].filter != segments[n].filter))
      ++place;
    if (place == count) segments[count++] = segments[n];
    places[n] = static_cast<std::uint8_t>(place);
  }
  std::fill(segments.begin() + static_cast<std::ptrdiff_t>(count), segments.end(), segments[0]);
  frame.segment_count = static_cast<int>(count);
  return places;
}

}  // namespace

void choose_segments(Frame& frame, const Alphas& alphas) {
  const Clusters clusters = cluster(alphas.counts);
  spread(clusters, frame.segments);
  const auto mean_chroma = static_cast<int>(alphas.chroma_sum / static_cast<std::int64_t>(frame.macroblocks.size()));
  frame.deltas = chroma_deltas(mean_chroma);
  set_up_segments(frame.segments, frame.quality, frame.deltas);
  const auto places = merge(frame);
  for (Macroblock& block : frame.macroblocks) block.segment = places[clusters.nearest[block.alpha]];
}

}  // namespace imagegen::detail::vp8
