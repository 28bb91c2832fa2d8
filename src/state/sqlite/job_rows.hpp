#pragma once
#include <imagegen/maker/job/job_changes.hpp>

#include <optional>
#include <string>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// A job and where its row is.
struct JobRow {
  std::int64_t seq = 0;
  Job job;
};

// How a query begins and what it must join for read_job() to read its rows. The table is called `job`.
inline const std::string kSelectJob =
    "SELECT job.seq, id, kind, owner, input, priority, state, coalesce(output, ''), error, attempt, crashes, "
    "cancel_requested, worker, created, updated, not_before, lease_until, events, last_hash ";
inline const std::string kJobTexts = " CROSS JOIN job_input USING(seq) LEFT JOIN job_output USING(seq) ";

// The next column, which is the state.
JobState read_state(Connection& connection, Statement& row);
// The row that the statement has reached.
JobRow read_job(Connection& connection, Statement& row);

std::optional<JobRow> load_job(Connection& connection, const std::string& id);
// Errc::corrupt_data when there is none.
JobRow load_job(Connection& connection, std::int64_t seq);

// Writes a new job, with its events. `now` is the database's time, of this and the next.
void insert_job(Connection& connection, const JobChange& change, Timestamp now);

// Writes what has changed since `before`, with the events and announcements.
void save_job(Connection& connection, const JobRow& before, const JobChange& change, Timestamp now);

// The events of one job: what a query is that is followed by its seq, and what its rows say.
inline const std::string kSelectEvents = "SELECT number, time, name, detail, hash FROM job_event WHERE seq = ";
std::vector<JobEvent> read_events(Statement rows);

// Writes what is left of a job, in the place of all that there was.
void save_erased(Connection& connection, std::int64_t seq, const ErasedJob& erased);

}  // namespace imagegen::sqlite
