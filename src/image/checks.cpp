#include "image/checks.hpp"

#include <algorithm>
#include <string>

namespace imagegen {

std::string_view to_string(HdrPictures hdr) noexcept {
  return hdr == HdrPictures::refuse ? "refuse" : "tone-map";
}

}  // namespace imagegen

namespace imagegen::detail {

Result<void> check_size(PixelSize size, const ImageLimits& limits) {
  if (size.width < 1 || size.height < 1) return Error(Errc::corrupt_data, "the picture has no pixels");
  if (std::max(size.width, size.height) > limits.max_side) {
    return Error(Errc::limit_exceeded,
                 "sides: expected at most " + std::to_string(limits.max_side) + " px, got " + to_string(size));
  }
  if (std::int64_t{size.width} * size.height > limits.max_pixels) {
    return Error(Errc::limit_exceeded,
                 "pixels: expected at most " + std::to_string(limits.max_pixels) + ", got " + to_string(size));
  }
  return {};
}

Result<void> check_bitmap(const Bitmap& picture) {
  const bool has_channels = picture.channels == 1 || picture.channels == 3 || picture.channels == 4;
  const bool has_pixels =
      picture.size.width > 0 && picture.size.height > 0 && has_channels &&
      picture.pixels.size() == picture.stride_bytes() * static_cast<std::size_t>(picture.size.height);
  if (has_pixels) return {};
  return Error(Errc::invalid_argument, "picture: expected 1, 3 or 4 channels and as many bytes as " +
                                           to_string(picture.size) + " has, got " + std::to_string(picture.channels) +
                                           " channels and " + std::to_string(picture.pixels.size()) + " bytes");
}

}  // namespace imagegen::detail
