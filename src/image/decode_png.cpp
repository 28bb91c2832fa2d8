#include <spng.h>

#include <algorithm>
#include <memory>
#include <string>

#include "image/exif.hpp"
#include "image/png_chunks.hpp"
#include "image/raw_picture.hpp"

namespace imagegen::detail {
namespace {

// What libspng may hold of text and other chunks that are not ours; the file itself is limited before.
constexpr std::size_t kChunkBytes = 64U << 20U;

struct Layout {
  int format;
  int flags;
  SampleModel model;
};

// libspng's format that keeps every sample of the file. Sixteen bits stay sixteen.
Layout layout_of(const PngChunks& png) {
  const bool wide = png.bit_depth == 16;
  const bool keyed = png.has_transparency;
  switch (png.colour) {
    case PngColour::grey:
      if (keyed) return {wide ? SPNG_FMT_GA16 : SPNG_FMT_GA8, SPNG_DECODE_TRNS, SampleModel::grey_alpha};
      return {wide ? SPNG_FMT_PNG : SPNG_FMT_G8, 0, SampleModel::grey};
    case PngColour::rgb:
      if (keyed) return {wide ? SPNG_FMT_RGBA16 : SPNG_FMT_RGBA8, SPNG_DECODE_TRNS, SampleModel::rgba};
      return {SPNG_FMT_PNG, 0, SampleModel::rgb};
    case PngColour::palette:
      if (keyed) return {SPNG_FMT_RGBA8, SPNG_DECODE_TRNS, SampleModel::rgba};
      return {SPNG_FMT_RGB8, 0, SampleModel::rgb};
    case PngColour::grey_alpha:
      return {SPNG_FMT_PNG, 0, SampleModel::grey_alpha};
    case PngColour::rgba:
      break;
  }
  return {SPNG_FMT_PNG, 0, SampleModel::rgba};
}

// Deflate cannot make more than 1032 bytes of one: a file that claims more pixels gets no memory for them.
bool may_hold_pixels(ByteView file, const PngChunks& png) {
  const int samples = png.colour == PngColour::palette ? 1 : samples_per_pixel(layout_of(png).model);
  const int stored = png.has_transparency && png.colour != PngColour::palette ? samples - 1 : samples;
  const auto bits = std::uint64_t{static_cast<std::uint32_t>(png.size.width)} *
                    static_cast<std::uint32_t>(png.size.height) * static_cast<std::uint32_t>(stored * png.bit_depth);
  return bits / 8 / 1032 <= file.size();
}

std::string colour_name(const PngChunks& png) {
  if (png.colour == PngColour::palette) return "palette";
  const SampleModel model = layout_of(png).model;
  if (model == SampleModel::grey) return "grey";
  if (model == SampleModel::grey_alpha) return "grey+alpha";
  return model == SampleModel::rgb ? "rgb" : "rgba";
}

Error png_error(int status) {
  const auto code = status == SPNG_EMEM ? Errc::limit_exceeded : Errc::corrupt_data;
  return {code, std::string("PNG: ") + spng_strerror(status)};
}

using Context = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;

// Row after row, so that there is an end to it when nobody waits any more. An interlaced picture comes in seven passes
// over the same rows.
int decode_rows(spng_ctx* context, const Layout& layout, RawPicture& picture, const Stop& stop) {
  const std::size_t stride = picture.samples.size() / static_cast<std::size_t>(picture.size.height);
  int status = spng_decode_image(context, nullptr, 0, layout.format, layout.flags | SPNG_DECODE_PROGRESSIVE);
  while (status == SPNG_OK && !stop.requested()) {
    spng_row_info row{};
    status = spng_get_row_info(context, &row);
    if (status == SPNG_OK) status = spng_decode_row(context, picture.samples.data() + row.row_num * stride, stride);
  }
  return status == SPNG_EOI ? SPNG_OK : status;
}

}  // namespace

Result<FileHeader> read_png_header(ByteView file, const ImageLimits& limits) {
  const auto png = read_png_chunks(file);
  if (!png) return png.error();
  FileHeader header;
  header.info.format = ImageFormat::png;
  header.info.stored_size = png->size;
  header.info.orientation = exif_orientation(png->exif);
  header.info.bits_per_channel = png->bit_depth;
  header.info.colour = colour_name(*png);
  header.info.has_alpha = has_alpha(layout_of(*png).model);
  header.info.has_icc = !png->iccp.empty();
  header.info.animated = png->animated;
  if (png->animated) header.info.frames = std::max(png->frames, 1);
  if (header.info.has_icc) header.icc = inflate_icc_profile(png->iccp, limits.max_icc_bytes);
  return header;
}

Result<RawPicture> decode_png(ByteView file, const FileHeader& header, const Stop& stop) {
  const auto png = read_png_chunks(file);
  if (!png) return png.error();
  if (!may_hold_pixels(file, *png)) return Error(Errc::corrupt_data, "PNG: the file is too short for its pixels");
  if (auto plain = decode_plain_png(file, *png, stop)) return std::move(*plain);
  const Layout layout = layout_of(*png);
  const Context context(spng_ctx_new(0), &spng_ctx_free);
  if (!context) return png_error(SPNG_EMEM);
  spng_set_chunk_limits(context.get(), kChunkBytes, kChunkBytes);
  if (const int status = spng_set_png_buffer(context.get(), file.data(), file.size())) return png_error(status);
  std::size_t bytes = 0;
  if (const int status = spng_decoded_image_size(context.get(), layout.format, &bytes)) return png_error(status);
  RawPicture picture{header.info.stored_size, layout.model, {}};
  const auto samples = sample_bytes(picture.size, picture.model);
  const bool wide = png->bit_depth == 16;
  if (bytes != samples * (wide ? 2U : 1U)) return Error(Errc::internal, "PNG: unexpected size of the decoded picture");
  picture.samples.resize(bytes);
  picture.bits = wide ? 16 : 8;
  if (const int status = decode_rows(context.get(), layout, picture, stop)) return png_error(status);
  if (stop.requested()) return stop.error();
  // The checksum of the last pixels is only looked at on the way to what follows; whether anything does is no matter.
  if (spng_decode_chunks(context.get()) == SPNG_ECHUNK_CRC) return png_error(SPNG_ECHUNK_CRC);
  return picture;
}

}  // namespace imagegen::detail
