#pragma once
#include <imagegen/maker/job/job_changes.hpp>

#include "state/postgres/database.hpp"

/// \file Jobs and their events as rows.
namespace imagegen::state {

/// The columns that job_from() reads, in its order.
#define IMAGEGEN_JOB_COLUMNS                                                                                      \
  "id, kind, owner, input, priority, state, output, error, attempt, crashes, cancel_requested, worker, created, " \
  "updated, not_before, lease_until, events, last_hash"

/// Errc::corrupt_data for a row that this library did not write.
Result<Job> job_from(const PgRows& rows, int row);
Result<std::vector<Job>> jobs_from(const PgRows& rows);
JobEvent event_from(const PgRows& rows, int row);

/// Adds a new job, which may begin at once, and its events. Gives its not_before, by the server's time; no row when the
/// id is taken.
Result<PgRows> insert_job(PgDatabase& database, const JobChange& change);

/// Which of a job's texts a change may have changed, beside those that go with every change.
enum class JobTexts { none, output, all };

/// Writes what is left of a job, in the place of all that there was.
Result<void> save_erased(PgConnection& connection, const ErasedJob& erased);

/// Writes changed jobs and adds their events, all in one statement; then their texts and announcements.
Result<void> save_jobs(PgConnection& connection, std::span<const JobChange> changes, JobTexts texts);

}  // namespace imagegen::state
