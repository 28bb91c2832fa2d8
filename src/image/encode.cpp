#include <imagegen/image/encode.hpp>

#include <algorithm>
#include <limits>
#include <new>
#include <string>

#include "image/checks.hpp"
#include "image/encoders.hpp"
#include "image/xmp_files.hpp"

namespace imagegen {
namespace {

constexpr std::uint8_t kWhite[3] = {255, 255, 255};

int largest_side(ImageFormat format) {
  switch (format) {
    case ImageFormat::webp:
      return 16'383;  // 14 bits in the bitstream
    case ImageFormat::jpeg:
      return 65'500;  // libjpeg's JPEG_MAX_DIMENSION
    case ImageFormat::avif:
      return 32'768;  // libavif's AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT
    case ImageFormat::png:
    case ImageFormat::gif:
      break;
  }
  return std::numeric_limits<int>::max();
}

Result<void> check_range(const char* name, int value, int least, int most) {
  if (value >= least && value <= most) return {};
  return Error(Errc::invalid_argument, std::string(name) + ": expected " + std::to_string(least) + ".." +
                                           std::to_string(most) + ", got " + std::to_string(value));
}

bool can_have_depth(ImageFormat format, int bits) {
  if (bits == 8) return true;
  return format == ImageFormat::png ? bits == 16 : format == ImageFormat::avif && (bits == 10 || bits == 12);
}

Error contradicts(const char* setting) {
  return {Errc::invalid_argument, std::string("colours: expected 0 ") + setting + ", got a number of them"};
}

Result<void> check_palette(const Encoding& encoding) {
  if (!(encoding.dither >= 0.0F && encoding.dither <= 1.0F)) {
    return Error(Errc::invalid_argument, "dither: expected 0..1, got " + std::to_string(encoding.dither));
  }
  if (encoding.colours == 0) return {};
  if (auto checked = check_range("colours", encoding.colours, 2, 256); !checked) return checked;
  if (encoding.format != ImageFormat::png) return {};
  if (encoding.bit_depth != 8) return contradicts("with a bit_depth of 16");
  if (encoding.lossless) return contradicts("where the file has to be lossless");
  return encoding.palette ? Result<void>() : contradicts("without a palette");
}

Result<void> check_numbers(const Encoding& encoding) {
  const int most_effort = encoding.format == ImageFormat::avif ? 9 : 6;
  if (auto checked = check_range("quality", quality_of(encoding), 0, 100); !checked) return checked;
  if (auto checked = check_range("effort", encoding.effort, 0, most_effort); !checked) return checked;
  if (auto checked = check_range("alpha_quality", encoding.alpha_quality, 0, 100); !checked) return checked;
  if (auto checked = check_range("compression_level", encoding.compression_level, 0, 9); !checked) return checked;
  if (auto checked = check_palette(encoding); !checked) return checked;
  if (encoding.target_bytes > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    return Error(Errc::invalid_argument,
                 "target_bytes: expected at most 2147483647, got " + std::to_string(encoding.target_bytes));
  }
  if (can_have_depth(encoding.format, encoding.bit_depth)) return {};
  return Error(Errc::invalid_argument, "bit_depth: expected 8, or 16 for PNG, 10 or 12 for AVIF, got " +
                                           std::to_string(encoding.bit_depth) + " for " +
                                           std::string(to_string(encoding.format)));
}

// AVIF carries its packet inside, where only its encoder can put it.
Result<Bytes> with_xmp(Result<Bytes> file, const detail::EncodeJob& job) {
  if (!file || job.xmp.empty() || job.encoding.format == ImageFormat::avif) return file;
  return detail::embed_xmp(job.encoding.format, std::move(*file), job.xmp);
}

}  // namespace

namespace detail {

static std::string written_formats() {
  std::string names;
  for (const auto format : kImageFormats) {
    if (can_encode(format)) names += (names.empty() ? "" : ", ") + std::string(to_string(format));
  }
  return names;
}

Result<void> check_encoding(PixelSize size, const Encoding& encoding) {
  if (auto checked = check_numbers(encoding); !checked) return checked;
  const std::string name(to_string(encoding.format));
  if (!can_encode(encoding.format)) {
    return Error(Errc::unsupported, "cannot write " + name + ": this build writes " + written_formats());
  }
  const int most = largest_side(encoding.format);
  if (std::max(size.width, size.height) <= most) return {};
  return Error(Errc::limit_exceeded,
               name + ": expected sides of at most " + std::to_string(most) + " px, got " + to_string(size));
}

bool takes_planes(const Encoding& encoding) noexcept {
  if (encoding.format == ImageFormat::jpeg) return true;
  return encoding.format == ImageFormat::webp && !encoding.lossless && !encoding.near_lossless;
}

PixelSize colour_size(PixelSize size, const Encoding& encoding) noexcept {
  const bool whole = encoding.format == ImageFormat::jpeg && encoding.chroma_subsampling == ChromaSubsampling::yuv444;
  return whole ? size : PixelSize{(size.width + 1) / 2, (size.height + 1) / 2};
}

Result<Bytes> encode_rows(RowStreamPtr rows, const EncodeJob& job) {
  if (job.stop.requested()) return job.stop.error();
  switch (job.encoding.format) {
    case ImageFormat::webp:
      return with_xmp(encode_webp(*narrowed(std::move(rows)), job), job);
    case ImageFormat::jpeg:
      return with_xmp(encode_jpeg(*narrowed(std::move(rows)), job), job);
    case ImageFormat::avif:
      return encode_avif(*rows, job);
    case ImageFormat::png:
    case ImageFormat::gif:
      break;
  }
  if (job.encoding.bit_depth == 8) rows = narrowed(std::move(rows));
  return with_xmp(encode_png(*rows, job), job);
}

Result<Bytes> encode_planes(PlanarRows rows, const EncodeJob& job) {
  if (job.stop.requested()) return job.stop.error();
  const bool webp = job.encoding.format == ImageFormat::webp;
  return with_xmp(webp ? encode_webp_planes(rows, job) : encode_jpeg_planes(rows, job), job);
}

}  // namespace detail

Result<Bytes> encode_image(const Bitmap& picture, const Encoding& encoding, std::vector<std::string>* notes) {
  if (auto checked = detail::check_bitmap(picture); !checked) return checked.error();
  if (auto checked = detail::check_encoding(picture.size, encoding); !checked) return checked.error();
  try {
    auto rows = detail::rows_of(picture);
    if (encoding.format == ImageFormat::jpeg) rows = detail::flattened(std::move(rows), kWhite);
    if (notes) detail::note_unused(encoding, *notes);
    return detail::encode_rows(std::move(rows), {encoding, {}, detail::Stop(), notes});
  } catch (const std::bad_alloc&) {
    return Error(Errc::limit_exceeded, "not enough memory for a picture of " + to_string(picture.size));
  }
}

Result<Bytes> encode_png(const Bitmap& picture) {
  return encode_image(picture, Encoding{ImageFormat::png});
}

bool can_encode(ImageFormat format) noexcept {
  if (format == ImageFormat::gif) return false;
#ifdef IMAGEGEN_HAS_AVIF
  return true;
#else
  return format != ImageFormat::avif;
#endif
}

}  // namespace imagegen
