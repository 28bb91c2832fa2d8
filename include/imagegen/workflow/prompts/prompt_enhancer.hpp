#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/task.hpp>

#include <memory>
#include <string>

namespace imagegen {

/// A prompt that could be better.
struct EnhanceRequest {
  std::string intent;              ///< What the picture is for: "hero image", "product photo".
  std::string prompt;              ///< As the user wrote it.
  std::size_t max_chars = 32'000;  ///< Unicode code points that the better prompt may have.
};

/// Makes a better prompt of what a user wrote. Text only; a host may bring its own.
class PromptEnhancer {
 public:
  virtual ~PromptEnhancer() = default;
  /// The prompt to show for approval. Errc::deadline_exceeded, and whatever else went wrong. Runs on the caller's
  /// executor and must not block it. One that does not end by the deadline is cancelled and left alone: it may go on,
  /// and its object lives as long.
  virtual Task<Result<std::string>> enhance(EnhanceRequest request, Deadline deadline) = 0;
};

/// Works by rules, at once and without asking anybody: tidies white space, says what the picture is for, and adds what
/// pictures of that kind need (composition, light, no text) where the prompt does not speak of it. The same for the
/// same request, always.
std::unique_ptr<PromptEnhancer> make_local_enhancer();

}  // namespace imagegen
