#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/image/decode.hpp>

/// \file What the decoders of the formats give, before colour management and orientation.
namespace imagegen::detail {

/// What the 8-bit samples of a pixel are. For cmyk, 255 is full ink.
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
};

/// What a file says of itself.
struct FileHeader {
  ImageInfo info;
  Bytes icc;  ///< The embedded profile, unchecked; empty where there is none or it is longer than allowed.
};

/// Read the header; nothing of the picture is allocated. The size is not checked yet.
Result<FileHeader> read_png_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_jpeg_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_webp_header(ByteView file, const ImageLimits& limits);

/// Decode a file whose header has been read and found within the limits.
Result<RawPicture> decode_png(ByteView file, const FileHeader& header);
Result<RawPicture> decode_jpeg(ByteView file, const FileHeader& header);
Result<RawPicture> decode_webp(ByteView file, const FileHeader& header);

/// Bytes of the samples of a whole picture.
inline std::size_t sample_bytes(PixelSize size, SampleModel model) noexcept {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) *
         static_cast<std::size_t>(samples_per_pixel(model));
}

}  // namespace imagegen::detail
