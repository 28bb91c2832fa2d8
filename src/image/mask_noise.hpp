#pragma once
#include <imagegen/core/encoding.hpp>
#include <imagegen/image/mask.hpp>

#include <cstdint>

namespace imagegen::detail {

/// clean_lossy_mask() of a mask whose values fit its size. \return How many values it has changed.
std::int64_t remove_noise(Mask& mask);

/// Whether the values that a mask has in such a file are nearly what they were. Alpha in WebP has them exactly. A
/// lossless AVIF, which cannot be told from others without decoding it, counts as lossy.
bool has_lossy_values(ByteView file, ImageFormat format, bool by_alpha);

}  // namespace imagegen::detail
