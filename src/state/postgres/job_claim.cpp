#include "state/postgres/job_claim.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "state/postgres/job_rows.hpp"

namespace imagegen::state {
namespace {

// Queued jobs looked at for one claim beyond those wanted: enough to step over what others are claiming.
constexpr int kWindow = 64;
// The same under a limit per owner, where whole runs of jobs may belong to owners that are full.
constexpr int kOwnerWindow = 128;

// Whatever has an order has it from an index. Of a kind that its statistics have not seen yet the server expects one
// job, and would as soon read all that are queued by another index and sort them: ten thousand, to take ten.
// What has to be sorted all the same looks so dear then that it would be compiled, which takes 100 ms.
constexpr const char* kTimeAndByIndexOnly =
    "SELECT " IMAGEGEN_PG_TIME("$1") ", set_config('enable_sort', 'off', true), set_config('jit', 'off', true)";

// Each part by its own index, and with a limit, because the server has no idea how few of the running jobs are lost,
// and would rather walk through all jobs by their ids. An expression (kind || '', state || '', not_before + 0) can use
// no index: with the bare column the server, as long as its statistics are those of an empty or quieter table, goes
// through all jobs of a kind, sorts all that are due, or looks for ids in an index of something else.
// Every running job has a lease; that it is above 0 tells the server not to count all others, which have 0, among the
// lost: it would read the whole table.
constexpr const char* kLost = R"sql(
WITH lost AS MATERIALIZED (
  (SELECT id FROM imagegen_jobs
   WHERE state = 'running' AND lease_until > 0 AND lease_until < $2 AND kind || '' = ANY ($1::text[])
     AND id <> ALL ($6::text[])
   ORDER BY lease_until LIMIT $5)
  UNION
  (SELECT id FROM imagegen_jobs WHERE state = 'running' AND worker = ANY ($3::text[]) AND kind || '' = ANY ($1::text[])
     AND id <> ALL ($6::text[])
   LIMIT $5))
SELECT )sql" IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY (ARRAY (SELECT id FROM lost)) AND state || '' = 'running'
  AND (lease_until < $2 OR worker = ANY ($3::text[]))
LIMIT $4 FOR UPDATE SKIP LOCKED)sql";

// The same where no worker is known to be dead, as is usual: looking for the jobs of none could still read all that
// run.
constexpr const char* kLostByLease = "SELECT " IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY (ARRAY (
  SELECT id FROM imagegen_jobs
  WHERE state = 'running' AND lease_until > 0 AND lease_until < $2 AND kind || '' = ANY ($1::text[])
    AND id <> ALL ($5::text[])
  ORDER BY lease_until LIMIT $4))
AND state || '' = 'running' AND lease_until < $2
LIMIT $3 FOR UPDATE SKIP LOCKED)sql";

// The two parts of a claim of named jobs.
constexpr const char* kLostOfNamed = "SELECT " IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY ($5::text[]) AND state || '' = 'running' AND kind || '' = ANY ($1::text[])
  AND (lease_until < $2 OR worker = ANY ($3::text[])) AND id <> ALL ($6::text[])
LIMIT $4 FOR UPDATE SKIP LOCKED)sql";
constexpr const char* kDueOfNamed = "SELECT " IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY ($3::text[]) AND state || '' = 'queued' AND kind || '' = ANY ($1::text[]) AND not_before + 0 <= $2
  AND id <> ALL ($4::text[])
ORDER BY rank, id FOR UPDATE SKIP LOCKED)sql";

// One kind: straight down the index.
constexpr const char* kDue = "SELECT " IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE state = 'queued' AND kind = $1 AND not_before + 0 <= $2 AND id <> ALL ($4::text[])
ORDER BY rank, id LIMIT $3 FOR UPDATE SKIP LOCKED)sql";

