#include <imagegen/image/mask.hpp>

namespace imagegen {

std::string_view to_string(MaskPolarity polarity) noexcept {
  switch (polarity) {
    case MaskPolarity::white_is_edit:
      return "white_is_edit";
    case MaskPolarity::black_is_edit:
      return "black_is_edit";
    case MaskPolarity::transparent_is_edit:
      return "transparent_is_edit";
    default:
      return "opaque_is_edit";
  }
}

std::string_view to_string(FeatherSide side) noexcept {
  switch (side) {
    case FeatherSide::inside:
      return "inside";
    case FeatherSide::both:
      return "both";
    default:
      return "outside";
  }
}

}  // namespace imagegen
