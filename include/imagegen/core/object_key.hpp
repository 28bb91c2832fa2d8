#pragma once
#include <imagegen/core/result.hpp>

#include <compare>
#include <string>
#include <string_view>

namespace imagegen {

/// The name of an object in a store, such as "fcc/lifestyle/OL-1_Desktop_1920x800.webp".
///
/// Relative, 1..1024 bytes of UTF-8, segments apart by '/', none of them empty, "." or "..", no backslash, no control
/// characters: safe to hang below a folder or a bucket prefix.
class ObjectKey {
 public:
  /// \return The key, or Errc::invalid_argument saying which rule the text breaks.
  static Result<ObjectKey> parse(std::string text);

  /// The whole key, as parse() took it.
  const std::string& str() const noexcept { return text_; }
  friend auto operator<=>(const ObjectKey&, const ObjectKey&) = default;

 private:
  explicit ObjectKey(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

}  // namespace imagegen
