#include "image/webp_chunks.hpp"

#include "image/byte_reader.hpp"

namespace imagegen::detail {

WebpChunks read_webp_chunks(ByteView file) {
  WebpChunks chunks;
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::size_t length = read_le32(file, at + 4);
    if (length > file.size() - at - 8) break;
    const ByteView data = file.subspan(at + 8, length);
    if (has_text_at(file, at, "ICCP") && chunks.icc.empty()) chunks.icc = data;
    if (has_text_at(file, at, "EXIF") && chunks.exif.empty()) chunks.exif = data;
    at += 8 + length + length % 2;
  }
  return chunks;
}

}  // namespace imagegen::detail
