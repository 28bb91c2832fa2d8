#include "image/support/reference_resize.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

namespace imagegen::test {
namespace {

double sinc(double x) {
  return x == 0.0 ? 1.0 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}
double lanczos(double x, double lobes) {
  return std::abs(x) < lobes ? sinc(x) * sinc(x / lobes) : 0.0;
}

// Mitchell and Netravali's own formula, for B and C.
double cubic(double x, double b, double c) {
  const double t = std::abs(x);
  if (t < 1) return ((12 - 9 * b - 6 * c) * std::pow(t, 3) + (-18 + 12 * b + 6 * c) * t * t + 6 - 2 * b) / 6;
  if (t < 2)
    return ((-b - 6 * c) * std::pow(t, 3) + (6 * b + 30 * c) * t * t + (-12 * b - 48 * c) * t + 8 * b + 24 * c) / 6;
  return 0.0;
}

double kernel_at(ResizeKernel kernel, double x) {
  switch (kernel) {
    case ResizeKernel::nearest:
      return 0.0;  // is not a sum; see below
    case ResizeKernel::linear:
      return std::max(1.0 - std::abs(x), 0.0);
    case ResizeKernel::cubic:
      return cubic(x, 0.0, 0.5);
    case ResizeKernel::mitchell:
      return cubic(x, 1.0 / 3.0, 1.0 / 3.0);
    case ResizeKernel::lanczos2:
      return lanczos(x, 2.0);
    case ResizeKernel::lanczos3:
      break;
  }
  return lanczos(x, 3.0);
}

// A line of `count` samples to another.
using LineFilter = std::function<std::vector<double>(const std::vector<double>&)>;

std::vector<double> resample(const std::vector<double>& line, int size, const ResizeOptions& options) {
  const int count = static_cast<int>(line.size());
  std::vector<double> out(static_cast<std::size_t>(size));
  const double scale = static_cast<double>(count) / size;
  const auto kernel = scale > 1.0 ? options.kernel : options.enlarge_kernel;
  const double stretch = std::max(scale, 1.0);
  for (int i = 0; i < size; ++i) {
    if (kernel == ResizeKernel::nearest) {
      const int nearest = static_cast<int>(std::floor((i + 0.5) * scale));
      out[static_cast<std::size_t>(i)] = line[static_cast<std::size_t>(std::min(nearest, count - 1))];
      continue;
    }
    const double centre = (i + 0.5) * scale - 0.5;
    double total = 0.0, sum = 0.0;
    for (int k = static_cast<int>(centre - 3 * stretch) - 2; k <= static_cast<int>(centre + 3 * stretch) + 2; ++k) {
      const double weight = kernel_at(kernel, (k - centre) / stretch);
      total += weight;
      sum += weight * line[static_cast<std::size_t>(std::clamp(k, 0, count - 1))];
    }
    out[static_cast<std::size_t>(i)] = sum / total;
  }
  return out;
}

std::vector<double> gaussian(const std::vector<double>& line, double sigma) {
  const int count = static_cast<int>(line.size());
  const int reach = static_cast<int>(std::ceil(3 * sigma));
  std::vector<double> out(line.size());
  for (int i = 0; i < count; ++i) {
    double total = 0.0, sum = 0.0;
    for (int k = i - reach; k <= i + reach; ++k) {
      const double weight = std::exp(-0.5 * std::pow((k - i) / sigma, 2));
      total += weight;
      sum += weight * line[static_cast<std::size_t>(std::clamp(k, 0, count - 1))];
    }
    out[static_cast<std::size_t>(i)] = sum / total;
  }
  return out;
}

double to_light(double value) {
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}
double to_srgb(double light) {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1.0 / 2.4) - 0.055;
}

struct Plane {
  int width, height;
  std::vector<double> values;
};

Plane filtered(const Plane& plane, const LineFilter& across, const LineFilter& down) {
  std::vector<std::vector<double>> rows;
  for (int y = 0; y < plane.height; ++y) {
    const auto from = plane.values.begin() + static_cast<std::ptrdiff_t>(y) * plane.width;
    rows.push_back(across(std::vector<double>(from, from + plane.width)));
  }
  Plane out{static_cast<int>(rows[0].size()), 0, {}};
  std::vector<std::vector<double>> columns;
  for (std::size_t x = 0; x < rows[0].size(); ++x) {
    std::vector<double> column;
    for (const auto& row : rows) column.push_back(row[x]);
    columns.push_back(down(column));
  }
  out.height = static_cast<int>(columns[0].size());
  for (std::size_t y = 0; y < columns[0].size(); ++y) {
    for (const auto& column : columns) out.values.push_back(column[y]);
  }
  return out;
}

Plane plane_of(const ExactPicture& source, PixelRect crop, int channel, bool linear) {
  Plane plane{crop.width, crop.height, {}};
  for (int y = crop.y; y < crop.y + crop.height; ++y) {
    for (int x = crop.x; x < crop.x + crop.width; ++x) {
      const double* pixel = &source.samples[static_cast<std::size_t>((y * source.size.width + x) * source.channels)];
      const bool is_colour = channel < 3;
      const double value = linear && is_colour ? to_light(pixel[channel]) : pixel[channel];
      plane.values.push_back(source.channels == 4 && is_colour ? value * pixel[3] : value);
    }
  }
  return plane;
}

ExactPicture filtered(const ExactPicture& source, PixelRect crop, bool linear, const LineFilter& across,
                      const LineFilter& down) {
  std::vector<Plane> planes;
  for (int c = 0; c < source.channels; ++c) planes.push_back(filtered(plane_of(source, crop, c, linear), across, down));
  ExactPicture out{{planes[0].width, planes[0].height}, source.channels, {}};
  for (std::size_t i = 0; i < planes[0].values.size(); ++i) {
    const double alpha = source.channels == 4 ? planes[3].values[i] : 1.0;
    for (int c = 0; c < source.channels; ++c) {
      double value = planes[static_cast<std::size_t>(c)].values[i];
      if (c < 3 && source.channels == 4) value = alpha > 0.0 ? value / alpha : 0.0;
      value = std::clamp(value, 0.0, 1.0);
      out.samples.push_back(linear && c < 3 ? to_srgb(value) : value);
    }
  }
  return out;
}

}  // namespace

