#include "image/gif_blocks.hpp"

#include <algorithm>
#include <optional>

#include "image/box_reader.hpp"

namespace imagegen::detail {
namespace {

std::uint32_t little_u16(BoxReader& reader) {
  const std::uint32_t low = reader.u8();
  return low | static_cast<std::uint32_t>(reader.u8()) << 8U;
}

// A table of colours, where the flags announce one.
void skip_colours(BoxReader& reader, unsigned flags) {
  if ((flags & 0x80U) != 0) reader.take(std::size_t{3} << ((flags & 7U) + 1));
}

// Blocks with their length in front, up to an empty one. Gives the first.
ByteView take_blocks(BoxReader& reader) {
  const ByteView first = reader.take(reader.u8());
  if (first.empty()) return first;
  while (reader.ok()) {
    const std::size_t length = reader.u8();
    if (length == 0) break;
    reader.take(length);
  }
  return first;
}

PixelRect take_frame(BoxReader& reader) {
  PixelRect frame;
  for (int* part : {&frame.x, &frame.y, &frame.width, &frame.height}) *part = static_cast<int>(little_u16(reader));
  return frame;
}

void skip_pixels(BoxReader& reader) {
  skip_colours(reader, reader.u8());
  reader.u8();  // bits of the first code
  take_blocks(reader);
}

// Whether a transparent colour is named; nothing where it is no graphic control.
std::optional<bool> take_extension(BoxReader& reader) {
  constexpr unsigned kGraphicControl = 0xF9;
  const unsigned kind = reader.u8();
  const ByteView data = take_blocks(reader);
  if (kind != kGraphicControl || data.size() != 4) return std::nullopt;
  return (data.front() & 1U) != 0;
}

}  // namespace

Result<GifBlocks> read_gif_blocks(ByteView file) {
  constexpr unsigned kImage = 0x2C, kExtension = 0x21;
  BoxReader reader(file);
  reader.take(6);  // GIF89a
  GifBlocks blocks;
  blocks.canvas.width = static_cast<int>(little_u16(reader));
  blocks.canvas.height = static_cast<int>(little_u16(reader));
  const unsigned flags = reader.u8();
  reader.take(2);  // background, aspect
  skip_colours(reader, flags);
  for (unsigned kind = reader.u8(); reader.ok() && (kind == kImage || kind == kExtension); kind = reader.u8()) {
    if (kind == kExtension) {
      const auto transparent = take_extension(reader);
      if (blocks.frames == 0) blocks.is_transparent = transparent.value_or(blocks.is_transparent);
      continue;
    }
    const PixelRect frame = take_frame(reader);
    if (!reader.ok()) break;
    if (blocks.frames++ == 0) blocks.frame = frame;
    skip_pixels(reader);
  }
  if (blocks.frame.width == 0 || blocks.frame.height == 0) return Error(Errc::corrupt_data, "GIF: there is no frame");
  blocks.canvas.width = std::max(blocks.canvas.width, blocks.frame.x + blocks.frame.width);
  blocks.canvas.height = std::max(blocks.canvas.height, blocks.frame.y + blocks.frame.height);
  return blocks;
}

}  // namespace imagegen::detail
