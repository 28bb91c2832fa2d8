#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>

#include <algorithm>
#include <string>

#include "image/checks.hpp"
#include "image/mask_check.hpp"

namespace imagegen {
namespace {

bool is_by_alpha(MaskPolarity polarity) {
  return polarity == MaskPolarity::transparent_is_edit || polarity == MaskPolarity::opaque_is_edit;
}

bool is_opaque(const Bitmap& picture) {
  if (picture.channels != 4) return true;
  for (std::size_t i = 3; i < picture.pixels.size(); i += 4) {
    if (picture.pixels[i] != 255) return false;
  }
  return true;
}

// ITU-R BT.601 in 16 fractional bits; the weights sum to 1 << 16, so that grey stays what it is.
std::uint32_t brightness(const std::uint8_t* pixel, int channels) {
  if (channels == 1) return pixel[0];
  return (19595U * pixel[0] + 38470U * pixel[1] + 7471U * pixel[2] + 0x8000U) >> 16U;
}

std::uint8_t value_of(const std::uint8_t* pixel, int channels, MaskPolarity polarity) {
  const std::uint32_t alpha = channels == 4 ? pixel[3] : 255U;
  if (polarity == MaskPolarity::opaque_is_edit) return static_cast<std::uint8_t>(alpha);
  if (polarity == MaskPolarity::transparent_is_edit) return static_cast<std::uint8_t>(255U - alpha);
  const std::uint32_t bright = brightness(pixel, channels);
  const std::uint32_t edit = polarity == MaskPolarity::white_is_edit ? bright : 255U - bright;
  return static_cast<std::uint8_t>((edit * alpha + 127U) / 255U);
}

// Readers of masks look for alpha in the pixels and not in a palette.
Result<Bytes> encode_plain_png(const Bitmap& picture) {
  Encoding encoding;
  encoding.format = ImageFormat::png;
  encoding.palette = false;
  return encode_image(picture, encoding);
}

}  // namespace

Result<Mask> read_mask(ByteView file, std::optional<MaskPolarity> polarity, const ImageLimits& limits) {
  const auto picture = decode_image(file, limits);
  if (!picture) return in_context(picture.error(), "mask");
  if (!polarity) polarity = is_opaque(*picture) ? MaskPolarity::white_is_edit : MaskPolarity::transparent_is_edit;
  if (is_by_alpha(*polarity) && picture->channels != 4) {
    return Error(Errc::invalid_argument, "mask: expected a picture with alpha, because " +
                                             std::string(to_string(*polarity)) + ", got one without");
  }
  Mask mask{picture->size, {}};
  const auto channels = static_cast<std::size_t>(picture->channels);
  mask.values.reserve(picture->pixels.size() / channels);
  for (std::size_t i = 0; i < picture->pixels.size(); i += channels) {
    mask.values.push_back(value_of(picture->pixels.data() + i, picture->channels, *polarity));
  }
  return mask;
}

Result<Bytes> write_mask(const Mask& mask, MaskPolarity polarity) {
  if (auto checked = detail::check_mask(mask); !checked) return checked.error();
  const bool inverted = polarity == MaskPolarity::black_is_edit || polarity == MaskPolarity::transparent_is_edit;
  const auto shown = [&](std::uint8_t value) { return static_cast<std::uint8_t>(inverted ? 255 - value : value); };
  const bool by_alpha = is_by_alpha(polarity);
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
