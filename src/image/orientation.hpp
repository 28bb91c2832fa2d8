#pragma once
#include "image/pixels.hpp"

namespace imagegen::detail {

/// True for the EXIF orientations that lie on their side.
constexpr bool swaps_sides(int orientation) noexcept {
  return orientation >= 5;
}

/// The size after turn_upright().
constexpr PixelSize upright_size(PixelSize stored, int orientation) noexcept {
  return swaps_sides(orientation) ? PixelSize{stored.height, stored.width} : stored;
}

/// Writes upright row `y` of a picture that is stored with that EXIF orientation (1..8).
void copy_upright_row(const Bitmap& picture, int orientation, int y, std::uint8_t* out);
/// \param out Aligned to 2.
void copy_upright_row(const DeepBitmap& picture, int orientation, int y, std::uint8_t* out);

/// Mirrors and turns a picture as its EXIF orientation (1..8) asks for, in its own memory where it does not lie on its
/// side. 1 gives the picture back as it is.
Bitmap turn_upright(Bitmap picture, int orientation);
DeepBitmap turn_upright(DeepBitmap picture, int orientation);

}  // namespace imagegen::detail
