#include "support/tasks/task_server.hpp"

#include <signal.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <random>

#include "support/gradient_png.hpp"

namespace imagegen::test {
namespace {

using Time = std::chrono::steady_clock::time_point;

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

class TaskServer::Rules final : public ServiceRules {
 public:
  explicit Rules(TaskServerOptions options) : options_(options) {}

  pid_t victim = 0;
  int fail_percent = 0;

  std::string contract() const override { return "task_server.hpp"; }

  Reply answer(FakeCall& call) override {
    if (call.is("GET", "/report", "report")) return report(call);
    if (static_cast<int>(random_() % 100) < fail_percent) return Reply::of(503, "busy", {{"Retry-After", "0"}});
    if (call.is("POST", "/tasks", "submit")) return submit(call);
    if (call.is("GET", "/tasks/{}", "poll")) return poll(call);
    if (call.is("GET", "/tasks/{}/picture", "picture")) return fetch(call);
    return call.violation("unexpected call", Reply::of(404));
  }

 private:
  struct Work {
    std::string key;
    int polls = 0;
  };

  Reply submit(FakeCall& call) {
    static constexpr FieldRule kFields[] = {{"id", boost::json::kind::string}, {"key", boost::json::kind::string}};
    const auto body = call.object();
    const auto wrong = body ? field_fault(*body, kFields) : std::string("no object");
    if (!wrong.empty()) return call.violation(wrong, Reply::of(422, wrong));
    std::string id(body->at("id").as_string());
    const std::string key(body->at("key").as_string());
    if (id.empty()) id = "task-" + std::to_string(++next_);
    if (!tasks_.contains(id) && call.begins(key)) tasks_.emplace(id, Work{key});
    if (tasks_.size() == static_cast<std::size_t>(options_.together)) begun_ = std::chrono::steady_clock::now();
    if (victim > 0) kill(std::exchange(victim, 0), SIGKILL);
    return call.answer(Reply::json(boost::json::serialize(boost::json::object{{"id", id}})));
  }

  Reply poll(FakeCall& call) {
    const auto found = tasks_.find(call.parts.front());
    if (found == tasks_.end()) return Reply::of(404);
    if (begun_ != Time{}) {
      const auto bucket = static_cast<std::size_t>((std::chrono::steady_clock::now() - begun_) / kBucket);
      if (polls_.size() <= bucket) polls_.resize(bucket + 1);
      ++polls_[bucket];
    }
    return call.answer(Reply::of(is_done(found->second) ? 200 : 202));
  }

  Reply fetch(FakeCall& call) {
    const auto found = tasks_.find(call.parts.front());
    if (found == tasks_.end()) return Reply::of(404);
    if (!is_done(found->second)) return Reply::of(202);
    return call.answer(Reply::of(200, picture(found->second.key), {{"Content-Type", "image/png"}}));
  }

  bool is_done(Work& work) const {
    if (options_.work.count() == 0) return work.polls++ > 0;
    return begun_ != Time{} && std::chrono::steady_clock::now() >= begun_ + options_.work;
  }

  const std::string& picture(const std::string& key) {
    const bool noise = options_.side_px > 0;
    const auto seed = static_cast<int>(std::hash<std::string>()(key) % (noise ? kPictures : 1000));
    auto& made = pictures_[seed];
    if (made.empty()) made = noise ? noise_png(options_.side_px, seed) : gradient_png(48, 32, seed);
    return made;
  }

  Reply report(const FakeCall& call) const {
    const auto& bought = call.purchases();
    const auto twice = std::count_if(bought.begin(), bought.end(), [](const auto& key) { return key.second > 1; });
    return Reply::json(boost::json::serialize(boost::json::object{
        {"accepted", tasks_.size()}, {"twice", twice}, {"polls", boost::json::array(polls_.begin(), polls_.end())}}));
  }

  TaskServerOptions options_;
  std::map<std::string, Work> tasks_;
  std::map<int, std::string> pictures_;
  std::vector<int> polls_;  // in each tenth of a second from `begun_` on
  Time begun_{};            // once enough were accepted
  int next_ = 0;
  std::mt19937 random_{20261121};
};

TaskServer::TaskServer(TaskServerOptions options)
    : FakeService(std::make_unique<Rules>(options)), rules_(rules<Rules>()) {}

void TaskServer::kill_at_next_task(pid_t process) {
  const auto lock = this->lock();
  rules_.victim = process;
}

void TaskServer::fail_percent(int percent) {
  const auto lock = this->lock();
  rules_.fail_percent = percent;
}

}  // namespace imagegen::test
