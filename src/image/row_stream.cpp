#include "image/row_stream.hpp"

#include <algorithm>
#include <cstring>

namespace imagegen::detail {
namespace {

class BitmapRows : public RowStream {
 public:
  BitmapRows(const Bitmap& picture, PixelRect crop) : picture_(picture), crop_(crop) {}

  RowFormat format() const override { return {{crop_.width, crop_.height}, picture_.channels, 8}; }
  void read(std::uint8_t* out) override {
    const auto left = static_cast<std::size_t>(crop_.x) * static_cast<std::size_t>(picture_.channels);
    std::memcpy(out, picture_.row(crop_.y + y_++) + left, format().row_bytes());
  }

 private:
  const Bitmap& picture_;
  PixelRect crop_;
  int y_ = 0;
};

class OwnedRows : public RowStream {
 public:
  OwnedRows(Bytes rows, const RowFormat& format) : rows_(std::move(rows)), format_(format) {}

  RowFormat format() const override { return format_; }
  void read(std::uint8_t* out) override {
    std::memcpy(out, &rows_[static_cast<std::size_t>(y_++) * format_.row_bytes()], format_.row_bytes());
  }

 private:
  Bytes rows_;
  RowFormat format_;
  int y_ = 0;
};

// 16-bit samples in bytes, wherever they lie.
std::uint16_t load16(const std::uint8_t* from) {
  std::uint16_t value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
void store16(std::uint8_t* to, std::uint32_t value) {
  const auto narrow = static_cast<std::uint16_t>(value);
  std::memcpy(to, &narrow, sizeof narrow);
}

class NarrowedRows : public RowStream {
 public:
  explicit NarrowedRows(RowStreamPtr rows) : rows_(std::move(rows)), wide_(rows_->format().row_bytes()) {}

  RowFormat format() const override {
    auto format = rows_->format();
    format.bits = 8;
    return format;
  }
  void read(std::uint8_t* out) override {
    rows_->read(wide_.data());
    const std::size_t samples = format().row_samples();
    for (std::size_t i = 0; i < samples; ++i) out[i] = to_8_bits(load16(&wide_[2 * i]));
  }

 private:
  RowStreamPtr rows_;
  Bytes wide_;
};

class FlattenedRows : public RowStream {
 public:
  FlattenedRows(RowStreamPtr rows, const std::uint8_t (&rgb)[3])
      : rows_(std::move(rows)), rgba_(rows_->format().row_bytes()) {
    std::copy_n(rgb, 3, rgb_);
  }

  RowFormat format() const override {
    auto format = rows_->format();
    format.channels = 3;
    return format;
  }
  void read(std::uint8_t* out) override {
    rows_->read(rgba_.data());
    rows_->format().bits == 16 ? flatten16(out) : flatten8(out);
  }

 private:
  void flatten8(std::uint8_t* out) const {
    for (std::size_t i = 0; i < rgba_.size(); i += 4, out += 3) {
      const int alpha = rgba_[i + 3];
      for (std::size_t c = 0; c < 3; ++c) {
        out[c] = static_cast<std::uint8_t>((rgba_[i + c] * alpha + rgb_[c] * (255 - alpha) + 127) / 255);
      }
    }
  }
  void flatten16(std::uint8_t* out) const {
    for (std::size_t i = 0; i < rgba_.size(); i += 8, out += 6) {
      const std::uint64_t alpha = load16(&rgba_[i + 6]);
      for (std::size_t c = 0; c < 3; ++c) {
        const std::uint64_t sum = load16(&rgba_[i + 2 * c]) * alpha + rgb_[c] * 257ULL * (65'535 - alpha);
        store16(out + 2 * c, static_cast<std::uint32_t>((sum + 32'767) / 65'535));
      }
    }
  }

  RowStreamPtr rows_;
  Bytes rgba_;
  std::uint8_t rgb_[3];
};

class PaddedRows : public RowStream {
 public:
  PaddedRows(RowStreamPtr rows, PixelSize canvas, int left, int top, const std::uint8_t (&rgba)[4])
      : rows_(std::move(rows)),
        inner_(rows_->format()),
        format_(inner_),
        left_(left),
        top_(top),
        row_(inner_.row_bytes()) {
    format_.size = canvas;
    format_.channels = inner_.channels == 4 || rgba[3] != 255 ? 4 : 3;
    blank_.resize(format_.row_bytes());
    for (int x = 0; x < canvas.width; ++x) put_pixel(&blank_[static_cast<std::size_t>(x) * pixel_bytes()], rgba);
  }

  RowFormat format() const override { return format_; }
  void read(std::uint8_t* out) override {
    std::memcpy(out, blank_.data(), blank_.size());
    const int y = y_++ - top_;
    if (y < 0 || y >= inner_.size.height) return;
    rows_->read(row_.data());
    copy_pixels(out + static_cast<std::size_t>(left_) * pixel_bytes());
  }

 private:
  std::size_t sample_bytes() const { return format_.bits == 16 ? 2 : 1; }
  std::size_t pixel_bytes() const { return static_cast<std::size_t>(format_.channels) * sample_bytes(); }

  void put_pixel(std::uint8_t* out, const std::uint8_t (&rgba)[4]) const {
    for (std::size_t c = 0; c < static_cast<std::size_t>(format_.channels); ++c) {
      if (sample_bytes() == 2)
        store16(out + 2 * c, rgba[c] * 257U);
      else
        out[c] = rgba[c];
    }
  }
  void copy_pixels(std::uint8_t* out) const {
    const auto width = static_cast<std::size_t>(inner_.size.width);
    const auto channels = static_cast<std::size_t>(inner_.channels);
    const std::size_t bytes = sample_bytes();
    for (std::size_t x = 0; x < width; ++x, out += pixel_bytes()) {
      for (std::size_t c = 0; c < static_cast<std::size_t>(format_.channels); ++c) {
        if (c == 3 && channels < 4) {
          std::memset(out + c * bytes, 0xFF, bytes);
        } else {
          const std::size_t from = channels == 1 ? 0 : c;
          std::memcpy(out + c * bytes, &row_[(x * channels + from) * bytes], bytes);
        }
      }
    }
  }

  RowStreamPtr rows_;
  RowFormat inner_, format_;
  int left_, top_;
  Bytes row_, blank_;
  int y_ = 0;
};

}  // namespace

RowStreamPtr rows_of(const Bitmap& picture) {
  return rows_of(picture, {0, 0, picture.size.width, picture.size.height});
}

RowStreamPtr rows_of(const Bitmap& picture, PixelRect crop) {
  return std::make_unique<BitmapRows>(picture, crop);
}

RowStreamPtr rows_of(Bytes rows, const RowFormat& format) {
  return std::make_unique<OwnedRows>(std::move(rows), format);
}

Bitmap collect(RowStream& rows) {
  const RowFormat format = rows.format();
  Bitmap out{format.size, format.channels, Bytes(format.row_bytes() * static_cast<std::size_t>(format.size.height))};
  for (int y = 0; y < format.size.height; ++y) rows.read(out.row(y));
  return out;
}

void narrow_samples(std::span<const std::uint16_t> samples, std::uint8_t* out) {
  std::transform(samples.begin(), samples.end(), out, to_8_bits);
}

Bitmap narrowed(const DeepBitmap& picture) {
  Bitmap out{picture.size, picture.channels, Bytes(picture.samples.size())};
  narrow_samples(picture.samples, out.pixels.data());
  return out;
}

RowStreamPtr narrowed(RowStreamPtr rows) {
  if (rows->format().bits == 8) return rows;
  return std::make_unique<NarrowedRows>(std::move(rows));
}

RowStreamPtr flattened(RowStreamPtr rows, const std::uint8_t (&rgb)[3]) {
  if (rows->format().channels != 4) return rows;
  return std::make_unique<FlattenedRows>(std::move(rows), rgb);
}

RowStreamPtr padded(RowStreamPtr rows, PixelSize canvas, int left, int top, const std::uint8_t (&rgba)[4]) {
  if (rows->format().size == canvas) return rows;
  return std::make_unique<PaddedRows>(std::move(rows), canvas, left, top, rgba);
}

}  // namespace imagegen::detail
