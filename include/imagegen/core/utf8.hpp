#pragma once
#include <cstddef>
#include <string_view>

namespace imagegen {

/// True for well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_valid_utf8(std::string_view text) noexcept;

/// The longest beginning of at most `max_bytes` bytes that does not end inside a character; `text` should be UTF-8.
std::string_view cut_utf8(std::string_view text, std::size_t max_bytes) noexcept;

/// How many characters (code points) a text has: what limits of prompts and estimates of tokens count. Of other bytes
/// than UTF-8 each counts that does not continue a character.
std::size_t utf8_length(std::string_view text) noexcept;

}  // namespace imagegen
