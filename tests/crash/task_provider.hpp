#pragma once
#include <imagegen/http/http_client.hpp>
#include <imagegen/provider/image_provider.hpp>

#include <string>

namespace imagegen::test {

/// The provider of TaskServer, as an adapter to a real one is made.
class TaskProvider : public ImageProvider {
 public:
  /// \param takes_task_id Whether we choose the ids of tasks, or the provider.
  TaskProvider(HttpClient& http, Clock& clock, std::string url, bool takes_task_id)
      : http_(http), clock_(clock), url_(std::move(url)), takes_task_id_(takes_task_id) {}

  ProviderCapability capability() const override;
  Task<Result<Submission>> submit(ImageRequest request, Deadline deadline) override;
  Task<Result<GeneratedImages>> resume(RemoteTask task, Deadline deadline) override;
  Task<Result<void>> check(Deadline) override { co_return Result<void>(); }

 private:
  HttpClient& http_;
  Clock& clock_;
  std::string url_;
  bool takes_task_id_;
};

}  // namespace imagegen::test
