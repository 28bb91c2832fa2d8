#pragma once
#include <imagegen/core/timestamp.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file Work that is written down before it is done. Knows no image: what a job means is in its input, a JSON text of
/// the workflow that queued it.
namespace imagegen {

/// Where a job is on its way; the last four are its ends.
enum class JobState : std::uint8_t { queued, running, succeeded, partly_succeeded, failed, cancelled };

/// "queued", "running", "succeeded", "partly_succeeded", "failed", "cancelled"
std::string_view to_string(JobState state) noexcept;
/// Reads the names of to_string(); nothing for others.
std::optional<JobState> parse_job_state(std::string_view text);

/// Whether nothing more happens to a job in this state unless somebody asks for it.
constexpr bool has_ended(JobState state) noexcept {
  return state != JobState::queued && state != JobState::running;
}

/// What somebody queues.
struct NewJob {
  std::string id;     ///< Unique; see new_job_id().
  std::string kind;   ///< Which handler does it: "prompt", "heroes".
  std::string owner;  ///< The host's user, for budgets and limits; may be empty.
  std::string input;  ///< JSON. Changes only when a job that has ended is tried again with another; see JobRetry.
  int priority = 0;   ///< In [-100, 100]; each step is worth a minute of waiting, so nothing waits for ever.
};

/// A job as it is stored.
struct Job {
  std::string id, kind, owner, input;  ///< As in NewJob.
  int priority = 0;                    ///< As in NewJob.
  JobState state = JobState::queued;   ///< `running` also while nobody renews its lease, until it is claimed again.
  std::string output;              ///< JSON of the workflow; grows while it runs, and stays when tried again as it was.
  std::string error;               ///< Why it failed, for people; holds no secrets.
  int attempt = 0;                 ///< How often it was claimed; fences off a worker that comes back from the dead.
  int crashes = 0;                 ///< Leases lost in a row.
  bool cancel_requested = false;   ///< While it runs: the worker will see it.
  std::string worker;              ///< Who has it while it runs.
  Timestamp created{}, updated{};  ///< By the clocks of those who called the store.
  Timestamp not_before{};          ///< Not claimed earlier; by the store's time, see JobStore.
  Timestamp lease_until{};  ///< While it runs: whose heartbeat is later than that has lost it; by the store's time.
  int events = 0;           ///< How many events it has.
  std::string last_hash;    ///< Of the newest event, so that a shortened chain is noticed.
};

/// What happened to a job. The events of a job are a chain: each hash covers the one before.
struct JobEvent {
  int number = 0;      ///< From 1.
  Timestamp time{};    ///< By the clock of whoever made the change.
  std::string name;    ///< "created", "claimed", "image_bought" ...
  std::string detail;  ///< JSON; empty for none. Holds no secrets.
  std::string hash;    ///< SHA-256 in hexadecimal.
};

/// A worker's right to change a job: worthless as soon as somebody else has claimed it.
struct JobClaim {
  std::string job_id, worker;  ///< The worker is the one that was given to the claim.
  int attempt = 0;             ///< Of the job when it was claimed; a later one makes this claim worthless.
};

/// The claim of a job that has just been claimed.
inline JobClaim claim_of(const Job& job) {
  return {job.id, job.worker, job.attempt};
}

/// An event before it is part of a chain.
struct JobNote {
  std::string name;         ///< As in JobEvent.
  std::string detail = {};  ///< JSON, or empty.
};

/// What the world outside must hear of, such as an analytics event: stored with the change that it tells of, and kept
/// until somebody has said that it was delivered. So it is delivered at least once, and its id tells repetitions.
struct Announcement {
  std::string id;    ///< Unique among all; 1..160 of A-Z a-z 0-9 . _ -
  std::string text;  ///< JSON of 1 byte to 64 KiB. Holds no secrets.
};

/// What a worker wants changed. What is absent stays as it is.
struct JobUpdate {
  std::optional<JobState> state = {};      ///< Ended: the claim ends. queued: it goes back into the queue.
  std::optional<std::string> output = {};  ///< In place of the one before.
  std::optional<std::string> error = {};   ///< The same; for people, without secrets.
  /// For queued: not claimed earlier than in so long, by the store's time. At least 0; absent: at once.
  std::optional<std::chrono::milliseconds> delay = {};
  std::vector<JobNote> notes = {};               ///< Events that this change adds, before the one of its state.
  std::vector<Announcement> announcements = {};  ///< At most 16. One whose id is stored already is not stored again.
};

/// How a job that has ended is tried again.
struct JobRetry {
  /// Instead of the one it had, with the limits of NewJob::input: the job then begins anew, without its output.
  std::optional<std::string> input = {};
  std::optional<std::string> owner = {};  ///< Whose it is from now on, with the limits of NewJob::owner.
};

/// What JobStore::erase() takes out of a job beside its texts.
struct JobErasure {
  bool owner = true;  ///< Whose it was. False: it stays in the lists of its owner.
};

/// The input of a job that was erased, by which every store and every version knows one.
inline constexpr std::string_view kErasedJobInput = R"({"erased":true})";

/// Whether JobStore::erase() has left nothing of this job but when it ran and how it ended.
bool is_erased(const Job& job) noexcept;

/// A new id that cannot be guessed: `prefix` and 26 characters of Crockford's base 32, of which the first ten are the
/// time, so that ids sort by age.
std::string new_job_id(std::string_view prefix, Timestamp now);

/// Whether `text` may be a job's id: 1..128 of A-Z a-z 0-9 . _ -
bool is_job_id(std::string_view text) noexcept;

/// Whether `text` may be an announcement's id: 1..160 of A-Z a-z 0-9 . _ - so that a job's id with something behind it
/// is one.
bool is_announcement_id(std::string_view text) noexcept;

}  // namespace imagegen
