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

/// The bytes of `text`, which stay where they are and must live as long as the view.
inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
/// The same the other way round; whether they are UTF-8 is not looked at.
inline std::string_view as_text(ByteView bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
/// A copy of the bytes of `text`.
inline Bytes to_bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

}  // namespace imagegen
