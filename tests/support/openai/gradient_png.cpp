#include "support/openai/gradient_png.hpp"

#include <zlib.h>

#include <cstdint>
#include <stdexcept>

namespace imagegen::test {
namespace {

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>((value >> static_cast<unsigned>(shift)) & 0xFFU);
  return bytes;
}

const Bytef* data_of(const std::string& text) { return reinterpret_cast<const Bytef*>(text.data()); }

std::string chunk(const std::string& type, const std::string& data) {
  const auto named = type + data;
  const auto sum = crc32(0, data_of(named), static_cast<uInt>(named.size()));
  return big_endian(static_cast<std::uint32_t>(data.size())) + named + big_endian(static_cast<std::uint32_t>(sum));
}

std::string deflated(const std::string& raw) {
  auto size = compressBound(static_cast<uLong>(raw.size()));
  std::string out(size, '\0');
  const auto status = compress2(reinterpret_cast<Bytef*>(out.data()), &size, data_of(raw), static_cast<uLong>(raw.size()), 1);
  if (status != Z_OK) throw std::runtime_error("zlib could not compress");
  out.resize(size);
  return out;
}

}  // namespace

std::string gradient_png(int width, int height, int seed) {
  std::string rows;
  rows.reserve(static_cast<std::size_t>(height) * (static_cast<std::size_t>(width) * 3 + 1));
  for (int y = 0; y < height; ++y) {
    rows += '\0';  // no filter
    for (int x = 0; x < width; ++x) {
      rows += static_cast<char>(x * 255 / width);
      rows += static_cast<char>(y * 255 / height);
      rows += static_cast<char>(seed & 0xFF);
    }
  }
  const auto size = big_endian(static_cast<std::uint32_t>(width)) + big_endian(static_cast<std::uint32_t>(height));
  const std::string kinds("\x08\x02\x00\x00\x00", 5);  // 8 bits, RGB, deflate, adaptive filters, not interlaced
  return "\x89PNG\r\n\x1A\n" + chunk("IHDR", size + kinds) + chunk("IDAT", deflated(rows)) + chunk("IEND", "");
}

}  // namespace imagegen::test
