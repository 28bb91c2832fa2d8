#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/image_limits.hpp>
#include <imagegen/image/mask.hpp>
#include <imagegen/image/renditions.hpp>

/// \file What a model needs to go on with a picture beyond its edges: the picture on a larger canvas, and the mask of
/// what is new there. Safe from any thread; the same bytes on every machine.
namespace imagegen {

/// Margins that bring `picture` to the size `canvas`. `position` is where the picture stands in what is left over: 0 is
/// the left or top edge, 0.5 the middle, 1 the right or bottom edge; halves of a pixel go to the right and the bottom.
/// \return Errc::invalid_argument for a canvas smaller than the picture, or a position outside of [0, 1].
Result<Margins> margins_to_size(PixelSize picture, PixelSize canvas, FocalPoint position = {});

/// Margins that bring `picture` to the shape of `shape`, such as {16, 9}: the smallest canvas of that shape around it,
/// its new side rounded to nearest. Errc::invalid_argument for a shape without sides, or a position as above.
Result<Margins> margins_to_shape(PixelSize picture, PixelSize shape, FocalPoint position = {});

/// What outpaint_input() is to make.
struct OutpaintSpec {
  Margins margins;                           ///< None below 0, and at least one above.
  MarginFill fill = MarginFill::background;  ///< What stands in them.
  /// For MarginFill::background. Transparent, so that the picture alone says where to edit, as OpenAI reads it.
  Colour background{0, 0, 0, 0};
  int overlap_px = 0;  ///< So far from each margin the mask edits the picture too, so that no seam is seen.
  int feather_px = 0;  ///< Half the width of the mask's soft edge, all of which lies in the overlap.
};

/// A larger picture, and what is to be painted of it.
struct OutpaintInput {
  Bitmap picture;   ///< RGBA where the picture has alpha, or the background in the margins does; else RGB.
  Mask mask;        ///< Of the same size: 255 in the margins.
  PixelRect place;  ///< Where in it the old picture stands.
};

/// Puts the picture onto a larger canvas, and makes the mask for it.
/// \param picture 1, 3 or 4 channels; grey becomes RGB.
/// \param limits Those of pixels and sides hold for the result.
/// \return Errc::invalid_argument naming the field: no margin, one below 0, an overlap that leaves nothing of the
/// picture, a feather of more than half of the overlap. Errc::limit_exceeded for a larger result than `limits` allow.
Result<OutpaintInput> outpaint_input(const Bitmap& picture, const OutpaintSpec& spec, const ImageLimits& limits = {});

}  // namespace imagegen
