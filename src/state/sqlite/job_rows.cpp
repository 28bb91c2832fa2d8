#include "state/sqlite/job_rows.hpp"

namespace imagegen::sqlite {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO job(id, kind, owner, priority, state, error, attempt, crashes, cancel_requested, worker, created, "
    "updated, not_before, lease_until, events, last_hash, rank, ready) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq";

// SQLite rewrites each index that has a column of the SET list, so a job that stays in its state has its own.
constexpr std::string_view kSaveAll =
    "UPDATE job SET error = ?, attempt = ?, crashes = ?, cancel_requested = ?, worker = ?, updated = ?, "
    "lease_until = ?, events = ?, last_hash = ?, state = ?, not_before = ?, rank = ?, ready = ? WHERE seq = ?";
constexpr std::string_view kSaveInItsState =
    "UPDATE job SET error = ?, attempt = ?, crashes = ?, cancel_requested = ?, worker = ?, updated = ?, "
    "lease_until = ?, events = ?, last_hash = ? WHERE seq = ?";

// What a claim asks for, as of the job's last change; claims look again at what was not ready then.
bool is_ready(const Job& job, Timestamp now) {
  return job.not_before <= now;
}

void insert_events(Connection& connection, std::int64_t seq, const std::vector<JobEvent>& events) {
  for (const JobEvent& event : events) {
    connection.execute("INSERT INTO job_event(seq, number, time, name, detail, hash) VALUES(?, ?, ?, ?, ?, ?)", seq,
                       std::int64_t{event.number}, event.time, event.name, event.detail, event.hash);
  }
}

void save_output(Connection& connection, std::int64_t seq, const std::string& output) {
  connection.execute("INSERT OR REPLACE INTO job_output(seq, output) VALUES(?, ?)", seq, output);
}

void insert_announcements(Connection& connection, const JobChange& change) {
  for (const Announcement& announcement : change.announcements)
    connection.execute("INSERT INTO announcement(id, text) VALUES(?, ?) ON CONFLICT(id) DO NOTHING", announcement.id,
                       announcement.text);
}

}  // namespace

JobState read_state(Connection& connection, Statement& row) {
  const auto text = row.text();
  const auto state = parse_job_state(text);
  if (!state) connection.fail_corrupt("a job with an unknown state");
  return *state;
}

JobRow read_job(Connection& connection, Statement& row) {
  JobRow read;
  Job& job = read.job;
  read.seq = row.integer();
  job.id = row.text(), job.kind = row.text(), job.owner = row.text(), job.input = row.text();
  job.priority = row.small_integer();
  job.state = read_state(connection, row);
  job.output = row.text(), job.error = row.text();
  job.attempt = row.small_integer(), job.crashes = row.small_integer();
  job.cancel_requested = row.flag();
  job.worker = row.text();
  job.created = row.time(), job.updated = row.time(), job.not_before = row.time(), job.lease_until = row.time();
  job.events = row.small_integer();
  job.last_hash = row.text();
  return read;
}

std::optional<JobRow> load_job(Connection& connection, const std::string& id) {
  static const std::string kSql = kSelectJob + "FROM job" + kJobTexts + "WHERE id = ?";
  auto row = connection.statement(kSql, id);
  if (!row.next()) return std::nullopt;
  return read_job(connection, row);
}

JobRow load_job(Connection& connection, std::int64_t seq) {
  static const std::string kSql = kSelectJob + "FROM job" + kJobTexts + "WHERE job.seq = ?";
  auto row = connection.statement(kSql, seq);
  if (!row.next()) connection.fail_corrupt("an index entry without its job");
  return read_job(connection, row);
}

void insert_job(Connection& connection, const JobChange& change, Timestamp now) {
  const Job& job = change.job;
  std::int64_t seq = 0;
  {
    auto inserted = connection.statement(
        kInsert, job.id, job.kind, job.owner, std::int64_t{job.priority}, to_string(job.state), job.error,
        std::int64_t{job.attempt}, std::int64_t{job.crashes}, std::int64_t{job.cancel_requested}, job.worker,
        job.created, job.updated, job.not_before, job.lease_until, std::int64_t{job.events}, job.last_hash,
        rank_of(job), std::int64_t{is_ready(job, now)});
    inserted.next();
    seq = inserted.integer();
    inserted.next();
  }
  connection.execute("INSERT INTO job_input(seq, input) VALUES(?, ?)", seq, job.input);
  insert_events(connection, seq, change.events);
}

void save_job(Connection& connection, const JobRow& before, const JobChange& change, Timestamp now) {
  const Job& job = change.job;
  const auto save = [&](std::string_view sql, const auto&... more) {
    connection.execute(sql, job.error, std::int64_t{job.attempt}, std::int64_t{job.crashes},
                       std::int64_t{job.cancel_requested}, job.worker, job.updated, job.lease_until,
                       std::int64_t{job.events}, job.last_hash, more..., before.seq);
  };
  if (job.state == before.job.state && job.not_before == before.job.not_before)
    save(kSaveInItsState);
  else
    save(kSaveAll, to_string(job.state), job.not_before, rank_of(job), std::int64_t{is_ready(job, now)});
  if (job.output != before.job.output) save_output(connection, before.seq, job.output);
  if (job.input != before.job.input)
    connection.execute("UPDATE job_input SET input = ? WHERE seq = ?", job.input, before.seq);
  if (job.owner != before.job.owner)
    connection.execute("UPDATE job SET owner = ? WHERE seq = ?", job.owner, before.seq);
  insert_events(connection, before.seq, change.events);
  insert_announcements(connection, change);
}

std::vector<JobEvent> read_events(Statement rows) {
  std::vector<JobEvent> events;
  while (rows.next()) {
    JobEvent event;
    event.number = rows.small_integer(), event.time = rows.time();
    event.name = rows.text(), event.detail = rows.text(), event.hash = rows.text();
    events.push_back(std::move(event));
  }
  return events;
}

void save_erased(Connection& connection, std::int64_t seq, const ErasedJob& erased) {
  const Job& job = erased.job;
  connection.execute("UPDATE job SET error = ?, owner = ?, events = ?, last_hash = ? WHERE seq = ?", job.error, job.owner,
                     std::int64_t{job.events}, job.last_hash, seq);
  connection.execute("UPDATE job_input SET input = ? WHERE seq = ?", job.input, seq);
  connection.execute("DELETE FROM job_output WHERE seq = ?", seq);
  connection.execute("DELETE FROM job_event WHERE seq = ?", seq);
  insert_events(connection, seq, erased.events);
}

}  // namespace imagegen::sqlite
