#pragma once
#include "image/band_resampler.hpp"
#include "image/pixels.hpp"
#include "image/resample_axis.hpp"
#include "image/row_stream.hpp"

/// \file The resampler for what eight bits cannot hold: sources of 16 bits, and light. In floating point, with every
/// sum in one order and nothing contracted, so that it too gives the same bytes everywhere.
namespace imagegen::detail {

/// Rows of 16 bits of a part of `source`, at `size` px. The source must outlive them; the window lies inside.
/// Alpha is premultiplied meanwhile; with options.linear_light colours are mixed as light.
RowStreamPtr deep_resampled(const DeepBitmap& source, const Window& window, PixelSize size,
                            const ResizeOptions& options);

/// The same of 8-bit RGB or RGBA.
RowStreamPtr deep_resampled(const PlaneView& source, const Window& window, PixelSize size,
                            const ResizeOptions& options);
RowStreamPtr deep_resampled(const PlaneView& source, const ExactAxes& axes, bool linear_light);

/// The same of a source of 8 or 16 bits that comes in bands.
BandResamplerPtr deep_band_resampled(const RowFormat& source, const ExactAxes& axes, bool linear_light);

}  // namespace imagegen::detail
