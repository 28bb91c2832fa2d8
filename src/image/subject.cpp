#include "image/subject.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "image/face_finder.hpp"
#include "image/master.hpp"
#include "image/resampler.hpp"

namespace imagegen::detail {
namespace {

constexpr int kMapSide = 192;              // px of the copy that is looked at for what is no face; more finds no more
constexpr std::int64_t kPlaces = 256;      // that are tried on the way from one end to the other
constexpr std::int64_t kFraction = 4096;   // parts of a cell
constexpr std::int64_t kUnit = 1'000'000;  // all that there is to keep

Bitmap shrunk(const Bitmap& copy, int side) {
  const PixelSize size = fitted(copy.size, side);
  return size == copy.size ? copy : collect(*resampled(view_of(copy), window_of(copy.size), size, {}));
}

PixelRect clipped(std::int64_t left, std::int64_t top, std::int64_t right, std::int64_t bottom, PixelSize size) {
  const auto x = std::clamp<std::int64_t>(left, 0, size.width - 1),
             y = std::clamp<std::int64_t>(top, 0, size.height - 1);
  const auto width = std::clamp<std::int64_t>(right, x + 1, size.width) - x;
  const auto height = std::clamp<std::int64_t>(bottom, y + 1, size.height) - y;
  return {static_cast<int>(x), static_cast<int>(y), static_cast<int>(width), static_cast<int>(height)};
}

// From pixels of a copy to those of the master.
struct Enlarged {
  PixelSize copy, master;
  std::int64_t x(std::int64_t value) const { return value * master.width / copy.width; }
  std::int64_t y(std::int64_t value) const { return value * master.height / copy.height; }
};

PixelRect head_of(const FoundFace& face, const Enlarged& to) {
  const int across = face.side * 55 / 100, up = face.side * 70 / 100;
  return clipped(to.x(face.x - across), to.y(face.y - up), to.x(face.x + across), to.y(face.y + up), to.master);
}

// A part of a line, in 1/256 px.
struct Span {
  std::int64_t from = 0, to = 0;
  std::int64_t length() const { return to - from; }
};

std::int64_t shared(Span a, Span b) {
  return std::max<std::int64_t>(std::min(a.to, b.to) - std::max(a.from, b.from), 0);
}

// Of what a window could keep of it at best, in kUnit.
std::int64_t kept(Span subject, Span window) {
  return shared(subject, window) * kUnit / std::max<std::int64_t>(std::min(subject.length(), window.length()), 1);
}

Span wider(Span span, std::int64_t by) {
  return {span.from - by, span.to + by};
}

// The interest along the axis on which a window slides.
class Profile {
 public:
  Profile(const InterestMap& map, bool across) : sums_{0} {
    const auto [width, height] = map.size;
    cells_.resize(static_cast<std::size_t>(across ? width : height));
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) cells_[static_cast<std::size_t>(across ? x : y)] += map.at(x, y);
    for (const std::int64_t cell : cells_) sums_.push_back(sums_.back() + cell);
  }

  // In kUnit, of a line that is as long as the master.
  std::int64_t share(Span window, std::int64_t line) const {
    const std::int64_t all = sums_.back();
    if (all == 0) return 0;
    const std::int64_t inside = before(window.to, line) - before(window.from, line);
    return inside / std::max<std::int64_t>(all * kFraction / kUnit, 1);
  }

 private:
  std::int64_t before(std::int64_t position, std::int64_t line) const {
    const auto count = static_cast<std::int64_t>(cells_.size());
    const std::int64_t at = std::clamp<std::int64_t>(position * count * kFraction / line, 0, count * kFraction);
    const auto cell = static_cast<std::size_t>(at / kFraction);
    return sums_[cell] * kFraction + (cell < cells_.size() ? cells_[cell] * (at % kFraction) : 0);
  }

  std::vector<std::int64_t> cells_, sums_;
};

// A line on which windows of one length are compared.
struct Slide {
  bool across;
  std::int64_t master;  // its length, 1/256 px, as are all
  Span line;            // the part of it in which the window stays
  std::int64_t window;
  Span at(std::int64_t place) const {
    const std::int64_t from = line.from + (line.length() - window) * place / kPlaces;
    return {from, from + window};
  }
};

std::int64_t in_parts(double px) {
  return static_cast<std::int64_t>(std::floor(px * 256.0 + 0.5));
}

Span span_of(const PixelRect& rect, bool across) {
  const std::int64_t from = std::int64_t{256} * (across ? rect.x : rect.y);
  return {from, from + std::int64_t{256} * (across ? rect.width : rect.height)};
}

// Each face by how much it counts; a little for the room around it.
std::int64_t faces_kept(const Findings& findings, const Slide& slide, Span window) {
  const std::int64_t all = std::accumulate(findings.shares.begin(), findings.shares.end(), std::int64_t{0});
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < findings.faces.size(); ++i) {
    const Span face = span_of(findings.faces[i], slide.across);
    const Span around = wider(face, face.length() * 3 / 10);
    const Span possible{std::max(around.from, slide.line.from), std::min(around.to, slide.line.to)};
    sum += findings.shares[i] * (5 * kept(face, window) + kept(possible, window)) / 6;
  }
  return all > 0 ? sum / all : 0;
}

