#include "state/sqlite/job_claim.hpp"

#include <imagegen/job/worker.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "state/sqlite/job_rows.hpp"

namespace imagegen::sqlite {
namespace {

constexpr std::string_view kExpired =
    "SELECT seq, id, kind, worker, lease_until FROM job INDEXED BY job_lease WHERE state = 'running' AND "
    "lease_until < ?";
constexpr std::string_view kOfWorker =
    "SELECT seq, id, kind, worker, lease_until FROM job INDEXED BY job_worker WHERE state = 'running' AND worker = ?";
constexpr std::string_view kMakeReady =
    "UPDATE job INDEXED BY job_due SET ready = 1 WHERE state = 'queued' AND kind = ? AND ready = 0 AND "
    "not_before <= ?";
// Reads job_ready alone. That not_before has passed is known of a ready job, but for a clock that was set back.
constexpr std::string_view kDue =
    "SELECT seq, rank, id, owner FROM job INDEXED BY job_ready "
    "WHERE state = 'queued' AND ready = 1 AND kind = ? AND not_before <= ? ORDER BY rank, id LIMIT ?";
constexpr std::string_view kDueOfOwner =
    "SELECT seq, rank, id, owner FROM job INDEXED BY job_ready_owner WHERE state = 'queued' AND ready = 1 AND "
    "kind = ? AND owner = ? AND not_before <= ? ORDER BY rank, id LIMIT ?";
constexpr std::string_view kNamed =
    "SELECT seq, rank, id, owner, kind FROM job WHERE id = ? AND state = 'queued' AND not_before <= ?";
// Goes from owner to owner through the index, however many jobs each has waiting.
constexpr std::string_view kOwnersWithPlaces =
    "WITH RECURSIVE waiting(owner) AS ("
    "SELECT min(owner) FROM job INDEXED BY job_ready_owner WHERE state = 'queued' AND ready = 1 AND kind = ?1 "
    "UNION ALL SELECT (SELECT min(job.owner) FROM job INDEXED BY job_ready_owner WHERE state = 'queued' AND "
    "ready = 1 AND kind = ?1 AND job.owner > waiting.owner) FROM waiting WHERE owner IS NOT NULL) "
    "SELECT owner FROM waiting WHERE owner IS NOT NULL AND owner NOT IN "
    "(SELECT owner FROM job INDEXED BY job_running_owner WHERE state = 'running' AND owner <> '' GROUP BY owner "
    "HAVING count(*) >= ?2)";
// How much longer a job is left to a worker whose process lives on this machine: it was held up, by a disk or by
// whoever stopped it, and is more likely to go on than not. Not for ever, because a process may outlive its worker.
constexpr std::chrono::minutes kForTheLiving{1};
// With an owners' limit, how many jobs are looked at beyond those wanted, before owners are gone through one by one.
constexpr std::int64_t kLookAhead = 64;

struct Due {
  std::int64_t rank = 0;
  std::string id, owner;
  std::int64_t seq = 0;
};

class Claim {
 public:
  Claim(Connection& connection, const JobClaimRequest& request, JobTime now)
      : connection_(connection),
        request_(request),
        noted_(now.noted),
        now_(now.decides),
        declined_(request.except.begin(), request.except.end()) {}

  std::vector<Job> run() {
    for (const auto& [id, seq] : lost()) {
      if (missing() == 0) break;
      take(seq);
    }
    if (!request_.only.empty()) {
      take_what_fits(due_of_named());
      return std::move(claimed_);
    }
    make_ready();
    take_due();
    return std::move(claimed_);
  }

 private:
  std::size_t missing() const { return static_cast<std::size_t>(request_.max_jobs) - claimed_.size(); }

  void take(std::int64_t seq) {
    const JobRow row = load_job(connection_, seq);
    auto change = claim_job(row.job, request_.worker, now_ + request_.lease, request_.most_crashes, noted_);
    save_job(connection_, row, change, now_);
    if (change.job.state == JobState::running) claimed_.push_back(std::move(change.job));
  }

  std::map<std::string, std::int64_t> lost() {
    std::map<std::string, std::int64_t> found;
    const auto add = [&](Statement rows) {
      while (rows.next()) {
        const auto seq = rows.integer();
        auto id = rows.text();
        const auto kind = rows.text(), worker = rows.text();
        if (!is_wanted_kind(kind) || !is_wanted_id(id) || is_declined(id)) continue;
        if (rows.time() + kForTheLiving >= now_ && worker != request_.worker && worker_is_alive(worker)) continue;
        found.emplace(std::move(id), seq);
      }
    };
    add(connection_.statement(kExpired, now_));
    for (const std::string& worker : request_.dead) add(connection_.statement(kOfWorker, worker));
    return found;
  }

