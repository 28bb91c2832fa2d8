#include <imagegen/image/resize.hpp>

#include <algorithm>
#include <new>
#include <string>

#include "image/checks.hpp"
#include "image/deep_resampler.hpp"
#include "image/parse_name.hpp"
#include "image/resampler.hpp"

namespace imagegen {
namespace {

constexpr int kLargestSide = 65'535;
constexpr float kLeastSigma = 0.3F;
constexpr float kMostSigma = 100.0F;
constexpr ResizeKernel kKernels[] = {ResizeKernel::nearest,  ResizeKernel::linear,   ResizeKernel::cubic,
                                     ResizeKernel::mitchell, ResizeKernel::lanczos2, ResizeKernel::lanczos3};

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

detail::RowStreamPtr resized_rows(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options) {
  if (size == PixelSize{crop.width, crop.height}) return detail::rows_of(source, crop);
  const auto window = detail::window_of(crop);
  const auto view = detail::view_of(source);
  if (options.linear_light) return detail::narrowed(detail::deep_resampled(view, window, size, options));
  return detail::resampled(view, window, size, options);
}

}  // namespace

namespace detail {

Result<void> check_sigma(float sigma) {
  if (sigma >= kLeastSigma && sigma <= kMostSigma) return {};  // false for NaN, too
  return Error(Errc::invalid_argument, "blur: expected a sigma of 0.3 to 100 px, got " + std::to_string(sigma));
}

RowStreamPtr blurred(const Bitmap& picture, float sigma) {
  return std::make_unique<Resampler>(view_of(picture), gaussian_axis(picture.size.width, sigma),
                                     gaussian_axis(picture.size.height, sigma));
}

}  // namespace detail

Result<Bitmap> resize(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options) {
  if (auto checked = detail::check_bitmap(source); !checked) return checked.error();
  if (auto checked = check_crop(source.size, crop); !checked) return checked.error();
  if (auto checked = check_target(size); !checked) return checked.error();
  return detail::collect(*resized_rows(source, crop, size, options));
}

Result<Bitmap> blur(const Bitmap& picture, float sigma) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  if (auto checked = detail::check_sigma(sigma); !checked) return checked.error();
  return detail::collect(*detail::blurred(picture, sigma));
}

std::string_view to_string(ResizeKernel kernel) noexcept {
  switch (kernel) {
    case ResizeKernel::nearest:
      return "nearest";
    case ResizeKernel::linear:
      return "linear";
    case ResizeKernel::cubic:
      return "cubic";
    case ResizeKernel::mitchell:
      return "mitchell";
    case ResizeKernel::lanczos2:
      return "lanczos2";
    case ResizeKernel::lanczos3:
      break;
  }
  return "lanczos3";
}

Result<ResizeKernel> parse_resize_kernel(std::string_view text) {
  return detail::parse_name(kKernels, text);
}

}  // namespace imagegen
