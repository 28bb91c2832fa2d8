#include "image/png_chunks.hpp"

#include <zlib.h>

#include <algorithm>
#include <string_view>

#include "image/byte_reader.hpp"

namespace imagegen::detail {
namespace {

constexpr std::size_t kSignatureBytes = 8;
constexpr std::size_t kAroundData = 12;  // length, type and checksum of a chunk
constexpr std::uint32_t kLargest = 0x7FFF'FFFF;

bool is_valid_depth(std::uint32_t depth, std::uint32_t colour) {
  switch (colour) {
    case 0:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
    case 3:
      return depth == 1 || depth == 2 || depth == 4 || depth == 8;
    case 2:
    case 4:
    case 6:
      return depth == 8 || depth == 16;
    default:
      return false;
  }
}

Result<PngChunks> read_ihdr(ByteView file) {
  const ByteView chunk = file.subspan(std::min(kSignatureBytes, file.size()));
  if (chunk.size() < 25 || !has_text_at(chunk, 4, "IHDR"))
    return Error(Errc::corrupt_data, "PNG: expected an IHDR chunk");
  const auto width = read_be32(chunk, 8);
  const auto height = read_be32(chunk, 12);
  const std::uint32_t depth = chunk[16];
  const std::uint32_t colour = chunk[17];
  const bool is_known = chunk[18] == 0 && chunk[19] == 0 && chunk[20] <= 1;  // compression, filter, interlace methods
  if (width == 0 || height == 0 || width > kLargest || height > kLargest || !is_valid_depth(depth, colour) ||
      !is_known) {
    return Error(Errc::corrupt_data, "PNG: the IHDR chunk holds impossible values");
  }
  if (crc32(0, &chunk[4], 17) != read_be32(chunk, 21)) {
    return Error(Errc::corrupt_data, "PNG: the IHDR chunk is damaged");
  }
  PngChunks chunks;
  chunks.size = {static_cast<int>(width), static_cast<int>(height)};
  chunks.bit_depth = static_cast<int>(depth);
  chunks.colour = static_cast<PngColour>(colour);
  chunks.is_interlaced = chunk[20] != 0;
  return chunks;
}

void note_chunk(std::string_view type, ByteView data, bool before_pixels, PngChunks& chunks) {
  const bool may_have_trns = chunks.colour != PngColour::grey_alpha && chunks.colour != PngColour::rgba;
  if (type == "tRNS" && before_pixels && may_have_trns) chunks.has_transparency = true;
  if (type == "acTL" && before_pixels && data.size() >= 4) {
    chunks.animated = true;
    chunks.claimed_frames = static_cast<int>(std::min(read_be32(data, 0), kLargest));
  }
  if (type == "fcTL") ++chunks.frames;
  if (type == "eXIf" && chunks.exif.empty()) chunks.exif = data;
  if (type == "iCCP" && before_pixels && chunks.iccp.empty()) chunks.iccp = data;
}

void note_colour_chunk(std::string_view type, ByteView data, PngChunks& chunks) {
  if (type == "cICP" && data.size() == 4) chunks.cicp = data;
  if (type == "sRGB" && data.size() == 1) chunks.has_srgb = true;
  if (type == "gAMA" && data.size() == 4) chunks.colours.gamma = read_be32(data, 0);
  if (type == "cHRM" && data.size() == 32) {
    auto& numbers = chunks.colours.chromaticities.emplace();
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = read_be32(data, 4 * i);
  }
}

}  // namespace

Result<PngChunks> read_png_chunks(ByteView file) {
  auto chunks = read_ihdr(file);
  if (!chunks) return chunks;
  bool before_pixels = true;
  for (std::size_t at = kSignatureBytes; file.size() - at >= kAroundData;) {
    const std::size_t length = read_be32(file, at);
    if (length > file.size() - at - kAroundData) break;
    const auto type = as_text(file.subspan(at + 4, 4));
    if (type == "IEND") break;
    before_pixels = before_pixels && type != "IDAT";
    note_chunk(type, file.subspan(at + 8, length), before_pixels, *chunks);
    if (before_pixels) note_colour_chunk(type, file.subspan(at + 8, length), *chunks);
    at += length + kAroundData;
  }
  return chunks;
}

Bytes inflate_icc_profile(ByteView iccp, std::size_t max_bytes) {
  const auto name_end = std::find(iccp.begin(), iccp.end(), std::uint8_t{0});
  const auto skipped = static_cast<std::size_t>(name_end - iccp.begin()) + 2;
  if (skipped > iccp.size() || iccp[skipped - 1] != 0) return {};
  const ByteView deflated = iccp.subspan(skipped);
  // A profile of a few hundred bytes is the rule; the buffer grows only as far as data really comes.
  for (std::size_t room = 16'384;; room *= 4) {
    Bytes profile(std::min(room, max_bytes));
    uLongf size = static_cast<uLongf>(profile.size());
    const int status = uncompress(profile.data(), &size, deflated.data(), static_cast<uLong>(deflated.size()));
    if (status == Z_OK) {
      profile.resize(size);
      return profile;
    }
    if (status != Z_BUF_ERROR || room >= max_bytes) return {};
  }
}

}  // namespace imagegen::detail
