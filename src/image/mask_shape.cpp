#include "image/mask_check.hpp"
#include "image/mask_coverage.hpp"

namespace imagegen {
namespace {

Result<Mask> shaped(Mask mask, const MaskShape& shape) {
  Result<Mask> made = std::move(mask);
  if (shape.invert) made = invert_mask(std::move(*made));
  if (made && shape.size && *shape.size != made->size) made = resize_mask(*made, *shape.size);
  if (made && shape.grow_px != 0) made = grow_mask(std::move(*made), shape.grow_px);
  if (made && shape.feather_px != 0) made = feather_mask(std::move(*made), shape.feather_px, shape.side);
  return made;
}

}  // namespace

Result<Mask> shape_mask(Mask mask, const MaskShape& shape) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  const auto before = detail::edits_of(mask);
  auto made = shaped(std::move(mask), shape);
  if (!made) return made;
  const auto after = detail::edits_of(*made);
  const bool is_allowed = (after != detail::Edits::nothing || shape.allow_empty) &&
                          (after != detail::Edits::everything || shape.allow_whole);
  if (is_allowed) return made;
  if (before != detail::Edits::part) return detail::edits_no_part(*made, "as it was to be shaped", "");
  const bool is_gone = after == detail::Edits::nothing;
  return detail::edits_no_part(*made, "after it was shaped", is_gone ? "; grow it more, or feather it less" : "");
}

}  // namespace imagegen
