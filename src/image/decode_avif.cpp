#include <algorithm>
#include <cstring>

#include "image/avif_checks.hpp"
#include "image/avif_handles.hpp"
#include "image/checks.hpp"
#include "image/raw_picture.hpp"

namespace imagegen::detail {
namespace {

// The rotation (a quarter turn to the left each) and the mirror of the file, as the EXIF orientation that does the
// same. An EXIF orientation beside them is for readers that know no AVIF. Source: ISO/IEC 23008-12, 6.5.10 and 6.5.12.
int orientation_of(const avifImage& image) {
  const int turns = (image.transformFlags & AVIF_TRANSFORM_IROT) != 0 ? image.irot.angle & 3 : 0;
  if ((image.transformFlags & AVIF_TRANSFORM_IMIR) == 0) {
    constexpr int kTurned[] = {1, 8, 3, 6};
    return kTurned[turns];
  }
  constexpr int kUpsideDown[] = {4, 5, 2, 7};
  constexpr int kSideways[] = {2, 7, 4, 5};
  return image.imir.mode == 0 ? kUpsideDown[turns] : kSideways[turns];
}

// What the file wants shown of its pixels.
avifCropRect shown_part(const avifImage& image) {
  avifCropRect part{0, 0, image.width, image.height};
  if ((image.transformFlags & AVIF_TRANSFORM_CLAP) == 0) return part;
  avifDiagnostics ignored{};
  avifCropRect asked{};
  const auto found =
      avifCropRectConvertCleanApertureBox(&asked, &image.clap, image.width, image.height, image.yuvFormat, &ignored);
  return found == AVIF_TRUE ? asked : part;
}

// dav1d writes what it dislikes to the standard error of the program it is in, and libavif keeps it from that since 1.4
// only. libaom is silent.
avifCodecChoice silent_decoder() {
  constexpr int kSilencesDav1d = 1'040'000;
  const bool has_aom = avifCodecName(AVIF_CODEC_CHOICE_AOM, AVIF_CODEC_FLAG_CAN_DECODE) != nullptr;
  return AVIF_VERSION < kSilencesDav1d && has_aom ? AVIF_CODEC_CHOICE_AOM : AVIF_CODEC_CHOICE_AUTO;
}

Result<AvifDecoder> open(ByteView file, avifDecoderSource source) {
  AvifDecoder decoder(avifDecoderCreate());
  if (!decoder) return avif_error(AVIF_RESULT_OUT_OF_MEMORY, Errc::internal);
  decoder->codecChoice = silent_decoder();
  decoder->requestedSource = source;
  decoder->strictFlags = AVIF_STRICT_DISABLED;  // what others show is decoded here, too
  decoder->ignoreExif = AVIF_TRUE;
  decoder->maxThreads = 1;
  auto result = avifDecoderSetIOMemory(decoder.get(), file.data(), file.size());
  if (result == AVIF_RESULT_OK) result = avifDecoderParse(decoder.get());
  if (result != AVIF_RESULT_OK) return avif_error(result, Errc::corrupt_data);
  return decoder;
}

struct OpenAvif {
  AvifDecoder decoder;
  AvifBoxes boxes;
  bool lacks_frames = false;  // of an animation, so that the still picture beside it is used
};

Result<OpenAvif> open(ByteView file) {
  OpenAvif avif;
  avif.boxes = read_avif_boxes(file);
  auto decoder = open(file, AVIF_DECODER_SOURCE_AUTO);
  if (!decoder && !avif.boxes.tracks.empty() && avif.boxes.primary != 0) {
    auto still = open(file, AVIF_DECODER_SOURCE_PRIMARY_ITEM);
    avif.lacks_frames = still.has_value();
    if (still) decoder = std::move(still);
  }
  if (!decoder) return decoder.error();
  avif.decoder = std::move(*decoder);
  if (auto checked = check_avif_structure(avif.boxes); !checked) return checked.error();
  return avif;
}

// What is coded may have another size than the file says outside, and a tile of a grid may pass its edges; but not by
// any number, because memory was granted for what was said.
std::uint32_t most_coded_pixels(const avifImage& image) {
  constexpr std::uint64_t kLeast = 256 * 256;  // a tile has at least 64x64
  const std::uint64_t pixels = std::uint64_t{image.width} * image.height;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(4 * pixels, kLeast, AVIF_DEFAULT_IMAGE_SIZE_LIMIT));
}

// The planes that the decoder leaves, which are there while colours are made of them.
std::uint64_t coded_bytes(const avifImage& image, bool has_alpha) {
  avifPixelFormatInfo format;
  avifGetPixelFormatInfo(image.yuvFormat, &format);
  const auto pixels = std::uint64_t{image.width} * image.height;
  std::uint64_t samples = has_alpha ? 2 * pixels : pixels;
  if (format.monochrome == AVIF_FALSE) samples += 2 * (pixels >> (format.chromaShiftX + format.chromaShiftY));
  return samples * (image.depth > 8 ? 2U : 1U);
}

// What is not specified is as of sRGB. The range is that of the planes, and gone when colours are made of them.
std::optional<ColourSignal> signal_of(const avifImage& image) {
  unsigned primaries = image.colorPrimaries;
  unsigned curve = image.transferCharacteristics;
  if (primaries == AVIF_COLOR_PRIMARIES_UNSPECIFIED) primaries = AVIF_COLOR_PRIMARIES_BT709;
  if (curve == AVIF_TRANSFER_CHARACTERISTICS_UNSPECIFIED) curve = AVIF_TRANSFER_CHARACTERISTICS_SRGB;
  return signal_of_cicp(primaries, curve, /*full_range=*/true);
}

// In place: each row moves to the front, over what has been moved.
void keep_part(RawPicture& picture, const avifCropRect& part, std::size_t pixel_bytes) {
  const std::size_t row_bytes = part.width * pixel_bytes;
  if (row_bytes == picture.row_bytes() && static_cast<int>(part.height) == picture.size.height) return;
  std::uint8_t* to = picture.row(0);
  for (std::uint32_t y = 0; y < part.height; ++y, to += row_bytes) {
    std::memmove(to, picture.row(static_cast<int>(y + part.y)) + part.x * pixel_bytes, row_bytes);
  }
  picture.size = {static_cast<int>(part.width), static_cast<int>(part.height)};
  const std::size_t bytes = row_bytes * part.height;
  picture.bits == 16 ? picture.deep_samples.resize(bytes / 2) : picture.samples.resize(bytes);
}

}  // namespace

