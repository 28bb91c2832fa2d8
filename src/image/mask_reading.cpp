#include <imagegen/image/decode.hpp>

#include <array>
#include <string>

#include "image/mask_check.hpp"
#include "image/mask_coverage.hpp"
#include "image/mask_noise.hpp"

namespace imagegen {
namespace {

using detail::Edits;

constexpr std::array kPolarities = {MaskPolarity::white_is_edit, MaskPolarity::black_is_edit,
                                    MaskPolarity::transparent_is_edit, MaskPolarity::opaque_is_edit};

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

Mask mask_of(const Bitmap& picture, MaskPolarity polarity) {
  Mask mask{picture.size, {}};
  const auto channels = static_cast<std::size_t>(picture.channels);
  mask.values.reserve(picture.pixels.size() / channels);
  for (std::size_t i = 0; i < picture.pixels.size(); i += channels) {
    mask.values.push_back(value_of(picture.pixels.data() + i, picture.channels, polarity));
  }
  return mask;
}

// A picture, and where it came from.
struct MaskSource {
  Bitmap picture;
  ByteView file;
  MaskReading how;
};

Result<MaskSource> decoded(ByteView file, const MaskReading& how) {
  if (how.threshold && (*how.threshold < 1 || *how.threshold > 255))
    return Error(Errc::invalid_argument, "threshold: expected 1..255, got " + std::to_string(*how.threshold));
  auto picture = decode_image(file, how.limits);
  if (!picture) return in_context(picture.error(), "mask");
  return MaskSource{std::move(*picture), file, how};
}

ReadMask read_as(const MaskSource& from, MaskPolarity polarity) {
  ReadMask read{mask_of(from.picture, polarity), polarity, 0};
  const auto format = parse_image_format(sniff_format(from.file));
  if (!from.how.keep_noise && format && detail::has_lossy_values(from.file, *format, detail::is_by_alpha(polarity)))
    read.cleaned_pixels = detail::remove_noise(read.mask);
  if (from.how.threshold) read.mask = threshold_mask(std::move(read.mask), *from.how.threshold).value();
  return read;
}

bool can_be_read_as(const Bitmap& picture, MaskPolarity polarity) {
  return picture.channels == 4 || !detail::is_by_alpha(polarity);
}

// "; as transparent_is_edit 12.4 % would be edited, as opaque_is_edit 87.6 %"
std::string other_polarities(const MaskSource& from, MaskPolarity without) {
  std::string others;
  for (const auto polarity : kPolarities) {
    if (polarity == without || !can_be_read_as(from.picture, polarity)) continue;
    const Mask mask = read_as(from, polarity).mask;
    if (detail::edits_of(mask) != Edits::part) continue;
    others += (others.empty() ? "; as " : ", as ") + std::string(to_string(polarity)) + " " +
              detail::percent(detail::edited_share(mask)) + (others.empty() ? " would be edited" : "");
  }
  return others.empty() ? "; no polarity would edit a part of it" : others;
}

bool is_allowed(Edits edits, const MaskReading& how) {
  if (edits == Edits::nothing) return how.allow_empty;
  return edits == Edits::part || how.allow_whole;
}

}  // namespace

Result<ReadMask> read_mask_as(ByteView file, const MaskReading& how) {
  const auto from = decoded(file, how);
  if (!from) return from.error();
  const auto guessed = is_opaque(from->picture) ? MaskPolarity::white_is_edit : MaskPolarity::transparent_is_edit;
  const auto polarity = how.polarity.value_or(guessed);
  const std::string name(to_string(polarity));
  if (!can_be_read_as(from->picture, polarity)) {
    return Error(Errc::invalid_argument, "mask: expected a picture with alpha, because " + name + ", got one without");
  }
  auto read = read_as(*from, polarity);
  if (is_allowed(detail::edits_of(read.mask), how)) return read;
  const std::string guess = how.polarity ? "" : " because no polarity was named";
  const std::string level = how.threshold ? " with the threshold " + std::to_string(*how.threshold) : "";
  return detail::edits_no_part(read.mask, "read as " + name + level + guess, other_polarities(*from, polarity));
}

Result<Mask> read_mask(ByteView file, std::optional<MaskPolarity> polarity, const ImageLimits& limits) {
  MaskReading how;
  how.polarity = polarity, how.limits = limits;
  auto read = read_mask_as(file, how);
  if (!read) return read.error();
  return std::move(read->mask);
}

Result<std::vector<PolarityShare>> mask_polarities(ByteView file, const MaskReading& how) {
  const auto from = decoded(file, how);
  if (!from) return from.error();
  std::vector<PolarityShare> all;
  for (const auto polarity : kPolarities) {
    if (!can_be_read_as(from->picture, polarity)) continue;
    all.push_back({polarity, detail::edited_share(read_as(*from, polarity).mask)});
  }
  return all;
}

}  // namespace imagegen
