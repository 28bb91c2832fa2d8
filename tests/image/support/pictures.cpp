#include "image/support/pictures.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace imagegen::test {

Bitmap solid(PixelSize size, int channels, Pixel colour) {
  Bitmap picture{size, channels, {}};
  picture.pixels.resize(picture.stride_bytes() * static_cast<std::size_t>(size.height));
  paint(picture, {0, 0, size.width, size.height}, colour);
  return picture;
}

Bitmap photo_like(PixelSize size, int channels) {
  Bitmap picture = solid(size, channels, {});
  std::mt19937 random(7);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const int noise = static_cast<int>(random() % 9) - 4;
      const bool bright = (x / 13 + y / 17) % 5 == 0;
      const std::array<int, 4> shades = {255 * x / size.width, 255 * y / size.height,
                                         128 + 100 * ((x + y) % 64) / 64 - (bright ? 90 : 0),
                                         255 * x / size.width / (bright ? 4 : 1)};
      for (int c = 0; c < channels; ++c) {
        const int value = shades[static_cast<std::size_t>(c)] + (c == 3 ? 0 : noise + (bright ? 60 : 0));
        picture.row(y)[x * channels + c] = static_cast<std::uint8_t>(std::clamp(value, 0, 255));
      }
    }
  }
  return picture;
}

void paint(Bitmap& picture, PixelRect part, Pixel colour) {
  for (int y = part.y; y < part.y + part.height; ++y) {
    for (int x = part.x; x < part.x + part.width; ++x) {
      std::copy_n(colour.begin(), picture.channels, picture.row(y) + x * picture.channels);
    }
  }
}

Pixel pixel_at(const Bitmap& picture, int x, int y) {
  Pixel pixel = {0, 0, 0, 255};
  std::copy_n(picture.row(y) + x * picture.channels, picture.channels, pixel.begin());
  return pixel;
}

double psnr(const Bitmap& a, const Bitmap& b) {
  if (a.size != b.size || a.channels != b.channels) return 0.0;
  double squares = 0.0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) squares += std::pow(a.pixels[i] - b.pixels[i], 2);
  if (squares == 0.0) return std::numeric_limits<double>::infinity();
  return 10.0 * std::log10(255.0 * 255.0 * static_cast<double>(a.pixels.size()) / squares);
}

int largest_difference(const Bitmap& a, const Bitmap& b) {
  if (a.size != b.size || a.channels != b.channels) return 256;
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

}  // namespace imagegen::test
