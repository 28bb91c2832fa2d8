#include "image/support/reference_resize.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace imagegen::test {
namespace {

double sinc(double x) {
  return x == 0.0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}
double lanczos3(double x) {
  return std::abs(x) < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0;
}

// One line of doubles, `count` long and `stride` apart, to `size`.
std::vector<double> resample(const double* line, std::size_t stride, int count, int size) {
  std::vector<double> out(static_cast<std::size_t>(size));
  const double scale = static_cast<double>(count) / size;
  const double stretch = std::max(scale, 1.0);
  for (int i = 0; i < size; ++i) {
    const double centre = (i + 0.5) * scale - 0.5;
    double total = 0.0, sum = 0.0;
    for (int k = static_cast<int>(centre - 3 * stretch) - 2; k <= static_cast<int>(centre + 3 * stretch) + 2; ++k) {
      const double weight = lanczos3((k - centre) / stretch);
      total += weight;
      sum += weight * line[static_cast<std::size_t>(std::clamp(k, 0, count - 1)) * stride];
    }
    out[static_cast<std::size_t>(i)] = sum / total;
  }
  return out;
}

struct Plane {
  int width, height;
  std::vector<double> values;
};

Plane resample(const Plane& plane, PixelSize size) {
  const auto width = static_cast<std::size_t>(plane.width);
  const auto out_width = static_cast<std::size_t>(size.width);
  std::vector<double> rows(out_width * static_cast<std::size_t>(plane.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(plane.height); ++y) {
    const auto row = resample(&plane.values[y * width], 1, plane.width, size.width);
    std::copy(row.begin(), row.end(), &rows[y * out_width]);
  }
  Plane out{size.width, size.height, std::vector<double>(out_width * static_cast<std::size_t>(size.height))};
  for (std::size_t x = 0; x < out_width; ++x) {
    const auto column = resample(&rows[x], out_width, plane.height, size.height);
    for (std::size_t y = 0; y < column.size(); ++y) out.values[y * out_width + x] = column[y];
  }
  return out;
}

Plane plane_of(const Bitmap& source, PixelRect crop, int channel) {
  Plane plane{crop.width, crop.height, {}};
  for (int y = crop.y; y < crop.y + crop.height; ++y) {
    for (int x = crop.x; x < crop.x + crop.width; ++x) {
      const auto* pixel = source.row(y) + x * source.channels;
      const bool premultiplied = source.channels == 4 && channel < 3;
      plane.values.push_back(premultiplied ? pixel[channel] * pixel[3] / 255.0 : pixel[channel]);
    }
  }
  return plane;
}

std::uint8_t rounded(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::floor(value + 0.5), 0.0, 255.0));
}

}  // namespace

Bitmap reference_resize(const Bitmap& source, PixelRect crop, PixelSize size) {
  std::vector<Plane> planes;
  for (int c = 0; c < source.channels; ++c) planes.push_back(resample(plane_of(source, crop, c), size));
  Bitmap out{size, source.channels, {}};
  for (std::size_t i = 0; i < planes[0].values.size(); ++i) {
    const double alpha = source.channels == 4 ? planes[3].values[i] : 255.0;
    for (int c = 0; c < source.channels; ++c) {
      const double value = planes[static_cast<std::size_t>(c)].values[i];
      const bool visible = alpha >= 0.5;
      out.pixels.push_back(c == 3 || source.channels != 4 ? rounded(value)
                           : visible                      ? rounded(value * 255.0 / alpha)
                                                          : 0);
    }
  }
  return out;
}

}  // namespace imagegen::test
