// Any file is refused, or a mask that survives being written in every polarity, and whose opposite polarity is its
// opposite.
#include <imagegen/image/decode.hpp>
#include <imagegen/image/mask.hpp>

#include <cstdlib>

namespace {

using namespace imagegen;

void require(bool holds) {
  if (!holds) std::abort();
}

ImageLimits small_limits() {
  ImageLimits limits;
  limits.max_pixels = 1 << 16;
  limits.max_side = 1 << 11;
  limits.max_icc_bytes = 1 << 16;
  return limits;
}

// Also one that edits nothing or everything.
Result<ReadMask> any_mask(ByteView file, std::optional<MaskPolarity> polarity = {}) {
  MaskReading how;
  how.polarity = polarity;
  how.allow_empty = how.allow_whole = true;
  how.limits = small_limits();
  return read_mask_as(file, how);
}

void check_written(const Mask& mask) {
  for (const auto polarity : {MaskPolarity::white_is_edit, MaskPolarity::black_is_edit,
                              MaskPolarity::transparent_is_edit, MaskPolarity::opaque_is_edit}) {
    const auto again = any_mask(write_mask(mask, polarity).value(), polarity);
    require(again.has_value() && again->mask.size == mask.size && again->mask.values == mask.values);
  }
}

void check_shapes(const Mask& mask) {
  const auto wide = grow_mask(mask, 3).value(), narrow = grow_mask(mask, -3).value();
  const auto outside = feather_mask(mask, 2, FeatherSide::outside).value();
  const auto inside = feather_mask(mask, 2);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    require(narrow.values[i] <= wide.values[i] && outside.values[i] >= mask.values[i]);
    if (inside) require(inside->values[i] <= mask.values[i]);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView file(data, size);
  const auto picture = decode_image(file, small_limits());
  const auto read = any_mask(file);
  require(read.has_value() == picture.has_value());
  if (!read) return 0;
  const Mask* mask = &read->mask;
  require(mask->size == picture->size);
  check_written(*mask);
  check_shapes(*mask);
  const auto clear = any_mask(file, MaskPolarity::transparent_is_edit);
  const auto solid = any_mask(file, MaskPolarity::opaque_is_edit);
  require(clear.has_value() == (picture->channels == 4) && solid.has_value() == clear.has_value());
  if (clear) require(invert_mask(clear->mask)->values == solid->mask.values);
  const auto both = with_mask_as_alpha(*picture, *mask).value();
  require(composite(*picture, both, Mask{mask->size, Bytes(mask->values.size(), 255)})->pixels == both.pixels);
  return 0;
}
