#pragma once
#include <imagegen/core/bitmap.hpp>

namespace imagegen::test {

/// resize() by its definition, in double precision and without any of its code: Lanczos3, widened when shrinking, the
/// crop's edge samples repeated outside of it, alpha premultiplied; rounded once, at the end.
Bitmap reference_resize(const Bitmap& source, PixelRect crop, PixelSize size);

}  // namespace imagegen::test
