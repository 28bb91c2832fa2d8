#pragma once
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/clock.hpp>
#include <imagegen/core/encoding.hpp>
#include <imagegen/core/prompt_text.hpp>
#include <imagegen/core/size_offer.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/usage.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace imagegen {

struct ProviderCapability {
  std::string provider;  ///< "openai", "placeholder"
  std::string model;
  std::string quality;  ///< The provider's own word, as it will be sent; may be empty.
  SizeOffer sizes;
  int max_images_per_call = 1;
  bool paid = true;  ///< A call may cost money.
  bool takes_seed = false;
  bool takes_negative = false;
  std::size_t max_prompt_chars = 32'000;  ///< Unicode code points.
  bool trained_model = true;  ///< Pictures come from a model that learned from samples; so their provenance says.
  bool takes_task_id =
      false;  ///< The caller may choose the id of a RemoteTask, so that a lost answer can be looked up.
};

struct ImageRequest {
  PromptText prompt;
  PixelSize size;  ///< Must be one that the SizeOffer allows.
  int count = 1;
  std::optional<std::uint64_t> seed;  ///< Not used by a provider that takes none.
  std::string user;                   ///< The host's end-user id, for the provider's abuse checks; may be empty.
  std::string task_id = {};           ///< The RemoteTask's, where takes_task_id; empty: the provider's choice.
  /// Awaited when an answer with pictures has begun to arrive, before the bulk of it is read, by providers that can let
  /// it wait; perhaps once for each try. Empty: there is room for it.
  std::function<Task<void>()> room = {};
  /// Awaited by with_retry(): with false when a try has failed, nothing is owed for it and a back-off begins; with true
  /// before the next try is sent. So a ledger can tell a call that was killed while it waited from one that was in
  /// flight. An error of the latter ends the call, unsent. Empty: nobody wants to know.
  std::function<Task<Result<void>>(bool in_flight)> flight = {};
};

/// What every provider asks of a request before anything is sent.
///
/// \return Errc::invalid_argument naming the field: a blank, too long or badly encoded prompt, a negative prompt where
///         none is taken, a size that is not offered, a count out of range, a `user` above 256 bytes.
Result<void> check_request(const ProviderCapability& capability, const ImageRequest& request);

struct GeneratedImage {
  Bytes file;                  ///< As it came: PNG, JPEG or WebP by content, not yet decoded.
  std::string revised_prompt;  ///< Empty where the provider did not change it.
};

struct GeneratedImages {
  std::vector<GeneratedImage> images;  ///< At least 1.
  std::optional<Usage> usage;
  std::string request_id;  ///< The provider's own, for support; may be empty.
};

/// Work that goes on at the provider. Stored before the first poll.
struct RemoteTask {
  std::string provider;
  std::string id;
  std::string resume_url;  ///< Where the provider said to poll; may be empty.
};

using Submission = std::variant<GeneratedImages, RemoteTask>;

/// A service that makes images. Safe to call from any coroutine of the runtime's executor.
///
/// submit() sends a request that may cost money at most once: an error with delivery `unknown` or `answered` is for the
/// caller to decide upon. Errors: content_refused, rate_limited, quota_exceeded, permission_denied, not_found,
/// unavailable, bad_answer, corrupt_data, deadline_exceeded, cancelled, invalid_argument, limit_exceeded.
class ImageProvider {
 public:
  virtual ~ImageProvider() = default;
  virtual ProviderCapability capability() const = 0;
  virtual Task<Result<Submission>> submit(ImageRequest request, Deadline deadline) = 0;
  /// Waits until resume() need not: so that thousands of tasks can be waited for, and the pictures of few be in memory.
  /// \return Whether it has waited; false at once from a provider that cannot wait without fetching, which is the
  /// default. How the task has ended is for resume() to tell. Errors as those of resume().
  virtual Task<Result<bool>> wait(RemoteTask task, Deadline deadline);
  /// Waits for work that an earlier submit() began, and fetches it; Errc::not_found when it never arrived. An error
  /// with Retry::later leaves the task as it is: it may be resumed again. Providers without remote tasks answer
  /// Errc::unsupported.
  virtual Task<Result<GeneratedImages>> resume(RemoteTask task, Deadline deadline);
  virtual Task<Result<void>> cancel(RemoteTask task, Deadline deadline);
  /// Asks the service, free of charge, whether it can be reached with these credentials.
  virtual Task<Result<void>> check(Deadline deadline) = 0;
};

}  // namespace imagegen
