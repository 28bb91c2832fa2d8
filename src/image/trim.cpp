#include "image/trim.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

namespace imagegen::detail {
namespace {

using BorderPixel = std::array<std::uint8_t, 4>;

// The pixels of a part of a master, 8 bits with alpha. Beyond an edge stands the pixel at the edge.
class BorderPixels {
 public:
  BorderPixels(const Master& master, PixelRect part) : master_(master), part_(part) {}

  BorderPixel at(int x, int y) const {
    x = part_.x + std::clamp(x, 0, part_.width - 1);
    y = part_.y + std::clamp(y, 0, part_.height - 1);
    return master_.deep ? pixel_of(*master_.deep, x, y, to_8_bits)
                        : pixel_of(*master_.rgb, x, y, [](std::uint8_t sample) { return sample; });
  }

 private:
  template <class Picture, class Narrow>
  static BorderPixel pixel_of(const Picture& picture, int x, int y, Narrow narrow) {
    const auto* from = picture.row(y) + static_cast<std::ptrdiff_t>(x) * picture.channels;
    if (picture.channels == 1) return {narrow(from[0]), narrow(from[0]), narrow(from[0]), 255};
    return {narrow(from[0]), narrow(from[1]), narrow(from[2]),
            picture.channels == 4 ? narrow(from[3]) : std::uint8_t{255}};
  }

  const Master& master_;
  PixelRect part_;
};

BorderPixel median_at(const BorderPixels& pixels, int x, int y) {
  std::array<BorderPixel, 9> around;
  for (int i = 0; i < 9; ++i) around[static_cast<std::size_t>(i)] = pixels.at(x + i % 3 - 1, y + i / 3 - 1);
  BorderPixel median;
  for (std::size_t c = 0; c < 4; ++c) {
    std::array<std::uint8_t, 9> values;
    for (std::size_t i = 0; i < 9; ++i) values[i] = around[i][c];
    std::nth_element(values.begin(), values.begin() + 4, values.end());
    median[c] = values[4];
  }
  return median;
}

class Border {
 public:
  Border(const BorderPixels& pixels, const Trim& trim) : pixels_(pixels), threshold_(trim.threshold) {
    const BorderPixel corner = pixels.at(0, 0);
    colour_ =
        trim.colour ? BorderPixel{trim.colour->red, trim.colour->green, trim.colour->blue, trim.colour->alpha} : corner;
  }

  bool row_is_border(int y, int from, int to) const {
    for (int x = from; x < to; ++x)
      if (differs(x, y)) return false;
    return true;
  }
  bool column_is_border(int x, int from, int to) const {
    for (int y = from; y < to; ++y)
      if (differs(x, y)) return false;
    return true;
  }

 private:
  bool differs(int x, int y) const {
    // What is plainly border needs no median.
    if (pixels_.at(x, y) == colour_ && pixels_.at(x - 1, y) == colour_ && pixels_.at(x + 1, y) == colour_ &&
        pixels_.at(x, y - 1) == colour_ && pixels_.at(x, y + 1) == colour_) {
      return false;
    }
    const BorderPixel pixel = median_at(pixels_, x, y);
    const int alpha = std::max(pixel[3], colour_[3]);
    int most = std::abs(pixel[3] - colour_[3]);
    for (std::size_t c = 0; c < 3; ++c) most = std::max(most, std::abs(pixel[c] - colour_[c]) * alpha / 255);
    return most > threshold_;
  }

  const BorderPixels& pixels_;
  BorderPixel colour_;
  int threshold_;
};

}  // namespace

Result<void> check_trim(const Trim& trim) {
  if (trim.threshold >= 0 && trim.threshold <= 255) return {};
  return Error(Errc::invalid_argument, "trim: expected a threshold of 0 to 255, got " + std::to_string(trim.threshold));
}

PixelRect trimmed(const Master& master, PixelRect region, const Trim& trim) {
  const BorderPixels pixels(master, region);
  const Border border(pixels, trim);
  int top = 0, bottom = region.height, left = 0, right = region.width;
  while (top < bottom && border.row_is_border(top, left, right)) ++top;
  if (top == bottom) return region;
  while (border.row_is_border(bottom - 1, left, right)) --bottom;
  while (border.column_is_border(left, top, bottom)) ++left;
  while (border.column_is_border(right - 1, top, bottom)) --right;
  return {region.x + left, region.y + top, right - left, bottom - top};
}

}  // namespace imagegen::detail
