#pragma once
#include <algorithm>
#include <string>
#include <string_view>

/// \file Letters as protocols see them: ASCII, whatever the locale says.
namespace imagegen {

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
constexpr char to_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_alnum(char c) noexcept {
  return is_digit(c) || (to_lower(c) >= 'a' && to_lower(c) <= 'z');
}

inline std::string to_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return to_lower(c); });
  return out;
}

inline bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto same = [](char x, char y) { return to_lower(x) == to_lower(y); };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

/// A method or header name: RFC 9110, section 5.6.2.
inline bool is_token(std::string_view text) noexcept {
  const auto allowed = [](char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

/// What may stand in a header's line: no control characters but the tab. RFC 9110, section 5.5.
inline bool is_header_value(std::string_view text) noexcept {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

}  // namespace imagegen
