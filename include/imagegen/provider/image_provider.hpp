#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/clock.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/usage.hpp>
#include <imagegen/provider/image_request.hpp>
#include <imagegen/provider/model_capability.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace imagegen {

/// A picture as a provider gave it.
struct GeneratedImage {
  Bytes file;                  ///< As it came: PNG, JPEG or WebP by content, not yet decoded.
  std::string revised_prompt;  ///< Empty where the provider did not change it.
};

/// The answer to a call.
struct GeneratedImages {
  std::vector<GeneratedImage> images;  ///< At least 1.
  std::optional<Usage> usage;          ///< What was counted, for the whole call; absent where nothing was said.
  std::string request_id;              ///< The provider's own, for support; may be empty.
};

/// Work that goes on at the provider. Stored before the first poll.
struct RemoteTask {
  std::string provider;  ///< ProviderCapability::provider: only that one can resume it.
  std::string id;        ///< The provider's own, or the caller's with client_chosen_ids.
  /// What else the provider needs to go on: where it said to poll, or several such places in a form of its own. It comes
  /// from the wire and through callers, so it is not trusted. May be empty.
  std::string resume_url;
};

/// What a call comes to: pictures at once, or work that is resumed later.
using Submission = std::variant<GeneratedImages, RemoteTask>;

/// A service that makes images. Safe to call from any coroutine of the runtime's executor.
///
/// submit() sends a request that may cost money at most once: an error with delivery `unknown` or `answered` is for the
/// caller to decide upon. What the model cannot do as it is asked is refused, unsent: adapt() comes before. Errors:
/// content_refused, rate_limited, quota_exceeded, permission_denied, not_found,
/// unavailable, bad_answer, corrupt_data, deadline_exceeded, cancelled, invalid_argument, limit_exceeded.
class ImageProvider {
 public:
  virtual ~ImageProvider() = default;
  /// Stays as it is for as long as the provider lives.
  virtual const ProviderCapability& capability() const = 0;
  /// Asks for pictures, at most once where it may cost money; see above.
  virtual Task<Result<Submission>> submit(ImageRequest request, CallContext context) = 0;
  /// Waits until resume() need not: so that thousands of tasks can be waited for, and the pictures of few be in memory.
  /// \return Whether it has waited; false at once from a provider that cannot wait without fetching, which is the
  /// default. How the task has ended is for resume() to tell. Errors as those of resume().
  virtual Task<Result<bool>> wait(RemoteTask task, CallContext context);
  /// Waits for work that an earlier submit() began, and fetches it; Errc::not_found when it never arrived. An error
  /// with Retry::later leaves the task as it is: it may be resumed again. Providers without remote tasks answer
  /// Errc::unsupported.
  virtual Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext context);
  /// Asks the provider to stop a task; nothing is said of what is owed for it. Errc::unsupported without remote tasks.
  virtual Task<Result<void>> cancel(RemoteTask task, Deadline deadline);
  /// Asks the service, free of charge, whether it can be reached with these credentials.
  virtual Task<Result<void>> check(Deadline deadline) = 0;
  /// The same for one of its models, by name; by default that of the first, which check() asks for.
  virtual Task<Result<void>> check_model(std::string model, Deadline deadline);
};

/// adapt() for the model that the request names. What every provider does with a request before anything is sent, with
/// Strictness::strict. Errc::invalid_argument also for a model that the provider does not have.
Result<Adapted> adapt(const ProviderCapability& capability, ImageRequest request, Strictness strictness);

}  // namespace imagegen
