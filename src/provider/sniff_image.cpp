#include "provider/sniff_image.hpp"

#include <algorithm>

namespace imagegen {
namespace {


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

std::optional<ImageFormat> sniff_image(ByteView file) noexcept {
  using namespace std::string_view_literals;
  const auto text = as_text(file);
  if (text.starts_with("\x89PNG\r\n\x1A\n"sv)) return ImageFormat::png;
  if (text.starts_with("\xFF\xD8\xFF"sv)) return ImageFormat::jpeg;
  if (text.size() >= 12 && text.starts_with("RIFF"sv) && text.substr(8, 4) == "WEBP"sv) return ImageFormat::webp;
  return std::nullopt;
}

bool is_whole_image(ByteView file) noexcept {
  using namespace std::string_view_literals;
  const auto text = as_text(file);
  const auto format = sniff_image(file);
  if (!format) return false;
  if (format == ImageFormat::webp) {
    const std::uint64_t size = file[4] | file[5] << 8U | file[6] << 16U | std::uint64_t{file[7]} << 24U;
    return file.size() >= size + 8;
  }
  return text.ends_with(format == ImageFormat::png ? "IEND\xAE\x42\x60\x82"sv : "\xFF\xD9"sv);
}

Result<void> check_is_image(ByteView file) {
  if (sniff_image(file)) return {};
  return Error{Errc::corrupt_data, "expected a PNG, JPEG or WebP file, got " + std::string(name_of(as_text(file)))};
}

}  // namespace imagegen
