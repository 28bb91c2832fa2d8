#include <imagegen/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/core/shield.hpp>
#include <imagegen/job/job_changes.hpp>
#include <imagegen/job/worker.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <deque>
#include <span>
#include <utility>

#include "job/alarm.hpp"
#include "job/outbox.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostAtATime = 100'000, kLargestClaim = 1000, kMostDeclined = 500, kMostLate = 500;

Error wrong_option(const std::string& message) {
  return {Errc::invalid_argument, "worker: " + message};
}

Result<void> check(const WorkerOptions& options, bool has_handlers) {
  if (!has_handlers) return wrong_option("expected a handler, got none");
  if (options.concurrency < 1 || options.concurrency > kMostAtATime)
    return wrong_option("concurrency: expected 1 to 100000, got " + std::to_string(options.concurrency));
  if (options.heartbeat.count() < 1 || options.heartbeat * 3 > options.lease)
    return wrong_option("heartbeat: expected at most a third of the lease of " + std::to_string(options.lease.count()) +
                 " ms, got " + std::to_string(options.heartbeat.count()) + " ms");
  if (options.poll.count() < 1) return wrong_option("poll: expected at least 1 ms");
  if (!options.only_job.empty() && !is_job_id(options.only_job)) return wrong_option("only_job: expected a job's id");
  if (options.most_tries < 1 || options.most_crashes < 1) return wrong_option("expected at least one try and one crash");
  return {};
}

}  // namespace

// Shared with callbacks that may outlast run() by a moment. All on one executor.
class Worker::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(JobStore& store, ThreadPool& pool, Clock& clock, std::map<std::string, JobHandler> handlers,
       WorkerOptions options)
      : store_(store),
        pool_(pool),
        clock_(clock),
        handlers_(std::move(handlers)),
        options_(std::move(options)),
        backoff_(options_.base_delay, options_.max_delay, options_.jitter_seed),
        outbox_(store, options_.announce, options_.lease),
        sink_backoff_(options_.base_delay, options_.max_delay, options_.jitter_seed),
        alarm_(clock),
        heart_(clock),
        postman_(clock) {
    if (options_.name.empty()) options_.name = worker_name();
    if (options_.announce) announcing_.emplace(1);
  }

  Task<Result<void>> run(WorkerStop stop);
  std::size_t running() const noexcept { return running_.size(); }

 private:
  class Run;
  enum class Why : std::uint8_t { goes_on, cancelled, stopped, lost };

  void start_helper(Task<void> task);
  Task<void> claim_and_start();
  Task<std::optional<std::vector<Job>>> claim();
  Task<void> idle();
  Result<std::optional<milliseconds>> due_of_only_job(const std::vector<std::string>& declined);
  Task<void> look_at_a_declined_one();
  void remember_declined(const Job& job);
  std::vector<std::string> declined() const;
  std::vector<std::string> late_ones() const;
  std::vector<std::string> kinds() const;
  void start(Job job, Why why);
  Task<void> work(std::shared_ptr<Run> run);
  Task<Result<void>> check_record(Run& run);
  Task<JobResult> handle(Run& run);
  Task<void> write_end(Run& run, JobResult result);
  Task<void> write_failure(Run& run, Error why);
  Task<int> tries_of(const Run& run);
  JobUpdate update_for(const Run& run, JobResult result, int tries);
  void expect(const std::vector<Announcement>& announcements);
  Task<void> announce();
  Task<Outbox::Round> announce_some(Outbox::Scope scope);
  Task<void> beat();
  Task<void> renew();
  Task<void> release_strangers(std::vector<HeldJob> held);
  void lose_late_ones();
  void interrupt(Run& run, Why why);
  void stop_all();
  bool stopping() const noexcept { return stop_.stop.stop_requested(); }
  // Asked of the tokens, because what is posted comes later: whatever is claimed when the stop has come is not begun.
  bool draining() const noexcept { return nothing_left_ || stopping() || stop_.drain.stop_requested(); }
  Timestamp wall() const { return to_timestamp(clock_.wall_now()); }

  JobStore& store_;
  ThreadPool& pool_;
  Clock& clock_;
  std::map<std::string, JobHandler> handlers_;
  WorkerOptions options_;
  Backoff backoff_;
  Outbox outbox_;
  Backoff sink_backoff_;
  std::vector<std::string> stored_;  // announcements of updates, since the outbox was last told
  Alarm alarm_, heart_, postman_;
  // By job and attempt: one that was lost may still be finishing a purchase when this worker claims it again.
  std::map<std::pair<std::string, int>, std::shared_ptr<Run>> running_;
  struct Declined {
    std::string id;
    Sha256 input;
  };
  std::deque<Declined> declined_;          // the one that was not looked at for longest is the first
  std::map<std::string, int> strangers_;   // held at the last heartbeat but not run here, and their attempts
  boost::asio::any_io_executor executor_;  // run()'s
  WorkerStop stop_;
  bool nothing_left_ = false, ended_ = false;
  int helpers_ = 0;    // coroutines beside that of run()
  int failures_ = 0;   // of the store, in a row
  bool more_ = false;  // the last claim gave something, so there may be more
  std::optional<std::chrono::steady_clock::time_point> dead_looked_for_;
  std::optional<ThreadPool> announcing_;  // a sink that blocks holds nobody else up
};

