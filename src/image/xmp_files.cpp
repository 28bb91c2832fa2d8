#include "image/xmp_files.hpp"

#include <imagegen/image/decode.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>

#include "image/byte_reader.hpp"
#include "image/xmp.hpp"

namespace imagegen::detail {
namespace {

using namespace std::string_view_literals;

void note_xmp(ByteView packet, FileXmp& found) {
  if (found.xmp.empty() && packet.size() <= kMaxXmpBytes) found.xmp = as_text(packet);
}

// zlib data of at most `most` bytes when inflated; empty for more, and for what is damaged.
std::string inflated(ByteView deflated, std::size_t most) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return {};
  std::string out;
  stream.next_in = const_cast<Bytef*>(deflated.data());  // zlib only reads it
  stream.avail_in = static_cast<uInt>(std::min<std::size_t>(deflated.size(), most + 1024));
  std::array<char, 16'384> piece;
  int status = Z_OK;
  while (status == Z_OK && out.size() <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END && out.size() <= most ? out : std::string();
}

// keyword 0, compressed?, method, language 0, translated keyword 0, text. Source: PNG specification, 11.3.3.4.
void note_itxt(ByteView data, FileXmp& found) {
  constexpr auto kKeyword = "XML:com.adobe.xmp\0"sv;
  if (!starts_with(data, kKeyword) || data.size() < kKeyword.size() + 2 || !found.xmp.empty()) return;
  const bool compressed = data[kKeyword.size()] == 1;
  data = data.subspan(kKeyword.size() + 2);
  for (int text = 0; text < 2; ++text) {
    const auto end = std::find(data.begin(), data.end(), std::uint8_t{0});
    if (end == data.end()) return;
    data = data.subspan(static_cast<std::size_t>(end - data.begin()) + 1);
  }
  if (compressed) {
    found.xmp = inflated(data, kMaxXmpBytes);
  } else {
    note_xmp(data, found);
  }
}

void search_png(ByteView file, FileXmp& found) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t length = read_be32(file, at);
    if (length > file.size() - at - 12) return;
    if (has_text_at(file, at + 4, "iTXt")) note_itxt(file.subspan(at + 8, length), found);
    if (has_text_at(file, at + 4, "eXIf") && found.exif.empty()) found.exif = file.subspan(at + 8, length);
    if (has_text_at(file, at + 4, "caBX")) found.has_c2pa = true;
    at += length + 12;
  }
}

// JPEG XT boxes (ISO/IEC 19566-5, annex D): "JP", instance, sequence, then a `jumb` box whose `jumd` box names C2PA.
bool is_c2pa_segment(ByteView data) {
  return starts_with(data, "JP") && has_text_at(data, 12, "jumb") && has_text_at(data, 20, "jumdc2pa");
}

void search_jpeg(ByteView file, FileXmp& found) {
  constexpr auto kName = "http://ns.adobe.com/xap/1.0/\0"sv;
  for (std::size_t at = 2; at + 4 <= file.size() && file[at] == 0xFF;) {
    const std::uint8_t marker = file[at + 1];
    if (marker == 0xFF) {  // a fill byte
      ++at;
      continue;
    }
    const std::size_t length = read_be16(file, at + 2);  // counts itself
    if (marker == 0xDA || marker == 0xD9 || length < 2 || length > file.size() - at - 2) return;
    const ByteView data = file.subspan(at + 4, length - 2);
    if (marker == 0xE1 && starts_with(data, kName)) note_xmp(data.subspan(kName.size()), found);
    if (marker == 0xE1 && starts_with(data, "Exif\0\0"sv) && found.exif.empty()) found.exif = data;
    if (marker == 0xED && starts_with(data, "Photoshop 3.0\0"sv) && found.photoshop.empty()) found.photoshop = data;
    if (marker == 0xEB && is_c2pa_segment(data)) found.has_c2pa = true;
    at += 2 + length;
  }
}

void search_webp(ByteView file, FileXmp& found) {
  for (std::size_t at = 12; at + 8 <= file.size();) {
    const std::size_t length = read_le32(file, at + 4);
    if (length > file.size() - at - 8) return;
    if (has_text_at(file, at, "XMP ")) note_xmp(file.subspan(at + 8, length), found);
    if (has_text_at(file, at, "EXIF") && found.exif.empty()) found.exif = file.subspan(at + 8, length);
    if (has_text_at(file, at, "C2PA")) found.has_c2pa = true;
    at += 8 + length + length % 2;
  }
}

// The XMP of AVIF is an item whose place stands in tables; its beginning is as telling, and cannot be damaged by them.
std::string_view find_packet(std::string_view text) {
  const auto begin = std::min(text.find("<x:xmpmeta"), text.find("<rdf:RDF"));
  if (begin == std::string_view::npos) return {};
  const auto packet = text.substr(begin, kMaxXmpBytes);
  const auto meta = packet.find("</x:xmpmeta>");
  const auto rdf = packet.find("</rdf:RDF>");
  if (std::min(meta, rdf) == std::string_view::npos) return {};
  return packet.substr(0, std::min(meta, rdf));  // the reader needs no more
}

// Likewise an item. The eight bytes in front of a directory that follows at once, which all writers have, are telling enough.
ByteView find_exif_block(ByteView file) {
  const auto text = as_text(file);
  const auto begin = std::min(text.find("II*\0\x08\0\0\0"sv), text.find("MM\0*\0\0\0\x08"sv));
  return begin == std::string_view::npos ? ByteView() : file.subspan(begin);
}

void search_iso_media(ByteView file, FileXmp& found) {
  constexpr auto kC2pa = "\xD8\xFE\xC3\xD6\x1B\x0E\x48\x3C\x92\x97\x58\x28\x87\x7E\xC4\x81"sv;
  for (std::size_t at = 0; at + 8 <= file.size();) {
    const bool large = read_be32(file, at) == 1 && at + 16 <= file.size();
    const std::size_t head = large ? 16 : 8;
    std::uint64_t size = large ? std::uint64_t{read_be32(file, at + 8)} << 32U | read_be32(file, at + 12)
                               : std::uint64_t{read_be32(file, at)};
    if (size == 0) size = file.size() - at;  // to the end of the file
    if (size < head || size > file.size() - at) break;
    if (has_text_at(file, at + 4, "uuid") && has_text_at(file, at + head, kC2pa)) found.has_c2pa = true;
    at += static_cast<std::size_t>(size);
  }
  note_xmp(as_bytes(find_packet(as_text(file))), found);
  found.exif = find_exif_block(file);
}

}  // namespace

FileXmp find_file_xmp(ByteView file) {
  FileXmp found;
  const auto format = sniff_format(file);
  if (format == "png") search_png(file, found);
  if (format == "jpeg") search_jpeg(file, found);
  if (format == "webp") search_webp(file, found);
  if (has_text_at(file, 4, "ftyp")) search_iso_media(file, found);
  return found;
}

}  // namespace imagegen::detail
