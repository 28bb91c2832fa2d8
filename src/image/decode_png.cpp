#include <spng.h>

#include <algorithm>
#include <memory>
#include <string>

#include "image/exif.hpp"
#include "image/png_chunks.hpp"
#include "image/png_pieces.hpp"
#include "image/raw_picture.hpp"

namespace imagegen::detail {
namespace {

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

// In the order of the specification (third edition, 4.3): cICP, iCCP, sRGB, gAMA with cHRM.
void read_colours(const PngChunks& png, FileHeader& header) {
  constexpr std::uint8_t kRgb = 0;
  if (!png.cicp.empty() && png.cicp[2] == kRgb) {
    header.signal = signal_of_cicp(png.cicp[0], png.cicp[1], png.cicp[3] != 0);
  }
  header.signal_goes_first = header.signal.has_value();
  if (header.signal || png.has_srgb) return;
  header.signal = signal_of_png(png.colours);
  const bool has_numbers = png.colours.gamma || png.colours.chromaticities;
  if (has_numbers && !header.signal) {
    header.info.notes.emplace_back("The gAMA or cHRM chunk holds impossible values and is ignored.");
  }
}

int read_piece(spng_ctx*, void* pieces, void* to, std::size_t count) {
  return static_cast<PngPieces*>(pieces)->read(static_cast<std::uint8_t*>(to), count) ? SPNG_OK : SPNG_IO_EOF;
}

// And what it reads from, which must stay where it is.
struct FreeSpngDecoder {
  std::unique_ptr<PngPieces> pieces;
  void operator()(spng_ctx* context) const { spng_ctx_free(context); }
};
using SpngDecoder = std::unique_ptr<spng_ctx, FreeSpngDecoder>;

Result<SpngDecoder> open_context(ByteView file) {
  SpngDecoder context(spng_ctx_new(0), {std::make_unique<PngPieces>(file)});
  if (!context) return png_error(SPNG_EMEM);
  auto* pieces = context.get_deleter().pieces.get();
  if (const int status = spng_set_png_stream(context.get(), &read_piece, pieces)) return png_error(status);
  return context;
}

// Begins to decode a picture of `format` without samples.
Result<SpngDecoder> start_decoding(ByteView file, const Layout& layout, const RawPicture& format) {
  auto context = open_context(file);
  if (!context) return context;
  std::size_t bytes = 0;
  if (const int status = spng_decoded_image_size(context->get(), layout.format, &bytes)) return png_error(status);
  if (bytes != format.row_bytes() * static_cast<std::size_t>(format.size.height)) {
    return Error(Errc::internal, "PNG: unexpected size of the decoded picture");
  }
  const int flags = layout.flags | SPNG_DECODE_PROGRESSIVE;
  const int status = spng_decode_image(context->get(), nullptr, 0, layout.format, flags);
  if (status != SPNG_OK) return png_error(status);
  return context;
}

// The checksum of the last pixels is only looked at on the way to what follows; whether anything does is no matter.
Result<void> check_last_pixels(spng_ctx* context) {
  if (spng_decode_chunks(context) == SPNG_ECHUNK_CRC) return png_error(SPNG_ECHUNK_CRC);
  return {};
}

RawPicture format_of(const PngChunks& png) {
  return {png.size, layout_of(png).model, {}, png.bit_depth == 16 ? 16 : 8, {}};
}

// Seven passes over the same rows. Row after row, so that there is an end to it when nobody waits any more.
Result<RawPicture> decode_interlaced(ByteView file, const PngChunks& png, const Stop& stop) {
  RawPicture picture = format_of(png);
  const auto context = start_decoding(file, layout_of(png), picture);
  if (!context) return context.error();
  picture.allocate();
  int status = SPNG_OK;
  while (status == SPNG_OK && !stop.requested()) {
    spng_row_info row{};
    status = spng_get_row_info(context->get(), &row);
    if (status == SPNG_OK) {
      status = spng_decode_row(context->get(), picture.row(static_cast<int>(row.row_num)), picture.row_bytes());
    }
  }
  if (status != SPNG_OK && status != SPNG_EOI) return png_error(status);
  if (stop.requested()) return stop.error();
  if (auto sound = check_last_pixels(context->get()); !sound) return sound.error();
  return picture;
}

class SpngRows : public RawRows {
 public:
  SpngRows(SpngDecoder context, const RawPicture& format, const Stop& stop)
      : context_(std::move(context)), format_(format), stop_(stop) {}

  RawPicture format() const override { return format_; }
  Result<void> read(std::uint8_t* out) override {
    if (stop_.requested()) return stop_.error();
    const int status = spng_decode_row(context_.get(), out, format_.row_bytes());
    if (status != SPNG_OK && status != SPNG_EOI) return png_error(status);
    return {};
  }
  Result<void> end() override { return check_last_pixels(context_.get()); }

 private:
  SpngDecoder context_;
  RawPicture format_;
  const Stop& stop_;
};

Result<RawPicture> decode_in_rows(ByteView file, const Stop& stop) {
  const auto rows = open_png_rows(file, stop);
  if (!rows) return rows.error();
  RawPicture picture = (*rows)->format();
  picture.allocate();
  for (int y = 0; y < picture.size.height; ++y) {
    if (auto read = (*rows)->read(picture.row(y)); !read) return read.error();
  }
  if (auto sound = (*rows)->end(); !sound) return sound.error();
  return picture;
}

}  // namespace

Result<FileHeader> read_png_header(ByteView file, const ImageLimits& limits) {
  const auto png = read_png_chunks(file);
  if (!png) return png.error();
  FileHeader header;
  header.info.format = ImageFormat::png;
  header.info.stored_size = png->size;
  header.info.orientation = exif_orientation(png->exif);
  header.in_rows = !png->is_interlaced;
  header.info.bits_per_channel = png->bit_depth;
  header.info.colour = colour_name(*png);
  header.info.has_alpha = has_alpha(layout_of(*png).model);
  header.info.has_icc = !png->iccp.empty();
  header.info.animated = png->animated;
  if (png->animated) header.info.frames = std::max(png->frames, 1);
  if (png->animated && png->claimed_frames != header.info.frames) {
    header.info.notes.push_back("The animation says it has " + std::to_string(png->claimed_frames) +
                                " frames, and has " + std::to_string(header.info.frames) + ".");
  }
  if (header.info.has_icc) header.icc = inflate_icc_profile(png->iccp, limits.max_icc_bytes);
  read_colours(*png, header);
  return header;
}

Result<RawPicture> decode_png(ByteView file, const FileHeader&, const Stop& stop) {
  const auto png = read_png_chunks(file);
  if (!png) return png.error();
  if (!may_hold_pixels(file, *png)) return Error(Errc::corrupt_data, "PNG: the file is too short for its pixels");
  if (auto plain = decode_plain_png(file, *png, stop)) return std::move(*plain);
  return png->is_interlaced ? decode_interlaced(file, *png, stop) : decode_in_rows(file, stop);
}

Result<RawRowsPtr> open_png_rows(ByteView file, const Stop& stop) {
  const auto png = read_png_chunks(file);
  if (!png) return png.error();
  if (!may_hold_pixels(file, *png)) return Error(Errc::corrupt_data, "PNG: the file is too short for its pixels");
  if (has_plain_rows(*png)) return open_plain_png_rows(file, *png, stop);
  const RawPicture format = format_of(*png);
  auto context = start_decoding(file, layout_of(*png), format);
  if (!context) return context.error();
  return RawRowsPtr(std::make_unique<SpngRows>(std::move(*context), format, stop));
}

}  // namespace imagegen::detail
