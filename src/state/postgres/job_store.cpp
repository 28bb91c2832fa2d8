#include "state/postgres/job_store.hpp"

#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include "state/postgres/job_claim.hpp"
#include "state/postgres/job_rows.hpp"
#include "state/postgres/listener.hpp"
#include "state/postgres/teller.hpp"

namespace imagegen::state {
namespace {

// A filter that is absent folds away when the server plans the statement, which it does anew each time.
constexpr const char* kList = "SELECT " IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR kind = $2) AND ($3::text IS NULL OR owner = $3)
  AND ($4::bigint IS NULL OR (created, id) < ($4, $5))
ORDER BY created DESC, id DESC LIMIT $6)sql";

constexpr const char* kFind = "SELECT " IMAGEGEN_JOB_COLUMNS " FROM imagegen_jobs WHERE id = $1";
constexpr const char* kFindToChange =
    "SELECT " IMAGEGEN_JOB_COLUMNS ", " IMAGEGEN_PG_TIME("$2") " FROM imagegen_jobs WHERE id = $1 FOR UPDATE";
constexpr int kTimeColumn = 18;  // after those of the job

constexpr const char* kRenew =
    "WITH quick AS (SELECT set_config('synchronous_commit', 'off', true)) "
    "UPDATE imagegen_jobs SET lease_until = " IMAGEGEN_PG_TIME("$3") R"sql( + $2::bigint FROM quick
WHERE worker = $1 AND state = 'running' RETURNING id, attempt, cancel_requested)sql";

// The first by the index, for each kind.
constexpr const char* kNextDue = "SELECT min(first.not_before) - " IMAGEGEN_PG_TIME("$3") R"sql(
FROM unnest($1::text[]) AS k (kind) CROSS JOIN LATERAL (
  SELECT j.not_before FROM imagegen_jobs AS j
  WHERE j.state = 'queued' AND j.kind = k.kind AND j.id <> ALL ($2::text[])
  ORDER BY j.not_before LIMIT 1) AS first)sql";

constexpr const char* kConfirm =
    "SELECT state, worker, attempt, cancel_requested FROM imagegen_jobs WHERE id = $1";

// From worker to worker by the index, however many jobs each has.
constexpr const char* kRunningWorkers = R"sql(
WITH RECURSIVE workers (worker) AS (
  (SELECT worker FROM imagegen_jobs WHERE state = 'running' ORDER BY worker LIMIT 1)
  UNION ALL
  SELECT next.worker FROM workers CROSS JOIN LATERAL (
    SELECT j.worker FROM imagegen_jobs AS j WHERE j.state = 'running' AND j.worker > workers.worker
    ORDER BY j.worker LIMIT 1) AS next)
SELECT worker FROM workers)sql";

// First no more calls, then no listener, if it was the last.
class PgWatch : public JobStore::Watch {
 public:
  PgWatch(std::shared_ptr<PgListener> listener, std::unique_ptr<JobStore::Watch> registration)
      : listener_(std::move(listener)), registration_(std::move(registration)) {}

 private:
  std::shared_ptr<PgListener> listener_;
  std::unique_ptr<JobStore::Watch> registration_;
};

class PgJobStore : public JobStore {
 public:
  explicit PgJobStore(std::shared_ptr<PgDatabase> database) : database_(std::move(database)) {}

  Result<Job> add(const NewJob& wanted, Timestamp now) override {
    auto change = create_job(wanted, now);
    if (!change) return change.error();
    const auto added = insert_job(*database_, *change);
    if (!added) return added.error();
    if (added->empty()) return Error(Errc::already_exists, "job " + wanted.id + ": the id is taken");
    change->job.not_before = from_unix_ms(added->number(0, 0));
    tell();
    return change->job;
  }

  Result<std::optional<Job>> find(const std::string& id) override {
    const auto rows = database_->run(kFind, PgParams().text(id, "job id"));
    if (!rows) return rows.error();
    if (rows->empty()) return std::optional<Job>();
    auto job = job_from(*rows, 0);
    if (!job) return job.error();
    return std::optional(std::move(*job));
  }

