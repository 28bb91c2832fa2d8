#include <webp/encode.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>

#include "image/byte_reader.hpp"
#include "image/checks.hpp"
#include "image/encoders.hpp"
#include "image/vp8/vp8_encoder.hpp"

namespace imagegen::detail {
namespace {

// Frees what libwebp allocated, however the encoding ends.
struct Picture {
  Picture() { valid = WebPPictureInit(&value) != 0; }
  ~Picture() { WebPPictureFree(&value); }
  Picture(const Picture&) = delete;
  Picture& operator=(const Picture&) = delete;
  WebPPicture value;
  bool valid;
};

struct Hooks {
  Bytes file;
  const Stop& stop;
};

// Runs inside libwebp's C code, so nothing may be thrown out of it.
int append(const std::uint8_t* data, std::size_t size, const WebPPicture* picture) noexcept {
  auto& file = static_cast<Hooks*>(picture->custom_ptr)->file;
  try {
    file.insert(file.end(), data, data + size);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return 1;
}

int keep_going(int, const WebPPicture* picture) noexcept {
  return static_cast<const Hooks*>(picture->user_data)->stop.requested() ? 0 : 1;
}

// What sharp sets, too: the default preset, plain chroma.
Result<WebPConfig> config_of(const Encoding& encoding) {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0) return Error(Errc::internal, "libwebp is not the one this was built for");
  config.quality = static_cast<float>(quality_of(encoding));
  config.alpha_quality = encoding.alpha_quality;
  config.method = encoding.effort;
  config.lossless = encoding.lossless || encoding.near_lossless ? 1 : 0;
  if (encoding.near_lossless) config.near_lossless = quality_of(encoding);
  return config;
}

// What a packet adds to a file: a chunk of its own, and where that is not there the one that announces it.
std::size_t xmp_bytes(const EncodeJob& job, bool has_extended_form) {
  if (job.xmp.empty()) return 0;
  return 8 + job.xmp.size() + job.xmp.size() % 2 + (has_extended_form ? 0 : 18);
}

// Gives a picture its memory. Planes, or four bytes a pixel.
bool allocate(WebPPicture& picture, PixelSize size, bool argb) {
  picture.width = size.width;
  picture.height = size.height;
  picture.use_argb = argb ? 1 : 0;
  return WebPPictureAlloc(&picture) != 0;
}

void put_row(const std::uint8_t* row, const RowFormat& format, std::uint32_t* argb) {
  const auto step = static_cast<std::size_t>(format.channels);
  const std::size_t green = step == 1 ? 0 : 1;
  const std::size_t blue = step == 1 ? 0 : 2;
  for (int x = 0; x < format.size.width; ++x, row += step) {
    const std::uint32_t alpha = step == 4 ? row[3] : 255U;
    argb[x] = alpha << 24U | static_cast<std::uint32_t>(row[0]) << 16U | static_cast<std::uint32_t>(row[green]) << 8U |
              row[blue];
  }
}

bool read_plane(RowStream* rows, PixelSize size, std::uint8_t* plane, int stride, const Stop& stop) {
  for (int y = 0; y < size.height; ++y, plane += stride) {
    if (stop.requested()) return false;
    if (rows == nullptr)
      std::fill_n(plane, size.width, std::uint8_t{128});  // grey
    else
      rows->read(plane);
  }
  return true;
}

Error webp_error(const WebPPicture& picture, const Stop& stop) {
  switch (picture.error_code) {
    case VP8_ENC_ERROR_USER_ABORT:
      return stop.error();
    case VP8_ENC_ERROR_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY:
    case VP8_ENC_ERROR_BAD_WRITE:
      return {Errc::limit_exceeded, "WebP: not enough memory"};
    case VP8_ENC_ERROR_PARTITION0_OVERFLOW:
    case VP8_ENC_ERROR_PARTITION_OVERFLOW:
    case VP8_ENC_ERROR_FILE_TOO_BIG:
      return {Errc::limit_exceeded, "WebP: the picture does not fit the format"};
    default:
      return {Errc::internal, "WebP: libwebp failed with " + std::to_string(picture.error_code)};
  }
}

Result<Bytes> encode_as(const WebPConfig& config, WebPPicture& picture, const Stop& stop) {
  Hooks hooks{{}, stop};
  picture.writer = &append;
  picture.custom_ptr = &hooks;
  picture.progress_hook = &keep_going;
  picture.user_data = &hooks;
  if (WebPEncode(&config, &picture) == 0) return webp_error(picture, stop);
  return std::move(hooks.file);
}

void note_missed(const EncodeJob& job, const Bytes& file) {
  if (job.notes == nullptr) return;
  const std::size_t got = file.size() + xmp_bytes(job, has_text_at(file, 12, "VP8X"));
  job.notes->push_back("target_bytes: expected " + std::to_string(job.encoding.target_bytes) + ", got " +
                       std::to_string(got) + ", the smallest that there is (quality 0)");
}

// The best that is not larger. `least` is that of quality 0.
Result<Bytes> bisect(WebPConfig config, WebPPicture& picture, const EncodeJob& job, std::size_t target, Bytes least) {
  float low = 0, high = 100;
  for (int step = 0; step < 7; ++step) {  // then less than one is left
    config.quality = (low + high) / 2;
    auto found = encode_as(config, picture, job.stop);
    if (!found) return found;
    const bool fits = found->size() <= target;
    (fits ? low : high) = config.quality;
    if (fits) least = std::move(*found);
  }
  return least;
}

// libwebp's search ends within a few percent of most sizes that there are, and sometimes far from one.
Result<Bytes> encode_for_target(WebPConfig config, WebPPicture& picture, const EncodeJob& job) {
  const std::size_t packet = xmp_bytes(job, false);
  const std::size_t target = job.encoding.target_bytes > packet ? job.encoding.target_bytes - packet : 1;
  config.target_size = static_cast<int>(target);
  config.pass = 6;  // steps of the search; cwebp does as many
  auto found = encode_as(config, picture, job.stop);
  if (!found || found->size() <= target + target / 20) return found;
  config.target_size = 0, config.pass = 1, config.quality = 0;
  auto least = encode_as(config, picture, job.stop);
  if (!least) return least;
  if (least->size() <= target) return bisect(config, picture, job, target, std::move(*least));
  if (least->size() < found->size()) found = std::move(least);
  note_missed(job, *found);
  return found;
}

Result<Bytes> encode(WebPPicture& picture, const EncodeJob& job) {
  const auto config = config_of(job.encoding);
  if (!config) return config.error();
  const bool seeks = job.encoding.target_bytes > 0 && config->lossless == 0;
  return seeks ? encode_for_target(*config, picture, job) : encode_as(*config, picture, job.stop);
}

// Ours searches as deep as libwebp does at its middle efforts, in half of the time. What is quicker or smaller than
// that, and the search for a size, libwebp knows.
bool suits_our_encoder(const Encoding& encoding) {
  return (encoding.effort == 3 || encoding.effort == 4) && encoding.target_bytes == 0;
}

Result<Bytes> encode_ourselves(const WebPPicture& picture, const EncodeJob& job) {
  const vp8::Planes planes{picture.y,
                           picture.u,
                           picture.v,
                           static_cast<std::size_t>(picture.y_stride),
                           static_cast<std::size_t>(picture.uv_stride),
                           {picture.width, picture.height}};
  return vp8::encode(planes, {quality_of(job.encoding)}, job.stop);
}

}  // namespace

Result<Bytes> encode_webp(RowStream& rows, const EncodeJob& job) {
  Picture webp;
  if (!webp.valid) return Error(Errc::internal, "libwebp is not the one this was built for");
  const RowFormat format = rows.format();
  if (!allocate(webp.value, format.size, /*argb=*/true)) return webp_error(webp.value, job.stop);
  Bytes row(format.row_bytes());
  for (int y = 0; y < format.size.height; ++y) {
    if (job.stop.requested()) return job.stop.error();
    rows.read(row.data());
    put_row(row.data(), format, webp.value.argb + std::ptrdiff_t{y} * webp.value.argb_stride);
  }
  return encode(webp.value, job);
}

Result<Bytes> encode_webp_planes(PlanarRows& rows, const EncodeJob& job) {
  Picture webp;
  if (!webp.valid) return Error(Errc::internal, "libwebp is not the one this was built for");
  const PixelSize size = rows.y->format().size;
  const PixelSize colour = colour_size(size, job.encoding);
  WebPPicture& picture = webp.value;
  if (!allocate(picture, size, /*argb=*/false)) return webp_error(picture, job.stop);
  const bool whole = read_plane(rows.y.get(), size, picture.y, picture.y_stride, job.stop) &&
                     read_plane(rows.cb.get(), colour, picture.u, picture.uv_stride, job.stop) &&
                     read_plane(rows.cr.get(), colour, picture.v, picture.uv_stride, job.stop);
  if (!whole) return job.stop.error();
  return suits_our_encoder(job.encoding) ? encode_ourselves(picture, job) : encode(picture, job);
}

}  // namespace imagegen::detail
