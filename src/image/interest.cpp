#include "image/interest.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "image/barrier_distance.hpp"

namespace imagegen::detail {
namespace {

constexpr std::int64_t kWhole = 1024;  // the largest value of a measure

using Values = std::vector<std::int64_t>;

struct Pixel3 {
  int red, green, blue;
};

// What is see-through lies on grey.
Pixel3 pixel_at(const Bitmap& picture, std::size_t index) {
  const std::uint8_t* pixel = &picture.pixels[index * static_cast<std::size_t>(picture.channels)];
  if (picture.channels == 1) return {pixel[0], pixel[0], pixel[0]};
  if (picture.channels == 3) return {pixel[0], pixel[1], pixel[2]};
  const auto on_grey = [alpha = pixel[3]](int value) { return (value * alpha + 128 * (255 - alpha) + 127) / 255; };
  return {on_grey(pixel[0]), on_grey(pixel[1]), on_grey(pixel[2])};
}

int alpha_at(const Bitmap& picture, std::size_t index) {
  return picture.channels == 4 ? picture.pixels[4 * index + 3] : 255;
}

Plane plane_of(PixelSize size) {
  const auto stride = static_cast<std::size_t>(size.width);
  return {size, stride, Bytes(stride * static_cast<std::size_t>(size.height))};
}

// Brightness and two differences of colour, as ITU-T T.871 has them, in 1/256.
std::array<Plane, 3> planes_of(const Bitmap& copy) {
  std::array<Plane, 3> planes{brightness_of(copy), plane_of(copy.size), plane_of(copy.size)};
  const auto clamped = [](int value) { return static_cast<std::uint8_t>(std::clamp(value, 0, 255)); };
  for (std::size_t i = 0; i < planes[0].samples.size(); ++i) {
    const auto [red, green, blue] = pixel_at(copy, i);
    planes[1].samples[i] = clamped(128 + (-43 * red - 85 * green + 128 * blue) / 256);
    planes[2].samples[i] = clamped(128 + (128 * red - 107 * green - 21 * blue) / 256);
  }
  return planes;
}

// The mean of the samples at most `reach` away on both axes; beyond an edge there are none.
Values box_mean(const Values& values, PixelSize size, int reach) {
  const auto line = [reach](const Values& from, Values& to, std::size_t first, std::size_t step, int count) {
    std::int64_t sum = 0;
    const auto value = [&](int i) { return from[first + static_cast<std::size_t>(i) * step]; };
    for (int i = 0; i < std::min(reach, count); ++i) sum += value(i);
    for (int i = 0; i < count; ++i) {
      if (i + reach < count) sum += value(i + reach);
      if (i - reach - 1 >= 0) sum -= value(i - reach - 1);
      const int covered = std::min(i + reach, count - 1) - std::max(i - reach, 0) + 1;
      to[first + static_cast<std::size_t>(i) * step] = sum / covered;
    }
  };
  const auto width = static_cast<std::size_t>(size.width);
  Values across(values.size()), both(values.size());
  for (int y = 0; y < size.height; ++y) line(values, across, static_cast<std::size_t>(y) * width, 1, size.width);
  for (std::size_t x = 0; x < width; ++x) line(across, both, x, width, size.height);
  return both;
}

Plane smoothed(const Plane& plane) {
  const Values values(plane.samples.begin(), plane.samples.end());
  Plane out = plane_of(plane.size);
  const Values mean = box_mean(values, plane.size, 1);
  std::transform(mean.begin(), mean.end(), out.samples.begin(),
                 [](std::int64_t v) { return static_cast<std::uint8_t>(v); });
  return out;
}

// To 0 .. kWhole.
void spread_out(Values& values) {
  const std::int64_t most = values.empty() ? 0 : *std::max_element(values.begin(), values.end());
  if (most <= 0) return;
  for (auto& value : values) value = value * kWhole / most;
}

std::int64_t mean_of(const Values& values) {
  return values.empty() ? 0
                        : std::accumulate(values.begin(), values.end(), std::int64_t{0}) /
                              static_cast<std::int64_t>(values.size());
}

void subtract_mean(Values& values) {
  const std::int64_t mean = mean_of(values);
  for (auto& value : values) value = std::max<std::int64_t>(value - mean, 0);
}

// How far a pixel is from the background. Colour counts twice, because it spreads less.
Values distances(const std::array<Plane, 3>& planes) {
  Values sum(planes[0].samples.size());
  constexpr int kShares[] = {1, 2, 2};
  for (std::size_t c = 0; c < 3; ++c) {
    const Plane plane = smoothed(planes[c]);
    const auto found = barrier_distances(plane.view());
    for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += kShares[c] * found[i];
  }
  spread_out(sum);
  return sum;
}

// How much more than elsewhere brightness varies around a pixel.
Values details(const Plane& bright) {
  const auto [width, height] = bright.size;
  Values edges(bright.samples.size());
  const PlaneView view = bright.view();
  for (int y = 1; y < height - 1; ++y) {
    for (int x = 1; x < width - 1; ++x) {
      const int edge =
          4 * view.row(y)[x] - view.row(y - 1)[x] - view.row(y + 1)[x] - view.row(y)[x - 1] - view.row(y)[x + 1];
      edges[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] =
          16 * std::abs(edge);
    }
  }
  Values mean = box_mean(edges, bright.size, 4);
  subtract_mean(mean);
  spread_out(mean);
  return mean;
}

// 0..100: how near the hue is to skin of any lightness. The direction of a colour in RGB tells, not its length.
// Source: the skin tone of smartcrop.js.
int skin(Pixel3 c) {
  const double length = std::sqrt(static_cast<double>(c.red * c.red + c.green * c.green + c.blue * c.blue));
  if (length < 64) return 0;
  const double red = c.red / length - 0.78;
  const double green = c.green / length - 0.57;
  const double blue = c.blue / length - 0.44;
  const double nearness = 1.0 - std::sqrt(red * red + green * green + blue * blue);
  return nearness > 0.8 ? static_cast<int>((nearness - 0.8) * 500.0) : 0;
}

// 1 in the middle, seven eighths in the corners; in kWhole.
std::int64_t middle_share(int x, int y, PixelSize size) {
  const auto off = [](int position, int side) { return std::int64_t{2 * position + 1 - side} * kWhole / side; };
  const std::int64_t across = off(x, size.width), down = off(y, size.height);
  return kWhole - (across * across + down * down) / (16 * kWhole);
}

// What is less than the mean is background; what is more counts by its square.
InterestMap finished(const Bitmap& copy, Values values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto width = static_cast<std::size_t>(copy.size.width);
    const std::int64_t share = middle_share(static_cast<int>(i % width), static_cast<int>(i / width), copy.size);
    values[i] = values[i] * share / kWhole * alpha_at(copy, i) / 255;
  }
  subtract_mean(values);
  spread_out(values);
  for (auto& value : values) value *= value;
  return {copy.size, std::move(values)};
}

}  // namespace