  Result<JobPage> list(const JobQuery& query) override {
    if (const auto checked = check_query(query); !checked) return checked.error();
    const auto after = parse_cursor(query.after);
    if (!after) return after.error();
    PgParams params;
    params.maybe_text(query.state ? std::optional(std::string(to_string(*query.state))) : std::nullopt);
    params.maybe_text(query.kind, "kind").maybe_text(query.owner, "owner");
    params.time(*after ? std::optional((*after)->created) : std::nullopt);
    params.maybe_text(*after ? std::optional((*after)->id) : std::nullopt).number(query.limit + 1);
    const auto rows = database_->run(kList, params);
    if (!rows) return rows.error();
    auto jobs = jobs_from(*rows);
    if (!jobs) return jobs.error();
    JobPage page{std::move(*jobs), {}};
    if (page.jobs.size() <= static_cast<std::size_t>(query.limit)) return page;
    page.jobs.pop_back();
    page.next = to_cursor(page.jobs.back());
    return page;
  }

  Result<std::vector<JobEvent>> events(const std::string& id) override {
    return events_in(*database_, id);
  }

  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    if (const auto checked = check_claim(request); !checked) return checked.error();
    return claim_jobs(*database_, request, now);
  }

  Result<std::vector<HeldJob>> renew(const std::string& worker, std::chrono::milliseconds lease) override {
    PgParams params;
    params.text(worker, "worker").number(lease.count()).time(database_->given_time());
    const auto rows = database_->run(kRenew, params);
    if (!rows) return rows.error();
    std::vector<HeldJob> held;
    for (int row = 0; row < rows->size(); ++row) {
      PgRow at(*rows, row);
      HeldJob job;
      job.id = at.text(), job.attempt = at.integer(), job.cancel_requested = at.flag();
      held.push_back(std::move(job));
    }
    return held;
  }

  Result<void> confirm(const JobClaim& claim) override {
    const auto rows = database_->run(kConfirm, PgParams().text(claim.job_id, "job id"));
    if (!rows) return rows.error();
    if (rows->empty()) return Error(Errc::not_found, "job " + claim.job_id + ": there is none");
    PgRow at(*rows, 0);
    Job job;
    job.id = claim.job_id;
    job.state = parse_job_state(at.text()).value_or(JobState::failed);
    job.worker = at.text(), job.attempt = at.integer(), job.cancel_requested = at.flag();
    return confirm_claim(job, claim);
  }

  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    return change(claim.job_id, update.output ? JobTexts::output : JobTexts::none,
                  [&](Job job, Timestamp decides) {
                    return update_job(std::move(job), claim, update, {now, decides});
                  });
  }
  Result<Job> cancel(const std::string& id, Timestamp now) override {
    return change(id, JobTexts::none, [&](Job job, Timestamp) { return cancel_job(std::move(job), now); });
  }
  Result<Job> retry(const std::string& id, const JobRetry& retry, Timestamp now) override {
    return change(id, retry.input || retry.owner ? JobTexts::all : JobTexts::none,
                  [&](Job job, Timestamp decides) {
                    return retry_job(std::move(job), retry, {now, decides});
                  });
  }

  Result<Job> erase(const std::string& id, const JobErasure& erasure, Timestamp now) override {
    return database_->transact(Durable::yes, [&](PgConnection& connection) -> Result<Job> {
      const auto rows = connection.run(kFindToChange, PgParams().text(id, "job id").time(database_->given_time()));
      if (!rows) return rows.error();
      if (rows->empty()) return Error(Errc::not_found, "job " + id + ": there is none");
      auto job = job_from(*rows, 0);
      if (!job) return job.error();
      return erase_in(connection, std::move(*job), erasure, now);
    });
  }

  Result<std::vector<std::string>> running_workers() override {
    const auto rows = database_->run(kRunningWorkers);
    if (!rows) return rows.error();
    std::vector<std::string> workers;
    for (int row = 0; row < rows->size(); ++row) workers.push_back(rows->text(row, 0));
    return workers;
  }

  Result<std::optional<std::chrono::milliseconds>> next_due(const std::vector<std::string>& kinds,
                                                            const std::vector<std::string>& except) override {
    if (const auto checked = check_except(except); !checked) return checked.error();
    PgParams params;
    params.texts(kinds, "kinds").texts(except).time(database_->given_time());
    const auto rows = database_->run(kNextDue, params);
    if (!rows) return rows.error();
    if (rows->is_null(0, 0)) return std::optional<std::chrono::milliseconds>();
    return std::optional(until_due(from_unix_ms(rows->number(0, 0)), Timestamp()));
  }

  Result<std::vector<Announcement>> announcements(int limit) override {
    if (const auto checked = check_announcements(limit); !checked) return checked.error();
    const auto rows =
        database_->run("SELECT id, text FROM imagegen_announcements ORDER BY seq LIMIT $1", PgParams().number(limit));
    if (!rows) return rows.error();
    std::vector<Announcement> found;
    for (int row = 0; row < rows->size(); ++row) found.push_back({rows->text(row, 0), rows->text(row, 1)});
    return found;
  }

  Result<void> announced(const std::vector<std::string>& ids) override {
    if (ids.empty()) return {};
    const auto deleted = database_->run("DELETE FROM imagegen_announcements WHERE id = ANY ($1::text[])",
                                        PgParams().texts(ids, "announcement id"));
    return deleted ? Result<void>() : deleted.error();
  }

  std::unique_ptr<Watch> watch(std::function<void()> on_work) override {
    const std::lock_guard lock(mutex_);
    auto listener = listener_.lock();
    auto registration = watchers_->add(std::move(on_work));
    if (!listener) listener_ = listener = std::make_shared<PgListener>(database_->address(), watchers_);
    return std::make_unique<PgWatch>(std::move(listener), std::move(registration));
  }

 private:
  template <class Asked>
  static Result<std::vector<JobEvent>> events_in(Asked& asked, const std::string& id) {
    const auto rows = asked.run(
        "SELECT number, time, name, detail, hash FROM imagegen_job_events WHERE job_id = $1 ORDER BY number",
        PgParams().text(id, "job id"));
    if (!rows) return rows.error();
    std::vector<JobEvent> events;
    for (int row = 0; row < rows->size(); ++row) events.push_back(event_from(*rows, row));
    return events;
  }

  static Result<Job> erase_in(PgConnection& connection, Job job, const JobErasure& erasure, Timestamp now) {
    if (is_erased(job)) return job;
    auto events = events_in(connection, job.id);
    if (!events) return events.error();
    auto erased = erase_job(std::move(job), std::move(*events), erasure, now);
    if (!erased) return erased.error();
    if (const auto saved = save_erased(connection, *erased); !saved) return saved.error();
    return std::move(erased->job);
  }

  template <class Change>
  Result<Job> change(const std::string& id, JobTexts texts, const Change& how) {
    auto changed = database_->transact(Durable::yes, [&](PgConnection& connection) -> Result<Job> {
      const auto rows = connection.run(kFindToChange, PgParams().text(id, "job id").time(database_->given_time()));
      if (!rows) return rows.error();
      if (rows->empty()) return Error(Errc::not_found, "job " + id + ": there is none");
      auto job = job_from(*rows, 0);
      if (!job) return job.error();
      const Result<JobChange> change = how(std::move(*job), from_unix_ms(rows->number(0, kTimeColumn)));
      if (!change) return change.error();
      const auto saved = save_jobs(connection, std::span(&*change, 1), texts);
      if (!saved) return saved.error();
      return change->job;
    });
    if (changed && changed->state == JobState::queued) tell();
    return changed;
  }

  // After the change is there for everybody.
  void tell() {
    watchers_->call();
    teller_.tell();
  }

  const std::shared_ptr<PgDatabase> database_;
  const std::shared_ptr<JobWatchers> watchers_ = std::make_shared<JobWatchers>();
  std::mutex mutex_;
  std::weak_ptr<PgListener> listener_;
  PgTeller teller_{*database_};
};

}  // namespace

std::unique_ptr<JobStore> make_postgres_job_store(std::shared_ptr<PgDatabase> database) {
  return std::make_unique<PgJobStore>(std::move(database));
}

}  // namespace imagegen::state
