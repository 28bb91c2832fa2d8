#include <imagegen/maker/job/job_changes.hpp>

#include <algorithm>
#include <span>
#include <utility>

#include "job/worker_loop.hpp"

// One job of a worker: checked, handled, and its end written.
namespace imagegen {

Task<void> Worker::Loop::work(std::shared_ptr<Run> run) {
  JobResult result;
  result.state = JobState::cancelled;
  Result<void> checked;
  if (run->why == Why::goes_on) checked = co_await check_record(*run);
  if (run->why == Why::goes_on && !checked) {
    result.state = JobState::failed;
    result.error = std::string(to_string(checked.error().code)) + ": " + checked.error().message;
    if (checked.error().code != Errc::corrupt_data) result.again_after = std::chrono::milliseconds(0);
  } else if (run->why == Why::goes_on) {
    auto handling = handle(*run);
    result = co_await boost::asio::co_spawn(
        executor_, std::move(handling),
        boost::asio::bind_cancellation_slot(run->cancel.slot(), boost::asio::use_awaitable));
  }
  co_await write_end(*run, std::move(result));
}

// Nothing is bought for an order that is not the one that was given. What came after the claim, such as a cancellation,
// is not part of what this worker was given.
Task<Result<void>> Worker::Loop::check_record(Run& run) {
  auto call = [&] { return store_.events(run.job().id); };
  for (int attempt = 1;; ++attempt) {
    const auto events = co_await pool_.run(call);
    if (events) {
      const auto known = std::min(events->size(), static_cast<std::size_t>(std::max(run.job().events, 0)));
      auto verified = verify_events(run.job(), std::span(*events).first(known));
      if (verified) co_return verified;
      // A database that lost its newest changes in a crash has lost this claim too, and is not damaged for that.
      const auto confirmed = co_await run.confirm();
      if (!confirmed && confirmed.error().code != Errc::cancelled) co_return confirmed.error();
      const auto anew = co_await was_claimed_anew(run);
      if (!anew) co_return anew.error();
      if (!*anew) co_return verified;
      replace(run);
      co_return run.goes_on();
    }
    tell_trouble(events.error());
    // Nothing has begun, so whoever has been asked to take nothing new gives it back.
    if (draining() && may_pass(events.error())) interrupt(run, Why::stopped);
    const bool is_ours = run.why == Why::goes_on && run.held(clock_.now());
    if (!may_pass(events.error()) || !is_ours) co_return events.error();
    co_await run.pause().sleep_until(clock_.now() + backoff_.delay(attempt));
  }
}

// Whether the record holds together and tells of another claim than this run has, at the same place: see replace().
Task<Result<bool>> Worker::Loop::was_claimed_anew(const Run& run) {
  auto call = [&]() -> Result<bool> {
    const auto job = store_.find(run.job().id);
    if (!job) return job.error();
    const auto events = store_.events(run.job().id);  // after it, so that there are at least as many as it says
    if (!events) return events.error();
    const auto place = static_cast<std::size_t>(run.job().events), known = static_cast<std::size_t>(*job ? (*job)->events : 0);
    if (place == 0 || known < place || events->size() < known) return false;
    const JobEvent& claimed = (*events)[place - 1];
    const bool is_another = claimed.name == "claimed" && claimed.time != run.job().updated;
    return is_another && verify_events(**job, std::span(*events).first(known)).has_value();
  };
  co_return co_await pool_.run(call);
}

// What a handler throws is a defect: the job fails with what it says, and the worker goes on.
Task<JobResult> Worker::Loop::handle(Run& run) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  JobResult thrown;
  thrown.state = JobState::failed;
  try {
    co_return co_await handlers_.at(run.job().kind)(run);
  } catch (const std::exception& unexpected) {
    thrown.error = std::string("internal: ") + unexpected.what();
  }
  co_return thrown;
}

