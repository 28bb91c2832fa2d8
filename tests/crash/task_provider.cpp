#include "crash/task_provider.hpp"

#include <imagegen/http/retry_after.hpp>

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
  error.retry = Retry::later, error.billing = Billing::no;
  return error;
}

}  // namespace

ProviderCapability TaskProvider::capability_of(bool takes_task_id) {
  ProviderCapability capability;
  capability.provider = "tasks", capability.client_chosen_ids = takes_task_id;
  ModelCapability model;
  model.model = "task-1", model.seed = SeedRange{};
  capability.models.push_back(std::move(model));
  return capability;
}

Task<Result<Submission>> TaskProvider::submit(ImageRequest request, CallContext context) {
  HttpRequest post;
  post.method = "POST";
  post.url = parse_url(url_ + "/tasks").value();
  const auto key = request.prompt.text + "#" + std::to_string(request.seed.value_or(0));
  post.body = to_bytes(boost::json::serialize(boost::json::object{{"id", flat(request.task_id)}, {"key", key}}));
  const auto response = co_await http_.send(std::move(post), context.deadline);
  if (!response) co_return response.error();
  if (response->status == 503) co_return busy();
  if (response->status != 200) co_return answered(Errc::bad_answer, response->status);
  const auto body = boost::json::parse(as_text(response->body));
  co_return Submission{RemoteTask{"tasks", std::string(body.at("id").as_string()), {}}};
}

Task<Result<bool>> TaskProvider::wait(RemoteTask task, CallContext context) {
  const Deadline deadline = context.deadline;
  PollPace pace(pace_, task.id);
  for (std::optional<std::chrono::milliseconds> asked;;) {
    const auto delay = pace.next(deadline.at - clock_.now(), asked);
    if (!delay) co_return Error{Errc::deadline_exceeded, "the task was not done in time"};
    const auto slept = co_await sleep_for(clock_, *delay, deadline);
    if (!slept) co_return slept.error();
    HttpRequest get;
    get.url = parse_url(url_ + "/tasks/" + flat(task.id)).value();
    const auto response = co_await http_.send(std::move(get), deadline);
    if (!response) co_return response.error();
    if (response->status == 404) co_return answered(Errc::not_found, 404);
    if (response->status == 200) co_return true;
    asked = retry_after(response->headers, clock_.wall_now());
  }
}

Task<Result<GeneratedImages>> TaskProvider::resume(RemoteTask task, CallContext context) {
  const Deadline deadline = context.deadline;
  for (;;) {
    HttpRequest get;
    get.url = parse_url(url_ + "/tasks/" + flat(task.id) + "/picture").value();
    auto response = co_await http_.send(std::move(get), deadline);
    if (!response) co_return response.error();
    if (response->status == 404) co_return answered(Errc::not_found, 404);
    if (response->status == 200) {
      GeneratedImages images;
      images.images.push_back({std::move(response->body), {}});
      co_return images;
    }
    const auto waited = co_await wait(task, deadline);
    if (!waited) co_return waited.error();
  }
}

}  // namespace imagegen::test
