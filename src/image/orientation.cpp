#include "image/orientation.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace imagegen::detail {
namespace {

// Where the upright pixel (x, y) lies in the stored picture: origin + x * right + y * down, counted in pixels.
struct Walk {
  std::ptrdiff_t origin, right, down;
};

Walk walk_of(PixelSize stored, int orientation) {
  const std::ptrdiff_t row = stored.width;
  const std::ptrdiff_t last_x = row - 1;
  const std::ptrdiff_t last_y = (stored.height - 1) * row;
  switch (orientation) {
    case 2:
      return {last_x, -1, row};  // mirrored
    case 3:
      return {last_x + last_y, -1, -row};  // upside down
    case 4:
      return {last_y, 1, -row};  // upside down and mirrored
    case 5:
      return {0, row, 1};  // transposed
    case 6:
      return {last_y, -row, 1};  // to be turned right
    case 7:
      return {last_x + last_y, -row, -1};  // transposed over the other diagonal
    case 8:
      return {last_x, row, -1};  // to be turned left
    default:
      return {0, 1, row};
  }
}

template <std::ptrdiff_t kChannels, class Sample>
void copy_pixels(const Sample* from, Walk walk, PixelSize size, Sample* out) {
  for (std::ptrdiff_t y = 0; y < size.height; ++y) {
    for (std::ptrdiff_t x = 0; x < size.width; ++x, out += kChannels) {
      std::copy_n(from + (walk.origin + x * walk.right + y * walk.down) * kChannels, kChannels, out);
    }
  }
}

template <class Sample>
std::vector<Sample> turned(const std::vector<Sample>& samples, PixelSize stored, int channels, int orientation) {
  std::vector<Sample> upright(samples.size());
  const Walk walk = walk_of(stored, orientation);
  const PixelSize size = upright_size(stored, orientation);
  if (channels == 1)
    copy_pixels<1>(samples.data(), walk, size, upright.data());
  else if (channels == 4)
    copy_pixels<4>(samples.data(), walk, size, upright.data());
  else
    copy_pixels<3>(samples.data(), walk, size, upright.data());
  return upright;
}

}  // namespace

Bitmap turn_upright(Bitmap picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  return {upright_size(picture.size, orientation), picture.channels,
          turned(picture.pixels, picture.size, picture.channels, orientation)};
}

DeepBitmap turn_upright(DeepBitmap picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  return {upright_size(picture.size, orientation), picture.channels,
          turned(picture.samples, picture.size, picture.channels, orientation)};
}

}  // namespace imagegen::detail
