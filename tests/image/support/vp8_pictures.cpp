#include "image/support/vp8_pictures.hpp"

#include <webp/decode.h>
#include <webp/encode.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace imagegen::test {
namespace {

// A plane of `width` x `height` with sample(x, y) in each place, kept in video range or not.
template <class Sample>
Bytes plane_of(std::size_t width, std::size_t height, Sample sample) {
  Bytes plane;
  plane.reserve(width * height);
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t x = 0; x < width; ++x)
      plane.push_back(static_cast<std::uint8_t>(std::clamp(sample(static_cast<int>(x), static_cast<int>(y)), 0, 255)));
  return plane;
}

// A triangle wave in [-amount, amount]: integers only, so that pictures do not depend on a library's sine.
int wave(int position, int period, int amount) {
  const int phase = ((position % period) + period) % period;
  return amount * (4 * std::abs(phase - period / 2) - period) / period;
}

template <class Sample>
YuvPicture fill(PixelSize size, Sample sample) {
  YuvPicture made{size, {}, {}, {}};
  made.y = plane_of(static_cast<std::size_t>(size.width), static_cast<std::size_t>(size.height),
                    [&](int x, int y) { return sample(x, y, 0); });
  made.u = plane_of(made.chroma_width(), made.chroma_height(), [&](int x, int y) { return sample(2 * x, 2 * y, 1); });
  made.v = plane_of(made.chroma_width(), made.chroma_height(), [&](int x, int y) { return sample(2 * x, 2 * y, 2); });
  return made;
}

int photo_sample(int x, int y, int plane, std::mt19937& random) {
  const int grain =
      (x / 60 + y / 50) % 3 == 0 ? static_cast<int>(random() % 13U) - 6 : static_cast<int>(random() % 3U) - 1;
  const int shape = wave(x + y / 3, 210, 45) + wave(y - x / 5, 130, 30) + wave(x * 3 + y, 37, 6);
  const bool inside = (x - 90) * (x - 90) + (y - 70) * (y - 70) < 3600;
  if (plane == 0) return 120 + shape + (inside ? 50 : 0) + grain;
  return 128 + (plane == 1 ? 1 : -1) * (wave(x - y, 300, 30) + (inside ? 25 : 0)) + grain / 4;
}

void append_plane(const std::uint8_t* from, int stride, std::size_t width, std::size_t height, Bytes& out) {
  for (std::size_t y = 0; y < height; ++y, from += stride) out.insert(out.end(), from, from + width);
}

int append(const std::uint8_t* data, std::size_t size, const WebPPicture* picture) {
  auto& file = *static_cast<Bytes*>(picture->custom_ptr);
  file.insert(file.end(), data, data + size);
  return 1;
}

double squared_error(const Bytes& a, const Bytes& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return sum;
}

}  // namespace

YuvPicture make_yuv(PixelSize size, Content content) {
  std::mt19937 random(7);
  switch (content) {
    case Content::flat:
      return fill(size, [](int, int, int plane) { return 90 + 20 * plane; });
    case Content::gradient:
      return fill(size, [](int x, int y, int plane) { return 40 + (x + 2 * y) / (plane + 2); });
    case Content::noise:
      return fill(size, [&](int, int, int) { return static_cast<int>(random() % 256U); });
    case Content::photo:
      break;
  }
  return fill(size, [&](int x, int y, int plane) { return photo_sample(x, y, plane, random); });
}

YuvPicture decode_yuv(ByteView file) {
  YuvPicture made;
  std::uint8_t *u = nullptr, *v = nullptr;
  int stride = 0, chroma_stride = 0;
  std::uint8_t* y =
      WebPDecodeYUV(file.data(), file.size(), &made.size.width, &made.size.height, &u, &v, &stride, &chroma_stride);
  if (y == nullptr) return {};
  append_plane(y, stride, static_cast<std::size_t>(made.size.width), static_cast<std::size_t>(made.size.height),
               made.y);
  append_plane(u, chroma_stride, made.chroma_width(), made.chroma_height(), made.u);
  append_plane(v, chroma_stride, made.chroma_width(), made.chroma_height(), made.v);
  WebPFree(y);
  return made;
}

Bytes encode_with_libwebp(const YuvPicture& picture, int quality) {
  WebPConfig config;
  WebPPicture webp;
  Bytes file;
  if (WebPConfigInit(&config) == 0 || WebPPictureInit(&webp) == 0) return file;
  config.quality = static_cast<float>(quality);
  webp.width = picture.size.width;
  webp.height = picture.size.height;
  if (WebPPictureAlloc(&webp) == 0) return file;
  for (int y = 0; y < webp.height; ++y)
    std::copy_n(picture.y.data() + std::ptrdiff_t{y} * webp.width, webp.width,
                webp.y + std::ptrdiff_t{y} * webp.y_stride);
  const auto width = static_cast<std::ptrdiff_t>(picture.chroma_width());
  for (std::ptrdiff_t y = 0; y < static_cast<std::ptrdiff_t>(picture.chroma_height()); ++y) {
    std::copy_n(picture.u.data() + y * width, width, webp.u + y * webp.uv_stride);
    std::copy_n(picture.v.data() + y * width, width, webp.v + y * webp.uv_stride);
  }
  webp.writer = &append;
  webp.custom_ptr = &file;
  if (WebPEncode(&config, &webp) == 0) file.clear();
  WebPPictureFree(&webp);
  return file;
}

double psnr(const YuvPicture& a, const YuvPicture& b) {
  const double error = squared_error(a.y, b.y) + squared_error(a.u, b.u) + squared_error(a.v, b.v);
  const auto samples = static_cast<double>(a.y.size() + a.u.size() + a.v.size());
  return error == 0 ? 99.0 : 10 * std::log10(255.0 * 255.0 * samples / error);
}

}  // namespace imagegen::test
