#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace imagegen {

/// The formats of pictures that are read and written.
enum class ImageFormat : std::uint8_t {
  webp,
  jpeg,
  png,
  avif,
  gif,  ///< Only read: the first frame.
};
/// Those that files are written in; which of them this build writes says can_encode().
inline constexpr ImageFormat kImageFormats[] = {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png,
                                                ImageFormat::avif};
/// Those that files are read in; which of them this build reads says can_decode().
inline constexpr ImageFormat kInputFormats[] = {ImageFormat::webp, ImageFormat::jpeg, ImageFormat::png,
                                                ImageFormat::avif, ImageFormat::gif};

/// "webp", "jpeg", "png", "avif", "gif"
std::string_view to_string(ImageFormat format) noexcept;

/// "image/webp" and so on.
std::string_view mime_type(ImageFormat format) noexcept;

/// Reads the names of kImageFormats, and "jpg"; any case. Errc::invalid_argument otherwise, and for "gif".
Result<ImageFormat> parse_image_format(std::string_view text);

/// The format of kImageFormats that the extension of a file name or key stands for; nothing when it stands for none.
std::optional<ImageFormat> format_of_name(std::string_view name) noexcept;

/// How many colour samples there are for each sample of brightness.
enum class ChromaSubsampling : std::uint8_t {
  automatic,  ///< What sharp does: 4:2:0 for JPEG, 4:4:4 for AVIF. WebP is always 4:2:0.
  yuv420,     ///< One for every 2x2 pixels.
  yuv444,     ///< One for every pixel.
};

/// "automatic", "4:2:0", "4:4:4"
std::string_view to_string(ChromaSubsampling subsampling) noexcept;

/// Reads the names of to_string(). Errc::invalid_argument otherwise.
Result<ChromaSubsampling> parse_chroma_subsampling(std::string_view text);

/// The quality of a file where none is said: WebP and JPEG 90; AVIF the one with the SSIM of WebP 90 (docs/image.md). PNG has
/// no use for one.
int default_quality(ImageFormat format) noexcept;

/// How a rendition is encoded. The numbers mean what they mean in sharp. What a format has no use for changes nothing.
struct Encoding {
  ImageFormat format = ImageFormat::webp;  ///< What follows is read as this one needs it.
  /// 0..100; nothing: default_quality() of the format. For PNG it is not used. With near_lossless, how little is changed.
  std::optional<int> quality = std::nullopt;
  int effort = 4;                ///< 0 (fast) .. 6 (small) for WebP, 0..9 for AVIF.
  bool lossless = false;         ///< WebP, AVIF.
  bool near_lossless = false;    ///< WebP: lossless, after pixels were changed a little so that they compress better.
  int alpha_quality = 100;       ///< WebP with alpha, 0..100; 100 is lossless.
  std::size_t target_bytes = 0;  ///< Lossy WebP: the quality is sought that comes nearest; 0 goes by quality.
  ChromaSubsampling chroma_subsampling = ChromaSubsampling::automatic;  ///< JPEG, AVIF.
  bool progressive = false;                                             ///< JPEG: in scans. PNG: interlaced.
  bool optimise_coding = true;  ///< JPEG: Huffman tables made for the picture. A progressive one always has them.
  int compression_level = 4;    ///< PNG, zlib's 0..9. 4 has the bytes of 6 on photographs, in half of its time.
  int bit_depth = 8;            ///< 8; for PNG also 16, for AVIF 10 and 12.
  bool palette = true;  ///< PNG: stored as a palette where there are at most 256 colours. Nothing is lost by it.
  /// PNG of 8 bits: at most so many colours, 2..256, that suit the picture best; what it loses is the rest. 0 loses nothing.
  int colours = 0;
  float dither = 1.0F;  ///< PNG with `colours`, 0..1: how much of what a pixel lost its neighbours make up for.
  friend bool operator==(const Encoding&, const Encoding&) = default;
};

/// What the encoder goes by: the quality that is said, or the format's own.
int quality_of(const Encoding& encoding) noexcept;

/// A finished file in memory.
struct EncodedImage {
  ImageFormat format = ImageFormat::webp;  ///< What `bytes` are.
  PixelSize size;                          ///< px, as a viewer shows it.
  Bytes bytes;                             ///< The file, whole.
};

}  // namespace imagegen
