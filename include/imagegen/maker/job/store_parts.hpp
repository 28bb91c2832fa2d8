#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/job/job_store.hpp>

#include <algorithm>
#include <compare>
#include <map>
#include <mutex>
#include <string_view>

/// \file What makers of a JobStore share.
namespace imagegen {

/// The time of a store that has no server to ask. It begins as the wall clock says, and then goes on with the steady
/// one: nothing ends or begins because the wall clock was set. Safe from any thread.
class SteadyTime {
 public:
  /// \param clock Outlives it.
  explicit SteadyTime(const Clock& clock) : SteadyTime(clock, begin_of(clock)) {}
  /// \param begin What the steady clock's 0 is, so that several processes of one machine have one time.
  SteadyTime(const Clock& clock, Timestamp begin) : clock_(&clock), begin_(begin) {}

  /// The wall clock's time when the steady clock's was 0, as it seems now.
  static Timestamp begin_of(const Clock& clock) { return to_timestamp(clock.wall_now()) - since_boot(clock); }
  /// The same as this object was made with, for others that shall have its time.
  Timestamp begin() const noexcept { return begin_; }
  /// The store's time.
  Timestamp now() const { return begin_ + since_boot(*clock_); }

 private:
  static std::chrono::milliseconds since_boot(const Clock& clock) {
    return std::chrono::floor<std::chrono::milliseconds>(clock.now().time_since_epoch());
  }

  const Clock* clock_;
  Timestamp begin_;
};

/// In how long a job that is due `at` may begin: 0 when it may.
inline std::chrono::milliseconds until_due(Timestamp at, Timestamp now) noexcept {
  return std::max(at - now, std::chrono::milliseconds(0));
}

/// A place in a list of jobs, newest first.
struct JobCursor {
  Timestamp created{};  ///< Of the job.
  std::string id;       ///< Of the job; tells those of one moment apart.

  friend bool operator==(const JobCursor&, const JobCursor&) = default;
  /// Newer is less; of one age, the greater id.
  friend bool operator<(const JobCursor& a, const JobCursor& b) {
    return a.created != b.created ? a.created > b.created : a.id > b.id;
  }
};

/// The place of a job in such a list.
inline JobCursor cursor_of(const Job& job) {
  return {job.created, job.id};
}

/// As it stands in JobPage::next.
std::string to_cursor(const Job& job);
/// Nothing for an empty text; Errc::invalid_argument for one that to_cursor() cannot have made.
Result<std::optional<JobCursor>> parse_cursor(std::string_view text);

/// Errc::invalid_argument for a limit out of its range.
Result<void> check_query(const JobQuery& query);
/// Errc::invalid_argument for a request outside the limits of JobClaimRequest.
Result<void> check_claim(const JobClaimRequest& request);
/// Of JobStore::next_due().
Result<void> check_except(const std::vector<std::string>& except);
/// Of JobStore::announcements().
Result<void> check_announcements(int limit);

/// Those who want to know of new work. Safe from any thread; held by a shared pointer.
class JobWatchers : public std::enable_shared_from_this<JobWatchers> {
 public:
  /// Calls `on_work` with every call() until the result ends. It must not end a Watch of these itself.
  std::unique_ptr<JobStore::Watch> add(std::function<void()> on_work);
  /// Tells all of them, on this thread.
  void call();

 private:
  class Registration;

  std::mutex mutex_;
  std::map<int, std::function<void()>> all_;
  int next_ = 0;
};

}  // namespace imagegen
