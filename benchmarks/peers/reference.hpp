#pragma once
#include <optional>
#include <string_view>

#include "peers/picture.hpp"

/// \file What the resized picture should be: the definition in double precision, with no code of either side.
namespace peers {

/// Which part of a master a side keeps when it makes a picture of another shape of it.
enum class CropRule {
  whole_pixels,  ///< Ours: crops at whole pixels and resizes then; nothing outside of the crop bleeds in.
  sharp,         ///< Resizes and cuts then, at (rest + 1) / 2: a window of fractions of pixels.
  vips,          ///< vips_thumbnail(): the same at rest / 2.
};

std::optional<CropRule> parse_crop_rule(std::string_view text);

/// `master` cropped by `rule` to the shape of `size` and resized to it: with Lanczos3, widened, on an axis that
/// shrinks, and with the Catmull-Rom cubic on one that grows.
Picture reference(const Picture& master, Size size, CropRule rule);

}  // namespace peers
