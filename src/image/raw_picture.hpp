#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/image/decode.hpp>

#include <optional>

#include "image/pixels.hpp"
#include "image/png_chunks.hpp"
#include "image/stop.hpp"

/// \file What the decoders of the formats give, before colour management and orientation.
namespace imagegen::detail {

/// What the samples of a pixel are. For cmyk, 255 is full ink.
enum class SampleModel : std::uint8_t { grey, grey_alpha, rgb, rgba, cmyk };

constexpr int samples_per_pixel(SampleModel model) noexcept {
  constexpr int kCounts[] = {1, 2, 3, 4, 4};
  return kCounts[static_cast<int>(model)];
}
constexpr bool has_alpha(SampleModel model) noexcept {
  return model == SampleModel::grey_alpha || model == SampleModel::rgba;
}

struct RawPicture {
  PixelSize size;  ///< px, as stored.
  SampleModel model = SampleModel::rgb;
  Bytes samples;  ///< Interleaved, rows without padding.
  int bits = 8;   ///< A sample; 16 are in the order of the machine.
};

/// What is done with an embedded profile.
enum class IccUse : std::uint8_t {
  none,       ///< There is none.
  is_srgb,    ///< Nothing: it is sRGB under one name or another.
  converted,  ///< Colours are converted.
  ignored,    ///< Nothing: it is broken, or not one for this kind of picture.
};

/// What a file says of itself.
struct FileHeader {
  ImageInfo info;
  Bytes icc;  ///< The embedded profile, unchecked; empty where there is none or it is longer than allowed.
  IccUse icc_use = IccUse::none;
};

/// Read the header; nothing of the picture is allocated. The size is not checked yet.
Result<FileHeader> read_png_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_jpeg_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_webp_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_avif_header(ByteView file, const ImageLimits& limits);

/// Decode a file whose header has been read and found within the limits, until `stop` asks to end.
Result<RawPicture> decode_png(ByteView file, const FileHeader& header, const Stop& stop);
Result<RawPicture> decode_webp(ByteView file, const FileHeader& header, const Stop& stop);
Result<RawPicture> decode_avif(ByteView file, const FileHeader& header, const Stop& stop);
/// \param reduce 1, 2, 4 or 8: the picture comes with sides of that part, rounded up, which costs less.
Result<RawPicture> decode_jpeg(ByteView file, const FileHeader& header, int reduce, const Stop& stop);

/// The planes of a JPEG as they are stored. Only for colour "grey" and "ycbcr"; Errc::unsupported where the planes are
/// of sizes that YcbcrPicture does not know.
Result<YcbcrPicture> decode_jpeg_planes(ByteView file, const FileHeader& header, int reduce, const Stop& stop);

/// A PNG of 8 bits that is neither interlaced nor has a palette or a key, faster than decode_png() does it; nothing
/// when it is another or is damaged. `file` is whole, `png` what read_png_chunks() gave.
std::optional<RawPicture> decode_plain_png(ByteView file, const PngChunks& png, const Stop& stop);

/// Bytes of the samples of a whole picture.
inline std::size_t sample_bytes(PixelSize size, SampleModel model) noexcept {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) *
         static_cast<std::size_t>(samples_per_pixel(model));
}

}  // namespace imagegen::detail
