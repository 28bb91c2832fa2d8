#include <algorithm>
#include <cassert>
#include <new>
#include <utility>
#include <vector>

#include "image/encoders.hpp"
#include "image/jpeg_errors.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kFirstRoom = 64U << 10U;

// Where libjpeg writes to: a buffer that doubles, and that is freed whatever happens, which jpeg_mem_dest()'s is not.
struct Destination {
  jpeg_destination_mgr manager{};  // first, so that libjpeg's pointer to it is a pointer to this
  Bytes* file = nullptr;

  static void start(j_compress_ptr codec) { grow(codec, 0, kFirstRoom); }
  static boolean more(j_compress_ptr codec) {
    const std::size_t used = of(codec).file->size();
    grow(codec, used, used * 2);
    return TRUE;
  }
  static void finish(j_compress_ptr codec) {
    Bytes& file = *of(codec).file;
    file.resize(file.size() - of(codec).manager.free_in_buffer);
  }

 private:
  static Destination& of(j_compress_ptr codec) { return *reinterpret_cast<Destination*>(codec->dest); }
  static void grow(j_compress_ptr codec, std::size_t used, std::size_t room) {
    bool grown = true;
    try {
      of(codec).file->resize(room);
    } catch (const std::bad_alloc&) {
      grown = false;
    }
    // Outside of the handler, because giving up jumps over whatever is alive here.
    if (!grown) JpegErrors::give_up(reinterpret_cast<j_common_ptr>(codec), Errc::limit_exceeded, "not enough memory");
    of(codec).manager.next_output_byte = of(codec).file->data() + used;
    of(codec).manager.free_in_buffer = room - used;
  }
};

struct JpegShape {
  PixelSize size;
  bool grey = false;
  bool planes = false;  ///< Raw data are written.
};

class JpegWriter {
 public:
  explicit JpegWriter(Bytes& file) {
    codec_.err = errors_.manager();
    destination_.file = &file;
    destination_.manager.init_destination = &Destination::start;
    destination_.manager.empty_output_buffer = &Destination::more;
    destination_.manager.term_destination = &Destination::finish;
  }
  ~JpegWriter() { jpeg_destroy_compress(&codec_); }
  JpegWriter(const JpegWriter&) = delete;
  JpegWriter& operator=(const JpegWriter&) = delete;

  bool start(const JpegShape& shape, const Encoding& encoding) {
    return errors_.run([&] {
      jpeg_create_compress(&codec_);
      codec_.dest = &destination_.manager;
      codec_.image_width = static_cast<JDIMENSION>(shape.size.width);
      codec_.image_height = static_cast<JDIMENSION>(shape.size.height);
      codec_.input_components = shape.grey ? 1 : 3;
      codec_.in_color_space = shape.grey ? JCS_GRAYSCALE : shape.planes ? JCS_YCbCr : JCS_RGB;
      jpeg_set_defaults(&codec_);  // 4:2:0
      codec_.raw_data_in = shape.planes ? TRUE : FALSE;
      const bool whole = shape.grey || encoding.chroma_subsampling == ChromaSubsampling::yuv444;
      codec_.comp_info[0].h_samp_factor = codec_.comp_info[0].v_samp_factor = whole ? 1 : 2;
      codec_.optimize_coding = encoding.optimise_coding ? TRUE : FALSE;
      codec_.dct_method = JDCT_ISLOW;  // the one whose results do not depend on the instruction set
      jpeg_set_quality(&codec_, quality_of(encoding), TRUE);
      if (encoding.progressive) jpeg_simple_progression(&codec_);
      jpeg_start_compress(&codec_, TRUE);
    });
  }

  bool write_row(const std::uint8_t* row) {
    return errors_.run([&] {
      JSAMPROW line = const_cast<JSAMPROW>(row);  // libjpeg only reads it
      jpeg_write_scanlines(&codec_, &line, 1);
    });
  }

