#include "provider/sniff_image.hpp"

#include <algorithm>

namespace imagegen {
namespace {

bool is_image(std::string_view file) {
  using namespace std::string_view_literals;
  return file.starts_with("\x89PNG\r\n\x1A\n"sv) || file.starts_with("\xFF\xD8\xFF"sv) ||
         (file.size() >= 12 && file.starts_with("RIFF"sv) && file.substr(8, 4) == "WEBP"sv);
}

bool is_text(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= ' ' && byte != 0x7F) || c == '\t' || c == '\r' || c == '\n';
}

std::string_view name_of(std::string_view file) {
  if (file.empty()) return "empty";
  if (file.starts_with("GIF8")) return "gif";
  if (file.starts_with("%PDF")) return "pdf";
  if (!std::ranges::all_of(file.substr(0, 64), is_text)) return "unknown bytes";
  const auto first = file.substr(std::min(file.find_first_not_of(" \t\r\n"), file.size()));
  if (first.starts_with('<')) return "html";
  if (first.starts_with('{') || first.starts_with('[')) return "json";
  return "text";
}

}  // namespace

bool is_whole_image(ByteView file) noexcept {
  using namespace std::string_view_literals;
  const auto text = as_text(file);
  if (!is_image(text)) return false;
  if (text.starts_with("RIFF"sv)) {
    const std::uint64_t size = file[4] | file[5] << 8U | file[6] << 16U | std::uint64_t{file[7]} << 24U;
    return file.size() >= size + 8;
  }
  return text.ends_with(text.front() == '\x89' ? "IEND\xAE\x42\x60\x82"sv : "\xFF\xD9"sv);
}

Result<void> check_is_image(ByteView file) {
  if (is_image(as_text(file))) return {};
  return Error{Errc::corrupt_data, "expected a PNG, JPEG or WebP file, got " + std::string(name_of(as_text(file)))};
}

}  // namespace imagegen
