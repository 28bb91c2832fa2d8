#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "spend/price_data.hpp"

namespace imagegen::detail {
namespace {

using Candidates = std::vector<const Listed*>;

double area(PixelSize size) {
  return static_cast<double>(size.width) * size.height;
}

// How far two sizes are from having the same ratio, whichever way they are turned.
double skew(PixelSize a, PixelSize b) {
  const auto ratio = [](PixelSize size) {
    return static_cast<double>(std::max(size.width, size.height)) / std::min(size.width, size.height);
  };
  return std::abs(std::log(ratio(a) / ratio(b)));
}

Range all_of(const Candidates& entries) {
  Range range = entries.front()->each;
  for (const auto* entry : entries) {
    range.low = std::min(range.low, entry->each.low);
    range.high = std::max(range.high, entry->each.high);
  }
  return range;
}

template <class Matches>
Candidates those(const Candidates& all, const Matches& matches) {
  Candidates found;
  std::copy_if(all.begin(), all.end(), std::back_inserter(found), [&](const Listed* entry) { return matches(*entry); });
  return found;
}

// What is listed for the size: itself, else itself turned, else what stands for all sizes up to one.
Candidates listed_for(const Candidates& all, PixelSize size) {
  auto found = those(all, [&](const Listed& entry) { return entry.size == size; });
  const PixelSize turned{size.height, size.width};
  if (found.empty()) found = those(all, [&](const Listed& entry) { return entry.size == turned; });
  if (!found.empty()) return found;
  const auto pixels = std::int64_t{size.width} * size.height;
  auto reach = std::numeric_limits<std::int64_t>::max();
  for (const auto* entry : all)
    if (entry->up_to_pixels >= pixels) reach = std::min(reach, entry->up_to_pixels);
  return those(all, [&](const Listed& entry) { return entry.up_to_pixels == reach; });
}

// The smallest that is large enough, else the largest.
bool fits_better(const Listed& entry, const Listed& other, PixelSize size) {
  const bool is_large = area(entry.size) >= area(size), other_is_large = area(other.size) >= area(size);
  if (is_large != other_is_large) return is_large;
  if (area(entry.size) != area(other.size)) return (area(entry.size) < area(other.size)) == is_large;
  return entry.each.high > other.each.high;
}

// Of the sizes of nearest ratio. It is never scaled down, since a larger picture may be the cheaper one.
double most_for_unlisted(const Candidates& all, PixelSize size) {
  const Listed* best = all.front();
  for (const auto* entry : all) {
    const auto difference = skew(entry->size, size) - skew(best->size, size);
    if (difference < 0 || (difference == 0 && fits_better(*entry, *best, size))) best = entry;
  }
  return best->each.high * std::max(1.0, area(size) / area(best->size));
}

// The cheaper one of the next smaller and the next larger size.
double least_for_unlisted(const Candidates& all, PixelSize size) {
  double below = 0, above = std::numeric_limits<double>::max(), least = std::numeric_limits<double>::max();
  for (const auto* entry : all) {
    const auto pixels = area(entry->size);
    if (pixels <= area(size)) below = std::max(below, pixels);
    if (pixels >= area(size)) above = std::min(above, pixels);
  }
  for (const auto* entry : all)
    if (area(entry->size) == below || area(entry->size) == above) least = std::min(least, entry->each.low);
  return least;
}

Range for_size(const Candidates& all, PixelSize size) {
  if (size.width <= 0 || size.height <= 0) {
    auto any = all_of(all);
    any.rough = any.low != any.high;
    return any;
  }
  if (const auto exact = listed_for(all, size); !exact.empty()) return all_of(exact);
  const auto most = most_for_unlisted(all, size);
  return {std::min(least_for_unlisted(all, size), most), most, true};
}

}  // namespace

bool is_any_quality(std::string_view quality) {
  return quality.empty() || quality == "auto";
}

std::optional<Range> look_up(const std::vector<Listed>& list, std::string_view quality, PixelSize size) {
  std::set<std::string_view> words;
  for (const auto& entry : list)
    if (is_any_quality(quality) || entry.quality.empty() || entry.quality == quality) words.insert(entry.quality);
  std::optional<Range> found;
  for (const auto word : words) {
    Candidates all;
    for (const auto& entry : list)
      if (entry.quality == word) all.push_back(&entry);
    auto range = for_size(all, size);
    range.rough = range.rough || (!word.empty() && word != quality);
    if (!found) found = range;
    found = Range{std::min(found->low, range.low), std::max(found->high, range.high), found->rough || range.rough};
  }
  return found;
}

}  // namespace imagegen::detail
