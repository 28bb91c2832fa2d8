#pragma once
#include <imagegen/image/renditions.hpp>

#include "image/master.hpp"

namespace imagegen::detail {

/// Errc::invalid_argument for a threshold outside of [0, 255].
Result<void> check_trim(const Trim& trim);

/// The part of `region` that is left without its border of one colour; all of it where it has only that. The master has
/// RGB or 16 bits. Single pixels that differ count as noise, as in libvips and sharp: what is compared is the median of
/// 3x3. Pixels that are not opaque count as far as they are.
PixelRect trimmed(const Master& master, PixelRect region, const Trim& trim);

}  // namespace imagegen::detail
