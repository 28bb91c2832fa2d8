#pragma once
#include <cstddef>
#include <string_view>

/// \file From UTF-8 to what the font has.
namespace imagegen::detail {

inline constexpr char32_t kNotUtf8 = 0xFFFD;

struct CodePoint {
  char32_t value;      ///< kNotUtf8 for a byte that starts no well-formed sequence.
  std::size_t length;  ///< Bytes taken; at least 1.
};

/// The code point at the start of a text that is not empty.
CodePoint first_code_point(std::string_view utf8) noexcept;

/// The ASCII that stands for a code point: itself, "e" for an e with an accent, "..." for an ellipsis, a space for
/// white space and control characters, empty for marks that only join or combine, and "\x7f" (the box) for all others.
std::string_view ascii_for(char32_t code_point) noexcept;

}  // namespace imagegen::detail
