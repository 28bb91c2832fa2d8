#pragma once
#include <imagegen/maker/core/backoff.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/job/worker.hpp>

#include <deque>
#include <map>
#include <set>
#include <utility>

#include "job/alarm.hpp"
#include "job/outbox.hpp"

namespace imagegen {

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
  static constexpr std::size_t kMostDeclined = 500;  // remembered
  class Run;
  enum class Why : std::uint8_t { goes_on, cancelled, stopped, lost };

  void start_helper(Task<void> task);
  Task<void> claim_and_start();
  Task<std::optional<std::vector<Job>>> claim();
  Task<void> idle();
  Result<std::vector<std::string>> run_elsewhere();
  Task<bool> others_run();
  Task<void> tell_not_done();
  void failed(const Error& why);
  void tell_trouble(const Error& why);
  void tell_no_trouble();
  void hurry();
  Result<std::optional<std::chrono::milliseconds>> due_of_only_job(const std::vector<std::string>& declined);
  Task<void> look_at_a_declined_one();
  void remember_declined(const Job& job);
  std::vector<std::string> declined() const;
  std::vector<std::string> late_ones() const;
  std::vector<std::string> kinds() const;
  void start(Job job, Why why);
  void begin(std::shared_ptr<Run> run);
  Task<void> work(std::shared_ptr<Run> run);
  Task<Result<void>> check_record(Run& run);
  Task<JobResult> handle(Run& run);
  Task<void> write_end(Run& run, JobResult result);
  Task<void> write_failure(Run& run, Error why);
  void was_written(const Run& run);
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
  void replace(Run& run);
  Task<Result<bool>> was_claimed_anew(const Run& run);
  void stop_all();
  bool stopping() const noexcept { return stop_.stop.stop_requested(); }
  // Asked of the tokens, because what is posted comes later: whatever is claimed when the stop has come is not begun.
  bool draining() const noexcept { return nothing_left_ || stopping() || stop_.drain.stop_requested(); }
  // Whether the same call may succeed later, without anybody's changing it.
  static bool may_pass(const Error& why) noexcept {
    return why.code == Errc::unavailable || why.retry == Retry::later;
  }
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
  bool may_hold_strangers_ = false;        // so a heartbeat looks, though nothing runs here
  boost::asio::any_io_executor executor_;  // run()'s
  WorkerStop stop_;
  bool nothing_left_ = false, ended_ = false;
  int helpers_ = 0;    // coroutines beside that of run()
  int failures_ = 0;   // of the store, in a row
  std::chrono::steady_clock::time_point failing_since_{};
  std::optional<Error> gave_up_;    // what the store said at last
  std::string trouble_;             // what was told of the store last; empty: that all is well
  std::set<std::string> elsewhere_;  // with until_idle: jobs that others were seen to run, and that did not end here
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
    // The store would take it for the claim that is under the same number.
    if (replaced) co_return Error(Errc::lease_lost, "job " + job_.id + ": this worker has it by another claim");
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
  bool replaced = false;     // its claim is forgotten, see replace()
  std::shared_ptr<Run> next = {};  // begun when this one has ended: it has the claim that was given in its place
  boost::asio::cancellation_signal cancel;

 private:
  Loop& loop_;
  Job job_;
  JobClaim claim_;  // job_ forgets who had it once it has ended
  std::chrono::steady_clock::time_point claimed_at_, held_until_;
  Alarm pause_;
};

}  // namespace imagegen
