#include "image/support/avif_builder.hpp"

#include <avif/avif.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace imagegen::test {
namespace {

using Image = std::unique_ptr<avifImage, decltype(&avifImageDestroy)>;
using Encoder = std::unique_ptr<avifEncoder, decltype(&avifEncoderDestroy)>;

void require(bool holds) {
  if (!holds) throw std::runtime_error("libavif refused what a test asked for");
}

std::uint32_t whole(int value) {
  return static_cast<std::uint32_t>(value);
}

void set_colours(avifImage& image, const AvifSpec& spec) {
  image.yuvRange = AVIF_RANGE_FULL;
  image.colorPrimaries = static_cast<avifColorPrimaries>(spec.primaries);
  image.transferCharacteristics = static_cast<avifTransferCharacteristics>(spec.curve);
  image.matrixCoefficients = spec.lossless ? AVIF_MATRIX_COEFFICIENTS_IDENTITY : AVIF_MATRIX_COEFFICIENTS_BT601;
}

void set_properties(avifImage& image, const AvifSpec& spec) {
  if (!spec.icc.empty()) avifImageSetProfileICC(&image, spec.icc.data(), spec.icc.size());
  if (!spec.exif.empty()) avifImageSetMetadataExif(&image, spec.exif.data(), spec.exif.size());
  image.transformFlags = AVIF_TRANSFORM_NONE;  // the orientation in the EXIF block has set some
  if (spec.quarter_turns_left != 0) image.transformFlags |= AVIF_TRANSFORM_IROT;
  image.irot.angle = static_cast<std::uint8_t>(spec.quarter_turns_left);
  if (spec.mirror) image.transformFlags |= AVIF_TRANSFORM_IMIR;
  image.imir.mode = static_cast<std::uint8_t>(spec.mirror.value_or(0));
  if (spec.shown) {
    const auto [x, y, width, height] = *spec.shown;
    const avifCropRect part{whole(x), whole(y), whole(width), whole(height)};
    avifDiagnostics ignored;
    require(avifCleanApertureBoxConvertCropRect(&image.clap, &part, image.width, image.height, image.yuvFormat,
                                                &ignored) == AVIF_TRUE);
    image.transformFlags |= AVIF_TRANSFORM_CLAP;
  }
}

void set_pixels(avifImage& image, const AvifSpec& spec) {
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, &image);
  rgb.format = spec.channels == 4 ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  rgb.avoidLibYUV = AVIF_TRUE;
  auto samples = spec.samples;
  Bytes narrow(samples.begin(), samples.end());
  const bool is_wide = spec.depth > 8;
  rgb.pixels = is_wide ? reinterpret_cast<std::uint8_t*>(samples.data()) : narrow.data();
  rgb.rowBytes = whole(spec.size.width * spec.channels * (is_wide ? 2 : 1));
  require(avifImageRGBToYUV(&image, &rgb) == AVIF_RESULT_OK);
}

Encoder make_encoder(const AvifSpec& spec) {
  Encoder encoder(avifEncoderCreate(), &avifEncoderDestroy);
  encoder->speed = 9;
  encoder->maxThreads = 1;
  const int worst = spec.lossless ? 0 : 20;
  encoder->minQuantizer = encoder->minQuantizerAlpha = 0;
  encoder->maxQuantizer = encoder->maxQuantizerAlpha = worst;
  encoder->timescale = 10;
  return encoder;
}

}  // namespace

Bytes build_avif(const AvifSpec& spec) {
  const Image image(
      avifImageCreate(whole(spec.size.width), whole(spec.size.height), whole(spec.depth), AVIF_PIXEL_FORMAT_YUV444),
      &avifImageDestroy);
  set_colours(*image, spec);
  set_properties(*image, spec);
  set_pixels(*image, spec);
  const Encoder encoder = make_encoder(spec);
  const auto flags = spec.frames == 1 ? AVIF_ADD_IMAGE_FLAG_SINGLE : AVIF_ADD_IMAGE_FLAG_NONE;
  for (int i = 0; i < spec.frames; ++i) {
    require(avifEncoderAddImage(encoder.get(), image.get(), 1, flags) == AVIF_RESULT_OK);
  }
  avifRWData data = AVIF_DATA_EMPTY;
  require(avifEncoderFinish(encoder.get(), &data) == AVIF_RESULT_OK);
  const Bytes file(data.data, data.data + data.size);
  avifRWDataFree(&data);
  return file;
}

AvifSpec avif_spec_of(const Bitmap& picture) {
  return {picture.size, 8, picture.channels, {picture.pixels.begin(), picture.pixels.end()}};
}

void claim_avif_size(Bytes& file, std::uint32_t width, std::uint32_t height) {
  constexpr std::string_view kName = "ispe";
  auto found = std::search(file.begin(), file.end(), kName.begin(), kName.end());
  require(found != file.end());
  for (; found != file.end(); found = std::search(found, file.end(), kName.begin(), kName.end())) {
    found += 8;  // the name, version and flags
    for (const std::uint32_t side : {width, height}) {
      for (int shift = 24; shift >= 0; shift -= 8)
        *found++ = static_cast<std::uint8_t>(side >> static_cast<unsigned>(shift));
    }
  }
}

}  // namespace imagegen::test
