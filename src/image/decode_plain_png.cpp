#include <libdeflate.h>

#include <algorithm>
#include <memory>

#include "image/byte_reader.hpp"
#include "image/kernels/unfilter_row.hpp"
#include "image/raw_picture.hpp"

/// \file The PNGs that providers send: inflated in one go, which libdeflate does in half of zlib's time. Whatever is
/// unusual or damaged is left to libspng, which also knows what to say about it.
namespace imagegen::detail {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kChunkOverhead = 12;  // length, name, checksum
constexpr std::uint32_t kIdat = 0x49444154;
constexpr std::uint32_t kIend = 0x49454E44;

std::optional<SampleModel> model_of(const PngChunks& png) {
  if (png.bit_depth != 8 || png.is_interlaced || png.has_transparency) return std::nullopt;
  switch (png.colour) {
    case PngColour::grey:
      return SampleModel::grey;
    case PngColour::rgb:
      return SampleModel::rgb;
    case PngColour::grey_alpha:
      return SampleModel::grey_alpha;
    case PngColour::rgba:
      return SampleModel::rgba;
    case PngColour::palette:
      break;
  }
  return std::nullopt;
}

bool is_sound(ByteView chunk_name_and_data, std::uint32_t checksum) {
  return libdeflate_crc32(0, chunk_name_and_data.data(), chunk_name_and_data.size()) == checksum;
}

// The deflated pixels: a view of the file where they are in one chunk, else `joined`. Empty when the file is damaged or
// ends early.
ByteView deflated_pixels(ByteView file, Bytes& joined) {
  ByteView only;
  for (std::size_t at = kSignatureBytes; file.size() - at >= kChunkOverhead;) {
    const std::size_t length = read_be32(file, at);
    if (length > file.size() - at - kChunkOverhead) return {};
    const std::uint32_t name = read_be32(file, at + 4);
    if (name == kIdat) {
      if (!is_sound(file.subspan(at + 4, length + 4), read_be32(file, at + 8 + length))) return {};
      const ByteView data = file.subspan(at + 8, length);
      if (!only.empty() && joined.empty()) joined.assign(only.begin(), only.end());
      if (!only.empty()) joined.insert(joined.end(), data.begin(), data.end());
      if (only.empty()) only = data;
    }
    if (name == kIend) return joined.empty() ? only : ByteView(joined);
    at += kChunkOverhead + length;
  }
  return {};
}

bool inflate(ByteView deflated, Bytes& out) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (!inflater) return false;
  std::size_t used = 0;
  const auto status = libdeflate_zlib_decompress_ex(inflater.get(), deflated.data(), deflated.size(), out.data(),
                                                    out.size(), &used, nullptr);
  return status == LIBDEFLATE_SUCCESS;
}

// In place: each row moves to the front by the filter bytes of the rows so far, over what has been read.
bool unfilter(Bytes& samples, int height, std::size_t row_bytes, int pixel_bytes, const Stop& stop) {
  const Bytes zeros(row_bytes);
  const std::uint8_t* above = zeros.data();
  for (std::size_t y = 0; y < static_cast<std::size_t>(height); ++y) {
    const std::uint8_t* stored = samples.data() + y * (row_bytes + 1);
    std::uint8_t* row = samples.data() + y * row_bytes;
    const std::uint8_t filter = *stored;
    if (filter > 4 || stop.requested()) return false;
    kernels::unfilter_row(static_cast<kernels::PngFilter>(filter), {stored + 1, row_bytes}, above, pixel_bytes, row);
    above = row;
  }
  samples.resize(row_bytes * static_cast<std::size_t>(height));
  return true;
}

}  // namespace

std::optional<RawPicture> decode_plain_png(ByteView file, const PngChunks& png, const Stop& stop) {
  const auto model = model_of(png);
  if (!model) return std::nullopt;
  Bytes joined;
  const ByteView deflated = deflated_pixels(file, joined);
  const int pixel_bytes = samples_per_pixel(*model);
  const std::size_t row_bytes = static_cast<std::size_t>(png.size.width) * static_cast<std::size_t>(pixel_bytes);
  // Deflate cannot make more than 1032 bytes of one: what claims to is not worth its memory.
  const std::size_t bytes = (row_bytes + 1) * static_cast<std::size_t>(png.size.height);
  if (deflated.empty() || bytes / 1032 > deflated.size()) return std::nullopt;
  RawPicture picture{png.size, *model, {}, 8, {}};
  picture.samples.reserve(std::max<std::size_t>(bytes, whole_bytes(png.size, *model, 8)));
  picture.samples.resize(bytes);
  if (!inflate(deflated, picture.samples)) return std::nullopt;
  if (!unfilter(picture.samples, png.size.height, row_bytes, pixel_bytes, stop)) return std::nullopt;
  return picture;
}

}  // namespace imagegen::detail
