#pragma once
#include <imagegen/core/token_usage.hpp>
#include <imagegen/http/http_message.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provider/openai/openai_error.hpp"

namespace imagegen {

/// An entry of data[]: a file, or a URL to get it from, or what is wrong with it.
struct OpenAiImage {
  Bytes file;  ///< PNG, JPEG or WebP by its first bytes.
  std::string url;
  std::string revised_prompt;
  std::optional<Error> fault;  ///< Errc::corrupt_data, limit_exceeded or bad_answer.
};

struct OpenAiAnswer {
  std::vector<OpenAiImage> images;  ///< At least 1.
  std::optional<TokenUsage> usage;
};

struct OpenAiAnswerLimits {
  std::size_t images = 1;  ///< Entries of data[] beyond these are passed over unread.
  std::size_t image_bytes = 64U << 20U;
};

/// Reads the body of a 200 while it arrives: images are decoded as they come, and the JSON is never held as a whole.
class OpenAiAnswerReader final : public BodySink {
 public:
  explicit OpenAiAnswerReader(OpenAiAnswerLimits limits);
  ~OpenAiAnswerReader() override;

  /// Keeps what is wrong for finish(), which knows more; but an error once a megabyte has come that cannot be read.
  Result<void> on_data(ByteView data) override;

  /// To be called once, when the body has ended.
  /// \return The answer; or Errc::bad_answer saying what came instead: nothing, HTML, an array, JSON cut short, other
  ///         text, no `data`, an empty `data`.
  Result<OpenAiAnswer> finish();

  /// {"error": {...}} in a 200, which gateways are known to send.
  const std::optional<OpenAiErrorBody>& error_body() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace imagegen
