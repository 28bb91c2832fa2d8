#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/result.hpp>

#include <string_view>

namespace imagegen {

/// What a new pixel is mixed of. When shrinking, all but `nearest` are widened so that they filter.
enum class ResizeKernel : std::uint8_t {
  nearest,   ///< The nearest pixel.
  linear,    ///< Triangle.
  cubic,     ///< Catmull-Rom; what libvips and sharp enlarge with.
  mitchell,  ///< Mitchell-Netravali with B = C = 1/3: no ringing, a little soft.
  lanczos2,
  lanczos3,
};

/// "nearest", "linear", "cubic", "mitchell", "lanczos2", "lanczos3"
std::string_view to_string(ResizeKernel kernel) noexcept;

/// Reads the names of to_string(). Errc::invalid_argument otherwise.
Result<ResizeKernel> parse_resize_kernel(std::string_view text);

/// How resize() mixes new pixels.
struct ResizeOptions {
  ResizeKernel kernel = ResizeKernel::lanczos3;          ///< On an axis that shrinks.
  ResizeKernel enlarge_kernel = ResizeKernel::lanczos3;  ///< On an axis that grows.
  /// Mixes light and not sRGB values: right for fine bright detail, but darkens nothing that was soft before. Slower.
  bool linear_light = false;
  friend bool operator==(const ResizeOptions&, const ResizeOptions&) = default;
};

/// Resamples the part `crop` of `source` to `size`; alpha is premultiplied meanwhile. Pixels just outside the crop do
/// not bleed in. The same bytes on every instruction set and with any number of threads.
/// \param threads How many to work with, 1 to 64: all but the caller's live for the call only.
/// Errc::invalid_argument for a crop that is empty or leaves the source, or a side of `size` outside [1, 65535].
Result<Bitmap> resize(const Bitmap& source, PixelRect crop, PixelSize size, const ResizeOptions& options = {},
                      int threads = 1);

/// Blurs with a Gaussian of `sigma` px, in [0.3, 100]: for placeholders. Alpha is premultiplied meanwhile.
/// Errc::invalid_argument for a sigma out of range.
Result<Bitmap> blur(const Bitmap& picture, float sigma);

}  // namespace imagegen
