#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/result.hpp>

#include <optional>
#include <string>
#include <string_view>

#include "provider/common/base64_image.hpp"

namespace imagegen {

/// A picture in an answer: a file, or a URL to get it from, or what is wrong with it.
struct FoundImage {
  Bytes file;  ///< PNG, JPEG or WebP by its first bytes.
  std::string url = {};
  std::string revised_prompt = {};
  std::optional<Error> fault = {};  ///< Errc::corrupt_data, limit_exceeded or bad_answer.

  bool is_empty() const { return file.empty() && url.empty() && !fault; }
};

/// A text of an answer that is a picture in base64, a data URL or the URL of one, cut anywhere. Which of its fields a
/// service, or a gateway before it, uses says little about what it puts there.
class PictureText {
 public:
  enum class Expected : std::uint8_t { file, url };

  /// \param max_bytes Largest file.
  PictureText(std::size_t max_bytes, Expected expected) : max_bytes_(max_bytes), expected_(expected) {}

  void feed(std::string_view part);
  /// Whether bytes of a file come now.
  bool is_file() const { return file_.has_value(); }
  /// Puts what it was into `image`; what is there already counts. \param field Before the messages.
  void finish(FoundImage& image, std::string_view field) &&;

 private:
  void decide();

  std::size_t max_bytes_;
  Expected expected_;
  std::string start_;                   // until it is known what it is
  std::optional<Base64Image> file_;     // a picture
  std::optional<std::string> address_;  // or the URL of it; some texts may be either
};

}  // namespace imagegen
