#include "job_watch.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include "document_report.hpp"
#include "interrupt.hpp"
#include "json_text.hpp"
#include "live_line.hpp"
#include "output.hpp"

namespace cli {
namespace {

namespace js = boost::json;

constexpr std::chrono::milliseconds kBetweenLooks{500};

bool has_ended(const std::string& state) {
  return state != "queued" && state != "running";
}

class JobWatch {
 public:
  JobWatch(imagegen::Engine& engine, bool json) : engine_(engine), json_(json) {}

  // Takes in what is to be watched. \return The failure, where there is one.
  std::optional<Answer> begin(const std::optional<std::string>& job) {
    if (job) return look_at(*job);
    for (const auto* state : {"queued", "running"}) {
      auto answer = call(engine_, "jobs.list", {{"state", state}, {"limit", 1000}});
      if (!answer.ok) return answer;
      for (const auto& each : list_of(answer.document, "jobs"))
        if (auto failed = look_at(text_of(each, "id"))) return failed;
    }
    return std::nullopt;
  }
  std::optional<Answer> look_again() {
    for (const auto& [id, state] : std::map(states_)) {
      if (has_ended(state)) continue;
      if (auto failed = look_at(id)) return failed;
    }
    return std::nullopt;
  }
  std::size_t live() const {
    std::size_t count = 0;
    for (const auto& [id, state] : states_) count += has_ended(state) ? 0 : 1;
    return count;
  }
  int exit_code() const {
    std::size_t good = 0;
    for (const auto& [id, state] : states_) good += state == "succeeded" ? 1 : 0;
    if (good == states_.size()) return kOk;
    return good > 0 ? kPartlyDone : kFailed;
  }

 private:
  std::optional<Answer> look_at(const std::string& id) {
    auto events = call(engine_, "jobs.events", {{"id", id}});
    if (!events.ok) return events;
    auto answer = call(engine_, "jobs.get", {{"id", id}});
    if (!answer.ok) return answer;
    for (const auto& event : list_of(events.document, "events")) tell(id, event);
    const auto& job = answer.document.at("job").as_object();
    const auto state = text_of(job, "state");
    if (states_[id] != state && has_ended(state)) tell_end(id, state, text_of(job, "error"));
    states_[id] = state;
    return std::nullopt;
  }
  void tell(const std::string& id, const js::object& event) {
    const auto number = number_of(event, "number");
    if (number <= told_[id]) return;
    told_[id] = number;
    if (json_)
      print_above(json_text(js::object{{"jobId", id}, {"event", event}}));
    else
      print_above(moment_of(text_of(event, "time")) + "  " + id + "  " + text_of(event, "event"));
  }
  void tell_end(const std::string& id, const std::string& state, const std::string& error) {
    if (json_)
      print_above(json_text(js::object{{"jobId", id}, {"state", state}, {"error", error}}));
    else
      print_above(id + "  " + state + (error.empty() ? "" : ": ") + error);
  }

  imagegen::Engine& engine_;
  const bool json_;
  std::map<std::string, std::string> states_;  // by id
  std::map<std::string, std::int64_t> told_;   // the newest event of each
};

// True when it was not interrupted.
bool wait_for_next_look(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any signalled;
  std::unique_lock lock(mutex);
  signalled.wait_for(lock, stop, kBetweenLooks, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace

int watch_jobs(const Command& command, const std::optional<std::string>& job) {
  Interrupt interrupt("no longer watching; the jobs go on.");
  const auto engine = open_to_read(command.settings);
  if (!engine) return kBadInput;
  JobWatch watch(*engine, command.json);
  LiveLine line;
  auto failed = watch.begin(job);
  while (!failed && watch.live() > 0 && output_is_written()) {
    line.show(std::to_string(watch.live()) + (watch.live() == 1 ? " job has" : " jobs have") + " not ended");
    if (!wait_for_next_look(interrupt.stop_buying())) return kInterrupted;
    failed = watch.look_again();
  }
  return failed ? complain(*failed, command.flags) : watch.exit_code();
}

}  // namespace cli
