#include "crash/task_server.hpp"

#include <signal.h>

#include <boost/json.hpp>

#include <algorithm>

#include "support/openai/gradient_png.hpp"

namespace imagegen::test {
namespace {

constexpr std::string_view kTask = "/tasks/", kPicture = "/picture";
constexpr int kPictures = 32;  // different ones of noise, because making one takes long
constexpr std::chrono::milliseconds kBucket{100};

std::string noise_png(int side, int seed) {
  Bitmap noise;
  noise.size = {side, side};
  noise.pixels.resize(noise.stride_bytes() * static_cast<std::size_t>(side));
  std::mt19937 random(static_cast<unsigned>(seed));
  std::generate(noise.pixels.begin(), noise.pixels.end(), [&] { return static_cast<std::uint8_t>(random()); });
  return png_of(noise);
}

}  // namespace

TaskServer::TaskServer(TaskServerOptions options)
    : options_(options), server_([this](const RecordedRequest& request) { return answer(request); }) {}

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
  if (request.target == "/report") return report();
  if (static_cast<int>(random_() % 100) < percent_) return Reply::of(503, "busy", {{"Retry-After", "0"}});
  if (request.method == "POST" && request.target == "/tasks") return accept(request);
  if (request.method != "GET" || !request.target.starts_with(kTask))
    return Reply::of(400, "expected POST /tasks, GET /tasks/ID or GET /tasks/ID/picture");
  auto id = request.target.substr(kTask.size());
  if (!id.ends_with(kPicture)) return look_up(id);
  id.resize(id.size() - kPicture.size());
  return fetch(id);
}

Reply TaskServer::accept(const RecordedRequest& request) {
  const auto body = boost::json::parse(request.body);
  std::string id(body.at("id").as_string());
  const std::string key(body.at("key").as_string());
  {
    const std::lock_guard lock(mutex_);
    if (id.empty()) id = "task-" + std::to_string(++next_);
    if (tasks_.emplace(id, Work{key}).second) ++accepted_[key];
    if (tasks_.size() == static_cast<std::size_t>(options_.together)) begun_ = std::chrono::steady_clock::now();
  }
  if (const pid_t process = victim_.exchange(0); process > 0) kill(process, SIGKILL);
  return Reply::json(boost::json::serialize(boost::json::object{{"id", id}}));
}

Reply TaskServer::look_up(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return Reply::of(404);
  if (begun_ != Time{}) {
    const auto bucket = static_cast<std::size_t>((std::chrono::steady_clock::now() - begun_) / kBucket);
    if (polls_.size() <= bucket) polls_.resize(bucket + 1);
    ++polls_[bucket];
  }
  return Reply::of(is_done(found->second) ? 200 : 202);
}

Reply TaskServer::fetch(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return Reply::of(404);
  if (!is_done(found->second)) return Reply::of(202);
  return Reply::of(200, picture(found->second.key), {{"Content-Type", "image/png"}});
}

bool TaskServer::is_done(Work& work) {
  if (options_.work.count() == 0) return work.polls++ > 0;
  return begun_ != Time{} && std::chrono::steady_clock::now() >= begun_ + options_.work;
}

const std::string& TaskServer::picture(const std::string& key) {
  const bool noise = options_.side_px > 0;
  const auto seed = static_cast<int>(std::hash<std::string>()(key) % (noise ? kPictures : 1000));
  auto& made = pictures_[seed];
  if (made.empty()) made = noise ? noise_png(options_.side_px, seed) : gradient_png(48, 32, seed);
  return made;
}

Reply TaskServer::report() const {
  const std::lock_guard lock(mutex_);
  boost::json::array polls(polls_.begin(), polls_.end());
  const auto twice = std::count_if(accepted_.begin(), accepted_.end(), [](const auto& key) { return key.second > 1; });
  return Reply::json(boost::json::serialize(
      boost::json::object{{"accepted", tasks_.size()}, {"twice", twice}, {"polls", std::move(polls)}}));
}

}  // namespace imagegen::test
