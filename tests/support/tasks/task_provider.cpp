#include "support/tasks/task_provider.hpp"

#include <imagegen/maker/provider/exchange.hpp>

#include <boost/json.hpp>

#include "provider/common/failure.hpp"
#include "provider/common/poll_exchange.hpp"

namespace imagegen::test {
namespace {

constexpr FailureTable kFailures{.provider = "tasks", .free_statuses = kFreeStatuses};

// Ids hold slashes, which would end a segment of a path.
std::string flat(std::string id) {
  for (char& c : id) {
    if (c == '/') c = '.';
  }
  return id;
}

HttpRequest get(const std::string& url) {
  HttpRequest request;
  request.url = parse_url(url).value();
  return request;
}

// POST /tasks, which ends in a task.
class TaskExchange final : public Exchange {
 public:
  TaskExchange(std::string name, std::string url, const ImageRequest& request, const Clock& clock)
      : name_(std::move(name)), url_(std::move(url)), request_(request), clock_(clock) {}

  Step start() override {
    auto post = get(url_ + "/tasks");
    post.method = "POST";
    post.headers.add("Content-Type", "application/json");
    const auto key = request_.prompt.text + "#" + std::to_string(request_.seed.value_or(0));
    post.body = to_bytes(boost::json::serialize(boost::json::object{{"id", flat(request_.task_id)}, {"key", key}}));
    post.fresh_connection = true;
    return Send{std::move(post)};
  }
  Step on_response(const HttpResponse& response) override {
    if (response.status != 200)
      return Done{failure_of(kFailures, response.status, response.headers, {}, {}, clock_.wall_now())};
    const auto body = boost::json::parse(as_text(response.body));
    return Done{Submission(RemoteTask{name_, std::string(body.at("id").as_string()), {}})};
  }

 private:
  std::string name_, url_;
  const ImageRequest& request_;
  const Clock& clock_;
};

// GET /tasks/ID until it is 200, then the picture beside it.
class TaskPoll final : public PollExchange {
 public:
  TaskPoll(std::string url, PollOptions options, const ForeignText& foreign)
      : PollExchange(std::move(options), foreign), url_(std::move(url)) {}

 private:
  Result<HttpRequest> question() override { return get(url_ + "/tasks/" + flat(task().id)); }
  TaskState read(const HttpResponse& response) override {
    if (response.status == 202) return TaskGoesOn{};
    if (response.status == 200) return TaskIsDone{{FoundImage{.file = {}, .url = flat(task().id) + "/picture"}}};
    return failure_of(kFailures, response.status, response.headers, {}, {}, {});
  }

  std::string url_;
};

}  // namespace

ProviderCapability TaskProvider::capability_of(bool takes_task_id, std::string name) {
  ProviderCapability capability;
  capability.provider = std::move(name), capability.host = "tasks", capability.client_chosen_ids = takes_task_id;
  ModelCapability model;
  model.model = "task-1", model.seed = SeedRange{};
  capability.models.push_back(std::move(model));
  return capability;
}

Task<Result<Submission>> TaskProvider::submit(ImageRequest request, CallContext context) {
  const auto adapted = adapt(capability_, std::move(request), Strictness::strict);
  if (!adapted) co_return adapted.error();
  TaskExchange exchange(capability_.provider, url_, adapted->request, clock_);
  co_return co_await run_exchange(http_, clock_, exchange, context.deadline);
}

Task<Result<bool>> TaskProvider::wait(RemoteTask task, CallContext context) {
  const auto poll = polling(std::move(task), context, false);
  co_return co_await run_wait(http_, clock_, *poll, context.deadline);
}

Task<Result<GeneratedImages>> TaskProvider::resume(RemoteTask task, CallContext context) {
  const auto poll = polling(std::move(task), context, true);
  co_return co_await run_resume(http_, clock_, *poll, context.deadline);
}

std::unique_ptr<PollExchange> TaskProvider::polling(RemoteTask task, const CallContext& context, bool fetches) const {
  PollOptions options{std::move(task), clock_, context.deadline, pace_};
  options.fetches = fetches, options.progress = context.progress;
  return std::make_unique<TaskPoll>(url_, std::move(options), foreign_);
}

}  // namespace imagegen::test
