#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "image/gif_blocks.hpp"
#include "image/raw_picture.hpp"

namespace imagegen::detail {
namespace {

Error gif_error(int code) {
  const char* text = GifErrorString(code);
  const auto kind = code == D_GIF_ERR_NOT_ENOUGH_MEM ? Errc::limit_exceeded : Errc::corrupt_data;
  return {kind, std::string("GIF: ") + (text != nullptr ? text : "the data is damaged")};
}

// giflib reads a file through it.
struct GifInput {
  ByteView rest;

  static int read(GifFileType* gif, GifByteType* to, int count) {
    auto& rest = static_cast<GifInput*>(gif->UserData)->rest;
    const auto part = std::min(static_cast<std::size_t>(std::max(count, 0)), rest.size());
    std::copy_n(rest.begin(), part, to);
    rest = rest.subspan(part);
    return static_cast<int>(part);
  }
};

struct CloseGif {
  void operator()(GifFileType* gif) const {
    int ignored = 0;
    DGifCloseFile(gif, &ignored);
  }
};
using GifFile = std::unique_ptr<GifFileType, CloseGif>;

using GifColours = std::array<std::array<std::uint8_t, 4>, 256>;

// Numbers without a colour are black.
Result<GifColours> colours_of(const GifFileType& gif, int transparent) {
  const ColorMapObject* map = gif.Image.ColorMap != nullptr ? gif.Image.ColorMap : gif.SColorMap;
  if (map == nullptr) return Error(Errc::corrupt_data, "GIF: the frame has no colours");
  GifColours colours{};
  for (auto& colour : colours) colour[3] = 255;
  for (std::size_t i = 0; i < std::min<std::size_t>(static_cast<std::size_t>(map->ColorCount), 256); ++i) {
    colours[i] = {map->Colors[i].Red, map->Colors[i].Green, map->Colors[i].Blue, 255};
  }
  if (transparent >= 0) colours[static_cast<std::size_t>(transparent)] = {};
  return colours;
}

// Moves to the pixels of the first frame. Gives the number of its transparent colour; -1 for none.
Result<int> find_first_frame(GifFileType* gif) {
  int transparent = -1;
  for (;;) {
    GifRecordType kind = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(gif, &kind) == GIF_ERROR) return gif_error(gif->Error);
    if (kind == IMAGE_DESC_RECORD_TYPE) break;
    if (kind == TERMINATE_RECORD_TYPE) return Error(Errc::corrupt_data, "GIF: there is no frame");
    int code = 0;
    GifByteType* data = nullptr;  // its length, then so many bytes
    if (DGifGetExtension(gif, &code, &data) == GIF_ERROR) return gif_error(gif->Error);
    GraphicsControlBlock control;
    if (code == GRAPHICS_EXT_FUNC_CODE && data != nullptr &&
        DGifExtensionToGCB(data[0], data + 1, &control) == GIF_OK) {
      transparent = control.TransparentColor;
    }
    while (data != nullptr) {
      if (DGifGetExtensionNext(gif, &data) == GIF_ERROR) return gif_error(gif->Error);
    }
  }
  if (DGifGetImageDesc(gif) == GIF_ERROR) return gif_error(gif->Error);
  return transparent;
}

// The rows of a frame in the order in which they are stored.
std::vector<int> stored_rows(int height, bool interlaced) {
  std::vector<int> rows;
  rows.reserve(static_cast<std::size_t>(height));
  if (!interlaced) {
    for (int y = 0; y < height; ++y) rows.push_back(y);
    return rows;
  }
  constexpr int kFirst[] = {0, 4, 2, 1}, kStep[] = {8, 8, 4, 2};
  for (int pass = 0; pass < 4; ++pass) {
    for (int y = kFirst[pass]; y < height; y += kStep[pass]) rows.push_back(y);
  }
  return rows;
}

bool covers_canvas(const GifBlocks& blocks) {
  return blocks.frame == PixelRect{0, 0, blocks.canvas.width, blocks.canvas.height};
}

bool gif_has_alpha(const GifBlocks& blocks) {
  return blocks.is_transparent || !covers_canvas(blocks);
}

std::uint64_t pixels_of(int width, int height) {
  return static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height);
}

// Deflated by LZW, a byte makes less than 2,731 pixels (a code of 12 bits makes at most 4,096): a frame that claims
// more gets no memory, and neither does a large canvas that is empty but for a speck.
bool may_hold_frame(ByteView file, const GifBlocks& blocks) {
  constexpr std::uint64_t kMostOfAByte = 2731;
  constexpr std::uint64_t kSmallCanvas = 4'000'000;
  const auto most = kMostOfAByte * (file.size() + 1);
  return pixels_of(blocks.frame.width, blocks.frame.height) <= most &&
         pixels_of(blocks.canvas.width, blocks.canvas.height) <= std::max(most, kSmallCanvas);
}

}  // namespace

Result<FileHeader> read_gif_header(ByteView file, const ImageLimits&) {
  const auto blocks = read_gif_blocks(file);
  if (!blocks) return blocks.error();
  FileHeader header;
  header.info.format = ImageFormat::gif;
  header.info.stored_size = blocks->canvas;
  header.info.colour = "palette";
  header.info.has_alpha = gif_has_alpha(*blocks);
  header.info.animated = blocks->frames > 1;
  header.info.frames = blocks->frames;
  return header;
}

Result<RawPicture> decode_gif(ByteView file, const FileHeader&, const Stop& stop) {
  const auto blocks = read_gif_blocks(file);
  if (!blocks) return blocks.error();
  if (!may_hold_frame(file, *blocks)) return Error(Errc::corrupt_data, "GIF: the file is too short for its pixels");
  GifInput input{file};
  int status = 0;
  const GifFile gif(DGifOpen(&input, &GifInput::read, &status));
  if (!gif) return gif_error(status);
  const auto transparent = find_first_frame(gif.get());
  if (!transparent) return transparent.error();
  const auto colours = colours_of(*gif, *transparent);
  if (!colours) return colours.error();
  const PixelRect frame{gif->Image.Left, gif->Image.Top, gif->Image.Width, gif->Image.Height};
  if (frame != blocks->frame) return Error(Errc::corrupt_data, "GIF: the blocks are damaged");
  RawPicture picture{blocks->canvas, gif_has_alpha(*blocks) ? SampleModel::rgba : SampleModel::rgb, {}, 8, {}};
  picture.allocate();
  const auto channels = static_cast<std::size_t>(samples_per_pixel(picture.model));
  Bytes line(static_cast<std::size_t>(frame.width));
  for (const int y : stored_rows(frame.height, gif->Image.Interlace)) {
    if (stop.requested()) return stop.error();
    if (DGifGetLine(gif.get(), line.data(), frame.width) == GIF_ERROR) return gif_error(gif->Error);
    const auto first = static_cast<std::size_t>(frame.y + y) * static_cast<std::size_t>(picture.size.width) +
                       static_cast<std::size_t>(frame.x);
    std::uint8_t* to = &picture.samples[first * channels];
    for (const std::uint8_t number : line) to = std::copy_n((*colours)[number].begin(), channels, to);
  }
  return picture;
}

}  // namespace imagegen::detail