class Worker::Loop::Run : public JobRun {
 public:
  Run(Loop& loop, Job job, std::chrono::steady_clock::time_point now)
      : loop_(loop),
        job_(std::move(job)),
        claim_(claim_of(job_)),
        claimed_at_(now),
        held_until_(now + loop.options_.lease),
        pause_(loop.clock_) {}

  const Job& job() const noexcept override { return job_; }

  Task<Result<void>> save(JobUpdate update) override {
    auto writing = write(std::move(update));
    co_return co_await shielded(std::move(writing));
  }

  Task<Result<void>> write(JobUpdate update) {
    if (!loop_.options_.announce) update.announcements.clear();
    auto call = [&]() -> Result<Job> { return loop_.store_.update(claim_, update, loop_.wall()); };
    auto saved = co_await loop_.pool_.run(call);
    if (saved) {
      job_ = std::move(*saved);
      loop_.expect(update.announcements);
      co_return Result<void>();
    }
    if (saved.error().code == Errc::lease_lost) loop_.interrupt(*this, Why::lost);
    co_return saved.error();
  }

  Task<Result<void>> may_buy() override {
    told_lost = why == Why::lost;
    if (loop_.stopping()) loop_.interrupt(*this, Why::stopped);  // what is posted comes later
    if (const auto here = goes_on(); !here) co_return here.error();
    auto asking = confirm();
    const auto confirmed = co_await shielded(std::move(asking));
    if (!confirmed) co_return confirmed.error();
    if (loop_.stopping()) loop_.interrupt(*this, Why::stopped);  // it may have come meanwhile
    co_return goes_on();
  }

  Task<Result<void>> confirm() {
    auto call = [&]() -> Result<void> { return loop_.store_.confirm(claim_); };
    const auto confirmed = co_await loop_.pool_.run(call);
    if (confirmed) co_return Result<void>();
    if (confirmed.error().code == Errc::lease_lost) loop_.interrupt(*this, Why::lost);
    if (confirmed.error().code == Errc::cancelled) loop_.interrupt(*this, Why::cancelled);
    co_return confirmed.error();
  }

  // As far as this process knows.
  Result<void> goes_on() const {
    const std::string name = "job " + job_.id + ": ";
    if (why == Why::cancelled) return Error(Errc::cancelled, name + "somebody has cancelled it");
    if (why == Why::stopped) return Error(Errc::cancelled, name + "its worker is being stopped");
    if (why == Why::lost) return Error(Errc::lease_lost, name + "this worker has lost it");
    return {};
  }

  const JobClaim& claim() const noexcept { return claim_; }
  std::chrono::steady_clock::time_point claimed_at() const noexcept { return claimed_at_; }
  bool held(std::chrono::steady_clock::time_point now) const noexcept { return now <= held_until_; }
  // For what waits for the store; a stop cuts it short.
  Alarm& pause() noexcept { return pause_; }
  void hold_until(std::chrono::steady_clock::time_point until) noexcept { held_until_ = until; }

  Why why = Why::goes_on;
  bool interrupted = false;  // the handler was told to end
  bool told_lost = false;    // and so was this one, when it asked
  bool goes_back = false;    // into the queue
  boost::asio::cancellation_signal cancel;

 private:
  Loop& loop_;
  Job job_;
  JobClaim claim_;  // job_ forgets who had it once it has ended
  std::chrono::steady_clock::time_point claimed_at_, held_until_;
  Alarm pause_;
};

