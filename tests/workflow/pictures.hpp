#pragma once
#include <imagegen/image/encode.hpp>

#include <cstdint>

namespace imagegen::test {

// A picture whose every pixel differs from its neighbours, as a PNG. \param number Every one makes another picture.
inline Bytes picture(PixelSize size, int number = 0) {
  Bitmap bitmap{size, 3, Bytes(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 3)};
  const auto shade = static_cast<std::size_t>(number) * 40;
  for (std::size_t i = 0; i < bitmap.pixels.size(); ++i)
    bitmap.pixels[i] = static_cast<std::uint8_t>(i * 7 + i / 300 + shade);
  return encode_png(bitmap).value();
}

}  // namespace imagegen::test
