#include <imagegen/image/decode.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include "image/byte_reader.hpp"

namespace imagegen {
namespace {

using detail::has_text_at;
using detail::starts_with;
using namespace std::string_view_literals;

constexpr std::size_t kTextLooked = 1024;  // how far into a text its kind is looked for

// ISO base media files name their kind in the brands of the first box (ISO/IEC 14496-12, "ftyp").
std::string_view sniff_iso_media(ByteView file) {
  const std::size_t box = std::min<std::size_t>(detail::read_be32(file, 0), file.size());
  bool heic = false;
  for (std::size_t at = 8; at + 4 <= std::min<std::size_t>(box, 256); at += 4) {
    const auto brand = as_text(file.subspan(at, 4));
    if (brand == "avif" || brand == "avis") return "avif";
    constexpr std::array kHeic = {"heic"sv, "heix"sv, "heim"sv, "heis"sv, "hevc"sv, "hevx"sv, "mif1"sv, "msf1"sv};
    heic = heic || std::find(kHeic.begin(), kHeic.end(), brand) != kHeic.end();
  }
  return heic ? "heic" : "unknown";
}

// The start of a text in lower case, without a byte order mark and leading white space.
std::string text_start(ByteView file) {
  if (starts_with(file, "\xEF\xBB\xBF")) file = file.subspan(3);
  std::string text(as_text(file.first(std::min(file.size(), kTextLooked))));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  text.erase(0, std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  return text;
}

std::string_view sniff_text(ByteView file) {
  const std::string text = text_start(file);
  if (text.empty()) return "unknown";
  if (text.front() == '{' || text.front() == '[') return "json";
  if (text.front() != '<') return "unknown";
  const auto svg = text.find("<svg");
  const auto html = std::min({text.find("<!doctype html"), text.find("<html"), text.find("<head"), text.find("<body")});
  if (html < svg) return "html";
  return svg != std::string::npos ? "svg" : "unknown";
}

bool is_bmp(ByteView file) {
  if (!starts_with(file, "BM") || file.size() < 18) return false;
  const auto header_bytes = detail::read_le32(file, 14);  // "BM" alone is too little to go by
  return header_bytes == 12 || (header_bytes >= 40 && header_bytes <= 124);
}

}  // namespace

std::string_view sniff_format(ByteView file) noexcept {
  if (file.empty()) return "empty";
  if (starts_with(file, "\x89PNG\r\n\x1A\n")) return "png";
  if (starts_with(file, "\xFF\xD8\xFF")) return "jpeg";
  if (starts_with(file, "RIFF") && has_text_at(file, 8, "WEBP")) return "webp";
  if (starts_with(file, "GIF87a") || starts_with(file, "GIF89a")) return "gif";
  if (has_text_at(file, 4, "ftyp")) return sniff_iso_media(file);
  if (starts_with(file, "%PDF-")) return "pdf";
  if (starts_with(file, "II*\0"sv) || starts_with(file, "MM\0*"sv)) return "tiff";
  if (starts_with(file, "II+\0"sv) || starts_with(file, "MM\0+"sv)) return "tiff";
  if (is_bmp(file)) return "bmp";
  return sniff_text(file);
}

}  // namespace imagegen
