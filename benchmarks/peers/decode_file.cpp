#include <webp/decode.h>

#include <cstdio>  // jpeglib.h needs it before
#include <memory>
#include <stdexcept>

#include <jpeglib.h>
#include <spng.h>

#include "peers/picture.hpp"

namespace peers {
namespace {

std::size_t byte_count(Size size, int channels) {
  return static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) *
         static_cast<std::size_t>(channels);
}

Decoded decode_webp(const Bytes& file) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(file.data(), file.size(), &features) != VP8_STATUS_OK) throw std::runtime_error("broken WebP");
  Decoded out{{features.width, features.height}, features.has_alpha != 0 ? 4 : 3, {}};
  out.pixels.resize(byte_count(out.size, out.channels));
  const auto into = out.channels == 4 ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  if (into(file.data(), file.size(), out.pixels.data(), out.pixels.size(), out.size.width * out.channels) == nullptr) {
    throw std::runtime_error("broken WebP");
  }
  return out;
}

[[noreturn]] void fail(j_common_ptr codec) {
  char message[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, message);
  throw std::runtime_error(message);
}

Decoded decode_jpeg(const Bytes& file) {
  jpeg_decompress_struct codec{};
  jpeg_error_mgr errors{};
  codec.err = jpeg_std_error(&errors);
  errors.error_exit = fail;
  jpeg_create_decompress(&codec);
  const std::unique_ptr<jpeg_decompress_struct, void (*)(jpeg_decompress_struct*)> owner(
      &codec, [](jpeg_decompress_struct* done) { jpeg_destroy_decompress(done); });
  jpeg_mem_src(&codec, file.data(), static_cast<unsigned long>(file.size()));
  jpeg_read_header(&codec, TRUE);
  codec.out_color_space = JCS_RGB;
  codec.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&codec);
  Decoded out{{static_cast<int>(codec.output_width), static_cast<int>(codec.output_height)}, 3, {}};
  out.pixels.resize(byte_count(out.size, 3));
  while (codec.output_scanline < codec.output_height) {
    JSAMPROW row = out.pixels.data() + std::size_t{codec.output_scanline} * codec.output_width * 3;
    jpeg_read_scanlines(&codec, &row, 1);
  }
  jpeg_finish_decompress(&codec);
  return out;
}

Decoded decode_png(const Bytes& file) {
  const std::unique_ptr<spng_ctx, void (*)(spng_ctx*)> codec(spng_ctx_new(0), spng_ctx_free);
  spng_ihdr header{};
  spng_trns transparency{};
  spng_set_png_buffer(codec.get(), file.data(), file.size());
  if (spng_get_ihdr(codec.get(), &header) != 0) throw std::runtime_error("broken PNG");
  const bool alpha = header.color_type == SPNG_COLOR_TYPE_TRUECOLOR_ALPHA ||
                     header.color_type == SPNG_COLOR_TYPE_GRAYSCALE_ALPHA ||
                     spng_get_trns(codec.get(), &transparency) == 0;
  Decoded out{{static_cast<int>(header.width), static_cast<int>(header.height)}, alpha ? 4 : 3, {}};
  out.pixels.resize(byte_count(out.size, out.channels));
  const auto format = alpha ? SPNG_FMT_RGBA8 : SPNG_FMT_RGB8;
  if (spng_decode_image(codec.get(), out.pixels.data(), out.pixels.size(), format, SPNG_DECODE_TRNS) != 0) {
    throw std::runtime_error("broken PNG");
  }
  return out;
}

}  // namespace

Decoded decode_file(const Bytes& file) {
  if (file.size() < 12) throw std::runtime_error("not a picture");
  if (file[0] == 'R' && file[8] == 'W') return decode_webp(file);
  if (file[0] == 0xFF) return decode_jpeg(file);
  if (file[0] == 0x89) return decode_png(file);
  auto [size, pixels] = parse_ppm(file);
  return {size, 3, std::move(pixels)};
}

Picture on_background(const Decoded& picture, double background) {
  const auto step = static_cast<std::size_t>(picture.channels);
  Picture out{picture.size, std::vector<double>(byte_count(picture.size, 3))};
  for (std::size_t i = 0; i < out.samples.size() / 3; ++i) {
    const std::uint8_t* pixel = &picture.pixels[i * step];
    const double alpha = picture.channels == 4 ? pixel[3] / 255.0 : 1.0;
    for (std::size_t c = 0; c < 3; ++c) out.samples[i * 3 + c] = alpha * pixel[c] + (1.0 - alpha) * background;
  }
  return out;
}

}  // namespace peers
