#include "state/mongo/job_claim.hpp"

#include <algorithm>
#include <random>
#include <set>
#include <utility>

#include "state/mongo/job_documents.hpp"
#include "state/mongo/owner_places.hpp"

namespace imagegen::mongo {
namespace {

// Jobs looked at beyond those wanted: enough to step over what others are claiming.
constexpr int kWindow = 64;
// Looks at the queue in one claim. Each that comes to nothing means that others have claimed.
constexpr int kMostLooks = 200;

class Claim {
 public:
  Claim(MongoDatabase& database, const JobClaimRequest& request, JobTime now)
      : database_(database),
        request_(request),
        noted_(now.noted),
        now_(now.decides),
        places_(database, request.max_running_per_owner, now.decides, now.decides + request.lease),
        passed_over_(request.except.begin(), request.except.end()) {}

  // What was taken before something failed is the worker's, and it has to hear of it.
  Result<std::vector<Job>> run() {
    const auto done = take_all();
    if (!done && claimed_.empty()) return done.error();
    return std::move(claimed_);
  }

 private:
  enum class Taken : std::uint8_t { yes, changed, full, busy };

  int missing() const { return request_.max_jobs - static_cast<int>(claimed_.size()); }
  bool limits_owners() const { return request_.max_running_per_owner > 0; }

  Result<void> take_all() {
    if (const auto taken = take_lost(); !taken) return taken.error();
    for (int look = 0; look < kMostLooks && missing() > 0; ++look) {
      const auto more = take_due(look);
      if (!more) return more.error();
      if (!*more) break;
    }
    return {};
  }

  Document wanted(JobState state) const {
    auto filter = in_state(state);
    filter.all_of(in("kind", request_.kinds, "kinds"));
    return filter;
  }

  Result<void> take_lost() {
    Document ended, lost;
    ended.document("job.leaseUntil", Document().time("$lt", now_));
    std::vector<Document> either;
    either.push_back(std::move(ended));
    either.push_back(in("job.worker", request_.dead, "dead"));
    auto filter = wanted(JobState::running);
    filter.documents("$or", either);
    if (const auto ids = wanted_ids(); !ids.empty()) filter.document("jobId", ids);
    const auto found =
        find_jobs(database_, filter, std::move(Document().integer("jobId", 1)), missing() + kWindow, Texts::none);
    if (!found) return found.error();
    for (const StoredJob& job : found->jobs) {
      if (missing() == 0) break;
      const auto taken = take(job);
      if (!taken) return taken.error();
    }
    return {};
  }

  // Looks at the head of the queue. \return Whether another look may find more.
  Result<bool> take_due(int look) {
    if (look == 1 && limits_owners()) {
      const auto full = places_.full_owners();
      if (!full) return full.error();
      full_.insert(full->begin(), full->end());
    }
    const auto found = find_jobs(database_, due(), std::move(Document().integer("job.rank", 1).integer("jobId", 1)),
                                 missing() + kWindow, Texts::none);
    if (!found) return found.error();
    const auto before = full_.size() + passed_over_.size();
    unsigned met = 0;
    for (std::size_t i = 0; i < found->jobs.size() && missing() > 0; ++i) {
      const StoredJob& job = found->jobs[i];
      if (full_.contains(job.job.owner)) continue;
      const auto taken = take_queued(job);
      if (!taken) return taken.error();
      if (*taken == Taken::full) full_.insert(job.job.owner);
      if (*taken == Taken::busy) passed_over_.insert(job.job.id);
      // Who meets another here jumps ahead, else all who come at once would meet at every job.
      if (*taken == Taken::changed) i += random_() % (1U << std::min(++met, 5U));
    }
    return met > 0 || (found->full && full_.size() + passed_over_.size() > before);
  }

  Document due() const {
    auto filter = wanted(JobState::queued);
    filter.document("job.notBefore", Document().time("$lte", now_));
    if (!full_.empty()) filter.document("owner", none_of(full_));
    if (const auto ids = wanted_ids(); !ids.empty()) filter.document("jobId", ids);
    return filter;
  }

  // Empty: all.
  Document wanted_ids() const {
    Document ids;
    if (!request_.only.empty()) ids.texts("$in", request_.only);
    if (!passed_over_.empty()) ids.all_of(none_of(passed_over_));
    return ids;
  }

  static Document none_of(const std::set<std::string>& values) {
    Document made;
    made.texts("$nin", std::vector<std::string>(values.begin(), values.end()));
    return made;
  }

  Result<Taken> take_queued(const StoredJob& job) {
    const bool needs_place = limits_owners() && !job.job.owner.empty();
    if (needs_place) {
      const auto place = places_.take(job);
      if (!place) return place.error();
      if (*place == OwnerPlaces::Answer::full) return Taken::full;
      if (*place == OwnerPlaces::Answer::busy) return Taken::busy;
    }
    const auto taken = take(job);
    if (!taken) return taken.error();
    if (!*taken && needs_place) places_.forget(job.job.owner);
    return *taken ? Taken::yes : Taken::changed;
  }

  Result<bool> take(const StoredJob& job) {
    auto change = claim_job(job.job, request_.worker, now_ + request_.lease, request_.most_crashes, noted_);
    const auto saved = take_job(database_, job, change);
    if (!saved || !*saved) return saved;
    if (change.job.state == JobState::running) claimed_.push_back(std::move(change.job));
    return true;
  }

  MongoDatabase& database_;
  const JobClaimRequest& request_;
  Timestamp noted_, now_;
  OwnerPlaces places_;
  std::vector<Job> claimed_;
  std::set<std::string> full_;         // owners
  std::set<std::string> passed_over_;  // jobs: declined, or about to be taken by another claim
  std::minstd_rand random_{std::random_device()()};
};

}  // namespace

Result<std::vector<Job>> claim_jobs(MongoDatabase& database, const JobClaimRequest& request, JobTime now) {
  return Claim(database, request, now).run();
}

}  // namespace imagegen::mongo
