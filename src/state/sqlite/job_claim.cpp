#include "state/sqlite/job_claim.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "state/sqlite/job_rows.hpp"

namespace imagegen::sqlite {
namespace {

constexpr std::string_view kExpired =
    "SELECT seq, id, kind FROM job INDEXED BY job_lease WHERE state = 'running' AND lease_until < ?";
constexpr std::string_view kOfWorker =
    "SELECT seq, id, kind FROM job INDEXED BY job_worker WHERE state = 'running' AND worker = ?";
constexpr std::string_view kMakeReady =
    "UPDATE job INDEXED BY job_due SET ready = 1 WHERE state = 'queued' AND kind = ? AND ready = 0 AND "
    "not_before <= ?";
// Reads job_ready alone. That not_before has passed is known of a ready job, but for a clock that was set back.
constexpr std::string_view kDue =
    "SELECT seq, rank, id, owner FROM job INDEXED BY job_ready "
    "WHERE state = 'queued' AND ready = 1 AND kind = ? AND not_before <= ? ORDER BY rank, id LIMIT ?";
constexpr std::string_view kDueOfOwnersWithPlaces =
    "SELECT seq, rank, id, owner FROM job INDEXED BY job_ready "
    "WHERE state = 'queued' AND ready = 1 AND kind = ? AND not_before <= ? AND owner NOT IN "
    "(SELECT owner FROM job INDEXED BY job_running_owner WHERE state = 'running' AND owner <> '' GROUP BY owner "
    "HAVING count(*) >= ?) ORDER BY rank, id LIMIT ?";

struct Due {
  std::int64_t rank = 0;
  std::string id, owner;
  std::int64_t seq = 0;
};

class Claim {
 public:
  Claim(Connection& connection, const JobClaimRequest& request, Timestamp now)
      : connection_(connection), request_(request), now_(now) {}

  std::vector<Job> run() {
    for (const auto& [id, seq] : lost()) {
      if (missing() == 0) break;
      take(seq);
    }
    make_ready();
    while (missing() > 0 && take_due()) {
    }
    return std::move(claimed_);
  }

 private:
  std::size_t missing() const { return static_cast<std::size_t>(request_.max_jobs) - claimed_.size(); }

  void take(std::int64_t seq) {
    const JobRow row = load_job(connection_, seq);
    auto change = claim_job(row.job, request_.worker, now_ + request_.lease, request_.most_crashes, now_);
    save_job(connection_, row, change);
    if (change.job.state == JobState::running) claimed_.push_back(std::move(change.job));
  }

  std::map<std::string, std::int64_t> lost() {
    std::map<std::string, std::int64_t> found;
    const auto add = [&](Statement rows) {
      while (rows.next()) {
        const auto seq = rows.integer();
        auto id = rows.text();
        const auto kind = rows.text();
        const bool wanted = std::find(request_.kinds.begin(), request_.kinds.end(), kind) != request_.kinds.end();
        if (wanted) found.emplace(std::move(id), seq);
      }
    };
    add(connection_.statement(kExpired, now_));
    for (const std::string& worker : request_.dead) add(connection_.statement(kOfWorker, worker));
    return found;
  }

  void make_ready() {
    for (const std::string& kind : request_.kinds) connection_.execute(kMakeReady, kind, now_);
  }

  // Takes what is due and fits. \return Whether there may be more: of owners who had a place when this began, and
  // whose jobs stood before those of others. The others' turn is next.
  bool take_due() {
    std::map<std::string, int> running;
    bool skipped = false;
    for (const Due& due : find_due()) {
      if (is_full(due.owner, running)) {
        skipped = true;
        continue;
      }
      take(due.seq);
      ++running[due.owner];
    }
    return skipped;
  }

  bool is_full(const std::string& owner, std::map<std::string, int>& running) {
    if (request_.max_running_per_owner <= 0 || owner.empty()) return false;
    auto known = running.find(owner);
    if (known == running.end()) known = running.emplace(owner, running_of(owner)).first;
    return known->second >= request_.max_running_per_owner;
  }

  int running_of(const std::string& owner) {
    auto row = connection_.statement(
        "SELECT count(*) FROM job INDEXED BY job_running_owner WHERE state = 'running' AND owner = ?", owner);
    return row.next() ? row.small_integer() : 0;
  }

  // The heads of the queues of all kinds, as many as are missing.
  std::vector<Due> find_due() {
    std::vector<Due> found;
    const auto limit = static_cast<std::int64_t>(missing());
    const auto add = [&](Statement rows) {
      while (rows.next()) {
        Due due;
        due.seq = rows.integer(), due.rank = rows.integer(), due.id = rows.text(), due.owner = rows.text();
        found.push_back(std::move(due));
      }
    };
    const std::int64_t owner_limit = request_.max_running_per_owner;
    for (const std::string& kind : different_kinds()) {
      if (owner_limit > 0)
        add(connection_.statement(kDueOfOwnersWithPlaces, kind, now_, owner_limit, limit));
      else
        add(connection_.statement(kDue, kind, now_, limit));
    }
    const auto before = [](const Due& a, const Due& b) { return std::tie(a.rank, a.id) < std::tie(b.rank, b.id); };
    std::sort(found.begin(), found.end(), before);
    found.resize(std::min(found.size(), missing()));
    return found;
  }

  std::vector<std::string> different_kinds() const {
    auto kinds = request_.kinds;
    std::sort(kinds.begin(), kinds.end());
    kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
    return kinds;
  }

  Connection& connection_;
  const JobClaimRequest& request_;
  Timestamp now_;
  std::vector<Job> claimed_;
};

}  // namespace

std::vector<Job> claim_jobs(Connection& connection, const JobClaimRequest& request, Timestamp now) {
  return Claim(connection, request, now).run();
}

}  // namespace imagegen::sqlite
