#include "image/mask_noise.hpp"

#include <webp/decode.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "image/mask_check.hpp"

namespace imagegen {
namespace detail {
namespace {

// Measured with libjpeg-turbo, libwebp and libavif on rectangles, ellipses, polygons, dots and strokes, hard and
// feathered: from JPEG quality 60 on nothing outside of a hard edge exceeds 65, and nothing beside a soft one 8 but
// where the edge is 2 px wide. A feather of 3 px is the first whose values differ by less than kHardStep in two pixels.
constexpr int kHardStep = 128;
constexpr int kReach = 8;  // a hard edge disturbs the whole of its 8x8 block
constexpr std::uint8_t kNoiseAtHardEdges = 80;
constexpr std::uint8_t kNoiseElsewhere = 8;

bool differ_much(int a, int b, int c) {
  return std::max({a, b, c}) - std::min({a, b, c}) >= kHardStep;
}

// Where values of a row differ much from their neighbours' on either axis. At the edges of the picture a pixel is its
// own neighbour.
void find_hard_edges(const Mask& mask, int y, std::vector<bool>& hard) {
  const auto row_at = [&](int at) {
    const auto row = static_cast<std::size_t>(std::clamp(at, 0, mask.size.height - 1));
    return mask.values.data() + row * static_cast<std::size_t>(mask.size.width);
  };
  const std::uint8_t *above = row_at(y - 1), *row = row_at(y), *below = row_at(y + 1);
  const int last = mask.size.width - 1;
  for (int x = 0; x <= last; ++x) {
    hard[static_cast<std::size_t>(x)] = differ_much(row[std::max(x - 1, 0)], row[x], row[std::min(x + 1, last)]) ||
                                        differ_much(above[x], row[x], below[x]);
  }
}

// Distances along a row, up to kReach + 1, to the nearest hard edge in it.
void measure_row(const std::vector<bool>& hard, std::uint8_t* distance) {
  int away = kReach + 1;
  for (std::size_t x = 0; x < hard.size(); ++x) {
    away = hard[x] ? 0 : std::min(away + 1, kReach + 1);
    distance[x] = static_cast<std::uint8_t>(away);
  }
  away = kReach + 1;
  for (std::size_t x = hard.size(); x-- > 0;) {
    away = hard[x] ? 0 : std::min(away + 1, kReach + 1);
    distance[x] = std::min(distance[x], static_cast<std::uint8_t>(away));
  }
}

// 1 for every pixel in the square of kReach px around a hard edge, else 0.
Bytes beside_hard_edges(const Mask& mask) {
  const auto width = static_cast<std::size_t>(mask.size.width);
  Bytes beside(mask.values.size());
  std::vector<bool> hard(width);
  for (int y = 0; y < mask.size.height; ++y) {
    std::uint8_t* row = beside.data() + static_cast<std::size_t>(y) * width;
    find_hard_edges(mask, y, hard);
    measure_row(hard, row);
    std::transform(row, row + width, row, [](std::uint8_t away) { return away <= kReach ? 0 : kReach + 1; });
  }
  // The same along the columns, with both passes over whole rows.
  const auto nearer = [](std::uint8_t own, std::uint8_t next) {
    return std::min<std::uint8_t>(own, static_cast<std::uint8_t>(std::min(next + 1, kReach + 1)));
  };
  for (std::size_t i = width; i < beside.size(); ++i) beside[i] = nearer(beside[i], beside[i - width]);
  for (std::size_t i = beside.size() - width; i-- > 0;) beside[i] = nearer(beside[i], beside[i + width]);
  for (std::uint8_t& away : beside) away = away <= kReach ? 1 : 0;
  return beside;
}

}  // namespace

std::int64_t remove_noise(Mask& mask) {
  const Bytes beside = beside_hard_edges(mask);
  std::int64_t changed = 0;
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    std::uint8_t& value = mask.values[i];
    const std::uint8_t noise = beside[i] != 0 ? kNoiseAtHardEdges : kNoiseElsewhere;
    const std::uint8_t clean = value <= noise ? 0 : value >= 255 - noise ? 255 : value;
    changed += clean != value ? 1 : 0;
    value = clean;
  }
  return changed;
}

bool has_lossy_values(ByteView file, ImageFormat format, bool by_alpha) {
  if (format == ImageFormat::png) return false;
  if (format != ImageFormat::webp) return true;
  WebPBitstreamFeatures features;
  constexpr int kLossless = 2;
  const bool is_known = WebPGetFeatures(file.data(), file.size(), &features) == VP8_STATUS_OK;
  return !by_alpha && is_known && features.format != kLossless;
}

}  // namespace detail

Result<Mask> clean_lossy_mask(Mask mask) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  detail::remove_noise(mask);
  return mask;
}

}  // namespace imagegen