  bool is_wanted_kind(const std::string& kind) const {
    return std::find(request_.kinds.begin(), request_.kinds.end(), kind) != request_.kinds.end();
  }
  bool is_wanted_id(const std::string& id) const {
    return request_.only.empty() || std::find(request_.only.begin(), request_.only.end(), id) != request_.only.end();
  }

  bool is_declined(const std::string& id) const { return declined_.contains(id); }

  void make_ready() {
    for (const std::string& kind : request_.kinds) connection_.execute(kMakeReady, kind, now_);
  }

  // Most often those at the head of the queue fit. If full owners fill it, the jobs of the others are looked up.
  void take_due() {
    if (missing() == 0) return;
    const auto wanted = static_cast<std::int64_t>(missing()) + (limits_owners() ? kLookAhead : 0);
    const auto head = due(wanted);
    take_what_fits(head);
    if (limits_owners() && missing() > 0 && head.size() == static_cast<std::size_t>(wanted))
      take_what_fits(due_of_owners_with_places());
  }

  void take_what_fits(const std::vector<Due>& jobs) {
    for (const Due& job : jobs) {
      if (missing() == 0) return;
      if (places_of(job.owner) == 0) continue;
      take(job.seq);
      if (limits_owners() && !job.owner.empty()) --places_.at(job.owner);
    }
  }

  bool limits_owners() const { return request_.max_running_per_owner > 0; }

  // How many more jobs of the owner may run, at most as many as are missing.
  std::int64_t places_of(const std::string& owner) {
    const auto most = static_cast<std::int64_t>(missing());
    if (!limits_owners() || owner.empty()) return most;
    auto known = places_.find(owner);
    if (known == places_.end()) {
      const auto left = request_.max_running_per_owner - running_of(owner);
      known = places_.emplace(owner, std::max<std::int64_t>(left, 0)).first;
    }
    return std::min(known->second, most);
  }

  std::int64_t running_of(const std::string& owner) {
    auto row = connection_.statement(
        "SELECT count(*) FROM job INDEXED BY job_running_owner WHERE state = 'running' AND owner = ?", owner);
    return row.next() ? row.integer() : 0;
  }

  // Of at most `limit` and those that were declined, which are passed over.
  void read_due(Statement rows, std::vector<Due>& out) const {
    while (rows.next()) {
      Due due;
      due.seq = rows.integer(), due.rank = rows.integer(), due.id = rows.text(), due.owner = rows.text();
      if (!is_declined(due.id)) out.push_back(std::move(due));
    }
  }
  std::int64_t beside_declined(std::int64_t limit) const { return limit + static_cast<std::int64_t>(declined_.size()); }

  static void sort(std::vector<Due>& jobs) {
    const auto before = [](const Due& a, const Due& b) { return std::tie(a.rank, a.id) < std::tie(b.rank, b.id); };
    std::sort(jobs.begin(), jobs.end(), before);
  }

  // The first `limit` of all kinds.
  std::vector<Due> due(std::int64_t limit) {
    std::vector<Due> found;
    for (const std::string& kind : different_kinds())
      read_due(connection_.statement(kDue, kind, now_, beside_declined(limit)), found);
    sort(found);
    found.resize(std::min(found.size(), static_cast<std::size_t>(limit)));
    return found;
  }

  // Of each owner and kind the first, as many as there are places.
  std::vector<Due> due_of_owners_with_places() {
    std::vector<Due> found;
    for (const std::string& kind : different_kinds()) {
      auto owners = connection_.statement(kOwnersWithPlaces, kind, std::int64_t{request_.max_running_per_owner});
      while (owners.next()) {
        const std::string owner = owners.text();
        read_due(connection_.statement(kDueOfOwner, kind, owner, now_, beside_declined(places_of(owner))), found);
      }
    }
    sort(found);
    return found;
  }

  // Of the jobs asked for by name.
  std::vector<Due> due_of_named() {
    std::vector<Due> found;
    for (const std::string& id : std::set<std::string>(request_.only.begin(), request_.only.end())) {
      auto row = connection_.statement(kNamed, id, now_);
      if (!row.next()) continue;
      Due due;
      due.seq = row.integer(), due.rank = row.integer(), due.id = row.text(), due.owner = row.text();
      if (is_wanted_kind(row.text()) && !is_declined(due.id)) found.push_back(std::move(due));
    }
    sort(found);
    return found;
  }

  std::set<std::string> different_kinds() const { return {request_.kinds.begin(), request_.kinds.end()}; }

  Connection& connection_;
  const JobClaimRequest& request_;
  Timestamp noted_, now_;
  std::set<std::string> declined_;
  std::vector<Job> claimed_;
  std::map<std::string, std::int64_t> places_;  // of owners that have been looked up
};

}  // namespace

std::vector<Job> claim_jobs(Connection& connection, const JobClaimRequest& request, JobTime now) {
  return Claim(connection, request, now).run();
}

}  // namespace imagegen::sqlite
