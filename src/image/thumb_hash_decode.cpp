#include <imagegen/image/thumb_hash.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "image/byte_reader.hpp"
#include "image/portable_math.hpp"
#include "image/thumb_hash.hpp"

namespace imagegen {
namespace {

constexpr double kSaturation = 1.25;  // what 4 bits a component lose of the colours, given back

// The head of a hash in numbers: constants from 0 or -1 to 1, scales from 0 to 1.
struct Head {
  double l = 0.0, p = 0.0, q = 0.0, a = 1.0;
  double l_scale = 0.0, p_scale = 0.0, q_scale = 0.0, a_scale = 0.0;
  bool has_alpha = false;
  int nx = 0, ny = 0;  ///< Components of the luminance; their ratio is that of the picture.
};

struct StoredComponent {
  int nx = 0, ny = 0;
  std::vector<double> varying;
};

int varying_components(int nx, int ny) {
  int count = -1;  // the constant one stands in the head
  detail::for_each_component(nx, ny, [&](int, int) { ++count; });
  return count;
}

std::size_t bytes_of(const Head& head) {
  const int chroma = varying_components(detail::kChromaComponents, detail::kChromaComponents);
  const int alpha = head.has_alpha ? varying_components(detail::kAlphaComponents, detail::kAlphaComponents) : 0;
  const int nibbles = varying_components(std::max(3, head.nx), std::max(3, head.ny)) + 2 * chroma + alpha;
  return detail::kThumbHashHead + (head.has_alpha ? 1 : 0) + static_cast<std::size_t>((nibbles + 1) / 2);
}

Result<Head> read_head(ByteView hash) {
  if (hash.size() <= detail::kThumbHashHead) {
    return Error(Errc::corrupt_data, "thumb hash: expected more than 5 bytes, got " + std::to_string(hash.size()));
  }
  const std::uint32_t first = detail::read_bytes(hash, 0, 3, false);
  const std::uint32_t second = detail::read_bytes(hash, 3, 2, false);
  Head head;
  head.l = (first & 63U) / 63.0;
  head.p = ((first >> 6U) & 63U) / 31.5 - 1.0;
  head.q = ((first >> 12U) & 63U) / 31.5 - 1.0;
  head.l_scale = ((first >> 18U) & 31U) / 31.0;
  head.has_alpha = (first >> 23U) != 0;
  head.p_scale = ((second >> 3U) & 63U) / 63.0;
  head.q_scale = ((second >> 9U) & 63U) / 63.0;
  if (head.has_alpha) head.a = (hash[5] & 15U) / 15.0;
  if (head.has_alpha) head.a_scale = (hash[5] >> 4U) / 15.0;
  const int longer = detail::luma_components(head.has_alpha);
  const int shorter = static_cast<int>(second & 7U);
  const bool landscape = (second >> 15U) != 0;
  head.nx = landscape ? longer : shorter;
  head.ny = landscape ? shorter : longer;
  if (shorter < 1 || shorter > longer) {
    return Error(Errc::corrupt_data, "thumb hash: expected 1 to " + std::to_string(longer) +
                                         " components along the shorter side, got " + std::to_string(shorter));
  }
  if (hash.size() != bytes_of(head)) {
    return Error(Errc::corrupt_data, "thumb hash: expected " + std::to_string(bytes_of(head)) + " bytes, got " +
                                         std::to_string(hash.size()));
  }
  return head;
}

// Takes the 4-bit values one after the other.
class Nibbles {
 public:
  explicit Nibbles(ByteView bytes) : bytes_(bytes) {}

  StoredComponent take(int nx, int ny, double scale) {
    StoredComponent component{nx, ny, {}};
    for (int left = varying_components(nx, ny); left > 0; --left, ++at_) {
      const unsigned nibble = (bytes_[at_ / 2] >> (at_ % 2 * 4)) & 15U;
      component.varying.push_back((nibble / 7.5 - 1.0) * scale);
    }
    return component;
  }

 private:
  ByteView bytes_;
  std::size_t at_ = 0;
};

using Waves = std::vector<std::vector<double>>;  // cosines, by position and component

Waves waves(int side) {
  Waves all(static_cast<std::size_t>(side));
  for (int i = 0; i < side; ++i) {
    for (int c = 0; c < 7; ++c) all[static_cast<std::size_t>(i)].push_back(detail::cos_pi((i + 0.5) * c / side));
  }
  return all;
}

double value_at(const StoredComponent& component, const std::vector<double>& fx, const std::vector<double>& fy) {
  double value = 0.0;
  std::size_t next = 0;
  detail::for_each_component(component.nx, component.ny, [&](int cx, int cy) {
    if (cx == 0 && cy == 0) return;
    value += component.varying[next++] * fx[static_cast<std::size_t>(cx)] * fy[static_cast<std::size_t>(cy)] * 2.0;
  });
  return value;
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(255.0 * std::clamp(value, 0.0, 1.0) + 0.5);
}

std::array<std::uint8_t, 4> to_pixel(double l, double p, double q, double a) {
  const double b = l - 2.0 / 3.0 * p;
  const double r = (3.0 * l - b + q) / 2.0;
  return {to_byte(r), to_byte(r - q), to_byte(b), to_byte(a)};
}

PixelSize size_of(const Head& head) {
  const auto side = [](int part, int whole) {
    return static_cast<int>(std::floor(static_cast<double>(detail::kThumbHashSide) * part / whole + 0.5));
  };
  if (head.nx > head.ny) return {detail::kThumbHashSide, side(head.ny, head.nx)};
  return {side(head.nx, head.ny), detail::kThumbHashSide};
}

}  // namespace

Result<Bitmap> thumb_hash_picture(ByteView hash) {
  const auto head = read_head(hash);
  if (!head) return head.error();
  Nibbles nibbles(hash.subspan(detail::kThumbHashHead + (head->has_alpha ? 1 : 0)));
  constexpr int kChroma = detail::kChromaComponents;
  const auto l = nibbles.take(std::max(3, head->nx), std::max(3, head->ny), head->l_scale);
  const auto p = nibbles.take(kChroma, kChroma, head->p_scale * kSaturation);
  const auto q = nibbles.take(kChroma, kChroma, head->q_scale * kSaturation);
  const int alphas = head->has_alpha ? detail::kAlphaComponents : 1;
  const auto a = nibbles.take(alphas, alphas, head->a_scale);
  Bitmap picture{size_of(*head), 4, {}};
  const auto across = waves(picture.size.width);
  const auto down = waves(picture.size.height);
  for (const auto& fy : down) {
    for (const auto& fx : across) {
      const auto pixel = to_pixel(head->l + value_at(l, fx, fy), head->p + value_at(p, fx, fy),
                                  head->q + value_at(q, fx, fy), head->a + value_at(a, fx, fy));
      picture.pixels.insert(picture.pixels.end(), pixel.begin(), pixel.end());
    }
  }
  return picture;
}

Result<std::array<std::uint8_t, 4>> thumb_hash_average(ByteView hash) {
  const auto head = read_head(hash);
  if (!head) return head.error();
  return to_pixel(head->l, head->p, head->q, head->a);
}

}  // namespace imagegen
