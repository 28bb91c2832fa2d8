#pragma once
#include <cstddef>
#include <string_view>

namespace imagegen {

/// True for well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates).
bool is_valid_utf8(std::string_view text) noexcept;

/// The longest beginning of at most `max_bytes` bytes that does not end inside a character; `text` should be UTF-8.
std::string_view cut_utf8(std::string_view text, std::size_t max_bytes) noexcept;

}  // namespace imagegen
