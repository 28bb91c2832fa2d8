#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/permit_store.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

namespace imagegen {

/// What a handler made of a job.
struct JobResult {
  JobState state = JobState::succeeded;  ///< succeeded, partly_succeeded, failed or cancelled.
  std::optional<std::string> output{};   ///< As JobUpdate::output.
  std::string error{};                   ///< Why it failed, for people.
  /// For failed: it may be worth another try, after so long at the least. The worker queues it again until it has tried
  /// often enough.
  std::optional<std::chrono::milliseconds> again_after{};
  std::vector<JobNote> notes{};  ///< Events that come before the one of the job's end.
  /// Of a job that ends with this: when it goes back into the queue instead, they are dropped.
  std::vector<Announcement> announcements{};
  bool stays{};  ///< The job ends so even when its worker was stopped meanwhile, instead of going back into the queue.
  /// It was cut short because its worker is to begin nothing more, and goes back into the queue as of one that is
  /// stopped: for others, whatever `state` says of one that is not fruitful. Counts as no try.
  bool released{};
  /// This worker cannot do the job exactly as it was ordered, and another may: whatever `state` says, it goes back into
  /// the queue at once with `error`, and this worker claims it no more unless it is ordered anew. Counts as no try. Of
  /// what a worker has declined it remembers 500; what it declines beyond that waits for `max_delay`.
  bool declined{};
};

/// A job at work.
class JobRun {
 public:
  virtual ~JobRun() = default;
  /// As it was when it was claimed or last saved; stays where it is for as long as the handler runs.
  virtual const Job& job() const noexcept = 0;
  /// Writes down what was reached. Errc::lease_lost: somebody else has the job; stop. Not cut short by cancellation.
  virtual Task<Result<void>> save(JobUpdate update) = 0;
  /// To be asked right before each purchase, and whatever else cannot be taken back: whether the job is still this
  /// worker's and still wanted, as the store has it at this moment. Errc::cancelled when somebody has cancelled the job
  /// or the worker is being stopped, Errc::lease_lost when somebody else has the job, Errc::unavailable and others of
  /// the store: buy nothing then. Not cut short by cancellation.
  virtual Task<Result<void>> may_buy() = 0;
};

/// Does one kind of job. Cancelled (as Asio cancels) when the user cancels the job and when the worker is stopped; it
/// should then end soon, with any result. When the job was lost it is not cancelled, because a purchase under way is to
/// be finished and kept; JobRun::may_buy() and save() then say so. It is called only for a job whose events and input
/// are as they were written (see verify_events()); one whose record was tampered with fails as Errc::corrupt_data.
using JobHandler = std::function<Task<JobResult>(JobRun&)>;

/// How a worker works.
struct WorkerOptions {
  std::string name;                            ///< Empty: worker_name().
  std::size_t concurrency = 4;                 ///< Jobs at a time; 1..100000.
  std::chrono::milliseconds lease{15'000};     ///< Of claims and permits.
  std::chrono::milliseconds heartbeat{4'000};  ///< Under a third of the lease.
  std::chrono::milliseconds poll{1'000};       ///< How often to look where nothing tells of new work.
  int most_crashes = 3;                        ///< As in JobClaimRequest; at least 1.
  /// Claims of a job that ends with `again_after`, since somebody queued it, before it is left failed.
  int most_tries = 5;
  std::chrono::milliseconds base_delay{1'000}, max_delay{60'000};  ///< Between tries, with full jitter.
  std::uint64_t jitter_seed = 0;                                   ///< 0: from the system's random source.
  int max_running_per_owner = 0;                                   ///< Over all workers; 0: no limit.
  PermitStore* permits = nullptr;  ///< Where there is one, its permits of this worker are kept by the heartbeat.
  /// End when nothing runs, here or elsewhere, and nothing is queued, not even for later, but for what this worker has
  /// declined. A store that cannot be asked is waited for as long as `longest_outage`, where that may help at all; then
  /// run() ends with its error. Without this the worker waits for ever.
  bool until_idle = false;
  std::chrono::milliseconds longest_outage{60'000};  ///< Of the store; see `until_idle`.
  /// If not empty, the worker claims this job and no other. With `until_idle` it then ends exactly when the job has
  /// ended, in whatever way and wherever: one that is queued for later is waited for, and one that runs elsewhere until
  /// it has ended, comes back into the queue or loses its lease. So is one of a kind that this worker has no handler
  /// for. A job that does not exist counts as ended, and so does a queued one that this worker has declined. While the
  /// job is not here it is looked at after each `poll`.
  std::string only_job = {};
  /// Brings an announcement to where it belongs. Called on a thread of its own, one at a time, and may block, though
  /// not for ever: run() waits for it. Once it has succeeded the announcement is forgotten; when it fails it is called
  /// again later, with growing pauses, and the jobs do not notice. What this worker's jobs announce is delivered soon
  /// after it was stored, and once more before run() ends; what other workers have left is delivered at the start, and
  /// whatever has been there for as long as `lease`. An announcement may be delivered twice, always with the same id.
  /// Without it announcements are not even stored, because nobody would take them from there.
  std::function<Result<void>(const Announcement&)> announce = {};
  /// Told of each job of this worker when its end, or its way back into the queue, is written. On the executor; must
  /// return quickly.
  std::function<void(const Job&)> on_written = {};
  /// Told in a sentence what keeps the worker from its work, once for each reason: what the store says when it cannot be
  /// asked, that it can be asked again, and jobs of others that are waited for. On the executor; must return quickly.
  std::function<void(const std::string&)> on_word = {};
  /// With `until_idle`, told right before run() ends of jobs that this worker has not brought to their end: each that it
  /// has declined and that is still queued, and of those that another worker ran meanwhile (the newest 100 of a kind at a
  /// time) each that has ended. On the executor; must return quickly.
  std::function<void(const Job&)> on_not_done = {};
};

/// Asks a worker to end. Both may be requested from any thread.
struct WorkerStop {
  std::stop_token drain;  ///< Take nothing new, finish what runs. What was claimed and has not begun goes back.
  std::stop_token stop;   ///< Cancel what runs as well; it goes back into the queue.
};

/// Takes jobs from a store and does them.
class Worker {
 public:
  /// \param pool For the store's calls, which block. All references outlive the worker.
  Worker(JobStore& store, ThreadPool& pool, Clock& clock, std::map<std::string, JobHandler> handlers,
         WorkerOptions options);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Works until it is asked to end. Runs on the awaiting coroutine's executor, which must be one thread or a strand. A
  /// store that cannot be reached is asked again with growing pauses; jobs whose lease ran out meanwhile buy nothing
  /// more, because somebody else may have them. Called once.
  /// \return Errc::invalid_argument for options out of range, before anything is claimed. What the store says where
  ///         asking again cannot help (Errc::corrupt_data, Errc::unsupported, Errc::invalid_argument), once what runs has
  ///         ended; with `until_idle` also what else it says for too long.
  Task<Result<void>> run(WorkerStop stop);

  /// How many jobs run now. On the executor only.
  std::size_t running() const noexcept;

 private:
  class Loop;
  std::shared_ptr<Loop> loop_;
};

/// A name for this process: host, boot, process namespace, process id and its start time, and a random end.
std::string worker_name();

/// Whether `name`, from worker_name(), is of a process that ran where this one runs and is gone. False for all others,
/// and where that is not known: the system may hide the processes of other users (proc(5), hidepid).
bool worker_is_gone(std::string_view name);
/// Whether it is of a process that runs where this one runs and lives, as far as can be known. False for all others.
bool worker_is_alive(std::string_view name);

}  // namespace imagegen
