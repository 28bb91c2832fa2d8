#include "support/gradient_png.hpp"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>

namespace imagegen::test {
namespace {

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  return bytes;
}

const Bytef* data_of(const std::string& text) {
  return reinterpret_cast<const Bytef*>(text.data());
}

std::string chunk(const std::string& type, const std::string& data) {
  const auto named = type + data;
  const auto sum = crc32(0, data_of(named), static_cast<uInt>(named.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + named + big_endian(static_cast<std::uint32_t>(sum));
}

std::string deflated(const std::string& raw) {
  auto size = compressBound(static_cast<uLong>(raw.size()));
  std::string out(size, '\0');
  const auto status =
      compress2(reinterpret_cast<Bytef*>(out.data()), &size, data_of(raw), static_cast<uLong>(raw.size()), 1);
  if (status != Z_OK) throw std::runtime_error("zlib could not compress");
  out.resize(size);
  return out;
}

}  // namespace

std::string png_of(const Bitmap& picture) {
  std::string rows;
  rows.reserve(static_cast<std::size_t>(picture.size.height) * (picture.stride_bytes() + 1));
  for (int y = 0; y < picture.size.height; ++y) {
    rows += '\0';  // no filter
    rows += as_text({picture.row(y), picture.stride_bytes()});
  }
  const auto size = big_endian(static_cast<std::uint32_t>(picture.size.width)) +
                    big_endian(static_cast<std::uint32_t>(picture.size.height));
  // 8 bits, RGB or RGBA, deflate, adaptive filters, not interlaced
  const std::string kinds{'\x08', picture.channels == 4 ? '\x06' : '\x02', '\0', '\0', '\0'};
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", size + kinds) + chunk("IDAT", deflated(rows)) + chunk("IEND", "");
}

std::string gradient_png(int width, int height, int seed) {
  Bitmap picture{{width, height}, 3, {}};
  picture.pixels.reserve(picture.stride_bytes() * static_cast<std::size_t>(height));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      picture.pixels.push_back(static_cast<std::uint8_t>(x * 255 / width));
      picture.pixels.push_back(static_cast<std::uint8_t>(y * 255 / height));
      picture.pixels.push_back(static_cast<std::uint8_t>(seed));
    }
  }
  return png_of(picture);
}

}  // namespace imagegen::test