// Several kinds: the first few of each, and of those the first of all.
constexpr const char* kDueOfKinds = "SELECT " IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY (ARRAY (
  SELECT first.id FROM unnest($1::text[]) AS k (kind) CROSS JOIN LATERAL (
    SELECT id, rank FROM imagegen_jobs AS j
    WHERE j.state = 'queued' AND j.kind = k.kind AND j.not_before + 0 <= $2 AND j.id <> ALL ($5::text[])
    ORDER BY j.rank, j.id LIMIT $4) AS first
  ORDER BY first.rank, first.id LIMIT $4))
AND state || '' = 'queued' AND not_before + 0 <= $2
ORDER BY rank, id LIMIT $3 FOR UPDATE SKIP LOCKED)sql";

// The same, with no more of an owner than may still start. Lost jobs are not counted, because they may end here; take()
// counts exactly.
constexpr const char* kDueOfOwners =
    "WITH few AS MATERIALIZED ("
    R"sql(
  SELECT first.* FROM unnest($1::text[]) AS k (kind) CROSS JOIN LATERAL (
    SELECT id, owner, rank FROM imagegen_jobs AS j
    WHERE j.state = 'queued' AND j.kind = k.kind AND j.not_before + 0 <= $2 AND j.id <> ALL ($7::text[])
    ORDER BY j.rank, j.id LIMIT $4) AS first),
running AS MATERIALIZED (
  SELECT owner, count(*) AS jobs FROM imagegen_jobs
  WHERE state = 'running' AND owner IN (SELECT owner FROM few WHERE owner <> '')
    AND lease_until >= $2 AND worker <> ALL ($6::text[]) GROUP BY owner),
placed AS (
  SELECT id, owner, row_number() OVER (PARTITION BY owner ORDER BY rank, id) AS place FROM few),
fitting AS (
  SELECT placed.id FROM placed LEFT JOIN running USING (owner)
  WHERE owner = '' OR place + coalesce(running.jobs, 0) <= $5)
SELECT )sql" IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY (ARRAY (SELECT id FROM fitting)) AND state || '' = 'queued' AND not_before + 0 <= $2
ORDER BY rank, id LIMIT $3 FOR UPDATE SKIP LOCKED)sql";

// When full owners fill the window: from owner to owner by the index, whatever number of jobs each has, and of each
// that is not full the first few.
constexpr const char* kDueByOwner =
    "WITH RECURSIVE "
    R"sql(owners (kind, owner) AS (
  SELECT first.* FROM unnest($1::text[]) AS k (kind) CROSS JOIN LATERAL (
    SELECT j.kind, j.owner FROM imagegen_jobs AS j
    WHERE j.state = 'queued' AND j.kind = k.kind ORDER BY j.owner LIMIT 1) AS first
  UNION ALL
  SELECT next.* FROM owners CROSS JOIN LATERAL (
    SELECT j.kind, j.owner FROM imagegen_jobs AS j
    WHERE j.state = 'queued' AND j.kind = owners.kind AND j.owner > owners.owner ORDER BY j.owner LIMIT 1) AS next),
running AS MATERIALIZED (
  SELECT owner, count(*) AS jobs FROM imagegen_jobs
  WHERE state = 'running' AND owner <> '' AND lease_until >= $2 AND worker <> ALL ($6::text[]) GROUP BY owner),
fitting AS (
  SELECT few.id FROM owners LEFT JOIN running USING (owner) CROSS JOIN LATERAL (
    SELECT j.id FROM imagegen_jobs AS j
    WHERE j.state = 'queued' AND j.kind = owners.kind AND j.owner = owners.owner AND j.not_before + 0 <= $2
      AND j.id <> ALL ($7::text[])
    ORDER BY j.rank, j.id
    LIMIT CASE WHEN owners.owner = '' THEN $4 ELSE greatest($5 - coalesce(running.jobs, 0), 0) END) AS few)
SELECT )sql" IMAGEGEN_JOB_COLUMNS R"sql( FROM imagegen_jobs
WHERE id = ANY (ARRAY (SELECT id FROM fitting)) AND state || '' = 'queued' AND not_before + 0 <= $2
ORDER BY rank, id LIMIT $3 FOR UPDATE SKIP LOCKED)sql";