  // Rows of one step of the encoder for each component: DCTSIZE times its sampling factor.
  bool write_planes(JSAMPARRAY* rows) {
    return errors_.run([&] { jpeg_write_raw_data(&codec_, rows, static_cast<JDIMENSION>(step_rows(0))); });
  }

  int components() const { return codec_.num_components; }
  int step_rows(int component) const { return codec_.comp_info[component].v_samp_factor * DCTSIZE; }
  // Bytes that the encoder reads of a row, which are whole blocks.
  std::size_t row_bytes(int component) const {
    return static_cast<std::size_t>(codec_.comp_info[component].width_in_blocks) * DCTSIZE;
  }

  bool finish() {
    return errors_.run([&] { jpeg_finish_compress(&codec_); });
  }

  Error error() const { return errors_.error(); }

 private:
  JpegErrors errors_;
  Destination destination_;
  jpeg_compress_struct codec_{};
};

// The rows of one component that the encoder takes at once. Blocks that the picture does not fill are filled with its
// last column and row, as libjpeg itself does it.
struct StepRows {
  StepRows(RowStream& stream, std::size_t row_bytes, int count)
      : rows(stream), width(static_cast<std::size_t>(stream.format().size.width)), left(stream.format().size.height) {
    const auto lines = static_cast<std::size_t>(count);
    row_size = std::max(row_bytes, width);
    samples.resize(row_size * lines);
    for (std::size_t i = 0; i < lines; ++i) pointers.push_back(samples.data() + i * row_size);
  }

  void fill() {
    for (std::size_t i = 0; i < pointers.size(); ++i, --left) {
      if (left <= 0 && i == 0) return;  // what a row of macroblocks holds beyond the last row of this component
      if (left <= 0) {
        std::copy_n(pointers[i - 1], row_size, pointers[i]);
        continue;
      }
      rows.read(pointers[i]);
      std::fill_n(pointers[i] + width, row_size - width, pointers[i][width - 1]);
    }
  }

  RowStream& rows;
  std::size_t width, row_size = 0;
  int left;
  Bytes samples;
  std::vector<JSAMPROW> pointers;
};

}  // namespace

Result<Bytes> encode_jpeg(RowStream& rows, const EncodeJob& job) {
  const RowFormat format = rows.format();
  assert(format.channels != 4);
  Bytes file;
  JpegWriter writer(file);
  if (!writer.start({format.size, format.channels == 1}, job.encoding)) return writer.error();
  Bytes row(format.row_bytes());
  for (int y = 0; y < format.size.height; ++y) {
    if (job.stop.requested()) return job.stop.error();
    rows.read(row.data());
    if (!writer.write_row(row.data())) return writer.error();
  }
  if (!writer.finish()) return writer.error();
  return file;
}

Result<Bytes> encode_jpeg_planes(PlanarRows& rows, const EncodeJob& job) {
  const PixelSize size = rows.y->format().size;
  Bytes file;
  JpegWriter writer(file);
  if (!writer.start({size, rows.cb == nullptr, /*planes=*/true}, job.encoding)) return writer.error();
  RowStream* const streams[] = {rows.y.get(), rows.cb.get(), rows.cr.get()};
  std::vector<StepRows> steps;
  steps.reserve(3);
  for (int i = 0; i < writer.components(); ++i)
    steps.emplace_back(*streams[i], writer.row_bytes(i), writer.step_rows(i));
  for (int y = 0; y < size.height; y += writer.step_rows(0)) {
    if (job.stop.requested()) return job.stop.error();
    JSAMPARRAY arrays[3] = {};
    for (std::size_t i = 0; i < steps.size(); ++i) {
      steps[i].fill();
      arrays[i] = steps[i].pointers.data();
    }
    if (!writer.write_planes(arrays)) return writer.error();
  }
  if (!writer.finish()) return writer.error();
  return file;
}

}  // namespace imagegen::detail