Task<Result<void>> Worker::Loop::run(WorkerStop stop) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  stop_ = std::move(stop);
  if (const auto checked = check(options_, !handlers_.empty()); !checked) co_return checked.error();
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto on_executor = [weak = weak_from_this(), executor](auto what) {
    boost::asio::post(executor, [weak, what] {
      if (const auto loop = weak.lock()) what(*loop);
    });
  };
  const auto watch = store_.watch([on_executor] { on_executor([](Loop& loop) { loop.alarm_.ring(); }); });
  const std::stop_callback on_drain(stop_.drain,
                                    [on_executor] { on_executor([](Loop& loop) { loop.alarm_.ring(); }); });
  const std::stop_callback on_stop(stop_.stop, [on_executor] { on_executor([](Loop& loop) { loop.stop_all(); }); });
  executor_ = executor;
  start_helper(beat());
  if (options_.announce) start_helper(announce());
  while (!draining() || !running_.empty()) {
    if (!draining()) co_await claim_and_start();
    if (!draining() || !running_.empty()) co_await idle();
  }
  ended_ = true;
  heart_.ring();
  postman_.ring();
  while (helpers_ > 0) co_await alarm_.sleep_until(std::chrono::steady_clock::time_point::max());
  co_return Result<void>();
}

// run() waits for its end.
void Worker::Loop::start_helper(Task<void> task) {
  ++helpers_;
  boost::asio::co_spawn(executor_, std::move(task), [self = shared_from_this()](const std::exception_ptr&) {
    --self->helpers_;
    self->alarm_.ring();
  });
}

Task<void> Worker::Loop::claim_and_start() {
  while (!draining() && running_.size() < options_.concurrency) {
    const std::size_t wanted = std::min(options_.concurrency - running_.size(), kLargestClaim);
    auto jobs = co_await claim();
    if (!jobs) co_return;
    const std::size_t found = jobs->size();
    // What was claimed while the stop came is given back.
    for (Job& job : *jobs) start(std::move(job), draining() ? Why::stopped : Why::goes_on);
    // Fewer than could have been had are all there were, as a rule; idle() asks whether there are more.
    more_ = found > 0;
    if (found < wanted) co_return;
  }
}

// Nothing when the store could not be asked.
Task<std::optional<std::vector<Job>>> Worker::Loop::claim() {
  JobClaimRequest request;
  request.worker = options_.name;
  request.kinds = kinds();
  request.max_jobs = static_cast<int>(std::min(options_.concurrency - running_.size(), kLargestClaim));
  request.lease = options_.lease;
  request.most_crashes = options_.most_crashes;
  request.max_running_per_owner = options_.max_running_per_owner;
  if (!options_.only_job.empty()) request.only = {options_.only_job};
  request.except = declined();
  // What runs here and has missed its heartbeats is not taken from itself: the next heartbeat tells whether it is lost.
  for (std::string& id : late_ones()) request.except.push_back(std::move(id));
  // Looking for dead workers at each claim would cost as much as the claim.
  const bool look_for_dead = !dead_looked_for_ || clock_.now() >= *dead_looked_for_ + options_.poll;
  if (look_for_dead) dead_looked_for_ = clock_.now();
  auto call = [&]() -> Result<std::vector<Job>> {
    if (look_for_dead) {
      auto workers = store_.running_workers();
      if (!workers) return workers.error();
      std::copy_if(workers->begin(), workers->end(), std::back_inserter(request.dead), worker_is_gone);
    }
    if (draining()) return std::vector<Job>();
    return store_.claim(request, wall());
  };
  auto claimed = co_await pool_.run(call);
  if (!claimed) {
    ++failures_;
    co_return std::nullopt;
  }
  failures_ = 0;
  co_return std::move(*claimed);
}

// Until something happens, the next job is due, or it is time to look again.
Task<void> Worker::Loop::idle() {
  auto until = clock_.now() + options_.poll;
  if (failures_ > 0) {
    until = clock_.now() + options_.poll + backoff_.delay(failures_);
  } else if (!draining() && running_.size() < options_.concurrency) {
    co_await look_at_a_declined_one();
    auto call = [&, declined = declined()] {
      return options_.only_job.empty() ? store_.next_due(kinds(), declined) : due_of_only_job(declined);
    };
    const auto due = co_await pool_.run(call);
    nothing_left_ = options_.until_idle && running_.empty() && due && !*due;
    if (draining() && running_.empty()) co_return;
    if (due && *due && due->value().count() == 0 && std::exchange(more_, false)) co_return;
    if (due && *due && due->value().count() > 0) until = std::min(until, clock_.now() + **due);
  }
  co_await alarm_.sleep_until(until);
}

// In how long to look at the job again; nothing once it has ended. After each poll, because the end of one that
// somebody else runs tells nobody.
Result<std::optional<milliseconds>> Worker::Loop::due_of_only_job(const std::vector<std::string>& declined) {
  const auto job = store_.find(options_.only_job);
  if (!job) return job.error();
  if (!*job || has_ended((*job)->state)) return std::optional<milliseconds>();
  if ((*job)->state == JobState::queued && !declined.empty()) return std::optional<milliseconds>();
  return std::optional(options_.poll);
}

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

