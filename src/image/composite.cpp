#include <imagegen/image/mask.hpp>

#include <algorithm>
#include <array>
#include <string>

#include "image/checks.hpp"
#include "image/kernels/composite_row.hpp"
#include "image/mask_check.hpp"

namespace imagegen {
namespace {

using Pixel = std::array<std::uint8_t, 4>;

Result<void> check_layer(const char* name, const Bitmap& picture) {
  if (auto checked = detail::check_bitmap(picture); !checked) return in_context(checked.error(), name);
  if (picture.channels != 1) return {};
  return Error(Errc::invalid_argument, std::string(name) + ": expected 3 or 4 channels, got 1");
}

Result<void> check_layers(const Bitmap& base, const Bitmap& edited, const Mask& mask) {
  if (auto checked = check_layer("base", base); !checked) return checked;
  if (auto checked = check_layer("edited", edited); !checked) return checked;
  if (auto checked = detail::check_mask(mask); !checked) return checked;
  if (auto checked = detail::check_same_size("edited", edited.size, "base", base.size); !checked) return checked;
  return detail::check_same_size("mask", mask.size, "base", base.size);
}

Pixel pixel_at(const std::uint8_t* row, int channels, int x) {
  const std::uint8_t* at = row + static_cast<std::ptrdiff_t>(x) * channels;
  return {at[0], at[1], at[2], channels == 4 ? at[3] : std::uint8_t{255}};
}

// Each colour weighs as much as its pixel covers. All products stay below 2^24.
Pixel mixed(const Pixel& base, const Pixel& edited, std::uint32_t mask) {
  const std::uint32_t keep = (255U - mask) * base[3];
  const std::uint32_t take = mask * edited[3];
  const std::uint32_t sum = keep + take;
  if (sum == 0) return base;  // nothing to see from either
  Pixel out{};
  for (std::size_t c = 0; c < 3; ++c) {
    out[c] = static_cast<std::uint8_t>((base[c] * keep + edited[c] * take + sum / 2) / sum);
  }
  out[3] = static_cast<std::uint8_t>((sum + 127U) / 255U);
  return out;
}

// Most of a mask is 0 or 255, so the divisions of the mixture are few.
void composite_alpha_row(const Bitmap& base, const Bitmap& edited, const std::uint8_t* mask, int y, std::uint8_t* out) {
  for (int x = 0; x < base.size.width; ++x, out += 4) {
    const Pixel below = pixel_at(base.row(y), base.channels, x);
    const Pixel above = pixel_at(edited.row(y), edited.channels, x);
    const Pixel result = mask[x] == 0 ? below : mask[x] == 255 ? above : mixed(below, above, mask[x]);
    std::copy(result.begin(), result.end(), out);
  }
}

}  // namespace

Result<Bitmap> composite(const Bitmap& base, const Bitmap& edited, const Mask& mask) {
  if (auto checked = check_layers(base, edited, mask); !checked) return checked.error();
  Bitmap out{base.size, std::max(base.channels, edited.channels), {}};
  out.pixels.resize(out.stride_bytes() * static_cast<std::size_t>(out.size.height));
  const auto width = static_cast<std::size_t>(out.size.width);
  for (int y = 0; y < out.size.height; ++y) {
    const std::uint8_t* values = mask.values.data() + static_cast<std::size_t>(y) * width;
    if (out.channels == 4) {
      composite_alpha_row(base, edited, values, y, out.row(y));
    } else {
      kernels::composite_row({base.row(y), 3 * width}, {edited.row(y), 3 * width}, {values, width},
                             {out.row(y), 3 * width});
    }
  }
  return out;
}

}  // namespace imagegen
