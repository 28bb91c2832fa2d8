#include "storage/object_headers.hpp"

#include <imagegen/core/encoding.hpp>

#include <algorithm>
#include <array>

namespace imagegen::detail {
namespace {

constexpr std::size_t kMaxHeaderBytes = 1024;

struct TypeName {
  std::string_view ending;
  std::string_view type;
};
// What the library itself writes beside pictures, and what people keep next to them.
constexpr std::array kTypes = {TypeName{".json", "application/json"}, TypeName{".jsonl", "application/x-ndjson"},
                               TypeName{".txt", "text/plain; charset=utf-8"}, TypeName{".svg", "image/svg+xml"},
                               TypeName{".gif", "image/gif"}};

Result<void> check_value(std::string_view field, const std::string& value) {
  if (value.size() > kMaxHeaderBytes) {
    return Error{Errc::invalid_argument, std::string(field) + ": expected at most " + std::to_string(kMaxHeaderBytes) +
                                             " bytes, got " + std::to_string(value.size())};
  }
  const auto printable = [](char c) { return c >= 0x20 && c < 0x7F; };
  if (!std::all_of(value.begin(), value.end(), printable)) {
    return Error{Errc::invalid_argument, std::string(field) + ": expected printable ASCII, got another byte"};
  }
  return {};
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

}  // namespace

std::string content_type_of(std::string_view key) {
  if (const auto format = format_of_name(key)) return std::string(mime_type(*format));
  for (const auto& known : kTypes) {
    if (key.ends_with(known.ending)) return std::string(known.type);
  }
  return "application/octet-stream";
}

Result<void> check_put_options(const PutOptions& options) {
  if (auto type = check_value("content_type", options.content_type); !type) return type;
  return check_value("cache_control", options.cache_control);
}

std::string percent_encode(std::string_view text, bool keep_slashes) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (keep_slashes && c == '/')) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4U], kHex[byte & 0x0FU]};
  }
  return out;
}

std::string url_below(std::string_view base, std::string_view key) {
  if (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + "/" + percent_encode(key, /*keep_slashes=*/true);
}

}  // namespace imagegen::detail
