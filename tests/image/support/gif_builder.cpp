#include "image/support/gif_builder.hpp"

#include <algorithm>
#include <string_view>

namespace imagegen::test {
namespace {

void put_u16(Bytes& out, int value) {
  out.push_back(static_cast<std::uint8_t>(value));
  out.push_back(static_cast<std::uint8_t>(value >> 8));
}

// Says that there is a table, and how long it is.
std::uint8_t table_flags(const Bytes& colours) {
  unsigned bits = 0;
  while ((std::size_t{6} << bits) < colours.size()) ++bits;
  return static_cast<std::uint8_t>(colours.empty() ? 0U : 0x80U | bits);
}

class CodeWriter {
 public:
  // Codes of 9 bits, the lowest first.
  void put(unsigned code) {
    for (unsigned i = 0; i < 9; ++i, ++bit_) {
      if (bit_ % 8 == 0) bytes_.push_back(0);
      bytes_.back() = static_cast<std::uint8_t>(bytes_.back() | (code >> i & 1U) << (bit_ % 8));
    }
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  unsigned bit_ = 0;
};

// The codes would become longer if they were never cleared.
Bytes codes_of(const Bytes& numbers) {
  constexpr unsigned kClear = 256, kEnd = 257;
  CodeWriter writer;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i % 200 == 0) writer.put(kClear);
    writer.put(numbers[i]);
  }
  writer.put(kEnd);
  return writer.bytes();
}

Bytes in_stored_order(const GifFrame& frame) {
  if (!frame.interlaced) return frame.numbers;
  Bytes out;
  constexpr int kPasses[4][2] = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};
  for (const auto& [first, step] : kPasses) {
    for (int y = first; y < frame.place.height; y += step) {
      const auto row = frame.numbers.begin() + y * frame.place.width;
      out.insert(out.end(), row, row + frame.place.width);
    }
  }
  return out;
}

void append_frame(Bytes& out, const GifFrame& frame) {
  if (frame.transparent) out.insert(out.end(), {0x21, 0xF9, 4, 1, 0, 0, *frame.transparent, 0});
  out.push_back(0x2C);
  for (const int part : {frame.place.x, frame.place.y, frame.place.width, frame.place.height}) put_u16(out, part);
  out.push_back(static_cast<std::uint8_t>(table_flags(frame.colours) | (frame.interlaced ? 0x40U : 0U)));
  out.insert(out.end(), frame.colours.begin(), frame.colours.end());
  out.push_back(8);
  const Bytes codes = codes_of(in_stored_order(frame));
  for (std::size_t at = 0; at < codes.size(); at += 255) {
    const auto length = std::min<std::size_t>(255, codes.size() - at);
    out.push_back(static_cast<std::uint8_t>(length));
    const auto first = codes.begin() + static_cast<std::ptrdiff_t>(at);
    out.insert(out.end(), first, first + static_cast<std::ptrdiff_t>(length));
  }
  out.push_back(0);
}

}  // namespace

Bytes build_gif(const GifSpec& spec) {
  Bytes out = to_bytes("GIF89a");
  put_u16(out, spec.canvas.width);
  put_u16(out, spec.canvas.height);
  out.insert(out.end(), {table_flags(spec.colours), 0, 0});
  out.insert(out.end(), spec.colours.begin(), spec.colours.end());
  for (const GifFrame& frame : spec.frames) append_frame(out, frame);
  out.push_back(0x3B);
  return out;
}

}  // namespace imagegen::test
