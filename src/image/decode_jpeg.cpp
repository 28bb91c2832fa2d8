#include <span>
#include <string>
#include <vector>

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

// What libjpeg calls between rows and scans.
struct Progress {
  jpeg_progress_mgr manager{};  // first, so that libjpeg's pointer to it is a pointer to this
  const Stop* stop = nullptr;

  static void check(j_common_ptr codec) {
    if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number > kMaxScans) {
      JpegErrors::give_up(codec, Errc::limit_exceeded, "more than 100 scans");
    }
    const auto* stop = reinterpret_cast<const Progress*>(codec->progress)->stop;
    if (stop != nullptr && stop->requested()) JpegErrors::give_up(codec, Errc::cancelled, "stopped");
  }
};

// Where the rows of one component go to while raw data are read. Rows past the end all go to one that nobody looks at.
struct RawComponent {
  Plane plane;
  Bytes beyond;
  std::vector<JSAMPROW> rows;  ///< Of one step of the decoder.
  int next = 0;

  void set_rows() {
    for (JSAMPROW& row : rows) {
      row = next < plane.size.height ? plane.samples.data() + static_cast<std::size_t>(next) * plane.stride_bytes
                                     : beyond.data();
      ++next;
    }
  }
};

// A decoder between header and pixels. Not moved: libjpeg keeps pointers into it.
class JpegReader {
 public:
  explicit JpegReader(const Stop* stop = nullptr) {
    codec_.err = errors_.manager();
    progress_.manager.progress_monitor = &Progress::check;
    progress_.stop = stop;
  }
  ~JpegReader() { jpeg_destroy_decompress(&codec_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  // The file must stay until the reader is gone.
  bool read_header(ByteView file) {
    return errors_.run([&] {
      jpeg_create_decompress(&codec_);
      codec_.progress = &progress_.manager;
      jpeg_mem_src(&codec_, file.data(), static_cast<unsigned long>(file.size()));
      jpeg_read_header(&codec_, TRUE);
    });
  }

  // Afterwards codec() tells the size that comes. Raw data come as stored, by component.
  bool start(J_COLOR_SPACE space, int reduce, bool raw) {
    return errors_.run([&] {
      codec_.out_color_space = space;
      codec_.raw_data_out = raw ? TRUE : FALSE;
      codec_.scale_num = 1;
      codec_.scale_denom = static_cast<unsigned>(reduce);
      codec_.dct_method = JDCT_ISLOW;  // the one whose results do not depend on the instruction set
      jpeg_start_decompress(&codec_);
    });
  }

  bool read_pixels(std::uint8_t* samples) {
    return errors_.run([&] {
      const auto stride =
          static_cast<std::size_t>(codec_.output_width) * static_cast<std::size_t>(codec_.output_components);
      while (codec_.output_scanline < codec_.output_height) {
        JSAMPROW row = samples + codec_.output_scanline * stride;
        jpeg_read_scanlines(&codec_, &row, 1);
      }
    });
  }

  bool read_planes(std::span<RawComponent> components) {
    return errors_.run([&] {
      JSAMPARRAY rows[3] = {};
      for (std::size_t i = 0; i < components.size(); ++i) rows[i] = components[i].rows.data();
      const auto step = static_cast<JDIMENSION>(codec_.max_v_samp_factor * codec_.min_DCT_scaled_size);
      while (codec_.output_scanline < codec_.output_height) {
        for (RawComponent& component : components) component.set_rows();
        jpeg_read_raw_data(&codec_, rows, step);
      }
    });
  }

  const jpeg_decompress_struct& codec() const { return codec_; }
  PixelSize output_size() const {
    return {static_cast<int>(codec_.output_width), static_cast<int>(codec_.output_height)};
  }
  Error error() const {
    const Error error = errors_.error();
    return error.code == Errc::cancelled && progress_.stop != nullptr ? progress_.stop->error() : error;
  }

 private:
  JpegErrors errors_;
  Progress progress_;
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

PixelSize plane_size(const jpeg_component_info& component) {
  return {static_cast<int>(component.downsampled_width), static_cast<int>(component.downsampled_height)};
}

bool is_half_or_whole(int side, int whole) {
  return side == whole || side == (whole + 1) / 2;
}

// Brightness for every pixel, and colour in planes of the sizes that YcbcrPicture knows.
bool has_known_planes(const JpegReader& reader) {
  const auto& codec = reader.codec();
  const PixelSize size = reader.output_size();
  if (plane_size(codec.comp_info[0]) != size) return false;
  if (codec.num_components == 1) return true;
  const PixelSize colour = plane_size(codec.comp_info[1]);
  return codec.num_components == 3 && plane_size(codec.comp_info[2]) == colour &&
         is_half_or_whole(colour.width, size.width) && is_half_or_whole(colour.height, size.height);
}

// libjpeg writes whole blocks, so rows are padded to those, and there are rows for a whole step.
std::vector<RawComponent> components_of(const JpegReader& reader) {
  const auto& codec = reader.codec();
  std::vector<RawComponent> components(static_cast<std::size_t>(codec.num_components));
  for (std::size_t i = 0; i < components.size(); ++i) {
    const jpeg_component_info& info = codec.comp_info[i];
    Plane& plane = components[i].plane;
    plane.size = plane_size(info);
    plane.stride_bytes =
        static_cast<std::size_t>(info.width_in_blocks) * static_cast<std::size_t>(info.DCT_scaled_size);
    plane.samples.resize(plane.stride_bytes * static_cast<std::size_t>(plane.size.height));
    components[i].beyond.resize(plane.stride_bytes);
    components[i].rows.resize(static_cast<std::size_t>(info.v_samp_factor * info.DCT_scaled_size));
  }
  return components;
}

// As libjpeg lays them out: whole blocks.
std::uint64_t stored_samples(const jpeg_decompress_struct& codec) {
  std::uint64_t samples = 0;
  for (int i = 0; i < codec.num_components; ++i) {
    const jpeg_component_info& info = codec.comp_info[i];
    samples += std::uint64_t{info.width_in_blocks} * info.height_in_blocks * DCTSIZE2;
  }
  return samples;
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
  header.plane_bytes = stored_samples(codec);
  if (codec.progressive_mode) header.codec_bytes = header.plane_bytes * sizeof(JCOEF);  // all scans end in one picture
  auto segments = read_jpeg_segments(file, limits.max_icc_bytes);
  header.info.orientation = exif_orientation(segments.exif);
  header.info.has_icc = segments.has_icc;
  header.icc = std::move(segments.icc);
  return header;
}

Result<RawPicture> decode_jpeg(ByteView file, const FileHeader&, int reduce, const Stop& stop) {
  JpegReader reader(&stop);
  if (!reader.read_header(file)) return reader.error();
  const Output output = output_of(reader.codec().jpeg_color_space);
  if (!reader.start(output.space, reduce, /*raw=*/false)) return reader.error();
  RawPicture picture{reader.output_size(), output.model, {}, 8, {}};
  picture.allocate();
  if (!reader.read_pixels(picture.samples.data())) return reader.error();
  // Adobe's programs store ink upside down, and say so by their marker.
  if (output.model == SampleModel::cmyk && reader.codec().saw_Adobe_marker) {
    for (auto& sample : picture.samples) sample = static_cast<std::uint8_t>(255 - sample);
  }
  return picture;
}

Result<YcbcrPicture> decode_jpeg_planes(ByteView file, const FileHeader&, int reduce, const Stop& stop) {
  JpegReader reader(&stop);
  if (!reader.read_header(file)) return reader.error();
  const J_COLOR_SPACE stored = reader.codec().jpeg_color_space;
  if (stored != JCS_YCbCr && stored != JCS_GRAYSCALE) return Error(Errc::unsupported, "JPEG: not stored as YCbCr");
  if (!reader.start(stored, reduce, /*raw=*/true)) return reader.error();
  if (!has_known_planes(reader)) return Error(Errc::unsupported, "JPEG: planes of unusual sizes");
  std::vector<RawComponent> components = components_of(reader);
  if (!reader.read_planes(components)) return reader.error();
  YcbcrPicture picture;
  picture.y = std::move(components[0].plane);
  if (components.size() == 1) return picture;
  picture.cb = std::move(components[1].plane);
  picture.cr = std::move(components[2].plane);
  return picture;
}

}  // namespace imagegen::detail
