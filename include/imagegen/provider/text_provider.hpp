#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/task.hpp>

#include <string>

namespace imagegen {

/// What a model is to write.
struct TextRequest {
  std::string instructions;  ///< What the model shall do with `text`; never holds what a user wrote.
  std::string text;          ///< UTF-8; data, in a message of its own.
};

/// What it wrote.
struct TextAnswer {
  std::string text;        ///< As the model wrote it: UTF-8, nothing else about it is checked.
  std::string request_id;  ///< The provider's own, for support; may be empty.
};

/// A service that writes text. Safe to call from any coroutine of the runtime's executor.
class TextProvider {
 public:
  virtual ~TextProvider() = default;
  /// Ends by the deadline. Errors: content_refused (also when the model declines), limit_exceeded (the answer is longer
  /// than allowed), rate_limited, quota_exceeded, permission_denied, not_found, unavailable, bad_answer,
  /// deadline_exceeded, cancelled, invalid_argument.
  virtual Task<Result<TextAnswer>> write(TextRequest request, Deadline deadline) = 0;
};

}  // namespace imagegen
