#include "image/support/webp_builder.hpp"

#include <webp/encode.h>
#include <webp/mux.h>

#include <string>

namespace imagegen::test {
namespace {

Bytes assembled(WebPMux* mux) {
  WebPData data{};
  WebPMuxAssemble(mux, &data);
  WebPMuxDelete(mux);
  Bytes file(data.bytes, data.bytes + data.size);
  WebPDataClear(&data);
  return file;
}

}  // namespace

Bytes build_lossless_webp(const Bitmap& picture) {
  WebPConfig config;
  WebPConfigInit(&config);
  config.lossless = 1;
  config.exact = 1;
  WebPPicture webp;
  WebPPictureInit(&webp);
  webp.use_argb = 1;
  webp.width = picture.size.width;
  webp.height = picture.size.height;
  const int stride = static_cast<int>(picture.stride_bytes());
  if (picture.channels == 4) {
    WebPPictureImportRGBA(&webp, picture.pixels.data(), stride);
  } else {
    WebPPictureImportRGB(&webp, picture.pixels.data(), stride);
  }
  WebPMemoryWriter writer;
  WebPMemoryWriterInit(&writer);
  webp.writer = WebPMemoryWrite;
  webp.custom_ptr = &writer;
  WebPEncode(&config, &webp);
  const Bytes file(writer.mem, writer.mem + writer.size);
  WebPMemoryWriterClear(&writer);
  WebPPictureFree(&webp);
  return file;
}

Bytes build_animated_webp(PixelSize canvas, const std::vector<Bitmap>& frames) {
  WebPMux* mux = WebPMuxNew();
  WebPMuxSetCanvasSize(mux, canvas.width, canvas.height);
  WebPMuxAnimParams params{0xFFFFFFFF, 0};
  WebPMuxSetAnimationParams(mux, &params);
  for (const auto& frame : frames) {
    const Bytes file = build_lossless_webp(frame);
    const bool covers = frame.size == canvas;
    WebPMuxFrameInfo info{};
    info.bitstream = {file.data(), file.size()};
    info.x_offset = covers ? 0 : 2;
    info.y_offset = covers ? 0 : 4;
    info.duration = 100;
    info.id = WEBP_CHUNK_ANMF;
    info.dispose_method = WEBP_MUX_DISPOSE_NONE;
    info.blend_method = WEBP_MUX_BLEND;
    WebPMuxPushFrame(mux, &info, 1);
  }
  return assembled(mux);
}

Bytes with_webp_chunk(const Bytes& file, std::string_view name, const Bytes& data) {
  const WebPData whole{file.data(), file.size()};
  const WebPData chunk{data.data(), data.size()};
  WebPMux* mux = WebPMuxCreate(&whole, 1);
  WebPMuxSetChunk(mux, std::string(name).c_str(), &chunk, 1);
  return assembled(mux);
}

}  // namespace imagegen::test
