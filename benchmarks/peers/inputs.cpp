// Makes what is measured: photographs, or drawn pictures where there are none; one with transparency; a screenshot.
//   peers_inputs OUT_DIR SCALE [PHOTO.jpg...]     SCALE divides all sizes
// Prints the names of the photographs. Each NAME gives NAME-hd.png, NAME-hd.jpg (1536x1024) and NAME-4k.jpg,
// NAME-4k.ppm (3840x2160); beside them are clear.png and screen.png (1536x1024).
#include <imagegen/core/cover_window.hpp>
#include <imagegen/draw/canvas.hpp>
#include <imagegen/draw/scene.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/resize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <iostream>
#include <random>
#include <stdexcept>

#include "peers/work.hpp"

namespace {

using imagegen::Bitmap;
using imagegen::PixelSize;
using imagegen::Rgb;
namespace fs = std::filesystem;

constexpr PixelSize kHd{1536, 1024};
constexpr PixelSize k4k{3840, 2160};

PixelSize divided(PixelSize size, int scale) {
  return {size.width / scale, size.height / scale};
}

Bitmap cover(const Bitmap& picture, PixelSize size) {
  return imagegen::resize(picture, imagegen::nearest_pixels(imagegen::cover_window(picture.size, {}, size)), size)
      .value();
}

// A drawn scene with the grain that a camera's picture has; the same on every machine.
Bitmap drawn_photo(PixelSize size, unsigned seed) {
  imagegen::Canvas canvas(size);
  imagegen::draw_scene(canvas, seed);
  Bitmap picture = std::move(canvas).bitmap();
  std::mt19937 random(seed);
  for (auto& sample : picture.pixels) {
    const int grain = static_cast<int>(random() % 5 + random() % 5) - 4;
    sample = static_cast<std::uint8_t>(std::clamp(sample + grain, 0, 255));
  }
  return picture;
}

// The picture seen through a soft ellipse, with a pattern of small holes.
Bitmap with_alpha(const Bitmap& picture) {
  Bitmap out{picture.size, 4, imagegen::Bytes(picture.pixels.size() / 3 * 4)};
  const auto [width, height] = picture.size;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double radius = std::hypot(2.0 * x / width - 1.0, 2.0 * y / height - 1.0);
      const bool hole = (x / 24 + y / 24) % 7 == 0 && x % 24 < 9 && y % 24 < 9;
      const double alpha = hole ? 0.0 : std::clamp((0.95 - radius) * 5.0, 0.0, 1.0);
      std::copy_n(picture.row(y) + 3 * x, 3, out.row(y) + 4 * x);
      out.row(y)[4 * x + 3] = static_cast<std::uint8_t>(std::lround(255.0 * alpha));
    }
  }
  return out;
}

void draw_table(imagegen::Canvas& canvas, imagegen::PixelRect area, int row_height) {
  constexpr std::array kWords = {"rendition", "1920x800", "webp", "queued", "done 12:04", "0.041 EUR", "retry later"};
  std::mt19937 random(3);
  for (int y = area.y; y + row_height <= area.y + area.height; y += row_height) {
    canvas.line(area.x, y, area.x + area.width, y, {208, 212, 218}, 1);
    for (int x = area.x + 8; x + 130 < area.x + area.width; x += 140) {
      canvas.text(x, y + 5, kWords[random() % kWords.size()], row_height - 10, {34, 38, 46});
    }
  }
}

// Text, thin lines and flat colours, as a program's window has them.
Bitmap screenshot(PixelSize size) {
  imagegen::Canvas canvas(size, {246, 247, 249});
  const auto [width, height] = size;
  canvas.fill({0, 0, width, 40}, Rgb{38, 50, 72});
  canvas.text(16, 9, "imagegen - heroes of this week", 22, {255, 255, 255});
  canvas.fill({0, 40, width / 5, height - 40}, Rgb{228, 232, 239});
  for (int i = 0; 60 + 34 * i + 24 < height; ++i) {
    if (i == 2) canvas.fill({0, 56 + 34 * i, width / 5, 30}, Rgb{33, 111, 219});
    canvas.text(20, 62 + 34 * i, "Collection " + std::to_string(i + 1), 18,
                i == 2 ? Rgb{255, 255, 255} : Rgb{40, 44, 52});
  }
  const int left = width / 5 + 24;
  for (int i = 0; i < 4; ++i) {
    canvas.fill({left + i * 150, 60, 130, 34}, i == 0 ? Rgb{220, 60, 50} : Rgb{255, 255, 255});
    canvas.outline({left + i * 150, 60, 130, 34}, {150, 156, 166}, 1);
  }
  draw_table(canvas, {left, 116, width - left - 24, height - 140}, 28);
  return std::move(canvas).bitmap();
}

void write(const fs::path& path, const Bitmap& picture, const imagegen::Encoding& encoding) {
  peers::write_file(path, imagegen::encode_image(picture, encoding).value());
}

// 4:2:0, quality 92: what cameras and model providers write.
imagegen::Encoding jpeg() {
  return {imagegen::ImageFormat::jpeg, 92};
}
imagegen::Encoding png() {
  return {imagegen::ImageFormat::png};
}

void write_photo(const fs::path& folder, const std::string& name, const Bitmap& hd, const Bitmap& uhd) {
  write(folder / (name + "-hd.png"), hd, png());
  write(folder / (name + "-hd.jpg"), hd, jpeg());
  write(folder / (name + "-4k.jpg"), uhd, jpeg());
  peers::write_file(folder / (name + "-4k.ppm"), peers::to_ppm({{uhd.size.width, uhd.size.height}, uhd.pixels}));
  std::cout << name << "\n";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 3) throw std::runtime_error("usage: peers_inputs OUT_DIR SCALE [PHOTO.jpg...]");
  const fs::path folder = argv[1];
  const int scale = std::stoi(argv[2]);
  const PixelSize hd = divided(kHd, scale), uhd = divided(k4k, scale);
  fs::create_directories(folder);
  Bitmap first;
  for (int i = 3; i < argc; ++i) {
    const Bitmap photo = imagegen::decode_image(peers::read_file(argv[i])).value();
    const Bitmap small = cover(photo, hd);
    write_photo(folder, fs::path(argv[i]).stem().string(), small, cover(photo, uhd));
    if (i == 3) first = small;
  }
  for (unsigned seed = 1; argc == 3 && seed <= (scale == 1 ? 3U : 1U); ++seed) {
    const Bitmap small = drawn_photo(hd, seed);
    write_photo(folder, "drawn" + std::to_string(seed), small, drawn_photo(uhd, seed));
    if (seed == 1) first = small;
  }
  write(folder / "clear.png", with_alpha(first), png());
  write(folder / "screen.png", screenshot(hd), png());
  return 0;
} catch (const std::exception& error) {
  std::cerr << "peers_inputs: " << error.what() << "\n";
  return 1;
}
