#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/image/decode.hpp>

#include <memory>
#include <optional>
#include <vector>

#include "image/colour_signal.hpp"
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
  Bytes samples;                            ///< Of 8 bits: interleaved, rows without padding.
  int bits = 8;                             ///< A sample.
  std::vector<std::uint16_t> deep_samples;  ///< Of 16 bits, in the order of the machine.

  std::size_t row_bytes() const noexcept {
    return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(samples_per_pixel(model)) *
           (bits == 16 ? 2U : 1U);
  }
  /// Where rows are written, of either kind.
  std::uint8_t* row(int y) noexcept {
    auto* first = bits == 16 ? reinterpret_cast<std::uint8_t*>(deep_samples.data()) : samples.data();
    return first + static_cast<std::size_t>(y) * row_bytes();
  }
  /// Memory for all rows, as zeros, and for the longer ones that to_srgb() may make of them.
  void allocate();
};

/// Bytes of a picture with all of its rows, as RawPicture::allocate() takes them.
std::uint64_t whole_bytes(PixelSize size, SampleModel model, int bits) noexcept;

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
  bool in_rows = false;            ///< Its rows can be had one after the other: open_rows().
  std::uint64_t codec_bytes = 0;   ///< What the decoder of the format holds of the whole picture for itself.
  std::uint64_t plane_bytes = 0;   ///< Of the planes of a JPEG as they are stored.
  std::uint64_t max_decoded_bytes = ImageLimits().max_decoded_bytes;  ///< As the limits say.
  /// What the file says by numbers. read_header() leaves one only where colours are converted by it.
  std::optional<ColourSignal> signal;
  bool signal_goes_first = false;  ///< Before `icc`; else it counts where there is no sound profile.

  /// Whether samples are something else than sRGB.
  bool converts_colours() const noexcept { return signal || icc_use == IccUse::converted; }
};

/// What the samples of a file are, by its header.
SampleModel model_of(const ImageInfo& info);

/// Bytes of the decoded picture, as 8-bit or 16-bit RGB or RGBA: what a master takes that is held whole.
std::uint64_t decoded_bytes(const FileHeader& header) noexcept;

/// The same with what its decoder holds beside it.
std::uint64_t held_bytes(const FileHeader& header) noexcept;

/// Errc::limit_exceeded where whole pictures of `bytes` together are more than the limits allow.
Result<void> check_memory(std::uint64_t bytes, const FileHeader& header);

/// Read the header; nothing of the picture is allocated. The size is not checked yet.
Result<FileHeader> read_png_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_jpeg_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_webp_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_avif_header(ByteView file, const ImageLimits& limits);
Result<FileHeader> read_gif_header(ByteView file, const ImageLimits& limits);

/// Decode a file whose header has been read and found within the limits, until `stop` asks to end.
Result<RawPicture> decode_png(ByteView file, const FileHeader& header, const Stop& stop);
Result<RawPicture> decode_webp(ByteView file, const FileHeader& header, const Stop& stop);
Result<RawPicture> decode_avif(ByteView file, const FileHeader& header, const Stop& stop);
Result<RawPicture> decode_gif(ByteView file, const FileHeader& header, const Stop& stop);
/// \param reduce 1, 2, 4 or 8: the picture comes with sides of that part, rounded up, which costs less.
Result<RawPicture> decode_jpeg(ByteView file, const FileHeader& header, int reduce, const Stop& stop);

/// Any of them, in its own size.
Result<RawPicture> decode_raw(ByteView file, const FileHeader& header, int reduce, const Stop& stop);

/// The planes of a JPEG as they are stored. Only for colour "grey" and "ycbcr"; Errc::unsupported where the planes are
/// of sizes that YcbcrPicture does not know.
Result<YcbcrPicture> decode_jpeg_planes(ByteView file, const FileHeader& header, int reduce, const Stop& stop);

/// A PNG of 8 bits that is neither interlaced nor has a palette or a key, faster than decode_png() does it; nothing
/// when it is another or is damaged. `file` is whole, `png` what read_png_chunks() gave.
std::optional<RawPicture> decode_plain_png(ByteView file, const PngChunks& png, const Stop& stop);

/// The rows of a picture as its decoder gives them, top first, before colour management.
class RawRows {
 public:
  virtual ~RawRows() = default;
  /// Without samples: what the rows are of.
  virtual RawPicture format() const = 0;
  /// Writes the next row, 16 bits aligned to 2. Errors of the decoder and of its `stop`; then there are no more.
  virtual Result<void> read(std::uint8_t* out) = 0;
  /// After the last row: whether the file is as sound as a decoder of the whole picture would find it.
  virtual Result<void> end() = 0;
};

using RawRowsPtr = std::unique_ptr<RawRows>;

/// The rows of a PNG that is not interlaced. `file` and `stop` must outlive them.
Result<RawRowsPtr> open_png_rows(ByteView file, const Stop& stop);

/// The same where it has 8 or 16 bits and neither a palette nor a key; `png` is what read_png_chunks() gave.
bool has_plain_rows(const PngChunks& png) noexcept;
Result<RawRowsPtr> open_plain_png_rows(ByteView file, const PngChunks& png, const Stop& stop);

}  // namespace imagegen::detail
