#include <imagegen/core/base64.hpp>
#include <imagegen/image/resize.hpp>
#include <imagegen/image/thumb_hash.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "image/checks.hpp"
#include "image/portable_math.hpp"
#include "image/thumb_hash.hpp"

namespace imagegen {
namespace {

constexpr double kNothing = 1e-9;  // a component below is what rounding left of zero; it must not become the scale

struct Rgba {
  double r = 0.0, g = 0.0, b = 0.0, a = 1.0;  // 0..1
};

// Luminance, yellow against blue, red against green, alpha; a plane each.
struct Planes {
  PixelSize size;
  std::vector<double> l, p, q, a;
  bool has_alpha = false;
};

struct EncodedComponent {
  double constant = 0.0;
  std::vector<double> varying;  // -1..1 after dividing by the scale
  double scale = 0.0;
};

int rounded(double value) {
  return static_cast<int>(std::floor(value + 0.5));
}

Rgba pixel_of(const Bitmap& picture, std::size_t index) {
  const std::uint8_t* at = picture.pixels.data() + index * static_cast<std::size_t>(picture.channels);
  if (picture.channels == 1) return {at[0] / 255.0, at[0] / 255.0, at[0] / 255.0, 1.0};
  return {at[0] / 255.0, at[1] / 255.0, at[2] / 255.0, picture.channels == 4 ? at[3] / 255.0 : 1.0};
}

// Weighted by alpha; the alpha itself is the sum, not the mean.
Rgba weighted_sum(const Bitmap& picture, std::size_t pixels) {
  Rgba sum{0.0, 0.0, 0.0, 0.0};
  for (std::size_t i = 0; i < pixels; ++i) {
    const Rgba pixel = pixel_of(picture, i);
    sum.r += pixel.a * pixel.r;
    sum.g += pixel.a * pixel.g;
    sum.b += pixel.a * pixel.b;
    sum.a += pixel.a;
  }
  return sum;
}

Planes to_planes(const Bitmap& picture) {
  const auto pixels = static_cast<std::size_t>(picture.size.width) * static_cast<std::size_t>(picture.size.height);
  const Rgba sum = weighted_sum(picture, pixels);
  const double weight = sum.a > 0.0 ? sum.a : 1.0;
  const Rgba mean{sum.r / weight, sum.g / weight, sum.b / weight, 1.0};
  Planes planes;
  planes.size = picture.size;
  planes.has_alpha = sum.a < static_cast<double>(pixels);
  for (std::size_t i = 0; i < pixels; ++i) {
    const Rgba pixel = pixel_of(picture, i);
    const double rest = 1.0 - pixel.a;  // what is transparent shows the mean, so that it costs no contrast
    const double r = mean.r * rest + pixel.a * pixel.r;
    const double g = mean.g * rest + pixel.a * pixel.g;
    const double b = mean.b * rest + pixel.a * pixel.b;
    planes.l.push_back((r + g + b) / 3.0);
    planes.p.push_back((r + g) / 2.0 - b);
    planes.q.push_back(r - g);
    planes.a.push_back(pixel.a);
  }
  return planes;
}

std::vector<double> cosines(int component, int side) {
  std::vector<double> wave(static_cast<std::size_t>(side));
  for (int i = 0; i < side; ++i) wave[static_cast<std::size_t>(i)] = detail::cos_pi((i + 0.5) * component / side);
  return wave;
}

double dct(const std::vector<double>& plane, PixelSize size, int cx, int cy) {
  const auto across = cosines(cx, size.width);
  const auto down = cosines(cy, size.height);
  const double* at = plane.data();
  double sum = 0.0;
  for (const double fy : down) {
    double row = 0.0;
    for (const double fx : across) row += *at++ * fx;
    sum += row * fy;
  }
  return sum / (static_cast<double>(size.width) * size.height);
}

EncodedComponent transform(const std::vector<double>& plane, PixelSize size, int nx, int ny) {
  EncodedComponent out;
  detail::for_each_component(nx, ny, [&](int cx, int cy) {
    const double value = dct(plane, size, cx, cy);
    if (cx == 0 && cy == 0) {
      out.constant = value;
    } else {
      out.varying.push_back(std::abs(value) < kNothing ? 0.0 : value);
      out.scale = std::max(out.scale, std::abs(out.varying.back()));
    }
  });
  return out;
}

// Four bits for each; where a channel does not vary the format has zeros.
void append_varying(const EncodedComponent& component, std::vector<int>& nibbles) {
  for (const double value : component.varying) {
    const double share = component.scale > 0.0 ? 0.5 + 0.5 / component.scale * value : 0.0;
    nibbles.push_back(rounded(15.0 * share));
  }
}

void append_bytes(unsigned value, int bytes, Bytes& out) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<std::uint8_t>(value >> static_cast<unsigned>(8 * i)));
}

