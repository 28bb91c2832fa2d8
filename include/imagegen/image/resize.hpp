#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/result.hpp>

namespace imagegen {

/// Resamples the part `crop` of `source` to `size` with a Lanczos3 kernel (widened when shrinking, so that it filters),
/// horizontally and vertically; alpha is premultiplied meanwhile. Pixels just outside the crop do not bleed in.
/// The same bytes on every instruction set. Errc::invalid_argument for a crop that is empty or leaves the source.
Result<Bitmap> resize(const Bitmap& source, PixelRect crop, PixelSize size);

}  // namespace imagegen
