#pragma once
#include <imagegen/image/mask.hpp>

#include <string_view>

namespace imagegen::detail {

/// Errc::invalid_argument unless the mask has pixels and as many values as they are.
Result<void> check_mask(const Mask& mask);

/// Errc::invalid_argument naming both sizes unless `found` is `expected`, such as "mask: expected 4x3 as the base, got
/// 4x4".
Result<void> check_same_size(std::string_view name, PixelSize found, std::string_view other, PixelSize expected);

/// Whether such a mask is told by alpha, and not by brightness.
inline bool is_by_alpha(MaskPolarity polarity) {
  return polarity == MaskPolarity::transparent_is_edit || polarity == MaskPolarity::opaque_is_edit;
}

}  // namespace imagegen::detail