Plane brightness_of(const Bitmap& copy) {
  Plane plane = plane_of(copy.size);
  for (std::size_t i = 0; i < plane.samples.size(); ++i) {
    const auto [red, green, blue] = pixel_at(copy, i);
    plane.samples[i] = static_cast<std::uint8_t>((77 * red + 150 * green + 29 * blue + 128) / 256);
  }
  return plane;
}

InterestMap attention_map(const Bitmap& copy) {
  const auto planes = planes_of(copy);
  Values values = distances(planes);
  const Values finest = details(planes[0]);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::int64_t by_detail = kWhole / 2 + finest[i];
    const std::int64_t by_skin = 100 + 4 * skin(pixel_at(copy, i));
    values[i] = values[i] * by_detail / kWhole * by_skin / 100;
  }
  return finished(copy, std::move(values));
}

InterestMap entropy_map(const Bitmap& copy) {
  const auto planes = planes_of(copy);
  const Values distance = distances(planes);
  Values values = details(planes[0]);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = (values[i] + kWhole * 3 / 8) * distance[i] / kWhole;
  return finished(copy, std::move(values));
}

PixelRect subject_box(const InterestMap& map) {
  if (map.values.empty()) return {};
  const auto peak = std::max_element(map.values.begin(), map.values.end());
  if (*peak <= 0) return {};
  const std::int64_t least = *peak / 8;
  const auto width = static_cast<std::size_t>(map.size.width);
  std::vector<bool> seen(map.values.size(), false);
  std::vector<std::size_t> open{static_cast<std::size_t>(peak - map.values.begin())};
  seen[open.front()] = true;
  int left = map.size.width, top = map.size.height, right = 0, bottom = 0;
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    const int x = static_cast<int>(at % width), y = static_cast<int>(at / width);
    left = std::min(left, x), right = std::max(right, x + 1), top = std::min(top, y), bottom = std::max(bottom, y + 1);
    const auto visit = [&](bool inside, std::size_t next) {
      if (!inside || seen[next] || map.values[next] < least) return;
      seen[next] = true;
      open.push_back(next);
    };
    visit(x > 0, at - 1);
    visit(x + 1 < map.size.width, at + 1);
    visit(y > 0, at - width);
    visit(y + 1 < map.size.height, at + width);
  }
  return {left, top, right - left, bottom - top};
}

}  // namespace imagegen::detail
