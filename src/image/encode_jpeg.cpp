#include <algorithm>
#include <new>
#include <utility>

#include "image/checks.hpp"
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

// JPEG has no alpha. The reader of a page sees white where nothing is.
void flatten_row(const std::uint8_t* rgba, int pixels, std::uint8_t* rgb) {
  for (int x = 0; x < pixels; ++x, rgba += 4, rgb += 3) {
    const int alpha = rgba[3];
    for (int c = 0; c < 3; ++c) rgb[c] = static_cast<std::uint8_t>((rgba[c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

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

  bool start(PixelSize size, bool grey, int quality) {
    return errors_.run([&] {
      jpeg_create_compress(&codec_);
      codec_.dest = &destination_.manager;
      codec_.image_width = static_cast<JDIMENSION>(size.width);
      codec_.image_height = static_cast<JDIMENSION>(size.height);
      codec_.input_components = grey ? 1 : 3;
      codec_.in_color_space = grey ? JCS_GRAYSCALE : JCS_RGB;
      jpeg_set_defaults(&codec_);  // 4:2:0
      codec_.optimize_coding = TRUE;
      codec_.dct_method = JDCT_ISLOW;  // the one whose results do not depend on the instruction set
      jpeg_set_quality(&codec_, quality, TRUE);
      jpeg_start_compress(&codec_, TRUE);
    });
  }

  bool write_row(const std::uint8_t* row) {
    return errors_.run([&] {
      JSAMPROW line = const_cast<JSAMPROW>(row);  // libjpeg only reads it
      jpeg_write_scanlines(&codec_, &line, 1);
    });
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

}  // namespace

Result<Bytes> encode_jpeg(const Bitmap& picture, const Encoding& encoding, const std::atomic<bool>* cancelled) {
  Bytes file;
  JpegWriter writer(file);
  if (!writer.start(picture.size, picture.channels == 1, encoding.quality)) return writer.error();
  Bytes flat(picture.channels == 4 ? static_cast<std::size_t>(picture.size.width) * 3 : 0);
  for (int y = 0; y < picture.size.height; ++y) {
    if (is_set(cancelled)) return cancelled_error();
    if (picture.channels == 4) flatten_row(picture.row(y), picture.size.width, flat.data());
    if (!writer.write_row(picture.channels == 4 ? flat.data() : picture.row(y))) return writer.error();
  }
  if (!writer.finish()) return writer.error();
  return file;
}

}  // namespace imagegen::detail
