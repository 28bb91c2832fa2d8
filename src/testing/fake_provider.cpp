#include <imagegen/testing/fake_provider.hpp>

namespace imagegen {
namespace {

GeneratedImages one_image(Bytes file) {
  GeneratedImages images;
  images.images.push_back({std::move(file), {}});
  images.request_id = "fake-request";
  return images;
}

}  // namespace

FakeProvider::FakeProvider(std::function<Bytes(PixelSize)> picture) : picture_(std::move(picture)) {
  capability_.provider = "fake";
  capability_.models.push_back({});
  model().model = "fake-1";
  model().default_quality = "high";
}

void FakeProvider::answer_with_file(Bytes file) {
  answers_.push_back(Submission{one_image(std::move(file))});
}

Task<Result<Submission>> FakeProvider::submit(ImageRequest request, CallContext context) {
  context_ = std::move(context);
  requests.push_back(request);
  if (hook_) co_await hook_(request);
  if (answers_.empty()) {
    ++accepted;
    co_return Submission{one_image(picture_(pixels_of(request)))};
  }
  auto answer = std::move(answers_.front());
  answers_.pop_front();
  if (answer) ++accepted;
  co_return answer;
}

void FakeProvider::answer_with_task(const std::string& id, std::vector<Result<GeneratedImages>> answers) {
  tasks_[id] = std::move(answers);
  answers_.push_back(Submission{RemoteTask{capability_.provider, id, {}}});
}

Task<Result<bool>> FakeProvider::wait(RemoteTask task, CallContext) {
  waited.push_back(task.id);
  co_return can_wait;
}

Task<Result<GeneratedImages>> FakeProvider::resume(RemoteTask task, CallContext) {
  resumed.push_back(task.id);
  const auto found = tasks_.find(task.id);
  if (found == tasks_.end()) co_return Error{Errc::not_found, "no task " + task.id};
  auto answer = found->second.front();
  if (found->second.size() > 1) found->second.erase(found->second.begin());
  co_return answer;
}

Task<Result<void>> FakeProvider::check(Deadline) {
  co_return Result<void>{};
}

}  // namespace imagegen
