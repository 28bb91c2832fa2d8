#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace imagegen {

/// Owned bytes: a file, a body, pixels.
using Bytes = std::vector<std::uint8_t>;

/// Borrowed bytes. Whoever takes one says for how long.
using ByteView = std::span<const std::uint8_t>;

inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace imagegen
