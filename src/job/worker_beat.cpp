#include <algorithm>
#include <utility>

#include "job/worker_loop.hpp"

// What goes on beside the jobs of a worker: heartbeats, and what is to be announced.
namespace imagegen {

void Worker::Loop::expect(const std::vector<Announcement>& announcements) {
  if (announcements.empty()) return;
  for (const Announcement& announcement : announcements) {
    if (stored_.size() < Outbox::kMostExpected) stored_.push_back(announcement.id);
  }
  postman_.ring();
}

// Until the end, and then once more for what is this worker's own.
Task<void> Worker::Loop::announce() {
  auto scope = Outbox::Scope::all;
  for (int failures = 0;;) {
    const bool last = ended_;
    const auto round = co_await announce_some(last ? Outbox::Scope::own : scope);
    if (round.more) continue;
    if (!round.failed) scope = Outbox::Scope::long_there;
    if (last) co_return;
    failures = !round.failed ? 0 : round.delivered > 0 ? 1 : failures + 1;
    const auto pause = failures > 0 ? sink_backoff_.delay(failures) : std::chrono::milliseconds(0);
    const auto until = clock_.now() + options_.poll + pause;
    // A sink that fails is left alone for a while, however much there is to tell it.
    do {
      co_await postman_.sleep_until(until);
    } while (failures > 0 && !ended_ && clock_.now() < until);
  }
}

Task<Outbox::Round> Worker::Loop::announce_some(Outbox::Scope scope) {
  outbox_.expect(std::exchange(stored_, {}));
  auto call = [&] { return outbox_.deliver(scope, clock_.now()); };
  co_return co_await announcing_->run(call);
}

Task<void> Worker::Loop::beat() {
  for (;;) {
    co_await heart_.sleep_until(clock_.now() + options_.heartbeat);
    if (ended_) co_return;
    if (!running_.empty() || may_hold_strangers_) co_await renew();
  }
}

Task<void> Worker::Loop::renew() {
  const auto until = clock_.now() + options_.lease;
  auto call = [&]() -> Result<std::vector<HeldJob>> {
    // A permit that could not be kept is no reason to drop the work that has it.
    if (options_.permits != nullptr) static_cast<void>(options_.permits->renew(options_.name, options_.lease));
    return store_.renew(options_.name, options_.lease);
  };
  const auto held = co_await pool_.run(call);
  if (!held) tell_trouble(held.error());
  if (!held) co_return lose_late_ones();
  tell_no_trouble();
  std::map<std::string, HeldJob> by_id;
  for (const HeldJob& job : *held) by_id[job.id] = job;
  for (const auto& [id, run] : std::map(running_)) {
    const auto found = by_id.find(id.first);
    // One that was claimed while the heartbeat was under way is missing, and still ours.
    const bool fresh = run->claimed_at() >= until - options_.lease;
    if (found == by_id.end() || found->second.attempt != run->claim().attempt) {
      if (!fresh) interrupt(*run, Why::lost);
      continue;
    }
    run->hold_until(until);
    if (run->next) run->next->hold_until(until);
    // Its lease ran out, and nobody has taken it.
    if (run->why == Why::lost && !run->told_lost && !run->replaced) run->why = Why::goes_on;
    if (found->second.cancel_requested) interrupt(*run, Why::cancelled);
  }
  co_await release_strangers(*held);
}

// Jobs that the store gave to this worker without its knowing, because an answer was lost. They would be kept by its
// heartbeat and done by nobody. Only what stood there at the last heartbeat too: a claim may be under way.
Task<void> Worker::Loop::release_strangers(std::vector<HeldJob> held) {
  std::map<std::string, int> strangers;
  for (const HeldJob& job : held) {
    if (!running_.contains({job.id, job.attempt})) strangers[job.id] = job.attempt;
  }
  may_hold_strangers_ = !strangers.empty();
  const auto before = std::exchange(strangers_, strangers);
  for (const auto& [id, attempt] : strangers) {
    const auto found = before.find(id);
    if (found == before.end() || found->second != attempt || running_.contains({id, attempt})) continue;
    JobUpdate update;
    update.state = JobState::queued;
    update.notes.push_back({"released"});
    const JobClaim claim{id, options_.name, attempt};
    auto call = [&]() -> Result<Job> { return store_.update(claim, update, wall()); };
    static_cast<void>(co_await pool_.run(call));  // tried again at the next heartbeat
  }
}

void Worker::Loop::lose_late_ones() {
  for (const auto& [id, run] : std::map(running_)) {
    if (!run->held(clock_.now())) interrupt(*run, Why::lost);
  }
}

// One that is lost is not cancelled: a call in flight is paid for whoever has the job, so it is finished and what it
// gives is kept. Its handler ends when it asks may_buy() or save().
void Worker::Loop::interrupt(Run& run, Why why) {
  const bool stays = run.why == Why::lost || (run.why == Why::cancelled && why == Why::stopped);
  if (!stays) run.why = why;
  if (why == Why::lost || std::exchange(run.interrupted, true)) return;
  run.cancel.emit(boost::asio::cancellation_type::terminal);
}

// A database that has forgotten its newest changes in a crash may give a job to the worker that has it, under the number
// that it had: nothing that the store looks at tells the two claims apart.
void Worker::Loop::replace(Run& run) {
  interrupt(run, Why::lost);
  if (std::exchange(run.replaced, true)) return;
  may_hold_strangers_ = true;
  if (options_.on_word) options_.on_word("job " + run.job().id + ": the database had forgotten that it is being done");
}

void Worker::Loop::stop_all() {
  for (const auto& [id, run] : std::map(running_)) {
    interrupt(*run, Why::stopped);
    run->pause().ring();
  }
  alarm_.ring();
}

}  // namespace imagegen
