#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/job/job.hpp>

#include <span>

/// \file What may happen to a job, apart from where it is stored: every JobStore loads a job, calls one of these, and
/// writes job and events in one step. Pure.
namespace imagegen {

/// A job whose content was taken out of it, and the events that take the place of all that it had.
struct ErasedJob {
  Job job;                       ///< As it is to be written.
  std::vector<JobEvent> events;  ///< Its whole chain.
};

/// When a change is made: by the clock of whoever makes it, which is only written down, and by the store's time, which
/// alone decides who has a job until when, and when one begins.
struct JobTime {
  Timestamp noted{}, decides{};  ///< By the clock of the caller; by the store's.

  JobTime(Timestamp both) : noted(both), decides(both) {}  // NOLINT(google-explicit-constructor)
  JobTime(Timestamp noted_at, Timestamp by_store) : noted(noted_at), decides(by_store) {}
};

/// A job after a change, and the events and announcements that the change adds.
struct JobChange {
  Job job;                                       ///< As it is to be written.
  std::vector<JobEvent> events;                  ///< To be added to its chain, in this order.
  std::vector<Announcement> announcements = {};  ///< To be kept, but for those whose id is stored already.
};

/// Errc::invalid_argument for an id, kind, owner, input or priority out of its limits (id 128 and kind 64 bytes, owner
/// 256 bytes, input 6 MiB: a pack fits, and a MongoDB document too, priority [-100, 100]).
Result<JobChange> create_job(const NewJob& wanted, JobTime now);

/// Gives a job to `worker`, until `lease_until` of the store's time; `now` is written down. One whose lease was lost
/// counts a crash, and with `most_crashes` of them is set aside instead: the change then makes it failed.
JobChange claim_job(Job job, const std::string& worker, Timestamp lease_until, int most_crashes, Timestamp now);

/// Whether the worker that has `claim` may go on: Errc::lease_lost when it no longer holds, Errc::cancelled when
/// somebody asked the job to stop. Looks at id, state, worker, attempt and cancel_requested alone.
Result<void> confirm_claim(const Job& job, const JobClaim& claim);

/// Errc::lease_lost when `claim` no longer holds, Errc::invalid_argument for announcements out of their limits.
Result<JobChange> update_job(Job job, const JobClaim& claim, const JobUpdate& update, JobTime now);

/// A queued job is cancelled; a running one is asked to stop. Errc::conflict for one that has ended.
Result<JobChange> cancel_job(Job job, Timestamp now);

/// Takes input, output, error and the details of all events out of a job that has ended. What stays: id, kind, priority,
/// state, attempts, all times, and which events it had; a last one says when it was erased. The events are chained anew, so
/// that verify_events() holds. One that is erased already comes back as it is. Errc::conflict for one that has not ended.
Result<ErasedJob> erase_job(Job job, std::vector<JobEvent> events, const JobErasure& erasure, Timestamp now);

/// Queues a job again that failed, was cancelled or partly succeeded; its output stays. With a new input any job that
/// has ended, and its output is cleared; the event then has the SHA-256 of the input. Errc::conflict for all others
/// and for an erased one without a new input, Errc::invalid_argument for an input or owner out of its limits.
Result<JobChange> retry_job(Job job, const JobRetry& retry, JobTime now);

/// Smaller goes first: from when on it may be claimed, less a minute for each step of priority.
Timestamp rank_of(const Job& job) noexcept;

/// The hash of an event that follows one with the hash `before` (64 zeros for the first). Its own hash is not looked
/// at. SHA-256 over the parts, each with its length in front, so that no two events give the same text.
std::string event_hash(std::string_view before, std::string_view job_id, const JobEvent& event);

/// Errc::corrupt_data when the input is not the one whose SHA-256 is in the newest event that has one: somebody changed
/// it in the database. Does not look at the chain.
Result<void> check_input(const Job& job, std::span<const JobEvent> events);

/// Errc::corrupt_data naming the first event that does not follow from those before, or the job when events are missing
/// at the end, or when its input is not the one that was ordered; see check_input().
Result<void> verify_events(const Job& job, std::span<const JobEvent> events);

/// Since when a queued job waits for a worker that can do it as it was ordered: of the first "declined" since somebody
/// queued it or a worker tried it. Nothing where the last that had it did not decline it.
std::optional<Timestamp> declined_since(std::span<const JobEvent> events);

}  // namespace imagegen
