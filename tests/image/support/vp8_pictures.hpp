#pragma once
#include <imagegen/core/bytes.hpp>

#include <cstdint>
#include <vector>

#include "image/vp8/vp8_encoder.hpp"

namespace imagegen::test {

/// Planes with their memory.
struct YuvPicture {
  PixelSize size;
  Bytes y, u, v;

  std::size_t chroma_width() const { return static_cast<std::size_t>(size.width + 1) / 2; }
  std::size_t chroma_height() const { return static_cast<std::size_t>(size.height + 1) / 2; }
  detail::vp8::Planes planes() const {
    return {y.data(), u.data(), v.data(), static_cast<std::size_t>(size.width), chroma_width(), size};
  }
};

enum class Content {
  flat,
  gradient,
  noise,  ///< Of the full range.
  photo,  ///< Soft shapes, edges, grain here and none there.
};

/// The same picture on every machine.
YuvPicture make_yuv(PixelSize size, Content content);

/// What libwebp decodes; empty planes where it refuses.
YuvPicture decode_yuv(ByteView file);

/// What libwebp makes of it at method 4.
Bytes encode_with_libwebp(const YuvPicture& picture, int quality);

/// Over all samples of both; 99 for equal ones.
double psnr(const YuvPicture& a, const YuvPicture& b);

}  // namespace imagegen::test
