#include <imagegen/image/resize.hpp>

#include <algorithm>
#include <string>

#include "image/checks.hpp"
#include "image/resampler.hpp"

namespace imagegen {

Result<Bitmap> resize(const Bitmap& source, PixelRect crop, PixelSize size) {
  return detail::resize_unless(nullptr, source, crop, size);
}

namespace detail {
namespace {

constexpr int kLargestSide = 65'535;

Result<void> check_crop(PixelSize source, PixelRect crop) {
  const bool inside = crop.x >= 0 && crop.y >= 0 && crop.width > 0 && crop.height > 0 &&
                      crop.width <= source.width - crop.x && crop.height <= source.height - crop.y;
  if (inside) return {};
  return Error(Errc::invalid_argument, "crop: expected a part of " + to_string(source) + ", got " +
                                           to_string(PixelSize{crop.width, crop.height}) + " at " +
                                           std::to_string(crop.x) + "," + std::to_string(crop.y));
}

Result<void> check_target(PixelSize size) {
  if (std::min(size.width, size.height) >= 1 && std::max(size.width, size.height) <= kLargestSide) return {};
  return Error(Errc::invalid_argument, "size: expected sides of 1 to 65535 px, got " + to_string(size));
}

Bitmap cut_out(const Bitmap& source, PixelRect crop, Bitmap out) {
  const auto left = static_cast<std::size_t>(crop.x) * static_cast<std::size_t>(source.channels);
  for (int y = 0; y < crop.height; ++y) {
    std::copy_n(source.row(crop.y + y) + left, out.stride_bytes(), out.row(y));
  }
  return out;
}

}  // namespace

Result<Bitmap> resize_unless(const std::atomic<bool>* cancelled, const Bitmap& source, PixelRect crop, PixelSize size) {
  if (auto checked = check_bitmap(source); !checked) return checked.error();
  if (auto checked = check_crop(source.size, crop); !checked) return checked.error();
  if (auto checked = check_target(size); !checked) return checked.error();
  Bitmap out{size, source.channels, {}};
  out.pixels.resize(out.stride_bytes() * static_cast<std::size_t>(size.height));
  if (size == PixelSize{crop.width, crop.height}) return cut_out(source, crop, std::move(out));
  Resampler resampler(source, crop, size);
  for (int y = 0; y < size.height; ++y) {
    if (is_set(cancelled)) return cancelled_error();
    resampler.make_row(y, out.row(y));
  }
  return out;
}

}  // namespace detail
}  // namespace imagegen
