#include <webp/encode.h>

#include <algorithm>
#include <new>
#include <string>

#include "image/checks.hpp"
#include "image/encoders.hpp"

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
  const std::atomic<bool>* cancelled;
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
  return is_set(static_cast<const Hooks*>(picture->user_data)->cancelled) ? 0 : 1;
}

// What sharp sets, too: the default preset, all of alpha, plain chroma.
Result<WebPConfig> config_of(const Encoding& encoding) {
  WebPConfig config;
  if (WebPConfigInit(&config) == 0) return Error(Errc::internal, "libwebp is not the one this was built for");
  config.quality = static_cast<float>(encoding.quality);
  config.alpha_quality = 100;
  config.method = encoding.effort;
  return config;
}

bool import_grey(const Bitmap& picture, WebPPicture* out) {
  Bytes rgb;
  rgb.reserve(picture.pixels.size() * 3);
  for (const std::uint8_t grey : picture.pixels) rgb.insert(rgb.end(), 3, grey);
  return WebPPictureImportRGB(out, rgb.data(), picture.size.width * 3) != 0;
}

bool import(const Bitmap& picture, WebPPicture* out) {
  const int stride = static_cast<int>(picture.stride_bytes());
  if (picture.channels == 1) return import_grey(picture, out);
  if (picture.channels == 3) return WebPPictureImportRGB(out, picture.pixels.data(), stride) != 0;
  return WebPPictureImportRGBA(out, picture.pixels.data(), stride) != 0;
}

Error webp_error(const WebPPicture& picture) {
  switch (picture.error_code) {
    case VP8_ENC_ERROR_USER_ABORT:
      return cancelled_error();
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

}  // namespace

Result<Bytes> encode_webp(const Bitmap& picture, const Encoding& encoding, const std::atomic<bool>* cancelled) {
  const auto config = config_of(encoding);
  if (!config) return config.error();
  Picture webp;
  if (!webp.valid) return Error(Errc::internal, "libwebp is not the one this was built for");
  Hooks hooks{{}, cancelled};
  webp.value.width = picture.size.width;
  webp.value.height = picture.size.height;
  webp.value.writer = &append;
  webp.value.custom_ptr = &hooks;
  webp.value.progress_hook = &keep_going;
  webp.value.user_data = &hooks;
  if (is_set(cancelled)) return cancelled_error();
  if (!import(picture, &webp.value)) return webp_error(webp.value);
  if (WebPEncode(&*config, &webp.value) == 0) return webp_error(webp.value);
  return std::move(hooks.file);
}

}  // namespace imagegen::detail
