#pragma once
#include <imagegen/job/job_store.hpp>

#include <compare>
#include <map>
#include <mutex>
#include <string_view>

/// \file What makers of a JobStore share.
namespace imagegen {

/// A place in a list of jobs, newest first.
struct JobCursor {
  Timestamp created{};
  std::string id;

  friend bool operator==(const JobCursor&, const JobCursor&) = default;
  /// Newer is less; of one age, the greater id.
  friend bool operator<(const JobCursor& a, const JobCursor& b) {
    return a.created != b.created ? a.created > b.created : a.id > b.id;
  }
};

inline JobCursor cursor_of(const Job& job) {
  return {job.created, job.id};
}

/// As it stands in JobPage::next.
std::string to_cursor(const Job& job);
/// Nothing for an empty text; Errc::invalid_argument for one that to_cursor() cannot have made.
Result<std::optional<JobCursor>> parse_cursor(std::string_view text);

Result<void> check_query(const JobQuery& query);
Result<void> check_claim(const JobClaimRequest& request);
/// Of JobStore::next_due().
Result<void> check_except(const std::vector<std::string>& except);
/// Of JobStore::announcements().
Result<void> check_announcements(int limit);

/// Those who want to know of new work. Safe from any thread; held by a shared pointer.
class JobWatchers : public std::enable_shared_from_this<JobWatchers> {
 public:
  std::unique_ptr<JobStore::Watch> add(std::function<void()> on_work);
  void call();

 private:
  class Registration;

  std::mutex mutex_;
  std::map<int, std::function<void()>> all_;
  int next_ = 0;
};

}  // namespace imagegen