// In order of their number, so that two claims never wait for each other in a circle. Whoever has some already does
// not wait at all.
constexpr const char* kLockOwners = R"sql(
SELECT pg_advisory_xact_lock(number) FROM (
  SELECT DISTINCT hashtextextended('imagegen owner ' || owner, 0) AS number FROM unnest($1::text[]) AS o (owner)
  ORDER BY number OFFSET 0) AS owners)sql";

constexpr const char* kTryLockOwners = R"sql(
SELECT owner FROM unnest($1::text[]) AS o (owner)
WHERE pg_try_advisory_xact_lock(hashtextextended('imagegen owner ' || owner, 0)))sql";

constexpr const char* kCountRunning = R"sql(
SELECT owner, count(*) FROM imagegen_jobs WHERE state = 'running' AND owner = ANY ($1::text[]) GROUP BY owner)sql";

class Claim {
 public:
  Claim(PgConnection& connection, const JobClaimRequest& request, Timestamp noted, std::optional<Timestamp> given)
      : connection_(connection), request_(request), noted_(noted), given_(given) {}

  Result<std::vector<Job>> run() {
    const auto begun = connection_.run(kTimeAndByIndexOnly, PgParams().time(given_));
    if (!begun) return begun.error();
    now_ = from_unix_ms(begun->number(0, 0));
    auto lost = lost_jobs();
    if (!lost) return lost.error();
    std::sort(lost->begin(), lost->end(), [](const Job& a, const Job& b) { return a.id < b.id; });
    auto due = due_jobs();
    if (!due) return due.error();
    if (const auto locked = lock_owners(*lost, *due); !locked) return locked.error();
    // Most often those at the head of the queue fit. If full owners fill it, the jobs of the others are looked up.
    const bool more = due->size() == static_cast<std::size_t>(request_.max_jobs);
    for (Job& job : *lost) take(std::move(job));
    for (Job& job : *due) take(std::move(job));
    if (const auto saved = save(); !saved) return saved.error();
    if (more && missing() > 0 && limits_owners() && request_.only.empty()) {
      if (const auto taken = take_of_owners_with_places(); !taken) return taken.error();
    }
    return std::move(claimed_);
  }

 private:
  int missing() const { return request_.max_jobs - taken_; }
  bool limits_owners() const { return request_.max_running_per_owner > 0; }

  Result<std::vector<Job>> jobs_of(const char* sql, const PgParams& params) {
    const auto rows = connection_.run(sql, params);
    if (!rows) return rows.error();
    return jobs_from(*rows);
  }

  Result<std::vector<Job>> lost_jobs() {
    PgParams params;
    if (request_.only.empty() && request_.dead.empty()) {
      params.texts(request_.kinds, "kinds").time(now_).number(request_.max_jobs).number(request_.max_jobs + kWindow);
      return jobs_of(kLostByLease, params.texts(request_.except));
    }
    params.texts(request_.kinds, "kinds").time(now_).texts(request_.dead, "dead").number(request_.max_jobs);
    if (!request_.only.empty()) return jobs_of(kLostOfNamed, params.texts(request_.only).texts(request_.except));
    params.number(request_.max_jobs + kWindow);
    return jobs_of(kLost, params.texts(request_.except));
  }

  Result<std::vector<Job>> due_jobs() {
    PgParams params;
    if (!request_.only.empty()) {
      params.texts(request_.kinds, "kinds").time(now_).texts(request_.only).texts(request_.except);
      return jobs_of(kDueOfNamed, params);
    }
    if (request_.kinds.size() == 1) {
      params.text(request_.kinds.front(), "kinds").time(now_).number(request_.max_jobs);
      return jobs_of(kDue, params.texts(request_.except));
    }
    params.texts(request_.kinds, "kinds").time(now_).number(request_.max_jobs);
    return jobs_of(kDueOfKinds, params.number(request_.max_jobs + kWindow).texts(request_.except));
  }

