#pragma once
#include <imagegen/core/poll_pace.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <string>

namespace imagegen::test {

/// For tasks that are done at once.
inline PollPaceOptions quick_pace() {
  PollPaceOptions pace;
  pace.first = std::chrono::milliseconds(2), pace.longest = std::chrono::milliseconds(50);
  pace.reserve = std::chrono::milliseconds(100);
  return pace;
}

/// The provider of TaskServer, as an adapter to a real one is made.
class TaskProvider : public ImageProvider {
 public:
  /// \param takes_task_id Whether we choose the ids of tasks, or the provider.
  TaskProvider(HttpClient& http, Clock& clock, std::string url, bool takes_task_id, PollPaceOptions pace = quick_pace())
      : http_(http), clock_(clock), url_(std::move(url)), capability_(capability_of(takes_task_id)), pace_(pace) {}

  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest request, CallContext context) override;
  Task<Result<bool>> wait(RemoteTask task, CallContext context) override;
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext context) override;
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

 private:
  static ProviderCapability capability_of(bool takes_task_id);

  HttpClient& http_;
  Clock& clock_;
  std::string url_;
  ProviderCapability capability_;
  PollPaceOptions pace_;
};

}  // namespace imagegen::test