JobUpdate Worker::Loop::update_for(const Run& run, JobResult result, int tries) {
  JobUpdate update;
  update.state = result.state;
  update.output = std::move(result.output);
  update.error = std::move(result.error);
  update.notes = std::move(result.notes);
  update.announcements = std::move(result.announcements);
  const bool fruitful = result.state == JobState::succeeded || result.state == JobState::partly_succeeded;
  if (fruitful && !result.declined) return update;
  if (run.why == Why::cancelled) update.state = JobState::cancelled;
  if (run.why != Why::cancelled && result.declined) {
    update.state = JobState::queued;
    // Else it would be claimed and declined without a pause.
    if (declined_.size() >= kMostDeclined) update.delay = options_.max_delay;
    update.notes.push_back({"declined"});
    update.announcements.clear();
    return update;
  }
  // Of one that seems to be lost the store knows better: if nobody has taken it, it goes back.
  const bool is_released = run.why == Why::goes_on && result.released;
  if ((run.why == Why::stopped && !result.stays) || run.why == Why::lost || is_released) {
    update.state = JobState::queued;
    update.error.reset();
    update.notes.push_back({"released"});
    update.announcements.clear();
    return update;
  }
  if (run.why == Why::goes_on && result.again_after && tries < options_.most_tries) {
    update.state = JobState::queued;
    update.delay = backoff_.delay(tries, result.again_after);
    update.announcements.clear();
  }
  return update;
}

// How often the job was claimed and tried since it was queued by somebody; its attempts go on over all retries. All of
// them where the store cannot say.
Task<int> Worker::Loop::tries_of(const Run& run) {
  auto call = [&] { return store_.events(run.job().id); };
  const auto events = co_await pool_.run(call);
  if (!events) co_return run.job().attempt;
  int tries = 0;
  for (const JobEvent& event : *events) {
    if (event.name == "claimed") ++tries;
    if (event.name == "declined" || event.name == "released") --tries;
    if (event.name == "retried") tries = 0;
  }
  co_return tries;
}

// A store that is gone for a while gets the result as long as the job is still ours. A worker that is being stopped
// asks it once more at once, and one that takes nothing new for a few seconds: what was reached has been saved on the
// way, and whoever does the job again finds it.
Task<void> Worker::Loop::write_end(Run& run, JobResult result) {
  int tries = run.job().attempt;
  if (result.again_after && tries > 1) tries = co_await tries_of(run);
  const bool is_declined = result.declined;
  const JobUpdate update = update_for(run, std::move(result), tries);
  run.goes_back = update.state == JobState::queued;
  if (is_declined && run.goes_back) remember_declined(run.job());
  constexpr std::chrono::milliseconds kLastPatience{3'000}, kLastPause{500};
  const auto begun = clock_.now();
  for (int attempt = 1;; ++attempt) {
    const auto written = co_await run.write(update);
    if (written) co_return was_written(run);
    tell_trouble(written.error());
    if (written.error().code == Errc::lease_lost || !run.held(clock_.now())) co_return;
    if (!may_pass(written.error())) co_return co_await write_failure(run, written.error());
    if (stopping() && attempt > 1) co_return;
    if (draining() && clock_.now() >= begun + kLastPatience) co_return;
    const auto pause = backoff_.delay(attempt);
    co_await run.pause().sleep_until(clock_.now() + (draining() ? std::min(pause, kLastPause) : pause));
  }
}

// For a result that no store takes, such as one that is too large: the job must not stay ours for ever.
Task<void> Worker::Loop::write_failure(Run& run, Error why) {
  JobUpdate update;
  update.state = JobState::failed;
  update.error = "its result could not be written: " + why.message;
  const auto written = co_await run.write(update);
  if (written) was_written(run);
}

void Worker::Loop::was_written(const Run& run) {
  if (has_ended(run.job().state)) elsewhere_.erase(run.job().id);
  if (options_.on_written) options_.on_written(run.job());
}

}  // namespace imagegen
