#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/image_limits.hpp>

#include <optional>
#include <string_view>
#include <vector>

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

/// How a mask file is read.
struct MaskReading {
  /// When not given: transparent_is_edit if any pixel is not opaque, else white_is_edit.
  std::optional<MaskPolarity> polarity = {};
  bool allow_empty = false;  ///< A mask that edits nothing is no error.
  bool allow_whole = false;  ///< Nor is one that edits everything.
  /// Takes what a lossy file says as it is. Else clean_lossy_mask() is done to those.
  bool keep_noise = false;
  std::optional<int> threshold = {};  ///< threshold_mask() at this level, before it is asked what is edited.
  ImageLimits limits = {};
};

/// What a mask file says.
struct ReadMask {
  Mask mask;                                            ///< Without noise, and hard where a threshold was asked for.
  MaskPolarity polarity = MaskPolarity::white_is_edit;  ///< The one that it was read as.
  std::int64_t cleaned_pixels = 0;                      ///< How many clean_lossy_mask() has changed.
};

/// Decodes a mask. Brightness is that of ITU-R BT.601, which is the value itself where a pixel is grey; pixels that are
/// not opaque count as far as they are, and keep for the rest.
///
/// A mask that edits nothing (no value reaches 128) or everything (all values do) is mostly one that was read in the
/// wrong polarity, and is refused unless `how` allows it.
/// \return Errc::invalid_argument where the polarity is one of alpha and the file has none, and for a mask that edits
/// nothing or everything: the message names the polarity that was read, and those that would edit a part, with their
/// shares. Else errors of decode_image().
Result<ReadMask> read_mask_as(ByteView file, const MaskReading& how);

/// read_mask_as() with what a MaskReading has by default, where nothing but the mask is of interest.
Result<Mask> read_mask(ByteView file, std::optional<MaskPolarity> polarity = {}, const ImageLimits& limits = {});

/// How much of a picture a mask edits.
struct MaskCoverage {
  double edited = 0;                ///< Share of the pixels whose values are at least 128, in [0, 1].
  double touched = 0;               ///< Share of those above 0, which are all that composite() changes.
  std::optional<PixelRect> region;  ///< edit_region()
};

/// Counts it.
Result<MaskCoverage> mask_coverage(const Mask& mask);

/// A polarity that a file can be read as, and how much it then edits.
struct PolarityShare {
  MaskPolarity polarity = MaskPolarity::white_is_edit;  ///< How it is read.
  double edited = 0;                                    ///< As of MaskCoverage.
};

/// Every polarity that the file can be read as: those of brightness, and where it has alpha those of alpha.
/// \param how Its polarity and what it allows are of no concern here. \return Errors of decode_image().
Result<std::vector<PolarityShare>> mask_polarities(ByteView file, const MaskReading& how = {});

/// Takes out the noise that JPEG, lossy WebP and AVIF leave around the edges of a mask, which would widen its region.
/// Within 8 px of a hard edge, one where values differ by 128 or more within two pixels, values up to 80 become 0 and
/// those from 175 on 255; elsewhere those up to 8 and from 247 on. That covers JPEG of quality 60 and above; the soft
/// edge of a feathered mask loses its last 8 values, which nobody sees.
Result<Mask> clean_lossy_mask(Mask mask);

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

/// "inside", "both", "outside"
std::string_view to_string(FeatherSide side) noexcept;

/// Softens the border: three box filters one after the other, near to a Gaussian whose sigma is a third of the radius.
/// The edge is 2 * `radius_px` wide.
/// \param radius_px 0..4096; 0 changes nothing. Time is linear in the pixels, whatever the radius.
/// \return Errc::invalid_argument for FeatherSide::inside where the region is so narrow that nothing would remain.
Result<Mask> feather_mask(Mask mask, int radius_px, FeatherSide side = FeatherSide::inside);

/// The smallest rectangle around all values of at least `level` (1..255); nothing when there is none, as in a mask that
/// edits nothing.
Result<std::optional<PixelRect>> edit_region(const Mask& mask, int level = 1);

/// Stretches to another size with a triangle filter, which cannot ring: every value lies between its neighbours', and
/// what was 0 or 255 all around stays so. Both sides of `size` 1..65535.
Result<Mask> resize_mask(const Mask& mask, PixelSize size);

/// What shape_mask() does, in the order of the fields.
struct MaskShape {
  bool invert = false;                     ///< invert_mask()
  std::optional<PixelSize> size = {};      ///< resize_mask(), so that what follows counts in pixels of this size.
  int grow_px = 0;                         ///< grow_mask(); 0 leaves soft edges as they are.
  int feather_px = 0;                      ///< feather_mask()
  FeatherSide side = FeatherSide::inside;  ///< Of the feather.
  bool allow_empty = false;                ///< A result that edits nothing is no error.
  bool allow_whole = false;                ///< Nor is one that edits everything.
};

/// Does one after the other. \return Their errors; Errc::invalid_argument where the result edits nothing or everything
/// and that is not allowed.
Result<Mask> shape_mask(Mask mask, const MaskShape& shape);

/// `base` where the mask is 0 and `edited` where it is 255, bit by bit, and a mixture between, rounded to nearest.
/// Colours are mixed by their share of alpha, so that what is transparent gives none.
///
/// \param base,edited 3 or 4 channels; where only one has alpha the other counts as opaque.
/// \return As many channels as the one that has more. Errc::invalid_argument naming both sizes when they or the mask's
/// differ.
Result<Bitmap> composite(const Bitmap& base, const Bitmap& edited, const Mask& mask);

}  // namespace imagegen
