#include "state/postgres/job_rows.hpp"

namespace imagegen::state {
namespace {

// Job and events go in one statement, which is one round trip and one transaction.
constexpr const char* kInsert = "WITH now AS MATERIALIZED (SELECT " IMAGEGEN_PG_TIME("$8") R"sql( AS at),
added AS (
  INSERT INTO imagegen_jobs (id, kind, owner, input, priority, state, output, error, attempt, crashes, cancel_requested,
                             worker, created, updated, not_before, lease_until, events, last_hash, rank)
  VALUES ($1, $2, $3, $4, $5, $6, '', '', 0, 0, false, '', $7, $7, (SELECT at FROM now), 0, $9, $10,
          (SELECT at FROM now) + $11::bigint)
  ON CONFLICT (id) DO NOTHING RETURNING id, not_before),
noted AS (
  INSERT INTO imagegen_job_events (job_id, number, time, name, detail, hash)
  SELECT added.id, e.number, e.time, e.name, e.detail, e.hash
  FROM added, unnest($12::int[], $13::bigint[], $14::text[], $15::text[], $16::text[])
    AS e (number, time, name, detail, hash))
SELECT not_before FROM added)sql";

constexpr const char* kSave = R"sql(
WITH saved AS (
  UPDATE imagegen_jobs AS j
  SET state = n.state, error = n.error, attempt = n.attempt, crashes = n.crashes,
      cancel_requested = n.cancel_requested, worker = n.worker, updated = n.updated, not_before = n.not_before,
      lease_until = n.lease_until, events = n.events, last_hash = n.last_hash, rank = n.rank
  FROM unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[], $6::boolean[], $7::text[], $8::bigint[],
              $9::bigint[], $10::bigint[], $11::int[], $12::text[], $13::bigint[])
    AS n (id, state, error, attempt, crashes, cancel_requested, worker, updated, not_before, lease_until, events,
          last_hash, rank)
  WHERE j.id = n.id)
INSERT INTO imagegen_job_events (job_id, number, time, name, detail, hash)
SELECT * FROM unnest($14::text[], $15::int[], $16::bigint[], $17::text[], $18::text[], $19::text[]))sql";

// In the order of the list, which is that of the numbers that they get.
constexpr const char* kAnnounce = R"sql(
INSERT INTO imagegen_announcements (id, text)
SELECT a.id, a.text FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS a (id, text, place) ORDER BY a.place
ON CONFLICT (id) DO NOTHING)sql";

// A column of many rows: what to take of each.
template <class Rows, class Take>
std::vector<std::string> texts_of(const Rows& rows, const Take& take) {
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.emplace_back(take(row));
  return out;
}
template <class Rows, class Take>
std::vector<std::int64_t> numbers_of(const Rows& rows, const Take& take) {
  std::vector<std::int64_t> out;
  out.reserve(rows.size());
  for (const auto& row : rows) out.push_back(take(row));
  return out;
}

void add_events(PgParams& params, const std::vector<JobEvent>& events) {
  params.numbers(numbers_of(events, [](const JobEvent& event) { return event.number; }));
  params.numbers(numbers_of(events, [](const JobEvent& event) { return to_unix_ms(event.time); }));
  params.texts(texts_of(events, [](const JobEvent& event) { return event.name; }), "event name");
  params.texts(texts_of(events, [](const JobEvent& event) { return event.detail; }), "event detail");
  params.texts(texts_of(events, [](const JobEvent& event) { return event.hash; }));
}

void add_jobs(PgParams& params, std::span<const JobChange> changes) {
  using Change = const JobChange&;
  params.texts(texts_of(changes, [](Change change) { return change.job.id; }), "job id");
  params.texts(texts_of(changes, [](Change change) { return std::string(to_string(change.job.state)); }));
  params.texts(texts_of(changes, [](Change change) { return change.job.error; }), "job error");
  params.numbers(numbers_of(changes, [](Change change) { return change.job.attempt; }));
  params.numbers(numbers_of(changes, [](Change change) { return change.job.crashes; }));
  params.texts(texts_of(changes, [](Change change) { return change.job.cancel_requested ? "t" : "f"; }));
  params.texts(texts_of(changes, [](Change change) { return change.job.worker; }), "worker");
  params.numbers(numbers_of(changes, [](Change change) { return to_unix_ms(change.job.updated); }));
  params.numbers(numbers_of(changes, [](Change change) { return to_unix_ms(change.job.not_before); }));
  params.numbers(numbers_of(changes, [](Change change) { return to_unix_ms(change.job.lease_until); }));
  params.numbers(numbers_of(changes, [](Change change) { return change.job.events; }));
  params.texts(texts_of(changes, [](Change change) { return change.job.last_hash; }));
  params.numbers(numbers_of(changes, [](Change change) { return to_unix_ms(rank_of(change.job)); }));
}