std::vector<std::string> Worker::Loop::late_ones() const {
  std::vector<std::string> ids;
  for (const auto& [id, run] : running_) {
    if (!run->held(clock_.now()) && ids.size() < kMostLate) ids.push_back(id.first);
  }
  return ids;
}

std::vector<std::string> Worker::Loop::kinds() const {
  std::vector<std::string> kinds;
  for (const auto& handler : handlers_) kinds.push_back(handler.first);
  return kinds;
}

void Worker::Loop::start(Job job, Why why) {
  auto id = std::pair(job.id, job.attempt);
  auto run = std::make_shared<Run>(*this, std::move(job), clock_.now());
  run->why = why;
  running_[id] = run;
  auto done = [self = shared_from_this(), run, id](const std::exception_ptr&) {
    const auto found = self->running_.find(id);
    const bool was_full = self->running_.size() >= self->options_.concurrency;
    if (found != self->running_.end() && found->second == run) self->running_.erase(found);
    // Where another could have been taken all along, the end of one is no reason to look.
    const bool frees_something = was_full || self->options_.max_running_per_owner > 0 || run->goes_back;
    if (frees_something || self->draining() || self->options_.until_idle) self->alarm_.ring();
  };
  boost::asio::co_spawn(executor_, work(run), std::move(done));
}

Task<void> Worker::Loop::work(std::shared_ptr<Run> run) {
  JobResult result;
  result.state = JobState::cancelled;
  Result<void> checked;
  if (run->why == Why::goes_on) checked = co_await check_record(*run);
  if (run->why == Why::goes_on && !checked) {
    result.state = JobState::failed;
    result.error = std::string(to_string(checked.error().code)) + ": " + checked.error().message;
    if (checked.error().code != Errc::corrupt_data) result.again_after = milliseconds(0);
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
      co_return verify_events(run.job(), std::span(*events).first(known));
    }
    const bool is_ours = run.why == Why::goes_on && run.held(clock_.now());
    if (events.error().code != Errc::unavailable || !is_ours) co_return events.error();
    co_await run.pause().sleep_until(clock_.now() + backoff_.delay(attempt));
  }
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
  if ((run.why == Why::stopped && !result.stays) || run.why == Why::lost) {
    update.state = JobState::queued;
    update.error.reset();
    update.notes.push_back({"released"});
    update.announcements.clear();
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
// asks it once more at once: what was reached has been saved on the way, and whoever does the job again finds it.
Task<void> Worker::Loop::write_end(Run& run, JobResult result) {
  int tries = run.job().attempt;
  if (result.again_after && tries > 1) tries = co_await tries_of(run);
  const bool is_declined = result.declined;
  const JobUpdate update = update_for(run, std::move(result), tries);
  run.goes_back = update.state == JobState::queued;
  if (is_declined && run.goes_back) remember_declined(run.job());
  for (int attempt = 1;; ++attempt) {
    const auto written = co_await run.write(update);
    if (written && options_.on_written) options_.on_written(run.job());
    if (written || written.error().code == Errc::lease_lost || !run.held(clock_.now())) co_return;
    if (written.error().code != Errc::unavailable) co_return co_await write_failure(run, written.error());
    if (stopping() && attempt > 1) co_return;
    co_await run.pause().sleep_until(clock_.now() + backoff_.delay(attempt));
  }
}

// For a result that no store takes, such as one that is too large: the job must not stay ours for ever.
Task<void> Worker::Loop::write_failure(Run& run, Error why) {
  JobUpdate update;
  update.state = JobState::failed;
  update.error = "its result could not be written: " + why.message;
  const auto written = co_await run.write(update);
  if (written && options_.on_written) options_.on_written(run.job());
}

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
    const auto pause = failures > 0 ? sink_backoff_.delay(failures) : milliseconds(0);
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
    if (!running_.empty()) co_await renew();
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
  if (!held) co_return lose_late_ones();
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
    // Its lease ran out, and nobody has taken it.
    if (run->why == Why::lost && !run->told_lost) run->why = Why::goes_on;
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

void Worker::Loop::stop_all() {
  for (const auto& [id, run] : std::map(running_)) {
    interrupt(*run, Why::stopped);
    run->pause().ring();
  }
  alarm_.ring();
}

Worker::Worker(JobStore& store, ThreadPool& pool, Clock& clock, std::map<std::string, JobHandler> handlers,
               WorkerOptions options)
    : loop_(std::make_shared<Loop>(store, pool, clock, std::move(handlers), std::move(options))) {}

Worker::~Worker() = default;

Task<Result<void>> Worker::run(WorkerStop stop) {
  const auto loop = loop_;
  co_return co_await loop->run(std::move(stop));
}

std::size_t Worker::running() const noexcept {
  return loop_->running();
}

}  // namespace imagegen
