#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include <string>
#include <string_view>

namespace imagegen {

/// Standard alphabet, padded (RFC 4648, section 4).
std::string to_base64(ByteView data);

/// Decodes base64 that arrives in pieces cut anywhere.
///
/// Takes the standard and the URL-safe alphabet, white space anywhere, and missing padding, because all of these occur
/// in providers' answers; refuses everything else. Not thread-safe; one decoder for one text.
class Base64Decoder {
 public:
  /// \param max_bytes Largest decoded size; more is Errc::limit_exceeded.
  explicit Base64Decoder(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  /// Appends what `text` stands for. After an error the decoder stays failed.
  Result<void> feed(std::string_view text);

  /// \return All bytes, or Errc::corrupt_data when the text ended inside a byte.
  Result<Bytes> finish() &&;

 private:
  std::size_t max_bytes_;
  std::size_t symbols_ = 0;
  std::size_t padding_ = 0;
  std::uint32_t bits_ = 0;
  bool failed_ = false;
  Bytes out_;
};

}  // namespace imagegen
