#include <zlib.h>

#include <algorithm>

#include "image/byte_reader.hpp"
#include "image/xmp.hpp"
#include "image/xmp_files.hpp"

namespace imagegen::detail {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostInJpeg = 65'502;  // bytes; what Adobe's specification allows in one APP1 segment

void append_number(std::uint64_t value, int bytes, bool big_endian, std::string& out) {
  for (int i = 0; i < bytes; ++i) {
    const int shift = 8 * (big_endian ? bytes - 1 - i : i);
    out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
  }
}

Bytes inserted(Bytes file, std::size_t at, std::string_view part) {
  file.insert(file.begin() + static_cast<std::ptrdiff_t>(at), part.begin(), part.end());
  return file;
}

Error broken(const char* what) {
  return {Errc::corrupt_data, what};
}

bool ends_with(ByteView file, std::string_view end) {
  return file.size() >= end.size() && has_text_at(file, file.size() - end.size(), end);
}

Result<Bytes> embed_in_jpeg(Bytes file, std::string_view xmp) {
  if (!starts_with(file, "\xFF\xD8\xFF") || !ends_with(file, "\xFF\xD9")) {
    return broken("JPEG: expected a file from SOI to EOI");
  }
  std::size_t at = 2;
  while (at + 4 <= file.size() && file[at] == 0xFF && file[at + 1] == 0xE0) at += 2 + read_be16(file, at + 2);
  if (at > file.size()) return broken("JPEG: expected a whole APP0 segment");
  constexpr auto kName = "http://ns.adobe.com/xap/1.0/\0"sv;
  std::string segment = "\xFF\xE1";
  append_number(2 + kName.size() + xmp.size(), 2, true, segment);
  segment.append(kName).append(xmp);
  return inserted(std::move(file), at, segment);
}

Result<Bytes> embed_in_png(Bytes file, std::string_view xmp) {
  if (!starts_with(file, "\x89PNG\r\n\x1A\n") || !ends_with(file, "IEND\xAE\x42\x60\x82")) {
    return broken("PNG: expected a file from its signature to IEND");
  }
  std::size_t at = 8;
  while (at + 12 <= file.size() && !has_text_at(file, at + 4, "IDAT")) at += std::size_t{read_be32(file, at)} + 12;
  if (at + 12 > file.size()) return broken("PNG: expected an IDAT chunk");
  constexpr auto kHead = "iTXtXML:com.adobe.xmp\0\0\0\0\0"sv;  // not compressed, no language, no translated keyword
  std::string chunk;
  append_number(kHead.size() - 4 + xmp.size(), 4, true, chunk);
  chunk.append(kHead).append(xmp);
  const auto covered = as_bytes(chunk).subspan(4);
  append_number(crc32(0, covered.data(), static_cast<uInt>(covered.size())), 4, true, chunk);
  return inserted(std::move(file), at, chunk);
}

struct Canvas {
  std::uint32_t width = 0, height = 0;
  bool alpha = false;
};

// Source: RFC 6386, 9.1 (VP8: start code, then 14 bits each), and RFC 9649, 3.4 (VP8L: 14 bits each less one, alpha).
Result<Canvas> canvas_of(ByteView file) {
  if (has_text_at(file, 12, "VP8 ") && file.size() >= 30 && has_text_at(file, 23, "\x9D\x01\x2A")) {
    return Canvas{read_bytes(file, 26, 2, false) & 0x3FFFU, read_bytes(file, 28, 2, false) & 0x3FFFU, false};
  }
  if (has_text_at(file, 12, "VP8L") && file.size() >= 25 && file[20] == 0x2F) {
    const std::uint32_t bits = read_le32(file, 21);
    return Canvas{(bits & 0x3FFFU) + 1, (bits >> 14U & 0x3FFFU) + 1, (bits >> 28U & 1U) != 0};
  }
  return broken("WebP: expected a VP8, VP8L or VP8X chunk");
}

constexpr std::uint8_t kXmpFlag = 0x04;
constexpr std::uint8_t kAlphaFlag = 0x10;

// The extended form begins with a chunk of flags and canvas. Source: RFC 9649, 2.7.
Result<Bytes> to_extended(Bytes file) {
  if (has_text_at(file, 12, "VP8X")) return file;
  const auto canvas = canvas_of(file);
  if (!canvas) return canvas.error();
  if (canvas->width == 0 || canvas->height == 0) return broken("WebP: expected a picture with pixels");
  std::string chunk = "VP8X";
  append_number(10, 4, false, chunk);
  append_number(canvas->alpha ? kAlphaFlag : 0, 4, false, chunk);
  append_number(canvas->width - 1, 3, false, chunk);
  append_number(canvas->height - 1, 3, false, chunk);
  return inserted(std::move(file), 12, chunk);
}

Result<Bytes> embed_in_webp(Bytes file, std::string_view xmp) {
  if (!starts_with(file, "RIFF") || !has_text_at(file, 8, "WEBP")) return broken("WebP: expected a RIFF of WEBP");
  if (std::size_t{read_le32(file, 4)} + 8 != file.size()) return broken("WebP: expected the length that RIFF states");
  auto extended = to_extended(std::move(file));
  if (!extended) return extended;
  if (extended->size() < 30) return broken("WebP: expected a whole VP8X chunk");
  (*extended)[20] |= kXmpFlag;
  std::string chunk = "XMP ";
  append_number(xmp.size(), 4, false, chunk);
  chunk.append(xmp).append(xmp.size() % 2, '\0');
  const auto end = extended->size();
  auto out = inserted(std::move(*extended), end, chunk);
  std::string size;
  append_number(out.size() - 8, 4, false, size);
  std::copy(size.begin(), size.end(), out.begin() + 4);
  return out;
}

Result<void> check_packet(ImageFormat format, ByteView file, std::string_view xmp) {
  if (xmp.empty()) return Error(Errc::invalid_argument, "xmp: expected a packet, got nothing");
  if (format == ImageFormat::avif) return Error(Errc::unsupported, "XMP is given to the AVIF encoder, not to its file");
  const std::size_t most = format == ImageFormat::jpeg ? kMostInJpeg : kMaxXmpBytes;
  if (xmp.size() > most) {
    return Error(Errc::limit_exceeded, "xmp: expected at most " + std::to_string(most) + " bytes for " +
                                           std::string(to_string(format)) + ", got " + std::to_string(xmp.size()));
  }
  if (find_file_xmp(file).xmp.empty()) return {};
  return Error(Errc::invalid_argument, "file: expected one without XMP, got one that has a packet already");
}

}  // namespace

Result<Bytes> embed_xmp(ImageFormat format, Bytes file, std::string_view xmp) {
  if (auto checked = check_packet(format, file, xmp); !checked) return checked.error();
  if (format == ImageFormat::jpeg) return embed_in_jpeg(std::move(file), xmp);
  if (format == ImageFormat::png) return embed_in_png(std::move(file), xmp);
  return embed_in_webp(std::move(file), xmp);
}

}  // namespace imagegen::detail
