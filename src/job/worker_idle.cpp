#include <algorithm>
#include <utility>

#include "job/worker_loop.hpp"

// What a worker does about jobs that it does not do: those it has declined, those of others, and a store that fails.
namespace imagegen {
namespace {

constexpr std::size_t kMostInASentence = 3;  // jobs in a sentence
constexpr std::size_t kMostSeenElsewhere = 10'000;

std::string named(const std::vector<std::string>& ids) {
  std::string text;
  for (std::size_t i = 0; i < ids.size() && i < kMostInASentence; ++i) text += (i == 0 ? "" : ", ") + ids[i];
  if (ids.size() > kMostInASentence) text += " and " + std::to_string(ids.size() - kMostInASentence) + " more";
  return text;
}

}  // namespace

// Each in its turn: one that has ended, or was ordered anew, is declined no longer.
Task<void> Worker::Loop::look_at_a_declined_one() {
  if (declined_.empty()) co_return;
  Declined first = std::move(declined_.front());
  declined_.pop_front();
  auto call = [&] { return store_.find(first.id); };
  const auto job = co_await pool_.run(call);
  const auto is_the_same = [&](const Job& found) {
    return !has_ended(found.state) && sha256(found.input) == first.input;
  };
  if (!job || (*job && is_the_same(**job))) declined_.push_back(std::move(first));
}

void Worker::Loop::remember_declined(const Job& job) {
  if (declined_.size() >= kMostDeclined) declined_.pop_front();
  declined_.push_back({job.id, sha256(job.input)});
}

std::vector<std::string> Worker::Loop::declined() const {
  std::vector<std::string> ids;
  for (const Declined& one : declined_) ids.push_back(one.id);
  return ids;
}

// Jobs of this worker's kinds that are running while it runs none, the newest of each kind: those of others, and what
// the store gave to this one without its knowing.
Result<std::vector<std::string>> Worker::Loop::run_elsewhere() {
  constexpr int kMostSeen = 100;
  std::vector<std::string> ids;
  for (const std::string& kind : kinds()) {
    JobQuery query;
    query.state = JobState::running, query.kind = kind, query.limit = kMostSeen;
    const auto page = store_.list(query);
    if (!page) return page.error();
    for (const Job& job : page->jobs) ids.push_back(job.id);
  }
  return ids;
}

// Their jobs may come back into the queue: those of a dead worker when their lease has ended. A store that cannot say is
// asked again.
Task<bool> Worker::Loop::others_run() {
  auto call = [this] { return run_elsewhere(); };
  const auto ids = co_await pool_.run(call);
  if (!ids) failed(ids.error());
  if (!ids) co_return true;
  const bool is_new = std::any_of(ids->begin(), ids->end(), [&](const auto& id) { return !elsewhere_.contains(id); });
  if (elsewhere_.size() < kMostSeenElsewhere) elsewhere_.insert(ids->begin(), ids->end());
  if (is_new && options_.on_word) {
    options_.on_word("jobs that other workers run are waited for: " + named(*ids) +
                     "; those of a dead worker come back when their lease has ended");
  }
  co_return !ids->empty();
}

Task<void> Worker::Loop::tell_not_done() {
  std::set<std::string> ids = std::exchange(elsewhere_, {});
  for (const Declined& one : declined_) ids.insert(one.id);
  for (const std::string& id : ids) {
    auto call = [&] { return store_.find(id); };
    const auto job = co_await pool_.run(call);
    if (!job || !*job) continue;
    if ((*job)->state != JobState::running) options_.on_not_done(**job);
  }
}

// What waiting cannot mend ends the worker, and so does what it has not mended where somebody waits for the end.
void Worker::Loop::failed(const Error& why) {
  if (failures_++ == 0) failing_since_ = clock_.now();
  tell_trouble(why);
  const bool is_final =
      why.code == Errc::corrupt_data || why.code == Errc::unsupported || why.code == Errc::invalid_argument;
  const bool too_long = !may_pass(why) || clock_.now() - failing_since_ >= options_.longest_outage;
  if (!is_final && !(options_.until_idle && too_long)) return;
  gave_up_ = why;
  nothing_left_ = true;
}

void Worker::Loop::tell_trouble(const Error& why) {
  if (why.code == Errc::lease_lost || why.code == Errc::cancelled || why.message == trouble_) return;
  trouble_ = why.message;
  if (options_.on_word) options_.on_word("the jobs cannot be worked on: " + why.message);
}

void Worker::Loop::tell_no_trouble() {
  if (std::exchange(trouble_, {}).empty()) return;
  if (options_.on_word) options_.on_word("the jobs can be worked on again");
}

// Nothing new is taken any more, so what waits for the store looks once more, and then not for long.
void Worker::Loop::hurry() {
  for (const auto& [id, run] : running_) run->pause().ring();
  alarm_.ring();
}

}  // namespace imagegen