Result<FileHeader> read_avif_header(ByteView file, const ImageLimits& limits) {
  const auto avif = open(file);
  if (!avif) return avif.error();
  const avifDecoder& decoder = *avif->decoder;
  const avifImage& image = *decoder.image;
  // All of it is decoded, however little of it is shown.
  const PixelSize whole{static_cast<int>(image.width), static_cast<int>(image.height)};
  if (auto checked = check_size(whole, limits); !checked) return checked.error();
  const avifCropRect part = shown_part(image);
  FileHeader header;
  auto& info = header.info;
  info.format = ImageFormat::avif;
  info.stored_size = {static_cast<int>(part.width), static_cast<int>(part.height)};
  info.orientation = orientation_of(image);
  info.bits_per_channel = static_cast<int>(image.depth);
  info.has_alpha = decoder.alphaPresent == AVIF_TRUE;
  info.colour = info.has_alpha ? "rgba" : "rgb";
  info.has_icc = image.icc.size > 0;
  info.frames = decoder.imageCount;
  info.animated = info.frames > 1;
  header.codec_bytes = coded_bytes(image, info.has_alpha);
  if (avif->lacks_frames) {
    info.notes.emplace_back("The animation is damaged, and the still picture beside it is used.");
  }
  if (image.icc.size <= limits.max_icc_bytes) header.icc.assign(image.icc.data, image.icc.data + image.icc.size);
  header.signal = signal_of(image);
  if (!info.has_icc && !header.signal) {
    info.notes.emplace_back("The colour space has a number that means nothing here; colours are taken as sRGB.");
  }
  return header;
}

Result<RawPicture> decode_avif(ByteView file, const FileHeader& header, const Stop& stop) {
  const auto avif = open(file);
  if (!avif) return avif.error();
  if (stop.requested()) return stop.error();
  avifDecoder& decoder = *avif->decoder;
  decoder.imageSizeLimit = most_coded_pixels(*decoder.image);
  if (auto checked = check_coded_size(avif->boxes, file.size(), decoder.imageSizeLimit); !checked) {
    return checked.error();
  }
  if (const auto result = avifDecoderNextImage(&decoder); result != AVIF_RESULT_OK) {
    return avif_error(result, Errc::corrupt_data);
  }
  const avifImage& image = *decoder.image;
  const avifCropRect part = shown_part(image);
  const PixelSize size{static_cast<int>(part.width), static_cast<int>(part.height)};
  if (size != header.info.stored_size)
    return Error(Errc::corrupt_data, "AVIF: the picture is not of the size announced");
  avifRGBImage rgb;
  avifRGBImageSetDefaults(&rgb, &image);
  rgb.depth = image.depth > 8 ? 16 : 8;
  rgb.format = header.info.has_alpha ? AVIF_RGB_FORMAT_RGBA : AVIF_RGB_FORMAT_RGB;
  rgb.chromaUpsampling = AVIF_CHROMA_UPSAMPLING_BILINEAR;
  rgb.avoidLibYUV = AVIF_TRUE;  // its results depend on the instruction set
  const std::size_t pixel_bytes = avifRGBImagePixelSize(&rgb);
  RawPicture picture{{static_cast<int>(image.width), static_cast<int>(image.height)},
                     header.info.has_alpha ? SampleModel::rgba : SampleModel::rgb,
                     {},
                     static_cast<int>(rgb.depth),
                     {}};
  picture.allocate();
  rgb.pixels = picture.row(0);
  rgb.rowBytes = static_cast<std::uint32_t>(picture.row_bytes());
  if (const auto result = avifImageYUVToRGB(&image, &rgb); result != AVIF_RESULT_OK) {
    return avif_error(result, Errc::corrupt_data);
  }
  keep_part(picture, part, pixel_bytes);
  return picture;
}

}  // namespace imagegen::detail
