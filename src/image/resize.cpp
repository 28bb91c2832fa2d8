#include <imagegen/image/resize.hpp>

#include <algorithm>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "image/checks.hpp"
#include "image/deep_resampler.hpp"
#include "image/parse_name.hpp"
#include "image/resampler.hpp"

namespace imagegen {
namespace {

constexpr int kMostThreads = 64;
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
  if (std::min(size.width, size.height) >= 1 && std::max(size.width, size.height) <= detail::kLargestSide) return {};
  return Error(Errc::invalid_argument, "size: expected sides of 1 to 65535 px, got " + to_string(size));
}

Result<void> check_threads(int threads) {
  if (threads >= 1 && threads <= kMostThreads) return {};
  return Error(Errc::invalid_argument, "threads: expected 1 to 64, got " + std::to_string(threads));
}

// A run of the rows that are made; none depends on another.
struct Band {
  int from, to;
  detail::RowStreamPtr rows;

  void read_into(Bitmap& made) const {
    for (int y = from; y < to; ++y) rows->read(made.row(y));
  }
};

std::vector<Band> bands_of(const Bitmap& source, const detail::ExactAxes& axes, bool linear_light, int count) {
  const auto height = static_cast<int>(axes.down.groups.size());
  const auto view = detail::view_of(source);
  count = std::min(count, height);
  std::vector<Band> bands;
  for (int n = 0, from = 0; n < count; ++n) {
    const auto to = static_cast<int>(std::int64_t{height} * (n + 1) / count);
    const detail::ExactAxes part{axes.across, detail::part_of(axes.down, from, to)};
    bands.push_back(
        {from, to,
         linear_light ? detail::narrowed(detail::deep_resampled(view, part, true)) : detail::resampled(view, part)});
    from = to;
  }
  return bands;
}

Bitmap resized(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options, int threads) {
  const auto axes = detail::exact_axes(detail::window_of(crop), size, options);
  const auto bands = bands_of(source, axes, options.linear_light, threads);
  Bitmap made{size, source.channels, {}};
  made.pixels.resize(made.stride_bytes() * static_cast<std::size_t>(size.height));
  std::vector<std::jthread> others;
  for (std::size_t n = 1; n < bands.size(); ++n) {
    try {
      others.emplace_back([&, n] { bands[n].read_into(made); });
    } catch (const std::system_error&) {  // no more threads to be had
      bands[n].read_into(made);
    }
  }
  bands[0].read_into(made);
  return made;
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

Result<Bitmap> resize(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options, int threads) {
  if (auto checked = detail::check_bitmap(source); !checked) return checked.error();
  if (auto checked = check_crop(source.size, crop); !checked) return checked.error();
  if (auto checked = check_target(size); !checked) return checked.error();
  if (auto checked = check_threads(threads); !checked) return checked.error();
  if (size == PixelSize{crop.width, crop.height}) return detail::collect(*detail::rows_of(source, crop));
  return resized(source, crop, size, options, threads);
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
