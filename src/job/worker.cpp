#include <imagegen/maker/job/job_changes.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <span>
#include <utility>

#include "job/worker_loop.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostAtATime = 100'000, kLargestClaim = 1000, kMostLate = 500;

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
  const std::stop_callback on_drain(stop_.drain, [on_executor] { on_executor([](Loop& loop) { loop.hurry(); }); });
  const std::stop_callback on_stop(stop_.stop, [on_executor] { on_executor([](Loop& loop) { loop.stop_all(); }); });
  executor_ = executor;
  start_helper(beat());
  if (options_.announce) start_helper(announce());
  // Before the first claim, which may set aside what a dead one has left.
  if (options_.until_idle && options_.only_job.empty() && !draining()) co_await others_run();
  while (!draining() || !running_.empty()) {
    if (!draining()) co_await claim_and_start();
    if (!draining() || !running_.empty()) co_await idle();
  }
  ended_ = true;
  heart_.ring();
  postman_.ring();
  while (helpers_ > 0) co_await alarm_.sleep_until(std::chrono::steady_clock::time_point::max());
  if (nothing_left_ && !gave_up_ && options_.on_not_done) co_await tell_not_done();
  if (gave_up_) co_return *gave_up_;
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
    may_hold_strangers_ = true;  // where only the answer was lost
    failed(claimed.error());
    co_return std::nullopt;
  }
  failures_ = 0;
  tell_no_trouble();
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
    if (!due) failed(due.error());
    bool is_idle = options_.until_idle && running_.empty() && due && !*due;
    if (is_idle && options_.only_job.empty()) is_idle = !co_await others_run() && running_.empty();
    nothing_left_ = nothing_left_ || is_idle;
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
  const auto older = running_.find(id);
  if (older == running_.end()) return begin(std::move(run));
  // Two at a time would be one attempt to the ledger, too.
  replace(*older->second);
  older->second->next = std::move(run);
}

void Worker::Loop::begin(std::shared_ptr<Run> run) {
  auto id = std::pair(run->job().id, run->claim().attempt);
  if (draining() && run->why == Why::goes_on) run->why = Why::stopped;
  running_[id] = run;
  auto done = [self = shared_from_this(), run, id](const std::exception_ptr&) {
    const auto found = self->running_.find(id);
    const bool was_full = self->running_.size() >= self->options_.concurrency;
    if (found != self->running_.end() && found->second == run) self->running_.erase(found);
    // Where another could have been taken all along, the end of one is no reason to look.
    const bool frees_something = was_full || self->options_.max_running_per_owner > 0 || run->goes_back;
    if (run->next) self->begin(std::exchange(run->next, nullptr));
    if (frees_something || self->draining() || self->options_.until_idle) self->alarm_.ring();
  };
  boost::asio::co_spawn(executor_, work(run), std::move(done));
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
