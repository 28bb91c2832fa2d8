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
void copy_pixels(const Sample* from, std::ptrdiff_t step, int count, Sample* out) {
  for (int x = 0; x < count; ++x, from += step * kChannels, out += kChannels) std::copy_n(from, kChannels, out);
}

template <class Sample>
void copy_row(const Sample* samples, PixelSize stored, int channels, int orientation, int y, Sample* out) {
  const Walk walk = walk_of(stored, orientation);
  const int width = upright_size(stored, orientation).width;
  const Sample* from = samples + (walk.origin + y * walk.down) * channels;
  if (channels == 1)
    copy_pixels<1>(from, walk.right, width, out);
  else if (channels == 4)
    copy_pixels<4>(from, walk.right, width, out);
  else
    copy_pixels<3>(from, walk.right, width, out);
}

template <class Sample>
std::vector<Sample> turned(const std::vector<Sample>& samples, PixelSize stored, int channels, int orientation) {
  std::vector<Sample> upright(samples.size());
  const PixelSize size = upright_size(stored, orientation);
  const std::size_t row = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
  for (int y = 0; y < size.height; ++y) {
    copy_row(samples.data(), stored, channels, orientation, y, &upright[static_cast<std::size_t>(y) * row]);
  }
  return upright;
}

// Upside down, mirrored, or both: row by row with the row that takes its place.
template <class Sample>
std::vector<Sample> flipped(std::vector<Sample> samples, PixelSize size, int channels, int orientation) {
  const auto row = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels);
  const auto upright_row = [&](int y) {
    std::vector<Sample> out(row);
    copy_row(samples.data(), size, channels, orientation, y, out.data());
    return out;
  };
  const auto put = [&](const std::vector<Sample>& from, int y) {
    std::copy(from.begin(), from.end(), &samples[static_cast<std::size_t>(y) * row]);
  };
  const bool swaps = orientation != 2;
  const int height = size.height;
  for (int y = 0; y < (swaps ? (height + 1) / 2 : height); ++y) {
    const int other = swaps ? height - 1 - y : y;
    const auto first = upright_row(y), second = upright_row(other);
    put(first, y);
    put(second, other);
  }
  return samples;
}

template <class Sample>
std::vector<Sample> turned_upright(std::vector<Sample> samples, PixelSize size, int channels, int orientation) {
  if (swaps_sides(orientation)) return turned(samples, size, channels, orientation);
  return flipped(std::move(samples), size, channels, orientation);
}

}  // namespace

void copy_upright_row(const Bitmap& picture, int orientation, int y, std::uint8_t* out) {
  copy_row(picture.pixels.data(), picture.size, picture.channels, orientation, y, out);
}

void copy_upright_row(const DeepBitmap& picture, int orientation, int y, std::uint8_t* out) {
  copy_row(picture.samples.data(), picture.size, picture.channels, orientation, y,
           reinterpret_cast<std::uint16_t*>(out));
}

Bitmap turn_upright(Bitmap picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  return {upright_size(picture.size, orientation), picture.channels,
          turned_upright(std::move(picture.pixels), picture.size, picture.channels, orientation)};
}

DeepBitmap turn_upright(DeepBitmap picture, int orientation) {
  if (orientation <= 1 || orientation > 8) return picture;
  return {upright_size(picture.size, orientation), picture.channels,
          turned_upright(std::move(picture.samples), picture.size, picture.channels, orientation)};
}

}  // namespace imagegen::detail
