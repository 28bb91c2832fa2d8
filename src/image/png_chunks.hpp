#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>
#include <imagegen/core/result.hpp>

#include "image/colour_signal.hpp"

namespace imagegen::detail {

enum class PngColour : std::uint8_t { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgba = 6 };

/// What stands in the chunks of a PNG beside its pixels. The views point into the file.
struct PngChunks {
  PixelSize size;
  int bit_depth = 8;  ///< 1, 2, 4, 8 or 16
  PngColour colour = PngColour::rgb;
  bool has_transparency = false;  ///< A tRNS chunk, where the colour type may have one.
  bool is_interlaced = false;
  bool animated = false;
  int frames = 0;                    ///< Of an animation: those that are there.
  int claimed_frames = 0;  ///< As its acTL chunk says.
  ByteView exif;
  ByteView iccp;  ///< The iCCP chunk: a name, 0, the method 0, deflated profile.
  ByteView cicp;  ///< The cICP chunk: primaries, transfer, matrix, whether the range is full.
  bool has_srgb = false;
  PngColourChunks colours;  ///< gAMA and cHRM.
};

/// Walks the chunks as far as they are whole. Errc::corrupt_data when there is no sound IHDR.
/// Source: PNG specification, third edition, 11.2 and 11.3.
Result<PngChunks> read_png_chunks(ByteView file);

/// The profile of an iCCP chunk; empty when it is broken or inflates to more than `max_bytes`.
Bytes inflate_icc_profile(ByteView iccp, std::size_t max_bytes);

}  // namespace imagegen::detail
