#include "image/shade.hpp"

#include <algorithm>

namespace imagegen::detail {
namespace {

std::uint32_t rounded(std::int64_t value, std::int64_t divisor) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>((2 * value + divisor) / (2 * divisor), 0, 255));
}

}  // namespace

std::uint32_t colour_of(const Shade& shade) {
  const std::uint32_t alpha = rounded(shade[3], kShadeWeights[3]);
  if (alpha == 0) return 0;
  std::uint32_t colour = alpha << 24U;
  for (unsigned i = 0; i < 3; ++i) {
    // The inverse of shade_part(), whose middle grey is 127.5.
    const std::int64_t scale = std::int64_t{2} * alpha * kShadeWeights[i];
    const std::int64_t sample = std::int64_t{255} * shade[i] + std::int64_t{255} * alpha * kShadeWeights[i];
    colour |= rounded(std::max<std::int64_t>(sample, 0), scale) << (8 * i);
  }
  return colour;
}

}  // namespace imagegen::detail
