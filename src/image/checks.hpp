#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/image_limits.hpp>

/// \file What every stage of the module asks before it works: sizes, bitmaps.
namespace imagegen::detail {

/// What a side of an output may be at most, px: what the largest formats hold.
inline constexpr int kLargestSide = 65'535;

/// False for NaN, too.
constexpr bool is_within(float value, float low, float high) noexcept {
  return value >= low && value <= high;
}

/// Errc::limit_exceeded for a picture larger than allowed, Errc::corrupt_data for an empty one.
Result<void> check_size(PixelSize size, const ImageLimits& limits);

/// Errc::invalid_argument unless the channels are 1, 3 or 4 and the bytes are as many as the size says.
Result<void> check_bitmap(const Bitmap& picture);

/// Errc::invalid_argument for the sigma of a blur outside of [0.3, 100].
Result<void> check_sigma(float sigma);

}  // namespace imagegen::detail
