#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>
#include <string>

#include "image/exif.hpp"
#include "image/raw_picture.hpp"
#include "image/webp_chunks.hpp"

namespace imagegen::detail {
namespace {

Error webp_error(VP8StatusCode status) {
  switch (status) {
    case VP8_STATUS_OUT_OF_MEMORY:
      return {Errc::limit_exceeded, "WebP: not enough memory"};
    case VP8_STATUS_UNSUPPORTED_FEATURE:
      return {Errc::unsupported, "WebP: uses a feature that libwebp does not know"};
    case VP8_STATUS_NOT_ENOUGH_DATA:
    case VP8_STATUS_SUSPENDED:
      return {Errc::corrupt_data, "WebP: the file ends early"};
    default:
      return {Errc::corrupt_data, "WebP: the data is damaged"};
  }
}

// Where a picture, or the first frame of an animation, lies on its canvas.
struct Frame {
  ByteView data;
  PixelSize canvas;
  PixelRect place;
  bool has_alpha = false;  // its own, or because the canvas shows around it
  bool animated = false;
  int count = 1;
};

Frame frame_of(const WebPIterator& frame, PixelSize canvas) {
  const PixelRect place{frame.x_offset, frame.y_offset, frame.width, frame.height};
  const bool covers = place == PixelRect{0, 0, canvas.width, canvas.height};
  return {{frame.fragment.bytes, frame.fragment.size},
          canvas,
          place,
          frame.has_alpha != 0 || !covers,
          /*animated=*/true,
          frame.num_frames};
}

bool is_inside(PixelRect place, PixelSize canvas) {
  return place.x >= 0 && place.y >= 0 && place.width > 0 && place.height > 0 && place.width <= canvas.width - place.x &&
         place.height <= canvas.height - place.y;
}

// What libwebp keeps of all pixels: those of a lossless file, and the alpha of a lossy one.
std::uint64_t kept_bytes(const Frame& frame) {
  WebPBitstreamFeatures features;
  if (WebPGetFeatures(frame.data.data(), frame.data.size(), &features) != VP8_STATUS_OK) return 0;
  constexpr int kLossless = 2;
  const auto pixels = static_cast<std::uint64_t>(frame.place.width) * static_cast<std::uint64_t>(frame.place.height);
  return pixels * (features.format == kLossless ? 4U : features.has_alpha ? 1U : 0U);
}

Result<Frame> first_frame(ByteView file) {
  const WebPData data{file.data(), file.size()};
  const std::unique_ptr<WebPDemuxer, decltype(&WebPDemuxDelete)> demuxer(WebPDemux(&data), &WebPDemuxDelete);
  if (!demuxer) return Error(Errc::corrupt_data, "WebP: the animation is damaged");
  const PixelSize canvas{static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_WIDTH)),
                         static_cast<int>(WebPDemuxGetI(demuxer.get(), WEBP_FF_CANVAS_HEIGHT))};
  WebPIterator iterator;
  if (WebPDemuxGetFrame(demuxer.get(), 1, &iterator) == 0) {
    return Error(Errc::corrupt_data, "WebP: the animation has no frame");
  }
  const Frame frame = frame_of(iterator, canvas);
  WebPDemuxReleaseIterator(&iterator);
  if (!is_inside(frame.place, canvas)) return Error(Errc::corrupt_data, "WebP: the first frame leaves the canvas");
  return frame;
}

Result<Frame> find_frame(ByteView file) {
  WebPBitstreamFeatures features;
  const VP8StatusCode status = WebPGetFeatures(file.data(), file.size(), &features);
  if (status != VP8_STATUS_OK) return webp_error(status);
  if (features.has_animation) return first_frame(file);
  const PixelSize size{features.width, features.height};
  return Frame{file, size, {0, 0, size.width, size.height}, features.has_alpha != 0};
}

// As WebPDecode() does it, but with a chance to end between the pieces.
VP8StatusCode decode_in_pieces(ByteView data, WebPDecoderConfig& config, const Stop& stop) {
  constexpr std::size_t kPiece = 64U << 10U;
  const std::unique_ptr<WebPIDecoder, decltype(&WebPIDelete)> decoder(WebPIDecode(nullptr, 0, &config), &WebPIDelete);
  if (!decoder) return VP8_STATUS_OUT_OF_MEMORY;
  VP8StatusCode status = VP8_STATUS_SUSPENDED;
  for (std::size_t known = 0; status == VP8_STATUS_SUSPENDED && known < data.size();) {
    if (stop.requested()) return VP8_STATUS_USER_ABORT;
    known += std::min(kPiece, data.size() - known);
    status = WebPIUpdate(decoder.get(), data.data(), known);
  }
  return status;
}

}  // namespace

Result<FileHeader> read_webp_header(ByteView file, const ImageLimits& limits) {
  const auto frame = find_frame(file);
  if (!frame) return frame.error();
  const auto chunks = read_webp_chunks(file);
  FileHeader header;
  header.info.format = ImageFormat::webp;
  header.info.stored_size = frame->canvas;
  header.info.orientation = exif_orientation(chunks.exif);
  header.info.has_alpha = frame->has_alpha;
  header.info.colour = frame->has_alpha ? "rgba" : "rgb";
  header.info.has_icc = !chunks.icc.empty();
  header.info.animated = frame->animated;
  header.info.frames = frame->count;
  header.codec_bytes = kept_bytes(*frame);
  if (chunks.icc.size() <= limits.max_icc_bytes) header.icc.assign(chunks.icc.begin(), chunks.icc.end());
  return header;
}

Result<RawPicture> decode_webp(ByteView file, const FileHeader& header, const Stop& stop) {
  const auto frame = find_frame(file);
  if (!frame) return frame.error();
  RawPicture picture{header.info.stored_size, frame->has_alpha ? SampleModel::rgba : SampleModel::rgb, {}, 8, {}};
  picture.allocate();
  const auto channels = static_cast<std::size_t>(samples_per_pixel(picture.model));
  const std::size_t stride = picture.row_bytes();
  const std::size_t offset =
      static_cast<std::size_t>(frame->place.y) * stride + static_cast<std::size_t>(frame->place.x) * channels;
  WebPDecoderConfig config;
  if (WebPInitDecoderConfig(&config) == 0) return Error(Errc::internal, "libwebp is not the one this was built for");
  config.output.colorspace = frame->has_alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA = {picture.samples.data() + offset, static_cast<int>(stride), picture.samples.size() - offset};
  const VP8StatusCode status = decode_in_pieces(frame->data, config, stop);
  WebPFreeDecBuffer(&config.output);
  if (status == VP8_STATUS_USER_ABORT) return stop.error();
  if (status != VP8_STATUS_OK) return webp_error(status);
  return picture;
}

}  // namespace imagegen::detail
