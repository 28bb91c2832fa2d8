#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/image_limits.hpp>

#include <optional>

/// \file Masks for inpainting: reading and writing them in the form that each service wants, changing their shape, and
/// putting an edited picture over the one it was made of.
///
/// Every function returns Errc::invalid_argument for a mask whose values do not fit its size, is safe from any thread,
/// uses integers only, and so gives the same bytes on every machine.
namespace imagegen {

/// Which pixels of a picture to edit: 0 keeps a pixel, 255 replaces it, between is a mixture.
struct Mask {
  PixelSize size;  ///< px
  Bytes values;    ///< size.width * size.height, top row first.
};

/// How a picture says "edit here".
enum class MaskPolarity : std::uint8_t {
  white_is_edit,        ///< By brightness: Flux, fal, Replicate, Stability, ComfyUI's LoadImageMask.
  black_is_edit,        ///< By brightness, the other way round.
  transparent_is_edit,  ///< By alpha: OpenAI, ComfyUI's LoadImage.
  opaque_is_edit,       ///< By alpha, the other way round; a brush drawn on an empty layer.
};

/// "white_is_edit" and so on.
std::string_view to_string(MaskPolarity polarity) noexcept;

/// Decodes a mask. Brightness is that of ITU-R BT.601, which is the value itself where a pixel is grey; pixels that are
/// not opaque count as far as they are, and keep for the rest.
///
/// \param polarity When not given: transparent_is_edit if any pixel is not opaque, else white_is_edit.
/// \return Errc::invalid_argument where the polarity is one of alpha and the file has none; else errors of
/// decode_image().
Result<Mask> read_mask(ByteView file, std::optional<MaskPolarity> polarity = {}, const ImageLimits& limits = {});

/// A PNG that read_mask() reads back exactly: grey for a polarity of brightness, black RGBA for one of alpha; never a
/// palette.
Result<Bytes> write_mask(const Mask& mask, MaskPolarity polarity);

/// The picture with alpha 255 - mask, so that transparent is edit; alpha of its own is replaced. The colours below stay
/// as they are. \return RGBA, or Errc::invalid_argument when the sizes differ.
Result<Bitmap> with_mask_as_alpha(const Bitmap& picture, const Mask& mask);

/// with_mask_as_alpha() as an RGBA PNG: what OpenAI and ComfyUI's LoadImage take as picture and mask in one. Never a
/// palette, in which older readers look for no alpha.
Result<Bytes> write_masked_picture(const Bitmap& picture, const Mask& mask);

/// 255 where a value is at least `level` (1..255), else 0.
Result<Mask> threshold_mask(Mask mask, int level = 128);

/// 255 becomes 0 and the reverse.
Result<Mask> invert_mask(Mask mask);

/// Makes the region wider by a disc of `radius_px`, or narrower when that is negative: a pixel is edited when the
/// centre of a pixel of the region is at most so far away, by exact Euclidean distance. Hard before and after: values
/// of at least 128 are the region, results are 0 or 255. What lies beyond the picture's edges neither adds nor takes
/// away. \param radius_px -16384..16384. Time and memory are linear in the pixels, whatever the radius.
Result<Mask> grow_mask(Mask mask, int radius_px);

/// On which side of the region's border feather_mask() puts the soft edge.
enum class FeatherSide : std::uint8_t {
  inside,   ///< What was 0 stays 0, so nothing outside is touched. Parts narrower than twice the radius fade or vanish.
  both,     ///< Half inside, half outside.
  outside,  ///< What was 255 stays 255; the region becomes wider by twice the radius.
};

/// Softens the border: three box filters one after the other, near to a Gaussian whose sigma is a third of the radius.
/// The edge is 2 * `radius_px` wide.
/// \param radius_px 0..4096; 0 changes nothing. Time is linear in the pixels, whatever the radius.
/// \return Errc::invalid_argument for FeatherSide::inside where the region is so narrow that nothing would remain.
Result<Mask> feather_mask(Mask mask, int radius_px, FeatherSide side = FeatherSide::inside);

/// The smallest rectangle around all values above 0; nothing when there is none, as in a mask that edits nothing.
Result<std::optional<PixelRect>> edit_region(const Mask& mask);

/// Stretches to another size with a triangle filter, which cannot ring: every value lies between its neighbours', and
/// what was 0 or 255 all around stays so. Both sides of `size` 1..65535.
Result<Mask> resize_mask(const Mask& mask, PixelSize size);

/// `base` where the mask is 0 and `edited` where it is 255, bit by bit, and a mixture between, rounded to nearest.
/// Colours are mixed by their share of alpha, so that what is transparent gives none.
///
/// \param base,edited 3 or 4 channels; where only one has alpha the other counts as opaque.
/// \return As many channels as the one that has more. Errc::invalid_argument naming both sizes when they or the mask's
/// differ.
Result<Bitmap> composite(const Bitmap& base, const Bitmap& edited, const Mask& mask);

}  // namespace imagegen
