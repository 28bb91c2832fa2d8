#pragma once
#include <imagegen/core/base64.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace imagegen {

/// Decodes an image file that arrives as base64 in pieces cut anywhere, with or without a prefix such as
/// "data:image/png;base64,", which some gateways leave in. One reader for one file.
class Base64Image {
 public:
  /// \param max_bytes Largest file; more is Errc::limit_exceeded.
  explicit Base64Image(std::size_t max_bytes) : decoder_(max_bytes) {}

  /// Takes the next piece. Errors are kept for finish(), because they spoil this file and not what is around it.
  void feed(std::string_view text);

  /// \return The file; or Errc::corrupt_data for what is not base64 or not a PNG, JPEG or WebP file.
  Result<Bytes> finish() &&;

 private:
  bool take_head(std::string_view& text);
  void decode(std::string_view text);

  Base64Decoder decoder_;
  std::string head_;  // what may still turn out to be the prefix
  bool past_head_ = false;
  std::optional<Error> fault_;
};

}  // namespace imagegen
