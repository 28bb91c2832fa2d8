#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/result.hpp>

namespace imagegen::detail {

/// What stands in a GIF beside its pixels.
struct GifBlocks {
  PixelSize canvas;  ///< px; made to hold the first frame where that leaves it, as browsers do.
  PixelRect frame;   ///< Of the first one, on the canvas.
  bool is_transparent = false;  ///< It names a colour that is not seen.
  int frames = 0;               ///< That begin before the file ends.
};

/// Walks the blocks as far as they are whole. Errc::corrupt_data where no frame begins, or the first has no pixels.
/// Source: Graphics Interchange Format, version 89a.
Result<GifBlocks> read_gif_blocks(ByteView file);

}  // namespace imagegen::detail
