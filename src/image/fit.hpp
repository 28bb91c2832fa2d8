#pragma once
#include <imagegen/image/renditions.hpp>

/// \file From a box and a Fit to numbers. Pure.
namespace imagegen::detail {

/// Where the pixels of an output come from and go to.
struct FitPlan {
  PixelWindow crop;       ///< Of the master, px.
  PixelSize resized;      ///< What the crop becomes, px.
  PixelSize canvas;       ///< The output without margins, px; larger than `resized` only for Fit::contain.
  int left = 0, top = 0;  ///< Where the resized crop lies on the canvas, px.
  PixelRect region = {};  ///< Of the master, px: what the crop may be moved in.
  Margins extend = {};    ///< Around the canvas.

  /// The whole output, px.
  PixelSize output() const {
    return {canvas.width + extend.left + extend.right, canvas.height + extend.top + extend.bottom};
  }

  bool is_padded() const { return canvas != resized; }
  /// Whether pixels come through as they are.
  bool keeps_scale() const { return crop.width == resized.width && crop.height == resized.height; }
  /// Where pixels come through as they are a window inside of pixels would only blur: it begins at the nearest one.
  FitPlan on_whole_pixels() const;
  bool upscaled() const { return crop.width < resized.width || crop.height < resized.height; }
};

/// Errc::invalid_argument for a box with a side outside of [1, 65535] or a focus out of range; Errc::limit_exceeded for
/// an output with a side above 65535 px, which Fit::outside makes of thin pictures.
///
/// For Fit::cover with CropRule::attention or entropy the crop is the one of the focal point: the size is right, the
/// place is found by looking at pixels.
/// \param region What is used of the master, px.
Result<FitPlan> plan_region(PixelRect region, const RenditionSpec& spec);

/// Of the whole master.
inline Result<FitPlan> plan_fit(PixelSize master, const RenditionSpec& spec) {
  return plan_region(PixelRect{0, 0, master.width, master.height}, spec);
}

/// What RenditionSpec::extract leaves of a master. Errc::invalid_argument where it lies outside of it.
Result<PixelRect> extracted(PixelSize master, const RenditionSpec& spec);

}  // namespace imagegen::detail
