#include "crash/task_server.hpp"

#include <signal.h>

#include <boost/json.hpp>

#include "support/openai/gradient_png.hpp"

namespace imagegen::test {

TaskServer::TaskServer() : server_([this](const RecordedRequest& request) { return answer(request); }) {}

std::map<std::string, int> TaskServer::accepted() const {
  const std::lock_guard lock(mutex_);
  return accepted_;
}

int TaskServer::total() const {
  int sum = 0;
  for (const auto& entry : accepted()) sum += entry.second;
  return sum;
}

Reply TaskServer::answer(const RecordedRequest& request) {
  constexpr std::string_view kTask = "/tasks/";
  if (static_cast<int>(random_() % 100) < percent_) return Reply::of(503, "busy", {{"Retry-After", "0"}});
  if (request.method == "POST" && request.target == "/tasks") return accept(request);
  if (request.method == "GET" && request.target.starts_with(kTask)) return look_up(request.target.substr(kTask.size()));
  return Reply::of(400, "expected POST /tasks or GET /tasks/ID");
}

Reply TaskServer::accept(const RecordedRequest& request) {
  const auto body = boost::json::parse(request.body);
  std::string id(body.at("id").as_string());
  const std::string key(body.at("key").as_string());
  {
    const std::lock_guard lock(mutex_);
    if (id.empty()) id = "task-" + std::to_string(++next_);
    if (tasks_.emplace(id, Work{key}).second) ++accepted_[key];
  }
  if (const pid_t process = victim_.exchange(0); process > 0) kill(process, SIGKILL);
  return Reply::json(boost::json::serialize(boost::json::object{{"id", id}}));
}

// Works for one poll.
Reply TaskServer::look_up(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return Reply::of(404);
  if (found->second.polls++ == 0) return Reply::of(202);
  const auto seed = static_cast<int>(std::hash<std::string>()(found->second.key) % 1000);
  return Reply::of(200, gradient_png(48, 32, seed), {{"Content-Type", "image/png"}});
}

}  // namespace imagegen::test
