#include "image/face_finder.hpp"

#include <algorithm>

#include "image/face_cascade.hpp"

namespace imagegen::detail {
namespace {

constexpr int kEdgeShare = 8;        // the picture is continued by its longer side over this, for faces that are cut
constexpr int kGrowthPercent = 115;  // from one size of face to the next
constexpr int kStridePercent = 10;   // of the size, from one place to the next
constexpr std::size_t kLeastHits = 2;

struct Hit {
  int x, y, side;
  std::int32_t score;
};

// A grey picture whose edges go on outside of it.
struct Continued {
  PixelSize size;
  int margin = 0;
  Bytes samples;

  const std::uint8_t* row(int y) const {
    return &samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width)];
  }
};

Continued continued(const PlaneView& grey) {
  const int margin = std::max(grey.size.width, grey.size.height) / kEdgeShare;
  Continued out{{grey.size.width + 2 * margin, grey.size.height + 2 * margin}, margin, {}};
  out.samples.resize(static_cast<std::size_t>(out.size.width) * static_cast<std::size_t>(out.size.height));
  std::uint8_t* to = out.samples.data();
  for (int y = 0; y < out.size.height; ++y) {
    const std::uint8_t* from = grey.row(std::clamp(y - margin, 0, grey.size.height - 1));
    for (int x = 0; x < out.size.width; ++x) *to++ = from[std::clamp(x - margin, 0, grey.size.width - 1)];
  }
  return out;
}

// Where each test of the cascade looks for a face of one size, from its middle in samples.
class SizedCascade {
 public:
  SizedCascade(int side, int stride) {
    offsets_.reserve(kFaceTests.size() / 2);
    for (std::size_t i = 0; i < kFaceTests.size(); i += 2)
      offsets_.push_back(((kFaceTests[i] * side) >> 8) * stride + ((kFaceTests[i + 1] * side) >> 8));
  }

  // Above 0 for a face.
  std::int32_t score(const std::uint8_t* middle) const {
    std::int32_t sum = 0;
    const std::int32_t* offsets = offsets_.data();
    const std::int16_t* leaves = kFaceLeaves.data();
    for (const std::int32_t threshold : kFaceThresholds) {
      std::size_t node = 1;
      for (std::size_t depth = 0; depth < kFaceDepth; ++depth) {
        const std::int32_t* pair = offsets + 2 * (node - 1);
        node = 2 * node + (middle[pair[0]] <= middle[pair[1]] ? 1 : 0);
      }
      sum += leaves[node - kFaceLeavesOfTree];
      if (sum <= threshold) return 0;
      offsets += kFaceTestsOfTree / 2;
      leaves += kFaceLeavesOfTree;
    }
    return sum - kFaceThresholds.back();
  }

 private:
  std::vector<std::int32_t> offsets_;  // two of each test
};

// Offsets are rounded down from the middle, so no test leaves a square that lies inside by a sample.
void search(const Continued& picture, int side, std::vector<Hit>& hits) {
  const SizedCascade cascade(side, picture.size.width);
  const int step = std::max(side * kStridePercent / 100, 1);
  const int reach = side / 2 + 1;
  for (int y = reach; y < picture.size.height - reach; y += step) {
    for (int x = reach; x < picture.size.width - reach; x += step) {
      const std::int32_t score = cascade.score(picture.row(y) + x);
      if (score > 0) hits.push_back({x, y, side, score});
    }
  }
}

// Whether two squares share more than three tenths of what they cover together.
bool overlap(const Hit& a, const Hit& b) {
  const auto shared = [](int one, int one_side, int other, int other_side) {
    const int twice =
        std::min(2 * one + one_side, 2 * other + other_side) - std::max(2 * one - one_side, 2 * other - other_side);
    return std::int64_t{std::max(twice, 0)};
  };
  const std::int64_t both = shared(a.x, a.side, b.x, b.side) * shared(a.y, a.side, b.y, b.side);
  const std::int64_t all = 4 * (std::int64_t{a.side} * a.side + std::int64_t{b.side} * b.side) - both;
  return 10 * both > 3 * all;
}

// The hits around one, as their mean weighted by score.
class Cluster {
 public:
  void add(const Hit& hit) {
    const std::int64_t score = hit.score;
    x_ += hit.x * score, y_ += hit.y * score, side_ += hit.side * score, score_ += score;
    ++count_;
  }
  bool is_face() const { return count_ >= kLeastHits && certainty() >= kLeastFaceCertainty; }
  FoundFace face(int margin) const {
    return {static_cast<int>(x_ / score_) - margin, static_cast<int>(y_ / score_) - margin,
            static_cast<int>(side_ / score_), certainty()};
  }

 private:
  int certainty() const { return static_cast<int>(score_ / kFaceScoreSteps); }
  std::int64_t x_ = 0, y_ = 0, side_ = 0, score_ = 0;
  std::size_t count_ = 0;
};

// Whether its middle lies in the picture, or hardly beside it.
bool is_shown(const FoundFace& face, PixelSize size) {
  const int beside = face.side / 5;
  return face.x > -beside && face.y > -beside && face.x < size.width + beside && face.y < size.height + beside;
}

constexpr std::size_t kMostHits = 20'000;  // what is all hits shows no faces, and grouping is quadratic

std::vector<FoundFace> grouped(std::vector<Hit> hits, int margin, PixelSize size) {
  std::vector<FoundFace> faces;
  if (hits.size() > kMostHits) return faces;
  std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.score > b.score; });
  std::vector<bool> taken(hits.size(), false);
  for (std::size_t i = 0; i < hits.size(); ++i) {
    if (taken[i]) continue;
    Cluster cluster;
    for (std::size_t j = i; j < hits.size(); ++j) {
      if (taken[j] || !overlap(hits[i], hits[j])) continue;
      taken[j] = true;
      cluster.add(hits[j]);
    }
    if (!cluster.is_face()) continue;
    const FoundFace face = cluster.face(margin);
    if (is_shown(face, size)) faces.push_back(face);
  }
  std::stable_sort(faces.begin(), faces.end(),
                   [](const FoundFace& a, const FoundFace& b) { return a.certainty > b.certainty; });
  return faces;
}

}  // namespace

std::vector<FoundFace> find_faces(const PlaneView& grey) {
  const int shorter = std::min(grey.size.width, grey.size.height);
  if (shorter < kSmallestFace) return {};
  const Continued picture = continued(grey);
  std::vector<Hit> hits;
  for (int side = kSmallestFace; side <= shorter; side = std::max(side + 1, side * kGrowthPercent / 100))
    search(picture, side, hits);
  return grouped(std::move(hits), picture.margin, grey.size);
}

}  // namespace imagegen::detail
