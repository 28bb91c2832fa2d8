#include <algorithm>
#include <cstring>
#include <string>

#include "image/avif_handles.hpp"
#include "image/encoders.hpp"

namespace imagegen::detail {
namespace {

// From 0..100 to AV1's 63..0, as libheif does it, so that the numbers mean what they mean in sharp.
int quantiser_of(int quality) {
  return ((100 - quality) * 63 + 50) / 100;
}

avifPixelFormat layout_of(const Encoding& encoding) {
  const bool half = encoding.chroma_subsampling == ChromaSubsampling::yuv420 && !encoding.lossless;
  return half ? AVIF_PIXEL_FORMAT_YUV420 : AVIF_PIXEL_FORMAT_YUV444;
}

// sRGB; without loss the planes hold RGB itself.
AvifImage make_image(const RowFormat& format, const EncodeJob& job) {
  const auto width = static_cast<std::uint32_t>(format.size.width);
  const auto height = static_cast<std::uint32_t>(format.size.height);
  AvifImage image(
      avifImageCreate(width, height, static_cast<std::uint32_t>(job.encoding.bit_depth), layout_of(job.encoding)));
  if (!image) return image;
  image->yuvRange = AVIF_RANGE_FULL;
  image->colorPrimaries = AVIF_COLOR_PRIMARIES_BT709;
  image->transferCharacteristics = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  image->matrixCoefficients =
      job.encoding.lossless ? AVIF_MATRIX_COEFFICIENTS_IDENTITY : AVIF_MATRIX_COEFFICIENTS_BT601;
  if (!job.xmp.empty()) {
    avifImageSetMetadataXMP(image.get(), reinterpret_cast<const std::uint8_t*>(job.xmp.data()), job.xmp.size());
  }
  return image;
}

// One sample of grey is made the three that libavif wants.
void spread_grey(Bytes& row, std::size_t pixels, std::size_t sample_bytes) {
  for (std::size_t x = pixels; x-- > 0;) {
    for (std::size_t c = 3; c-- > 0;) {
      std::memmove(&row[(3 * x + c) * sample_bytes], &row[x * sample_bytes], sample_bytes);
    }
  }
}

bool read_pixels(RowStream& rows, Bytes& pixels, std::size_t stride, const Stop& stop) {
  const RowFormat format = rows.format();
  Bytes row(stride);
  for (std::size_t y = 0; y < static_cast<std::size_t>(format.size.height); ++y) {
    if (stop.requested()) return false;
    rows.read(row.data());
    if (format.channels == 1) {
      spread_grey(row, static_cast<std::size_t>(format.size.width), format.bits == 16 ? 2 : 1);
    }
    std::memcpy(&pixels[y * stride], row.data(), stride);
  }
  return true;
}

avifResult fill(avifImage& image, const RowFormat& format, Bytes& pixels, std::size_t stride) {
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, &image);
  rgb.depth = static_cast<std::uint32_t>(format.bits);
  rgb.format = format.channels == 4 ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  rgb.avoidLibYUV = AVIF_TRUE;  // its results depend on the instruction set
  rgb.pixels = pixels.data();
  rgb.rowBytes = static_cast<std::uint32_t>(stride);
  return avifImageRGBToYUV(&image, &rgb);
}

AvifEncoder make_encoder(const Encoding& encoding) {
  AvifEncoder encoder(avifEncoderCreate());
  if (!encoder) return encoder;
  encoder->maxThreads = 1;  // outputs are made side by side already
  encoder->speed = 9 - encoding.effort;
  const int quantiser = encoding.lossless ? 0 : quantiser_of(quality_of(encoding));
  encoder->minQuantizer = encoding.lossless ? 0 : AVIF_QUANTIZER_BEST_QUALITY;
  encoder->maxQuantizer = encoding.lossless ? 0 : AVIF_QUANTIZER_WORST_QUALITY;
  encoder->minQuantizerAlpha = encoding.lossless ? 0 : AVIF_QUANTIZER_BEST_QUALITY;
  encoder->maxQuantizerAlpha = encoding.lossless ? 0 : AVIF_QUANTIZER_WORST_QUALITY;
  avifEncoderSetCodecSpecificOption(encoder.get(), "end-usage", "q");
  avifEncoderSetCodecSpecificOption(encoder.get(), "cq-level", std::to_string(quantiser).c_str());
  return encoder;
}

Result<Bytes> write(const avifImage& image, const EncodeJob& job) {
  const AvifEncoder encoder = make_encoder(job.encoding);
  if (!encoder) return avif_error(AVIF_RESULT_OUT_OF_MEMORY, Errc::internal);
  avifRWData file = AVIF_DATA_EMPTY;
  const auto result = avifEncoderWrite(encoder.get(), &image, &file);
  Result<Bytes> bytes = result == AVIF_RESULT_OK ? Result<Bytes>(Bytes(file.data, file.data + file.size))
                                                 : Result<Bytes>(avif_error(result, Errc::internal));
  avifRWDataFree(&file);
  return bytes;
}

}  // namespace

Result<Bytes> encode_avif(RowStream& rows, const EncodeJob& job) {
  const RowFormat format = rows.format();
  const AvifImage image = make_image(format, job);
  if (!image) return avif_error(AVIF_RESULT_OUT_OF_MEMORY, Errc::internal);
  const std::size_t stride = format.row_bytes() * (format.channels == 1 ? 3U : 1U);
  Bytes pixels(stride * static_cast<std::size_t>(format.size.height));
  if (!read_pixels(rows, pixels, stride, job.stop)) return job.stop.error();
  if (const auto result = fill(*image, format, pixels, stride); result != AVIF_RESULT_OK) {
    return avif_error(result, Errc::internal);
  }
  Bytes().swap(pixels);
  if (job.stop.requested()) return job.stop.error();
  return write(*image, job);
}

}  // namespace imagegen::detail
