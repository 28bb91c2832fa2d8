#pragma once
#include <imagegen/core/geometry.hpp>

namespace imagegen {

/// The largest part of `source` that has the aspect ratio of `box`, as near to `focus` as fits: CSS `cover`.
///
/// Both sizes must be positive and `focus` in [0, 1]. The result has sides of at least 1 px and lies inside the source.
/// Source: CSS Images Level 3, "object-fit" and "object-position".
PixelRect cover_crop(PixelSize source, FocalPoint focus, PixelSize box);

}  // namespace imagegen
