#include "image/interest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace imagegen::detail {
namespace {

constexpr int kBlock = 8;
constexpr int kLevels = 32;  // of brightness, in an entropy block

struct Colour {
  int red, green, blue, alpha;
};

// Coordinates beyond an edge mean the edge.
Colour colour_at(const Bitmap& picture, int x, int y) {
  x = std::clamp(x, 0, picture.size.width - 1);
  y = std::clamp(y, 0, picture.size.height - 1);
  const std::uint8_t* pixel = picture.row(y) + static_cast<std::ptrdiff_t>(x) * picture.channels;
  if (picture.channels == 1) return {pixel[0], pixel[0], pixel[0], 255};
  return {pixel[0], pixel[1], pixel[2], picture.channels == 4 ? pixel[3] : 255};
}

// Rec. 709 weights in 1/256; what is transparent is dark.
int brightness_at(const Bitmap& picture, int x, int y) {
  const Colour c = colour_at(picture, x, y);
  return (54 * c.red + 183 * c.green + 19 * c.blue) * c.alpha / (256 * 255);
}

int edge_at(const Bitmap& picture, int x, int y) {
  return std::abs(4 * brightness_at(picture, x, y) - brightness_at(picture, x - 1, y) -
                  brightness_at(picture, x + 1, y) - brightness_at(picture, x, y - 1) -
                  brightness_at(picture, x, y + 1));
}

// 0..100: how near the hue is to skin of any lightness. The direction of a colour in RGB tells, not its length.
int skin(Colour c) {
  const double length = std::sqrt(static_cast<double>(c.red * c.red + c.green * c.green + c.blue * c.blue));
  if (length < 64) return 0;
  const double red = c.red / length - 0.78;
  const double green = c.green / length - 0.57;
  const double blue = c.blue / length - 0.44;
  const double nearness = 1.0 - std::sqrt(red * red + green * green + blue * blue);
  return nearness > 0.8 ? static_cast<int>((nearness - 0.8) * 500.0) : 0;
}

int attention_at(const Bitmap& picture, int x, int y) {
  const Colour c = colour_at(picture, x, y);
  const int saturation = std::max({c.red, c.green, c.blue}) - std::min({c.red, c.green, c.blue});
  return (skin(c) + saturation / 2) * c.alpha / 255 + 2 * edge_at(picture, x, y);
}

// In 1/1024 bit, so that rounding differences of the logarithm between machines vanish.
std::int64_t entropy_of_block(const Bitmap& picture, int left, int top) {
  std::array<int, kLevels> counts{};
  for (int y = top; y < top + kBlock; ++y) {
    for (int x = left; x < left + kBlock; ++x) {
      ++counts[static_cast<std::size_t>(brightness_at(picture, x, y) * kLevels / 256)];
    }
  }
  double bits = 0.0;
  for (const int count : counts) {
    if (count > 0) bits += count * std::log2(static_cast<double>(kBlock * kBlock) / count);
  }
  return std::llround(bits * 1024.0 / (kBlock * kBlock));
}

// Adds up measure(x, y) over the other axis, in steps of `step` pixels.
template <class Measure>
InterestProfile profile_of(const Bitmap& picture, Axis axis, int step, Measure measure) {
  const auto [width, height] = picture.size;
  const int length = axis == Axis::across ? width : height;
  InterestProfile profile(static_cast<std::size_t>((length + step - 1) / step));
  for (int y = 0; y < height; y += step) {
    for (int x = 0; x < width; x += step) {
      profile[static_cast<std::size_t>((axis == Axis::across ? x : y) / step)] += measure(picture, x, y);
    }
  }
  return profile;
}

// The interest in a window, weighted by a parabola that is 0 just outside of it.
std::int64_t score(std::span<const std::int64_t> window) {
  const auto length = static_cast<std::int64_t>(window.size());
  std::int64_t sum = 0;
  for (std::int64_t i = 0; i < length; ++i) {
    const std::int64_t from_middle = 2 * i + 1 - length;
    sum += window[static_cast<std::size_t>(i)] * ((length + 1) * (length + 1) - from_middle * from_middle);
  }
  return sum;
}

// Twice the step of [first, last] that is nearest to the middle of a line whose last step is `end`.
std::int64_t nearest_to_middle(std::int64_t first, std::int64_t last, std::int64_t end) {
  return std::clamp(end, 2 * first, 2 * last);
}

}  // namespace

InterestProfile attention_profile(const Bitmap& picture, Axis axis) {
  return profile_of(picture, axis, 1, attention_at);
}

InterestProfile entropy_profile(const Bitmap& picture, Axis axis) {
  return profile_of(picture, axis, kBlock, entropy_of_block);
}

int best_window_start(std::span<const std::int64_t> profile, int window, int line) {
  const auto steps = static_cast<std::int64_t>(profile.size());
  const auto length = std::clamp<std::int64_t>((2 * steps * window + line) / (2 * line), 1, steps);
  const auto end = steps - length;
  if (end == 0) return (line - window) / 2;  // too coarse to tell
  std::int64_t best = -1, twice_start = 0, run_first = 0, run_last = 0;
  for (std::int64_t start = 0; start <= end; ++start) {
    const std::int64_t found =
        score(profile.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(length)));
    if (found < best) continue;
    const bool continues = found == best && start == run_last + 1;
    if (!continues) run_first = start;
    run_last = start;
    const std::int64_t candidate = nearest_to_middle(run_first, run_last, end);
    if (found > best || std::abs(candidate - end) < std::abs(twice_start - end)) twice_start = candidate;
    best = found;
  }
  return static_cast<int>((twice_start * (line - window) + end) / (2 * end));
}

}  // namespace imagegen::detail
