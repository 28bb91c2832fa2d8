#pragma once
#include <imagegen/core/bitmap.hpp>

#include "image/raw_picture.hpp"

namespace imagegen::detail {

/// What to_srgb() will do with the profile.
IccUse icc_use(const Bytes& icc, SampleModel model);

/// Brings a picture of 8 bits to sRGB: 3 channels, or 4 where it has alpha.
///
/// Obeys `icc` where it is a sound profile for this kind of picture; otherwise grey and RGB count as sRGB, and CMYK is
/// mixed by its definition. A profile that changes nothing is skipped.
/// Source: ICC.1:2022; perceptual intent, as libvips does.
Bitmap to_srgb(RawPicture picture, const Bytes& icc);

/// The same for 16 bits.
DeepBitmap to_deep_srgb(RawPicture picture, const Bytes& icc);

}  // namespace imagegen::detail