std::int64_t interest_kept(const Profile& profile, const Slide& slide, Span window) {
  const Span middle = wider(window, -window.length() * 15 / 100);
  return (1000 * profile.share(window, slide.master) + 350 * profile.share(middle, slide.master)) / 1000;
}

const InterestMap& map_of(const Findings& findings, CropRule rule) {
  return rule == CropRule::entropy ? findings.entropy : findings.attention;
}

// From the middle outwards, so that nothing moves without a reason.
std::int64_t best_place(const Findings& findings, CropRule rule, const Slide& slide) {
  const Profile profile(map_of(findings, rule), slide.across);
  std::int64_t best = -1, best_at = kPlaces / 2;
  for (std::int64_t step = 0; step <= kPlaces; ++step) {
    const std::int64_t place = kPlaces / 2 + (step % 2 == 0 ? step / 2 : -(step + 1) / 2);
    const Span window = slide.at(place);
    const std::int64_t off_middle = std::abs(2 * place - kPlaces) * kUnit / kPlaces;
    const std::int64_t score =
        10 * faces_kept(findings, slide, window) + interest_kept(profile, slide, window) - off_middle / 100;
    if (score <= best) continue;
    best = score, best_at = place;
  }
  return best_at;
}

std::int64_t area(std::int64_t width, std::int64_t height) {
  return width * height;
}

double share_inside(const PixelRect& rect, const PixelWindow& window) {
  const Span across{in_parts(window.x), in_parts(window.x + window.width)};
  const Span down{in_parts(window.y), in_parts(window.y + window.height)};
  const auto x = span_of(rect, true), y = span_of(rect, false);
  return static_cast<double>(area(shared(x, across), shared(y, down))) /
         static_cast<double>(area(x.length(), y.length()));
}

std::string percent(double share) {
  return std::to_string(static_cast<int>(std::floor(share * 100.0 + 0.5))) + " %";
}

}  // namespace

Findings look_at(const Bitmap& copy, PixelSize master) {
  Findings findings;
  findings.master = master;
  const Enlarged to{copy.size, master};
  for (const FoundFace& face : find_faces(brightness_of(copy).view())) {
    findings.faces.push_back(head_of(face, to));
    findings.shares.push_back(std::int64_t{face.certainty} * face.side);
  }
  const Bitmap small = shrunk(copy, kMapSide);
  findings.attention = attention_map(small);
  findings.entropy = entropy_map(small);
  return findings;
}

PixelWindow best_window(const Findings& findings, CropRule rule, PixelWindow crop, PixelRect region) {
  const bool across = crop.width < region.width;
  const double room = across ? region.width - crop.width : region.height - crop.height;
  if (room <= 0) return crop;
  const Slide slide{across, in_parts(across ? findings.master.width : findings.master.height), span_of(region, across),
                    in_parts(across ? crop.width : crop.height)};
  const double share = static_cast<double>(best_place(findings, rule, slide)) / static_cast<double>(kPlaces);
  if (across)
    crop.x = region.x + room * share;
  else
    crop.y = region.y + room * share;
  return crop;
}

std::optional<KeptSubject> kept_subject(const Findings& findings, CropRule rule, const PixelWindow& crop) {
  if (!findings.faces.empty()) {
    const auto most = std::max_element(findings.shares.begin(), findings.shares.end());
    const PixelRect face = findings.faces[static_cast<std::size_t>(most - findings.shares.begin())];
    return KeptSubject{face, true, share_inside(face, crop)};
  }
  const InterestMap& map = map_of(findings, rule);
  const PixelRect found = subject_box(map);
  if (found.width == 0) return std::nullopt;
  const Enlarged to{map.size, findings.master};
  const PixelRect box =
      clipped(to.x(found.x), to.y(found.y), to.x(found.x + found.width), to.y(found.y + found.height), findings.master);
  return KeptSubject{box, false, share_inside(box, crop)};
}

std::vector<std::string> cut_faces(const Findings& findings, const PixelWindow& crop, PixelSize output) {
  std::vector<std::string> notes;
  for (const PixelRect& face : findings.faces) {
    const double inside = share_inside(face, crop);
    if (inside >= 0.98) continue;
    notes.push_back("A face of " + to_string(PixelSize{face.width, face.height}) + " px at " + std::to_string(face.x) +
                    "," + std::to_string(face.y) + " is not kept whole in " + to_string(output) + ": " +
                    percent(inside) + " of it is.");
  }
  return notes;
}

}  // namespace imagegen::detail
