#pragma once
#include <imagegen/core/bitmap.hpp>

#include <array>

/// \file Pictures that are the same on every machine, and how far two are apart.
namespace imagegen::test {

using Pixel = std::array<std::uint8_t, 4>;  ///< Red, green, blue, alpha; a picture takes as many as it has channels.

Bitmap solid(PixelSize size, int channels, Pixel colour);

/// Smooth shades, some edges and a little noise, much as a photograph. Alpha, where there is one, goes from 0 to 255,
/// with edges.
Bitmap photo_like(PixelSize size, int channels);

/// Fills a part.
void paint(Bitmap& picture, PixelRect part, Pixel colour);

Pixel pixel_at(const Bitmap& picture, int x, int y);

/// Of all samples, dB; infinite for equal pictures. Both must have one size and as many channels.
double psnr(const Bitmap& a, const Bitmap& b);

/// Largest difference of two samples; 256 when the pictures differ in size or channels.
int largest_difference(const Bitmap& a, const Bitmap& b);

}  // namespace imagegen::test
