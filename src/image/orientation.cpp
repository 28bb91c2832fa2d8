#include "image/orientation.hpp"

#include <algorithm>
#include <cstddef>

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

template <std::ptrdiff_t kChannels>
void copy_pixels(const std::uint8_t* from, Walk walk, Bitmap& to) {
  std::uint8_t* out = to.pixels.data();
  for (std::ptrdiff_t y = 0; y < to.size.height; ++y) {
    for (std::ptrdiff_t x = 0; x < to.size.width; ++x, out += kChannels) {
      std::copy_n(from + (walk.origin + x * walk.right + y * walk.down) * kChannels, kChannels, out);
    }
  }
}

}  // namespace

Bitmap turn_upright(Bitmap picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  Bitmap upright{upright_size(picture.size, orientation), picture.channels, Bytes(picture.pixels.size())};
  const Walk walk = walk_of(picture.size, orientation);
  if (picture.channels == 4) {
    copy_pixels<4>(picture.pixels.data(), walk, upright);
  } else {
    copy_pixels<3>(picture.pixels.data(), walk, upright);
  }
  return upright;
}

}  // namespace imagegen::detail
