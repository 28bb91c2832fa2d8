#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <string>

#include "image/byte_reader.hpp"
#include "image/kernels/unfilter_row.hpp"
#include "image/raw_picture.hpp"

/// \file Plain PNGs, row by row: for those of 16 bits, and for those that are too large to be inflated in one go.
namespace imagegen::detail {
namespace {

constexpr std::size_t kPngSignature = 8;
constexpr std::size_t kAroundPngData = 12;  // length, name and checksum of a chunk
constexpr std::uint32_t kPixelChunk = 0x49444154;
constexpr std::uint32_t kLastChunk = 0x49454E44;

Error damaged(const char* what) {
  return {Errc::corrupt_data, std::string("PNG: ") + what};
}

// The chunks of deflated pixels, one after the other. Of a file that ends early, the last as far as it goes.
class PixelChunks {
 public:
  explicit PixelChunks(ByteView file) : file_(file) {}

  // Empty after the last one.
  Result<ByteView> next() {
    while (file_.size() - at_ >= kAroundPngData) {
      const std::size_t length = read_be32(file_, at_);
      const std::uint32_t name = read_be32(file_, at_ + 4);
      const std::size_t begin = at_ + 8;
      if (length > file_.size() - at_ - kAroundPngData) {
        at_ = file_.size();
        return name == kPixelChunk ? file_.subspan(begin, std::min(length, file_.size() - begin)) : ByteView();
      }
      at_ += kAroundPngData + length;
      if (name == kLastChunk) at_ = file_.size();
      if (name != kPixelChunk || length == 0) continue;
      if (libdeflate_crc32(0, &file_[begin - 4], length + 4) != read_be32(file_, begin + length)) {
        return damaged("a checksum does not fit");
      }
      return file_.subspan(begin, length);
    }
    return ByteView();
  }

 private:
  ByteView file_;
  std::size_t at_ = kPngSignature;
};

// What the chunks inflate to, in pieces of any size.
class InflatedPixels {
 public:
  explicit InflatedPixels(ByteView file) : chunks_(file) { started_ = inflateInit(&stream_) == Z_OK; }
  ~InflatedPixels() {
    if (started_) inflateEnd(&stream_);
  }
  InflatedPixels(const InflatedPixels&) = delete;
  InflatedPixels& operator=(const InflatedPixels&) = delete;

  Result<void> read(std::span<std::uint8_t> out) {
    if (!started_) return Error(Errc::limit_exceeded, "PNG: not enough memory");
    stream_.next_out = out.data();
    stream_.avail_out = static_cast<uInt>(out.size());
    while (stream_.avail_out > 0) {
      if (auto more = refill(); !more) return more.error();
      if (stream_.avail_in == 0) return damaged("the pixels end early");
      const int status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_STREAM_END && stream_.avail_out > 0) return damaged("the pixels end early");
      if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) return damaged("the pixels are damaged");
    }
    return {};
  }

  // The checksum behind the last row, as far as the file has it, and those of chunks that nobody asked for. More pixels
  // than there are rows do no harm.
  Result<void> end() {
    for (int status = Z_OK; status == Z_OK;) {
      if (auto more = refill(); !more) return more.error();
      if (stream_.avail_in == 0) return {};
      std::uint8_t beyond[1024];
      stream_.next_out = beyond;
      stream_.avail_out = sizeof beyond;
      status = inflate(&stream_, Z_NO_FLUSH);
      if (status == Z_DATA_ERROR) return damaged("the pixels are damaged");
    }
    for (;;) {
      const auto chunk = chunks_.next();
      if (!chunk) return chunk.error();
      if (chunk->empty()) return {};
    }
  }

 private:
  Result<void> refill() {
    if (stream_.avail_in > 0) return {};
    const auto chunk = chunks_.next();
    if (!chunk) return chunk.error();
    stream_.next_in = const_cast<Bytef*>(chunk->data());  // zlib does not write there
    stream_.avail_in = static_cast<uInt>(chunk->size());
    return {};
  }

  PixelChunks chunks_;
  z_stream stream_{};
  bool started_ = false;
};

SampleModel plain_model(PngColour colour) {
  switch (colour) {
    case PngColour::grey:
      return SampleModel::grey;
    case PngColour::grey_alpha:
      return SampleModel::grey_alpha;
    case PngColour::rgba:
      return SampleModel::rgba;
    case PngColour::rgb:
    case PngColour::palette:
      break;
  }
  return SampleModel::rgb;
}

void copy_big_endian(const std::uint8_t* from, std::size_t bytes, std::uint8_t* to) {
  constexpr bool kSwaps = std::endian::native == std::endian::little;
  for (std::size_t i = 0; i < bytes; i += 2) {
    to[i] = from[kSwaps ? i + 1 : i];
    to[i + 1] = from[kSwaps ? i : i + 1];
  }
}

class PlainPngRows : public RawRows {
 public:
  PlainPngRows(ByteView file, const RawPicture& format, const Stop& stop)
      : format_(format),
        pixels_(file),
        stored_(format.row_bytes() + 1),
        row_(format.row_bytes()),
        above_(format.row_bytes()),
        stop_(stop) {}

  RawPicture format() const override { return format_; }

  Result<void> read(std::uint8_t* out) override {
    if (stop_.requested()) return stop_.error();
    if (auto read = pixels_.read(stored_); !read) return read.error();
    if (stored_[0] > 4) return damaged("a row has a filter that does not exist");
    const int pixel_bytes = samples_per_pixel(format_.model) * format_.bits / 8;
    kernels::unfilter_row(static_cast<kernels::PngFilter>(stored_[0]), std::span(stored_).subspan(1), above_.data(),
                          pixel_bytes, row_.data());
    format_.bits == 16 ? copy_big_endian(row_.data(), row_.size(), out)
                       : static_cast<void>(std::copy(row_.begin(), row_.end(), out));
    row_.swap(above_);
    return {};
  }

  Result<void> end() override { return pixels_.end(); }

 private:
  RawPicture format_;
  InflatedPixels pixels_;
  Bytes stored_, row_, above_;
  const Stop& stop_;
};

}  // namespace

bool has_plain_rows(const PngChunks& png) noexcept {
  const bool wide_enough = png.bit_depth == 8 || png.bit_depth == 16;
  return wide_enough && png.colour != PngColour::palette && !png.has_transparency && !png.is_interlaced;
}

Result<RawRowsPtr> open_plain_png_rows(ByteView file, const PngChunks& png, const Stop& stop) {
  const RawPicture format{png.size, plain_model(png.colour), {}, png.bit_depth, {}};
  return RawRowsPtr(std::make_unique<PlainPngRows>(file, format, stop));
}

}  // namespace imagegen::detail
