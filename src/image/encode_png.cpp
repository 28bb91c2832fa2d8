#include <spng.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>

#include "image/encoders.hpp"
#include "image/lossy_palette.hpp"

namespace imagegen::detail {
namespace {

using PngWriter = std::unique_ptr<spng_ctx, decltype(&spng_ctx_free)>;

Error not_written(int status) {
  const auto code = status == SPNG_EMEM ? Errc::limit_exceeded : Errc::internal;
  return {code, std::string("PNG: ") + spng_strerror(status)};
}

spng_ihdr header_of(const RowFormat& format, const Encoding& encoding) {
  spng_ihdr ihdr{};
  ihdr.width = static_cast<std::uint32_t>(format.size.width);
  ihdr.height = static_cast<std::uint32_t>(format.size.height);
  ihdr.bit_depth = static_cast<std::uint8_t>(format.bits);
  ihdr.color_type = format.channels == 1   ? SPNG_COLOR_TYPE_GRAYSCALE
                    : format.channels == 3 ? SPNG_COLOR_TYPE_TRUECOLOR
                                           : SPNG_COLOR_TYPE_TRUECOLOR_ALPHA;
  ihdr.interlace_method = encoding.progressive ? SPNG_INTERLACE_ADAM7 : SPNG_INTERLACE_NONE;
  return ihdr;
}

int prepare(spng_ctx* context, spng_ihdr ihdr, const Encoding& encoding) {
  if (const int status = spng_set_option(context, SPNG_ENCODE_TO_BUFFER, 1)) return status;
  const int level = encoding.compression_level;
  if (const int status = spng_set_option(context, SPNG_IMG_COMPRESSION_LEVEL, level)) return status;
  return spng_set_ihdr(context, &ihdr);
}

Result<Bytes> take_file(spng_ctx* context) {
  std::size_t size = 0;
  int status = SPNG_OK;
  const std::unique_ptr<void, decltype(&std::free)> file(spng_get_png_buffer(context, &size, &status), &std::free);
  if (!file) return not_written(status);
  const auto* bytes = static_cast<const std::uint8_t*>(file.get());
  return Bytes(bytes, bytes + size);
}

// All rows at once: interlaced, a pixel is written in one of seven passes.
Result<Bytes> write_whole(spng_ctx* context, const Bytes& samples) {
  const int status = spng_encode_image(context, samples.data(), samples.size(), SPNG_FMT_PNG, SPNG_ENCODE_FINALIZE);
  return status == SPNG_OK ? take_file(context) : Result<Bytes>(not_written(status));
}

Result<Bytes> write_interlaced(spng_ctx* context, RowStream& rows, const Stop& stop) {
  const RowFormat format = rows.format();
  Bytes samples(format.row_bytes() * static_cast<std::size_t>(format.size.height));
  for (std::size_t y = 0; y < static_cast<std::size_t>(format.size.height); ++y) {
    if (stop.requested()) return stop.error();
    rows.read(&samples[y * format.row_bytes()]);
  }
  return write_whole(context, samples);
}

Result<Bytes> write_rows(spng_ctx* context, RowStream& rows, const Stop& stop) {
  const RowFormat format = rows.format();
  int status = spng_encode_image(context, nullptr, 0, SPNG_FMT_PNG, SPNG_ENCODE_PROGRESSIVE | SPNG_ENCODE_FINALIZE);
  Bytes row(format.row_bytes());
  for (int y = 0; y < format.size.height && status == SPNG_OK; ++y) {
    if (stop.requested()) return stop.error();
    rows.read(row.data());
    status = spng_encode_row(context, row.data(), row.size());
  }
  return status == SPNG_EOI ? take_file(context) : Result<Bytes>(not_written(status));
}

Result<Bytes> write_palette(const PalettePicture& picture, const Encoding& encoding) {
  const PngWriter context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
  if (!context) return not_written(SPNG_EMEM);
  spng_ihdr ihdr = header_of({picture.size, 1, picture.bits}, encoding);
  ihdr.color_type = SPNG_COLOR_TYPE_INDEXED;
  spng_plte colours{};
  spng_trns alphas{};
  for (const std::uint32_t rgba : picture.colours) {
    const auto part = [rgba](unsigned shift) { return static_cast<std::uint8_t>(rgba >> shift & 255U); };
    colours.entries[colours.n_entries++] = {part(0), part(8), part(16), 255};
    alphas.type3_alpha[alphas.n_type3_entries++] = part(24);
  }
  if (const int status = prepare(context.get(), ihdr, encoding)) return not_written(status);
  if (const int status = spng_set_plte(context.get(), &colours)) return not_written(status);
  if (picture.has_alpha) {
    if (const int status = spng_set_trns(context.get(), &alphas)) return not_written(status);
  }
  return write_whole(context.get(), picture.packed);
}

// Eight bits made sixteen.
class WidenedRows : public RowStream {
 public:
  explicit WidenedRows(RowStream& rows) : rows_(rows), narrow_(rows.format().row_bytes()) {}
  RowFormat format() const override {
    auto format = rows_.format();
    format.bits = 16;
    return format;
  }
  void read(std::uint8_t* out) override {
    rows_.read(narrow_.data());
    for (std::size_t i = 0; i < narrow_.size(); ++i) out[2 * i] = out[2 * i + 1] = narrow_[i];  // times 257
  }

 private:
  RowStream& rows_;
  Bytes narrow_;
};

Result<Bytes> write_plain(RowStream& rows, const EncodeJob& job) {
  const PngWriter context(spng_ctx_new(SPNG_CTX_ENCODER), &spng_ctx_free);
  if (!context) return not_written(SPNG_EMEM);
  if (const int status = prepare(context.get(), header_of(rows.format(), job.encoding), job.encoding)) {
    return not_written(status);
  }
  return job.encoding.progressive ? write_interlaced(context.get(), rows, job.stop)
                                  : write_rows(context.get(), rows, job.stop);
}

}  // namespace

Result<Bytes> encode_png(RowStream& rows, const EncodeJob& job) {
  if (job.encoding.bit_depth == 16) {
    if (rows.format().bits == 16) return write_plain(rows, job);
    WidenedRows wide(rows);
    return write_plain(wide, job);
  }
  if (job.encoding.colours > 0) {
    const auto picture = lossy_palette(rows, job.encoding.colours, job.encoding.dither, job.stop);
    return job.stop.requested() ? Result<Bytes>(job.stop.error()) : write_palette(picture, job.encoding);
  }
  if (!job.encoding.palette) return write_plain(rows, job);
  PaletteSearch search(rows);
  if (search.run(job.stop)) return write_palette(search.picture(), job.encoding);
  if (job.stop.requested()) return job.stop.error();
  return write_plain(search, job);
}

}  // namespace imagegen::detail
