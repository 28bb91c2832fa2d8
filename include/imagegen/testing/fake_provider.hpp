#pragma once
#include <imagegen/provider/image_provider.hpp>

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace imagegen {

/// A provider that answers what it is told to, and remembers what it was asked. For one thread at a time.
class FakeProvider final : public ImageProvider {
 public:
  /// \param picture Makes the file of an answer for which nothing was scripted; called with the size asked for.
  explicit FakeProvider(std::function<Bytes(PixelSize)> picture);

  /// What the next submit() answers; several wait their turn.
  void answer_with(Result<Submission> answer) { answers_.push_back(std::move(answer)); }
  /// The same with one picture, and nothing that was counted.
  void answer_with_file(Bytes file);
  /// Lets submit() begin the task `id`, which resume() then ends with `answers`, one a call; the last one stays.
  void answer_with_task(const std::string& id, std::vector<Result<GeneratedImages>> answers);
  /// Called at the start of each submit(), for tests that look or wait in the middle; context() is then that call's.
  void on_submit(std::function<Task<void>(const ImageRequest&)> hook) { hook_ = std::move(hook); }

  /// Of the last submit(); before the first, an empty one.
  const CallContext& context() const noexcept { return context_; }

  ProviderCapability capability_;      ///< Free to change: paid, any size, by default.
  /// The model that is asked where a request names none; free to change.
  ModelCapability& model() { return capability_.models.front(); }
  std::vector<ImageRequest> requests;  ///< In the order they came.
  int accepted = 0;                    ///< Requests answered with images or a task: what would have been billed.
  std::vector<std::string> resumed;    ///< The ids of tasks that were asked for.
  bool can_wait = false;               ///< Whether wait() answers, at once, that it has waited.
  std::vector<std::string> waited;     ///< The ids of tasks that were waited for.

  const ProviderCapability& capability() const override { return capability_; }
  Task<Result<Submission>> submit(ImageRequest request, CallContext context) override;
  Task<Result<bool>> wait(RemoteTask task, CallContext context) override;
  Task<Result<GeneratedImages>> resume(RemoteTask task, CallContext context) override;
  Task<Result<void>> check(Deadline) override;

 private:
  std::function<Bytes(PixelSize)> picture_;
  CallContext context_;
  std::deque<Result<Submission>> answers_;
  std::map<std::string, std::vector<Result<GeneratedImages>>> tasks_;
  std::function<Task<void>(const ImageRequest&)> hook_;
};

}  // namespace imagegen
