#include <string>

#include "image/exif.hpp"
#include "image/jpeg_errors.hpp"
#include "image/jpeg_segments.hpp"
#include "image/raw_picture.hpp"

namespace imagegen::detail {
namespace {

// A progressive file may hold any number of scans, each of which costs a walk over the whole picture. Encoders write
// about ten.
constexpr int kMaxScans = 100;

std::string colour_name(J_COLOR_SPACE space) {
  switch (space) {
    case JCS_GRAYSCALE:
      return "grey";
    case JCS_RGB:
      return "rgb";
    case JCS_YCbCr:
      return "ycbcr";
    case JCS_CMYK:
      return "cmyk";
    case JCS_YCCK:
      return "ycck";
    default:
      return "";
  }
}

void stop_at_too_many_scans(j_common_ptr codec) {
  if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number <= kMaxScans) return;
  JpegErrors::give_up(codec, Errc::limit_exceeded, "more than 100 scans");
}

// A decoder between header and pixels. Not moved: libjpeg keeps pointers into it.
class JpegReader {
 public:
  JpegReader() { codec_.err = errors_.manager(); }
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // The file must stay until the reader is gone.
  bool read_header(ByteView file) {
    return errors_.run([&] {
      jpeg_create_decompress(&codec_);
      progress_.progress_monitor = &stop_at_too_many_scans;
      codec_.progress = &progress_;
      jpeg_mem_src(&codec_, file.data(), static_cast<unsigned long>(file.size()));
      jpeg_read_header(&codec_, TRUE);
    });
  }

  bool read_pixels(J_COLOR_SPACE space, std::uint8_t* samples) {
    return errors_.run([&] {
      codec_.out_color_space = space;
      codec_.dct_method = JDCT_ISLOW;  // the one whose results do not depend on the instruction set
      jpeg_start_decompress(&codec_);
      const auto stride =
          static_cast<std::size_t>(codec_.output_width) * static_cast<std::size_t>(codec_.output_components);
      while (codec_.output_scanline < codec_.output_height) {
        JSAMPROW row = samples + codec_.output_scanline * stride;
        jpeg_read_scanlines(&codec_, &row, 1);
      }
    });
  }

  const jpeg_decompress_struct& codec() const { return codec_; }
  Error error() const { return errors_.error(); }

 private:
  JpegErrors errors_;
  jpeg_progress_mgr progress_{};
  jpeg_decompress_struct codec_{};
};

struct Output {
  J_COLOR_SPACE space;
  SampleModel model;
};

Output output_of(J_COLOR_SPACE stored) {
  if (stored == JCS_GRAYSCALE) return {JCS_GRAYSCALE, SampleModel::grey};
  if (stored == JCS_CMYK || stored == JCS_YCCK) return {JCS_CMYK, SampleModel::cmyk};
  return {JCS_RGB, SampleModel::rgb};
}

}  // namespace

Result<FileHeader> read_jpeg_header(ByteView file, const ImageLimits& limits) {
  JpegReader reader;
  if (!reader.read_header(file)) return reader.error();
  const auto& codec = reader.codec();
  FileHeader header;
  header.info.format = ImageFormat::jpeg;
  header.info.stored_size = {static_cast<int>(codec.image_width), static_cast<int>(codec.image_height)};
  header.info.bits_per_channel = codec.data_precision;
  header.info.colour = colour_name(codec.jpeg_color_space);
  if (header.info.colour.empty()) {
    return Error(Errc::unsupported, "JPEG: expected grey, RGB, YCbCr, CMYK or YCCK, got " +
                                        std::to_string(codec.num_components) + " components");
  }
  auto segments = read_jpeg_segments(file, limits.max_icc_bytes);
  header.info.orientation = exif_orientation(segments.exif);
  header.info.has_icc = segments.has_icc;
  header.icc = std::move(segments.icc);
  return header;
}

Result<RawPicture> decode_jpeg(ByteView file, const FileHeader& header) {
  JpegReader reader;
  if (!reader.read_header(file)) return reader.error();
  const Output output = output_of(reader.codec().jpeg_color_space);
  RawPicture picture{header.info.stored_size, output.model, {}};
  picture.samples.resize(sample_bytes(picture.size, picture.model));
  if (!reader.read_pixels(output.space, picture.samples.data())) return reader.error();
  // Adobe's programs store ink upside down, and say so by their marker.
  if (output.model == SampleModel::cmyk && reader.codec().saw_Adobe_marker) {
    for (auto& sample : picture.samples) sample = static_cast<std::uint8_t>(255 - sample);
  }
  return picture;
}

}  // namespace imagegen::detail
