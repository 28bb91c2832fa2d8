#pragma once
#include <imagegen/maker/core/poll_pace.hpp>
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <memory>
#include <string>

#include "provider/common/poll_exchange.hpp"

namespace imagegen::test {

/// For tasks that are done at once.
inline PollPaceOptions quick_pace() {
  PollPaceOptions pace;
  pace.first = std::chrono::milliseconds(2), pace.longest = std::chrono::milliseconds(50);
  pace.reserve = std::chrono::milliseconds(100);
  return pace;
}

/// The provider of TaskServer, as an adapter to a real one is made: what every provider does alike is in
/// provider/common. Its pictures come from loopback, which the client must allow.
class TaskProvider : public ImageProvider {
 public:
  /// \param takes_task_id Whether we choose the ids of tasks, or the provider.
  TaskProvider(HttpClient& http, Clock& clock, std::string url, bool takes_task_id, PollPaceOptions pace = quick_pace(),
               std::string name = "tasks")
      : http_(http), clock_(clock), url_(std::move(url)), capability_(capability_of(takes_task_id, std::move(name))),
        pace_(pace) {}

  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest request, CallContext context) override;
  Task<Result<bool>> wait(RemoteTask task, CallContext context) override;
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext context) override;
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

 private:
  static ProviderCapability capability_of(bool takes_task_id, std::string name);
  std::unique_ptr<PollExchange> polling(RemoteTask task, const CallContext& context, bool fetches) const;

  HttpClient& http_;
  Clock& clock_;
  std::string url_;
  ProviderCapability capability_;
  PollPaceOptions pace_;
  ForeignText foreign_;
};

}  // namespace imagegen::test
