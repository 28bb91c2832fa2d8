#pragma once
#include <functional>
#include <string>
#include <string_view>

namespace imagegen::test {

/// A text for a message, or for a comparison that shows both sides: one of more than 200 bytes as its beginning, its
/// length and a hash, so that a store that breaks a picture does not print the picture. Equal for equal texts only, but
/// for one chance in 2^64.
inline std::string brief(std::string_view text) {
  constexpr std::size_t kMost = 200, kShown = 40;
  if (text.size() <= kMost) return std::string(text);
  return std::string(text.substr(0, kShown)) + "... (" + std::to_string(text.size()) + " bytes, hash " +
         std::to_string(std::hash<std::string_view>()(text)) + ")";
}

}  // namespace imagegen::test
