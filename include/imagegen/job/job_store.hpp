#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/job/job.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace imagegen {

class Clock;

/// Who wants which jobs.
struct JobClaimRequest {
  std::string worker;                       ///< Unique among all workers; see worker_name().
  std::vector<std::string> kinds;           ///< Which jobs it can do; at least one.
  int max_jobs = 1;                         ///< 1..1000
  std::chrono::milliseconds lease{15'000};  ///< At least 1 ms; whoever does not renew() it in time has lost the job.
  int most_crashes = 3;                     ///< A job that lost so many leases in a row is set aside as failed.
  int max_running_per_owner = 0;            ///< Over all workers; 0: no limit. Jobs without an owner are not counted.
  std::vector<std::string> dead = {};       ///< Workers known to be gone: their jobs are free at once.
  std::vector<std::string> only = {};       ///< If not empty, none but these jobs, queued or lost; at most 1000 ids.
  std::vector<std::string> except = {};     ///< Never these jobs, which the worker has declined; at most 1000 ids.
};

/// Which jobs JobStore::list() gives; what is absent does not matter.
struct JobQuery {
  std::optional<JobState> state = {};                ///< Exactly this.
  std::optional<std::string> kind = {}, owner = {};  ///< Exactly these.
  std::string after = {};                            ///< JobPage::next of the page before; empty for the first.
  int limit = 50;                                    ///< 1..1000
};

/// Some jobs, and where to go on.
struct JobPage {
  std::vector<Job> jobs;  ///< Newest first, by time of creation and then id.
  std::string next;       ///< Empty: that was the last page.
};

/// What a heartbeat tells of a job that the worker still has.
struct HeldJob {
  std::string id;                 ///< Of the job.
  int attempt = 0;                ///< As in the claim.
  bool cancel_requested = false;  ///< Somebody wants it stopped.
};

/// Where jobs are kept. Every change and its events are one transaction. All functions block, most for less than a
/// millisecond, and are safe from any thread.
///
/// Leases, and when a job may begin, go by one time, which is the store's own: that of the database's server, and where
/// there is none one that goes on evenly on this machine. So it does not matter what the clocks of those who call say.
/// Their `now` is written down, as Job::created, Job::updated and the time of an event, and decides nothing.
///
/// Errors beside those named: unavailable when the store cannot be reached (nothing was changed, or it is not known
/// whether: the same call can be made again), storage_failed, invalid_argument.
class JobStore {
 public:
  virtual ~JobStore() = default;

  /// Errc::already_exists when the id is taken.
  virtual Result<Job> add(const NewJob& job, Timestamp now) = 0;

  /// Nothing when there is none.
  virtual Result<std::optional<Job>> find(const std::string& id) = 0;
  /// Jobs, a page at a time. Errc::invalid_argument for a limit out of range or an `after` that is no cursor.
  virtual Result<JobPage> list(const JobQuery& query) = 0;
  /// In order; empty for a job that does not exist.
  virtual Result<std::vector<JobEvent>> events(const std::string& id) = 0;

  /// Takes the jobs that have waited longest, priority counted in, and those whose lease ended or whose worker is dead.
  /// No two callers ever get the same attempt of a job.
  virtual Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) = 0;

  /// The heartbeat: keeps the leases of all that `worker` runs for another `lease`. A job that is not in the answer is
  /// no longer its own.
  virtual Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) = 0;

  /// Asked before anything that cannot be taken back: whether the worker may go on with the job, as the store has it
  /// now. Reads no texts. Errc::lease_lost when somebody else has the job or it has ended, Errc::cancelled when
  /// somebody asked it to stop, Errc::not_found.
  virtual Result<void> confirm(const JobClaim& claim) = 0;

  /// Errc::lease_lost when somebody else has the job or it has ended, Errc::not_found.
  virtual Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) = 0;

  /// Errc::not_found; Errc::conflict when the job has ended.
  virtual Result<Job> cancel(const std::string& id, Timestamp now) = 0;
  /// Errc::not_found; Errc::conflict unless the job failed, was cancelled or partly succeeded, or has ended in any way
  /// and gets a new input.
  virtual Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) = 0;
  /// With the input and the owner that it had.
  Result<Job> retry(const std::string& id, Timestamp now) { return retry(id, JobRetry(), now); }

  /// Takes out of a job that has ended all that tells what it was about; see erase_job(). In the lists of its owner it is
  /// no more. Erased once, erasing it again changes nothing. What the database itself keeps of old rows is for
  /// State::scrub. Errc::not_found; Errc::conflict for one that is queued or runs; Errc::unsupported where a store of a
  /// host's own has no such function.
  virtual Result<Job> erase(const std::string& id, const JobErasure& erasure, Timestamp now);

  /// The names of all workers that run a job.
  virtual Result<std::vector<std::string>> running_workers() = 0;
  /// In how long the next queued job of these kinds may start, 0 for one that may now; nothing when there is none.
  /// \param except As in a claim.
  virtual Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                                    const std::vector<std::string>& except) = 0;
  /// Of jobs that no worker has declined.
  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds) {
    return next_due(kinds, {});
  }

  /// What updates have announced and announced() was not called for, in the order in which it was stored; of all
  /// workers, also of those that are gone. \param limit 1..1000.
  virtual Result<std::vector<Announcement>> announcements(int limit) = 0;
  /// These have been delivered, and are forgotten. Ids that are not there are fine.
  virtual Result<void> announced(const std::vector<std::string>& ids) = 0;

  /// Calls `on_work`, from any thread, soon after a job was queued by this process, and where the store can tell, by
  /// another. For hurrying only: a worker looks from time to time all the same. Ends with the object.
  class Watch {
   public:
    virtual ~Watch() = default;
  };
  /// Keeps watch until the result ends; no call of `on_work` comes after that.
  virtual std::unique_ptr<Watch> watch(std::function<void()> on_work) = 0;
};

/// Lives in this process and ends with it. \param clock Whose steady time it goes by, the machine's own where there is
/// none; outlives the store.
std::unique_ptr<JobStore> make_memory_job_store();
/// The same, on a clock of the caller's.
std::unique_ptr<JobStore> make_memory_job_store(const Clock& clock);

}  // namespace imagegen
