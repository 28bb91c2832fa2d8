#include <imagegen/image/encode.hpp>

#include <algorithm>
#include <limits>
#include <string>

#include "image/checks.hpp"
#include "image/encoders.hpp"

namespace imagegen {
namespace {

int largest_side(ImageFormat format) {
  switch (format) {
    case ImageFormat::webp:
      return 16'383;  // 14 bits in the bitstream
    case ImageFormat::jpeg:
      return 65'500;  // libjpeg's JPEG_MAX_DIMENSION
    default:
      return std::numeric_limits<int>::max();
  }
}

Result<void> check_range(const char* name, int value, int most) {
  if (value >= 0 && value <= most) return {};
  return Error(Errc::invalid_argument,
               std::string(name) + ": expected 0.." + std::to_string(most) + ", got " + std::to_string(value));
}

}  // namespace

namespace detail {

Result<void> check_encoding(PixelSize size, const Encoding& encoding) {
  if (auto checked = check_range("quality", encoding.quality, 100); !checked) return checked;
  if (auto checked = check_range("effort", encoding.effort, 6); !checked) return checked;
  const std::string name(to_string(encoding.format));
  if (!can_encode(encoding.format)) return Error(Errc::unsupported, "this build cannot write " + name);
  const int most = largest_side(encoding.format);
  if (std::max(size.width, size.height) <= most) return {};
  return Error(Errc::limit_exceeded,
               name + ": expected sides of at most " + std::to_string(most) + " px, got " + to_string(size));
}

Result<Bytes> encode_unless(const std::atomic<bool>* cancelled, const Bitmap& picture, const Encoding& encoding) {
  if (auto checked = check_bitmap(picture); !checked) return checked.error();
  if (auto checked = check_encoding(picture.size, encoding); !checked) return checked.error();
  if (encoding.format == ImageFormat::webp) return encode_webp(picture, encoding, cancelled);
  if (encoding.format == ImageFormat::jpeg) return encode_jpeg(picture, encoding, cancelled);
  return encode_png(picture, cancelled);
}

}  // namespace detail

Result<Bytes> encode_image(const Bitmap& picture, const Encoding& encoding) {
  return detail::encode_unless(nullptr, picture, encoding);
}

Result<Bytes> encode_png(const Bitmap& picture) {
  return detail::encode_unless(nullptr, picture, Encoding{ImageFormat::png});
}

bool can_encode(ImageFormat format) noexcept {
  return format != ImageFormat::avif;
}

}  // namespace imagegen
