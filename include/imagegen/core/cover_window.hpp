#pragma once
#include <imagegen/core/geometry.hpp>

namespace imagegen {

/// The largest part of `source` that has the aspect ratio of `box`, where `position` wants it: CSS `cover`. It may
/// begin and end inside of pixels, so that nothing is stretched; only where it would be thinner than a pixel it is one
/// wide.
///
/// Rules that look at pixels get the middle: whoever knows the pixels moves it.
/// Both sizes must be positive and the point in [0, 1]. The result lies inside the source.
/// Source: CSS Images Level 3, "object-fit" and "object-position".
PixelWindow cover_window(PixelSize source, const CropPosition& position, PixelSize box);

}  // namespace imagegen
