#include <imagegen/core/shown_text.hpp>
#include <imagegen/core/utf8.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace imagegen {
namespace {

// What a text begins with: a code point, or one byte that is no UTF-8.
struct Unit {
  char32_t code_point = 0;
  std::size_t bytes = 1;
  bool is_valid = false;
};

Unit first_unit(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (bytes > text.size() || !is_valid_utf8(text.substr(0, bytes))) return {lead, 1, false};
  char32_t code_point = lead & (0xFFU >> (bytes + 1));
  for (const char c : text.substr(1, bytes - 1)) code_point = code_point << 6U | (static_cast<unsigned char>(c) & 0x3FU);
  return {code_point, bytes, true};
}

bool is_control_point(char32_t c) noexcept {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}

// Unicode's Bidi_Control.
bool turns_text(char32_t c) noexcept {
  return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

bool is_tag(char32_t c) noexcept {
  return c >= 0xE0000 && c <= 0xE007F;
}

bool is_hidden(const Unit& unit) noexcept {
  const auto c = unit.code_point;
  return !unit.is_valid || is_control_point(c) || turns_text(c) || is_tag(c) || c == 0x2028 || c == 0x2029;
}

void append_escape(std::string& out, const Unit& unit) {
  constexpr std::string_view kNamed = "\nn\rr\tt";
  const auto named = unit.code_point < 0x20 ? kNamed.find(static_cast<char>(unit.code_point)) : std::string_view::npos;
  if (named != std::string_view::npos) {
    out.append({'\\', kNamed[named + 1]});
    return;
  }
  std::array<char, 8> digits{};
  auto* const end =
      std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<std::uint32_t>(unit.code_point), 16).ptr;
  std::string hex(digits.data(), end);
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  out += unit.is_valid ? "\\u{" + hex + "}" : "\\x" + hex;
}

std::string without_hidden(std::string_view text, std::string_view kept) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto unit = first_unit(text);
    if (is_hidden(unit) && kept.find(text.front()) == std::string_view::npos)
      append_escape(out, unit);
    else
      out += text.substr(0, unit.bytes);
    text.remove_prefix(unit.bytes);
  }
  return out;
}

}  // namespace

std::string shown(std::string_view text) {
  return without_hidden(text, "");
}

std::string shown_lines(std::string_view text) {
  return without_hidden(text, "\n\t");
}

std::string in_quotes(std::string_view text, std::size_t most) {
  const auto beginning = cut_utf8(text, most);
  return '"' + shown(beginning) + (beginning.size() < text.size() ? "...\"" : "\"");
}

bool has_unseen(std::string_view text) noexcept {
  for (; !text.empty(); text.remove_prefix(first_unit(text).bytes)) {
    if (text.front() == '\n' || text.front() == '\t' || text.starts_with("\r\n")) continue;
    const auto unit = first_unit(text);
    const auto c = unit.code_point;
    if (!unit.is_valid || is_control_point(c) || turns_text(c) || is_tag(c)) return true;
  }
  return false;
}

}  // namespace imagegen