unsigned field(double value, unsigned shift) {
  return static_cast<unsigned>(rounded(value)) << shift;
}

Bytes encode(const Planes& planes) {
  const auto [width, height] = planes.size;
  const double most = detail::luma_components(planes.has_alpha);
  const int longest = std::max(width, height);
  const int lx = std::max(1, rounded(most * width / longest));
  const int ly = std::max(1, rounded(most * height / longest));
  const auto l = transform(planes.l, planes.size, std::max(3, lx), std::max(3, ly));
  const auto p = transform(planes.p, planes.size, detail::kChromaComponents, detail::kChromaComponents);
  const auto q = transform(planes.q, planes.size, detail::kChromaComponents, detail::kChromaComponents);
  Bytes hash;
  append_bytes(field(63.0 * l.constant, 0) | field(31.5 + 31.5 * p.constant, 6) | field(31.5 + 31.5 * q.constant, 12) |
                   field(31.0 * l.scale, 18) | (planes.has_alpha ? 1U << 23U : 0U),
               3, hash);
  append_bytes(static_cast<unsigned>(width > height ? ly : lx) | field(63.0 * p.scale, 3) | field(63.0 * q.scale, 9) |
                   (width > height ? 1U << 15U : 0U),
               2, hash);
  std::vector<int> nibbles;
  if (planes.has_alpha) {
    const auto a = transform(planes.a, planes.size, detail::kAlphaComponents, detail::kAlphaComponents);
    append_bytes(field(15.0 * a.constant, 0) | field(15.0 * a.scale, 4), 1, hash);
    for (const auto* channel : {&l, &p, &q, &a}) append_varying(*channel, nibbles);
  } else {
    for (const auto* channel : {&l, &p, &q}) append_varying(*channel, nibbles);
  }
  if (nibbles.size() % 2 != 0) nibbles.push_back(0);
  for (std::size_t i = 0; i < nibbles.size(); i += 2) {
    hash.push_back(static_cast<std::uint8_t>(nibbles[i] | nibbles[i + 1] << 4));
  }
  return hash;
}

}  // namespace

namespace detail {

PixelSize thumb_hash_size(PixelSize size) noexcept {
  const int longest = std::max(size.width, size.height);
  if (longest <= kThumbHashLargestSide) return size;
  const auto side = [&](int length) {
    return std::max(1, static_cast<int>((std::int64_t{2} * length * kThumbHashLargestSide + longest) /
                                        (2 * std::int64_t{longest})));
  };
  return {side(size.width), side(size.height)};
}

Bytes thumb_hash_of_small(const Bitmap& picture) {
  return encode(to_planes(picture));
}

}  // namespace detail

Result<Bytes> thumb_hash(const Bitmap& picture) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  const PixelSize size = detail::thumb_hash_size(picture.size);
  if (size == picture.size) return detail::thumb_hash_of_small(picture);
  const auto small = resize(picture, {0, 0, picture.size.width, picture.size.height}, size);
  if (!small) return small.error();
  return detail::thumb_hash_of_small(*small);
}

Result<std::string> thumb_hash_base64(const Bitmap& picture) {
  const auto hash = thumb_hash(picture);
  if (!hash) return hash.error();
  return to_base64(*hash);
}

}  // namespace imagegen