ExactPicture exact(const Bitmap& picture) {
  ExactPicture out{picture.size, picture.channels, {}};
  for (const auto sample : picture.pixels) out.samples.push_back(sample / 255.0);
  return out;
}

ExactPicture exact_resize(const ExactPicture& source, PixelRect crop, PixelSize size, const ResizeOptions& options) {
  return filtered(
      source, crop, options.linear_light,
      [&](const std::vector<double>& line) { return resample(line, size.width, options); },
      [&](const std::vector<double>& line) { return resample(line, size.height, options); });
}

ExactPicture exact_blur(const ExactPicture& source, double sigma) {
  const LineFilter filter = [sigma](const std::vector<double>& line) { return gaussian(line, sigma); };
  return filtered(source, {0, 0, source.size.width, source.size.height}, /*linear=*/false, filter, filter);
}

Bitmap rounded(const ExactPicture& picture) {
  Bitmap out{picture.size, picture.channels, {}};
  for (std::size_t i = 0; i < picture.samples.size(); ++i) {
    const bool unseen = picture.channels == 4 && picture.samples[i | 3U] < 0.5 / 255.0;
    out.pixels.push_back(unseen ? std::uint8_t{0}
                                : static_cast<std::uint8_t>(std::floor(picture.samples[i] * 255.0 + 0.5)));
  }
  return out;
}

Bitmap reference_resize(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options) {
  return rounded(exact_resize(exact(source), crop, size, options));
}

}  // namespace imagegen::test
