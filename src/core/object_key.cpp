#include <imagegen/core/object_key.hpp>

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

// Length of the sequence that begins with `lead`, and the lowest code point it may stand for; 0 for a wrong lead.
struct Sequence {
  std::size_t length;
  std::uint32_t lowest;
  std::uint32_t bits;
};
Sequence sequence_of(unsigned char lead) {
  if (lead < 0x80U) return {1, 0, lead};
  if ((lead & 0xE0U) == 0xC0U) return {2, 0x80, lead & 0x1FU};
  if ((lead & 0xF0U) == 0xE0U) return {3, 0x800, lead & 0x0FU};
  if ((lead & 0xF8U) == 0xF0U) return {4, 0x10000, lead & 0x07U};
  return {0, 0, 0};
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    auto [length, lowest, code_point] = sequence_of(static_cast<unsigned char>(text.front()));
    if (length == 0 || length > text.size()) return false;
    for (std::size_t i = 1; i < length; ++i) {
      const auto next = static_cast<unsigned char>(text[i]);
      if ((next & 0xC0U) != 0x80U) return false;
      code_point = (code_point << 6U) | (next & 0x3FU);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < lowest || code_point > 0x10FFFF || surrogate) return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<ObjectKey> ObjectKey::parse(std::string text) {
  if (text.empty() || text.size() > 1024) {
    return broken_rule("1..1024 bytes long, got " + std::to_string(text.size()) + " bytes");
  }
  if (std::any_of(text.begin(), text.end(), is_control)) return broken_rule("without control characters, got one");
  if (!is_valid_utf8(text)) return broken_rule("in UTF-8, got other bytes");
  if (text.front() == '/') return broken_rule("without a slash at its start, got \"" + text + "\"");
  if (text.find('\\') != std::string::npos) return broken_rule("without a backslash, got \"" + text + "\"");
  if (has_bad_segment(text)) return broken_rule("without empty, \".\" or \"..\" segments, got \"" + text + "\"");
  return ObjectKey{std::move(text)};
}

}  // namespace imagegen
