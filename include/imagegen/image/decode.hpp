#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/image/image_limits.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace imagegen {

/// What the header of a file says, without decoding its pixels.
struct ImageInfo {
  ImageFormat format = ImageFormat::png;  ///< By content, whatever the file is called.
  PixelSize stored_size;                  ///< px, as stored.
  PixelSize size;                         ///< px, after the EXIF orientation.
  int orientation = 1;                    ///< EXIF, 1..8
  int bits_per_channel = 8;               ///< As stored; what is decoded has 8.
  std::string colour;                     ///< "grey", "grey+alpha", "rgb", "rgba", "palette", "cmyk", "ycbcr", "ycck"
  bool has_alpha = false;                 ///< Also where only one colour of a palette is see-through.
  bool has_icc = false;                   ///< A colour profile is in the file, also one that is ignored.
  /// What the samples are in: "sRGB" (also where nothing is said), "ICC profile", or what the file says by numbers, as
  /// "Display P3", "BT.2020, PQ", "BT.709, gamma 2.2", "own primaries, linear". Pictures come in sRGB whatever it is.
  std::string colour_space = "sRGB";
  bool animated = false;                  ///< Only the first frame is decoded.
  int frames = 1;                         ///< 1 without animation.
  /// What an owner of the file should know, in whole sentences: an ICC profile that is ignored, frames that are,
  /// colours that are converted because of numbers, HDR that is tone-mapped.
  std::vector<std::string> notes;
};

/// Names what bytes are by their content: "png", "jpeg", "webp", "avif", "gif", and for what is refused "svg", "heic",
/// "pdf", "html", "json", "tiff", "bmp", "empty", "unknown".
std::string_view sniff_format(ByteView file) noexcept;

/// Reads the header. Errc::unsupported naming what was found for other formats, Errc::corrupt_data,
/// Errc::limit_exceeded.
Result<ImageInfo> inspect_image(ByteView file, const ImageLimits& limits = {});

/// Decodes PNG, JPEG, WebP, GIF or (where can_decode() says so) AVIF to 8-bit sRGB, turned upright: 3 channels, or 4 where
/// the file has alpha; 16 bits are rounded. Bytes are the same on every machine. Errors as inspect_image(). Safe from
/// any thread.
Result<Bitmap> decode_image(ByteView file, const ImageLimits& limits = {});

/// Whether this build can read the format.
bool can_decode(ImageFormat format) noexcept;

}  // namespace imagegen
