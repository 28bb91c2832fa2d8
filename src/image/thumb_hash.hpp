#pragma once
#include <imagegen/core/bitmap.hpp>

#include <cstddef>

/// \file What the encoder and the decoder of ThumbHash share: where everything stands in the bytes.
///
/// Bytes 0-2, least bit first: 6 bits luminance, 6 bits yellow-blue, 6 bits red-green, 5 bits the luminance's scale, 1
/// bit "has alpha". Bytes 3-4: 3 bits components along the shorter side, 6 and 6 bits the scales of the two colours, 1
/// bit "wider than high". With alpha a byte more: 4 bits alpha, 4 bits its scale. Then 4 bits for each varying
/// component.
namespace imagegen::detail {

inline constexpr std::size_t kThumbHashHead = 5;  // bytes; one more with alpha
inline constexpr int kThumbHashSide = 32;         // px of the longer side of a decoded picture
inline constexpr int kChromaComponents = 3;
inline constexpr int kAlphaComponents = 5;

constexpr int luma_components(bool has_alpha) noexcept {
  return has_alpha ? 5 : 7;
}

/// Of the picture that is looked at: more costs time and changes nothing that 25 bytes could hold.
inline constexpr int kThumbHashLargestSide = 100;

/// `size`, shrunk in proportion until no side is longer than that.
PixelSize thumb_hash_size(PixelSize size) noexcept;

/// The hash of a sound picture that has that size already.
Bytes thumb_hash_of_small(const Bitmap& picture);

/// Calls `body(cx, cy)` for the components of an nx by ny DCT that are kept, in their order; the constant one first.
template <class Body>
void for_each_component(int nx, int ny, Body body) {
  for (int cy = 0; cy < ny; ++cy) {
    for (int cx = 0; cx * ny < nx * (ny - cy); ++cx) body(cx, cy);
  }
}

}  // namespace imagegen::detail