Result<void> save_texts(PgConnection& connection, const Job& job, JobTexts texts) {
  PgParams params;
  params.text(job.id).text(job.output, "job output");
  if (texts == JobTexts::output) {
    const auto saved = connection.run("UPDATE imagegen_jobs SET output = $2 WHERE id = $1", params);
    return saved ? Result<void>() : saved.error();
  }
  params.text(job.input, "job input").text(job.owner, "job owner");
  const auto saved =
      connection.run("UPDATE imagegen_jobs SET output = $2, input = $3, owner = $4 WHERE id = $1", params);
  return saved ? Result<void>() : saved.error();
}

Result<void> add_announcements(PgConnection& connection, const std::vector<Announcement>& announcements) {
  if (announcements.empty()) return {};
  PgParams params;
  params.texts(texts_of(announcements, [](const Announcement& one) { return one.id; }));
  params.texts(texts_of(announcements, [](const Announcement& one) { return one.text; }), "announcement");
  const auto added = connection.run(kAnnounce, params);
  return added ? Result<void>() : added.error();
}

}  // namespace

Result<Job> job_from(const PgRows& rows, int row) {
  PgRow at(rows, row);
  Job job;
  job.id = at.text(), job.kind = at.text(), job.owner = at.text(), job.input = at.text();
  job.priority = at.integer();
  const auto state = parse_job_state(at.text());
  if (!state) return Error(Errc::corrupt_data, "job " + job.id + ": its state in the database is none of ours");
  job.state = *state;
  job.output = at.text(), job.error = at.text();
  job.attempt = at.integer(), job.crashes = at.integer();
  job.cancel_requested = at.flag();
  job.worker = at.text();
  job.created = at.time(), job.updated = at.time(), job.not_before = at.time(), job.lease_until = at.time();
  job.events = at.integer();
  job.last_hash = at.text();
  return job;
}

Result<std::vector<Job>> jobs_from(const PgRows& rows) {
  std::vector<Job> jobs;
  jobs.reserve(static_cast<std::size_t>(rows.size()));
  for (int row = 0; row < rows.size(); ++row) {
    auto job = job_from(rows, row);
    if (!job) return job.error();
    jobs.push_back(std::move(*job));
  }
  return jobs;
}

JobEvent event_from(const PgRows& rows, int row) {
  PgRow at(rows, row);
  JobEvent event;
  event.number = at.integer();
  event.time = at.time();
  event.name = at.text(), event.detail = at.text(), event.hash = at.text();
  return event;
}

Result<PgRows> insert_job(PgDatabase& database, const JobChange& change) {
  const Job& job = change.job;
  PgParams params;
  params.text(job.id, "job id").text(job.kind, "job kind").text(job.owner, "job owner").text(job.input, "job input");
  params.number(job.priority).text(to_string(job.state)).time(job.created).time(database.given_time());
  params.number(job.events).text(job.last_hash).number((rank_of(job) - job.not_before).count());
  add_events(params, change.events);
  return database.run(kInsert, params);
}

Result<void> save_jobs(PgConnection& connection, std::span<const JobChange> changes, JobTexts texts) {
  if (changes.empty()) return {};
  PgParams params;
  add_jobs(params, changes);
  std::vector<std::string> ids;
  std::vector<JobEvent> events;
  for (const JobChange& change : changes) {
    ids.insert(ids.end(), change.events.size(), change.job.id);
    events.insert(events.end(), change.events.begin(), change.events.end());
  }
  params.texts(ids);
  add_events(params, events);
  if (const auto saved = connection.run(kSave, params); !saved) return saved.error();
  for (const JobChange& change : changes) {
    // Apart, because a text that is not assigned is not written again either, and outputs may be long.
    if (texts != JobTexts::none) {
      if (const auto saved = save_texts(connection, change.job, texts); !saved) return saved;
    }
    if (const auto added = add_announcements(connection, change.announcements); !added) return added;
  }
  return {};
}

Result<void> save_erased(PgConnection& connection, const ErasedJob& erased) {
  const auto removed =
      connection.run("DELETE FROM imagegen_job_events WHERE job_id = $1", PgParams().text(erased.job.id, "job id"));
  if (!removed) return removed.error();
  const JobChange change{erased.job, erased.events};
  return save_jobs(connection, std::span(&change, 1), JobTexts::all);
}

}  // namespace imagegen::state
