#include "image/row_source.hpp"

#include <algorithm>

#include "image/colour_management.hpp"
#include "image/orientation.hpp"

namespace imagegen::detail {
namespace {

constexpr int kMirrored = 2;  // EXIF

// A row as 16-bit words, so that it is aligned for either kind of sample.
using RowBuffer = std::vector<std::uint16_t>;

std::uint8_t* bytes_of(RowBuffer& buffer) {
  return reinterpret_cast<std::uint8_t*>(buffer.data());
}

void mirror(std::uint8_t* row, const RowFormat& format) {
  const auto width = static_cast<std::size_t>(format.size.width);
  const std::size_t pixel = format.row_bytes() / width;
  for (std::size_t left = 0, right = width - 1; left < right; ++left, --right) {
    std::swap_ranges(row + left * pixel, row + (left + 1) * pixel, row + right * pixel);
  }
}

class DecodedRows : public RowSource {
 public:
  DecodedRows(RawRowsPtr rows, const FileHeader& header, bool mirrored)
      : rows_(std::move(rows)),
        raw_(rows_->format()),
        converter_(raw_.model, raw_.bits, header),
        mirrored_(mirrored),
        stored_(raw_.row_bytes() / 2 + 1) {}

  RowFormat format() const override { return {raw_.size, samples_per_pixel(converter_.model()), raw_.bits}; }
  Result<void> read(std::uint8_t* out) override {
    const bool in_place = converter_.changes_nothing();
    if (auto read = rows_->read(in_place ? out : bytes_of(stored_)); !read) return read;
    if (!in_place) converter_.convert(bytes_of(stored_), static_cast<std::size_t>(raw_.size.width), out);
    if (mirrored_) mirror(out, format());
    return {};
  }
  Result<void> end() override { return rows_->end(); }

 private:
  RawRowsPtr rows_;
  RawPicture raw_;
  RowConverter converter_;
  bool mirrored_;
  RowBuffer stored_;
};

template <class Picture>
class HeldRows : public RowSource {
 public:
  HeldRows(Picture picture, int orientation) : picture_(std::move(picture)), orientation_(orientation) {}

  RowFormat format() const override {
    return {upright_size(picture_.size, orientation_), picture_.channels, is_deep() ? 16 : 8};
  }
  Result<void> read(std::uint8_t* out) override {
    copy_upright_row(picture_, orientation_, y_++, out);
    return {};
  }
  Result<void> end() override { return {}; }

 private:
  static constexpr bool is_deep() { return std::is_same_v<Picture, DeepBitmap>; }

  Picture picture_;
  int orientation_;
  int y_ = 0;
};

class NarrowedSource : public RowSource {
 public:
  explicit NarrowedSource(RowSourcePtr rows) : rows_(std::move(rows)), wide_(rows_->format().row_samples()) {}

  RowFormat format() const override {
    auto format = rows_->format();
    format.bits = 8;
    return format;
  }
  Result<void> read(std::uint8_t* out) override {
    if (auto read = rows_->read(bytes_of(wide_)); !read) return read;
    narrow_samples(wide_, out);
    return {};
  }
  Result<void> end() override { return rows_->end(); }

 private:
  RowSourcePtr rows_;
  RowBuffer wide_;
};

Result<RowSourcePtr> open_held_rows(ByteView file, const FileHeader& header, const Stop& stop) {
  if (auto checked = check_memory(held_bytes(header), header); !checked) return checked.error();
  auto raw = decode_raw(file, header, 1, stop);
  if (!raw) return raw.error();
  const int orientation = header.info.orientation;
  if (raw->bits == 16) return held_rows(to_deep_srgb(std::move(*raw), header), orientation);
  return held_rows(to_srgb(std::move(*raw), header), orientation);
}

}  // namespace

bool comes_in_rows(const FileHeader& header) noexcept {
  return header.in_rows && header.info.orientation <= kMirrored;
}

Result<RowSourcePtr> open_rows(ByteView file, const FileHeader& header, const Stop& stop) {
  if (!comes_in_rows(header)) return open_held_rows(file, header, stop);
  auto rows = open_png_rows(file, stop);
  if (!rows) return rows.error();
  const bool mirrored = header.info.orientation == kMirrored;
  return RowSourcePtr(std::make_unique<DecodedRows>(std::move(*rows), header, mirrored));
}

RowSourcePtr held_rows(Bitmap picture, int orientation) {
  return std::make_unique<HeldRows<Bitmap>>(std::move(picture), orientation);
}

RowSourcePtr held_rows(DeepBitmap picture, int orientation) {
  return std::make_unique<HeldRows<DeepBitmap>>(std::move(picture), orientation);
}

RowSourcePtr narrowed(RowSourcePtr rows) {
  if (rows->format().bits == 8) return rows;
  return std::make_unique<NarrowedSource>(std::move(rows));
}

Result<Bitmap> collect(RowSource& rows) {
  const RowFormat format = rows.format();
  Bitmap out{format.size, format.channels, Bytes(format.row_bytes() * static_cast<std::size_t>(format.size.height))};
  for (int y = 0; y < format.size.height; ++y) {
    if (auto read = rows.read(out.row(y)); !read) return read.error();
  }
  if (auto sound = rows.end(); !sound) return sound.error();
  return out;
}

}  // namespace imagegen::detail
