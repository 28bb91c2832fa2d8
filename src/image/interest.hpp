#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/geometry.hpp>

#include <array>
#include <cstdint>
#include <vector>

#include "image/pixels.hpp"

/// \file Where in a picture the eye goes. Integers, so that a picture has the same crop on every machine.
namespace imagegen::detail {

/// How much of the interest lies at each pixel of a small copy; 0 for what is background.
struct InterestMap {
  PixelSize size;
  std::vector<std::int64_t> values;  ///< Rows, top first; each at most 1 << 20.

  std::int64_t at(int x, int y) const {
    return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  }
};

/// The brightness of a copy, ITU-R BT.601 in 1/256; what is see-through lies on grey.
Plane brightness_of(const Bitmap& copy);

/// What stands out from the picture's border in brightness or colour, more where there is detail, skin or the middle.
/// `copy` is RGB or RGBA of at most a few hundred px a side.
InterestMap attention_map(const Bitmap& copy);

/// Where brightness varies from pixel to pixel, more where that stands out from the picture's border.
InterestMap entropy_map(const Bitmap& copy);

/// The box around what is most interesting and goes together; empty where nothing is.
PixelRect subject_box(const InterestMap& map);

}  // namespace imagegen::detail
