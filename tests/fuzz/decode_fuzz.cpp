// Any bytes are an error that says so, or a picture on which the header and a second decoder agree.
#include <imagegen/image/decode.hpp>

#include <cstdlib>

namespace {

// libFuzzer reports whatever ends the program.
void require(bool holds) {
  if (!holds) std::abort();
}

bool is_refusal(imagegen::Errc code) {
  return code == imagegen::Errc::corrupt_data || code == imagegen::Errc::unsupported ||
         code == imagegen::Errc::limit_exceeded;
}

imagegen::ImageLimits small_limits() {
  imagegen::ImageLimits limits;
  limits.max_pixels = 1 << 20;
  limits.max_side = 1 << 12;
  limits.max_icc_bytes = 1 << 16;
  return limits;
}

void check_picture(const imagegen::Bitmap& picture, const imagegen::ImageInfo& info) {
  require(picture.size == info.size);
  require(picture.channels == (info.has_alpha ? 4 : 3));
  require(picture.pixels.size() == picture.stride_bytes() * static_cast<std::size_t>(picture.size.height));
  require(std::int64_t{picture.size.width} * picture.size.height <= small_limits().max_pixels);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const imagegen::ByteView file(data, size);
  const auto limits = small_limits();
  const auto info = imagegen::inspect_image(file, limits);
  const auto picture = imagegen::decode_image(file, limits);
  if (info.has_error()) require(is_refusal(info.error().code) && picture.has_error());
  if (picture.has_error()) {
    require(is_refusal(picture.error().code));
    return 0;
  }
  check_picture(*picture, *info);
  const auto again = imagegen::decode_image(file, limits);
  require(again.has_value() && again->pixels == picture->pixels);
  return 0;
}
