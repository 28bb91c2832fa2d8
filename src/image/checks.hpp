#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/result.hpp>
#include <imagegen/image/image_limits.hpp>

#include <atomic>

/// \file What every stage of the module asks before it works: sizes, bitmaps, cancellation.
namespace imagegen::detail {

/// Errc::limit_exceeded for a picture larger than allowed, Errc::corrupt_data for an empty one.
Result<void> check_size(PixelSize size, const ImageLimits& limits);

/// Errc::invalid_argument unless the channels are 1, 3 or 4 and the bytes are as many as the size says.
Result<void> check_bitmap(const Bitmap& picture);

inline bool is_set(const std::atomic<bool>* flag) noexcept {
  return flag != nullptr && flag->load(std::memory_order_relaxed);
}
inline Error cancelled_error() {
  return {Errc::cancelled, "the picture was no longer wanted"};
}

/// resize(), which ends with Errc::cancelled when `*cancelled` (may be null) becomes true meanwhile.
Result<Bitmap> resize_unless(const std::atomic<bool>* cancelled, const Bitmap& source, PixelRect crop, PixelSize size);

}  // namespace imagegen::detail
