#pragma once
#include "image/png_palette.hpp"

namespace imagegen::detail {

/// A picture with the colours that suit it best, as PNG stores it. Where it has no more than `colours`, nothing is lost.
/// What a pixel loses is given to its neighbours, row by row and there and back (Floyd and Steinberg, "An adaptive algorithm
/// for spatial greyscale", Proceedings of the SID 17 (2), 1976): less of it where the picture itself has texture, which
/// hides it.
///
/// \param rows 8 bits.
/// \param colours 2..256
/// \param dither 0..1; 0 gives every pixel the colour that is nearest to it.
/// Integers only: the same on every machine. Ends early, and not with all rows, when `stop` asks to end.
PalettePicture lossy_palette(RowStream& rows, int colours, float dither, const Stop& stop);

}  // namespace imagegen::detail
