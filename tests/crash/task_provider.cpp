#include "crash/task_provider.hpp"

#include <boost/json.hpp>

namespace imagegen::test {
namespace {

// Ids hold slashes, which would end a segment of a path.
std::string flat(std::string id) {
  for (char& c : id) {
    if (c == '/') c = '.';
  }
  return id;
}

Error answered(Errc code, int status) {
  Error error(code, "the task server answered " + std::to_string(status));
  error.delivery = Delivery::answered;
  return error;
}

Error busy() {
  Error error = answered(Errc::unavailable, 503);
  error.retry = Retry::later;
  return error;
}

}  // namespace

ProviderCapability TaskProvider::capability() const {
  ProviderCapability capability;
  capability.provider = "tasks", capability.model = "task-1";
  capability.takes_seed = true, capability.takes_task_id = takes_task_id_;
  return capability;
}

Task<Result<Submission>> TaskProvider::submit(ImageRequest request, Deadline deadline) {
  HttpRequest post;
  post.method = "POST";
  post.url = parse_url(url_ + "/tasks").value();
  const auto key = request.prompt.text + "#" + std::to_string(request.seed.value_or(0));
  post.body = to_bytes(boost::json::serialize(boost::json::object{{"id", flat(request.task_id)}, {"key", key}}));
  const auto response = co_await http_.send(std::move(post), deadline);
  if (!response) co_return response.error();
  if (response->status == 503) co_return busy();
  if (response->status != 200) co_return answered(Errc::bad_answer, response->status);
  const auto body = boost::json::parse(as_text(response->body));
  co_return Submission{RemoteTask{"tasks", std::string(body.at("id").as_string()), {}}};
}

Task<Result<GeneratedImages>> TaskProvider::resume(RemoteTask task, Deadline deadline) {
  for (;;) {
    HttpRequest get;
    get.url = parse_url(url_ + "/tasks/" + flat(task.id)).value();
    auto response = co_await http_.send(std::move(get), deadline);
    if (!response) co_return response.error();
    if (response->status == 404) co_return answered(Errc::not_found, 404);
    if (response->status == 200) {
      GeneratedImages images;
      images.images.push_back({std::move(response->body), {}});
      co_return images;
    }
    const auto slept = co_await sleep_for(clock_, std::chrono::milliseconds(2), deadline);
    if (!slept) co_return slept.error();
  }
}

}  // namespace imagegen::test
