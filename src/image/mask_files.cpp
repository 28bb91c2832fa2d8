#include <imagegen/image/encode.hpp>

#include "image/checks.hpp"
#include "image/mask_check.hpp"

namespace imagegen {
namespace {

// Readers of masks look for alpha in the pixels and not in a palette.
Result<Bytes> encode_plain_png(const Bitmap& picture) {
  Encoding encoding;
  encoding.format = ImageFormat::png;
  encoding.palette = false;
  return encode_image(picture, encoding);
}

}  // namespace

Result<Bytes> write_mask(const Mask& mask, MaskPolarity polarity) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  const bool inverted = polarity == MaskPolarity::black_is_edit || polarity == MaskPolarity::transparent_is_edit;
  const auto shown = [&](std::uint8_t value) { return static_cast<std::uint8_t>(inverted ? 255 - value : value); };
  const bool by_alpha = detail::is_by_alpha(polarity);
  Bitmap picture{mask.size, by_alpha ? 4 : 1, {}};
  picture.pixels.resize(mask.values.size() * (by_alpha ? 4 : 1));
  for (std::size_t i = 0; i < mask.values.size(); ++i) picture.pixels[by_alpha ? 4 * i + 3 : i] = shown(mask.values[i]);
  return encode_plain_png(picture);
}

Result<Bitmap> with_mask_as_alpha(const Bitmap& picture, const Mask& mask) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  if (auto checked = detail::check_same_size("mask", mask.size, "picture", picture.size); !checked) {
    return checked.error();
  }
  Bitmap out{picture.size, 4, {}};
  out.pixels.reserve(mask.values.size() * 4);
  const auto channels = static_cast<std::size_t>(picture.channels);
  for (std::size_t i = 0; i < mask.values.size(); ++i) {
    const std::uint8_t* pixel = picture.pixels.data() + i * channels;
    const std::size_t step = channels == 1 ? 0 : 1;
    const auto alpha = static_cast<std::uint8_t>(255 - mask.values[i]);
    out.pixels.insert(out.pixels.end(), {pixel[0], pixel[step], pixel[2 * step], alpha});
  }
  return out;
}

Result<Bytes> write_masked_picture(const Bitmap& picture, const Mask& mask) {
  const auto both = with_mask_as_alpha(picture, mask);
  if (!both) return both.error();
  return encode_plain_png(*both);
}

}  // namespace imagegen
