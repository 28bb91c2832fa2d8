#include <imagegen/maker/job/store_parts.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace imagegen {
namespace {

constexpr int kLargestPage = 1000, kMostClaims = 1000;
constexpr std::size_t kMostNamed = 1000;

Error wrong_part(const std::string& message) {
  return {Errc::invalid_argument, message};
}

Result<void> check_ids(const std::string& field, const std::vector<std::string>& ids) {
  if (ids.size() > kMostNamed) return wrong_part(field + ": expected at most 1000 ids, got " + std::to_string(ids.size()));
  if (!std::all_of(ids.begin(), ids.end(), is_job_id)) return wrong_part(field + ": expected ids of jobs");
  return {};
}

}  // namespace

Result<Job> JobStore::erase(const std::string& id, const JobErasure&, Timestamp) {
  return Error(Errc::unsupported, "job " + id + ": this store of jobs cannot erase; give it JobStore::erase()");
}

std::string to_cursor(const Job& job) {
  return std::to_string(to_unix_ms(job.created)) + "-" + job.id;
}

Result<std::optional<JobCursor>> parse_cursor(std::string_view text) {
  if (text.empty()) return std::optional<JobCursor>();
  const auto dash = text.find('-', 1);
  std::int64_t created = 0;
  const auto end = dash == std::string_view::npos ? text.data() : text.data() + dash;
  const auto read = std::from_chars(text.data(), end, created);
  const bool number = dash != std::string_view::npos && read.ec == std::errc() && read.ptr == end;
  if (!number || !is_job_id(text.substr(dash + 1))) return wrong_part("after: expected the next of an earlier page");
  return std::optional(JobCursor{from_unix_ms(created), std::string(text.substr(dash + 1))});
}

Result<void> check_query(const JobQuery& query) {
  if (query.limit >= 1 && query.limit <= kLargestPage) return {};
  return wrong_part("limit: expected 1 to 1000, got " + std::to_string(query.limit));
}

Result<void> check_claim(const JobClaimRequest& request) {
  if (request.worker.empty()) return wrong_part("worker: expected a name, got none");
  if (request.kinds.empty()) return wrong_part("kinds: expected at least one, got none");
  if (request.max_jobs < 1 || request.max_jobs > kMostClaims)
    return wrong_part("max_jobs: expected 1 to 1000, got " + std::to_string(request.max_jobs));
  if (request.lease.count() < 1) return wrong_part("lease: expected at least 1 ms");
  if (request.most_crashes < 1) return wrong_part("most_crashes: expected at least 1");
  if (const auto checked = check_ids("only", request.only); !checked) return checked;
  return check_except(request.except);
}

Result<void> check_except(const std::vector<std::string>& except) {
  return check_ids("except", except);
}

Result<void> check_announcements(int limit) {
  if (limit >= 1 && limit <= kLargestPage) return {};
  return wrong_part("announcements: expected a limit of 1 to 1000, got " + std::to_string(limit));
}

class JobWatchers::Registration : public JobStore::Watch {
 public:
  Registration(std::shared_ptr<JobWatchers> all, int number) : all_(std::move(all)), number_(number) {}
  ~Registration() override {
    const std::lock_guard lock(all_->mutex_);
    all_->all_.erase(number_);
  }

 private:
  std::shared_ptr<JobWatchers> all_;
  int number_;
};

std::unique_ptr<JobStore::Watch> JobWatchers::add(std::function<void()> on_work) {
  const std::lock_guard lock(mutex_);
  all_.emplace(next_, std::move(on_work));
  return std::make_unique<Registration>(shared_from_this(), next_++);
}

// Under the lock, so that no call comes after a Watch has ended.
void JobWatchers::call() {
  const std::lock_guard lock(mutex_);
  for (const auto& watcher : all_) watcher.second();
}

}  // namespace imagegen
