#pragma once
#include <imagegen/core/usage.hpp>
#include <imagegen/http/http_message.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "provider/common/failure.hpp"
#include "provider/common/picture_text.hpp"

namespace imagegen {

struct OpenAiAnswer {
  std::vector<FoundImage> images;  ///< At least 1.
  std::optional<TokenUsage> usage;
};

/// What an answer without a picture tells beside its error object: the first of each, wherever it stands; nothing of it
/// is trusted.
struct OpenAiTold {
  std::string error;    ///< `error` where it is a text.
  std::string message;  ///< `message`, `msg`, `detail`, `reason` and their like.
  std::string code, type;
  std::string task;    ///< `task_id` and its like, else `id`.
  std::string status;  ///< What the task was said to be doing.
  std::string place;   ///< A URL that is said to tell how it goes on.
  std::string text;    ///< The beginning of the whole answer.
};

struct OpenAiAnswerLimits {
  std::size_t images = 1;  ///< Entries of data[] beyond these are passed over unread.
  std::size_t image_bytes = 64U << 20U;
};

/// Reads the body of a 200 while it arrives: images are decoded as they come, and the JSON is never held as a whole.
///
/// Takes a JSON object, or server-sent events with one in each, where partial pictures are passed over. Texts that are
/// not valid Unicode are mended. Whatever follows or breaks off behind a whole picture does not cost the picture.
class OpenAiAnswerReader final : public BodySink {
 public:
  explicit OpenAiAnswerReader(OpenAiAnswerLimits limits);
  ~OpenAiAnswerReader() override;

  /// Keeps what is wrong for finish(), which knows more; but an error once a megabyte has come that cannot be read.
  Result<void> on_data(ByteView data) override;
  /// `waiting` until a picture begins, `enough` with one that is whole, `complete` with the end of the document.
  BodyState state() const override;

  /// To be called once, when the body has ended.
  /// \return The answer; or Errc::bad_answer saying what came instead: nothing, HTML, an array, JSON cut short, other
  ///         text, no `data`, an empty `data`.
  Result<OpenAiAnswer> finish();

  /// {"error": {...}} in a 200, which gateways are known to send; or what says the same in other places.
  std::optional<ForeignError> error_body() const;
  OpenAiTold told() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace imagegen
