#include <imagegen/core/object_key.hpp>
#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <cstdint>

namespace imagegen {
namespace {

Error broken_rule(std::string_view rule) {
  return {Errc::invalid_argument, "expected a relative key, " + std::string(rule)};
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20U || c == 0x7F;
}

bool is_bad_segment(std::string_view segment) {
  return segment.empty() || segment == "." || segment == "..";
}

bool has_bad_segment(std::string_view text) {
  for (;;) {
    const auto slash = text.find('/');
    if (is_bad_segment(text.substr(0, slash))) return true;
    if (slash == std::string_view::npos) return false;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

Result<ObjectKey> ObjectKey::parse(std::string text) {
  if (text.empty() || text.size() > 1024) {
    return broken_rule("1..1024 bytes long, got " + std::to_string(text.size()) + " bytes");
  }
  if (std::any_of(text.begin(), text.end(), is_control)) return broken_rule("without control characters, got one");
  if (!is_valid_utf8(text)) return broken_rule("in UTF-8, got other bytes");
  if (text.front() == '/') return broken_rule("without a slash at its start, got " + in_quotes(text, 1024));
  if (text.find('\\') != std::string::npos) return broken_rule("without a backslash, got " + in_quotes(text, 1024));
  if (has_bad_segment(text)) return broken_rule("without empty, \".\" or \"..\" segments, got " + in_quotes(text, 1024));
  return ObjectKey{std::move(text)};
}

}  // namespace imagegen