  Result<void> take_of_owners_with_places() {
    auto due = due_of_owners_with_places();
    if (!due) return due.error();
    const auto ours = try_lock_owners(*due);
    if (!ours) return ours.error();
    for (Job& job : *due) {
      if (job.owner.empty() || ours->contains(job.owner)) take(std::move(job));
    }
    return save();
  }

  Result<std::vector<Job>> due_of_owners_with_places() {
    PgParams params;
    params.texts(request_.kinds, "kinds").time(now_).number(missing()).number(missing() + kOwnerWindow);
    params.number(request_.max_running_per_owner).texts(request_.dead, "dead").texts(request_.except);
    auto due = jobs_of(kDueOfOwners, params);
    if (!due || due->size() == static_cast<std::size_t>(missing())) return due;
    return jobs_of(kDueByOwner, params);
  }

  // Holds the limit between claims: whoever has the owner's lock counts anew, and sees what those before it took.
  Result<void> lock_owners(const std::vector<Job>& lost, const std::vector<Job>& due) {
    std::set<std::string> owners;
    for (const Job& job : due) owners.insert(job.owner);
    owners.erase("");
    if (!limits_owners() || owners.empty()) return {};
    for (const Job& job : lost) owners.insert(job.owner);
    PgParams params;
    params.texts(std::vector<std::string>(owners.begin(), owners.end()), "owner");
    if (const auto locked = connection_.run(kLockOwners, params); !locked) return locked.error();
    return count_running(params);
  }

  // Those whose lock is free. Another's claim has the others, and will see to them.
  Result<std::set<std::string>> try_lock_owners(const std::vector<Job>& due) {
    std::set<std::string> owners, ours;
    for (const Job& job : due) owners.insert(job.owner);
    owners.erase("");
    if (owners.empty()) return ours;
    PgParams params;
    params.texts(std::vector<std::string>(owners.begin(), owners.end()), "owner");
    const auto locked = connection_.run(kTryLockOwners, params);
    if (!locked) return locked.error();
    for (int row = 0; row < locked->size(); ++row) ours.insert(locked->text(row, 0));
    if (const auto counted = count_running(params); !counted) return counted.error();
    return ours;
  }

  // In a statement of its own, which sees what others did before they gave up the locks.
  Result<void> count_running(const PgParams& owners) {
    const auto counted = connection_.run(kCountRunning, owners);
    if (!counted) return counted.error();
    running_.clear();
    for (int row = 0; row < counted->size(); ++row) running_[counted->text(row, 0)] = counted->number(row, 1);
    return {};
  }

  void take(Job job) {
    if (missing() == 0) return;
    const bool was_running = job.state == JobState::running;
    auto& running = running_[job.owner];
    const bool counts = limits_owners() && !job.owner.empty();
    if (!was_running && counts && running >= request_.max_running_per_owner) return;
    auto change = claim_job(std::move(job), request_.worker, now_ + request_.lease, request_.most_crashes, noted_);
    const bool runs = change.job.state == JobState::running;
    running += (runs ? 1 : 0) - (was_running ? 1 : 0);
    taken_ += runs ? 1 : 0;
    changes_.push_back(std::move(change));
  }

  Result<void> save() {
    const auto saved = save_jobs(connection_, changes_, JobTexts::none);
    if (!saved) return saved;
    for (JobChange& change : changes_) {
      if (change.job.state == JobState::running) claimed_.push_back(std::move(change.job));
    }
    changes_.clear();
    return {};
  }

  PgConnection& connection_;
  const JobClaimRequest& request_;
  Timestamp noted_;
  std::optional<Timestamp> given_;
  Timestamp now_{};  // the server's
  std::map<std::string, std::int64_t> running_;
  std::vector<JobChange> changes_;  // not yet saved
  std::vector<Job> claimed_;
  int taken_ = 0;  // of both
};

}  // namespace

Result<std::vector<Job>> claim_jobs(PgDatabase& database, const JobClaimRequest& request, Timestamp noted) {
  return database.transact(Durable::no,
                           [&](PgConnection& connection) {
                             return Claim(connection, request, noted, database.given_time()).run();
                           });
}

}  // namespace imagegen::state
