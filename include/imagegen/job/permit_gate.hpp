#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/permit_store.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace imagegen {

/// How much may go on at a time, over all workers; 0 is no limit.
struct PermitRates {
  int max_concurrent = 0, per_minute = 0;  ///< At a time; begun in any 60 s, at most 60,000.

  /// Whether there is a limit at all.
  bool any() const noexcept { return max_concurrent > 0 || per_minute > 0; }
};

/// What limits purchases. Keys that are not there have no limit.
struct PermitLimits {
  PermitRates each_provider = {};  ///< Of every provider that `providers` does not name.
  std::map<std::string, PermitRates, std::less<>> providers = {};  ///< By name.
  std::map<std::string, PermitRates, std::less<>> models = {};     ///< By "provider/model".
  PermitRates user = {};                                           ///< Of each user.
};

/// Whom a permit is for.
struct PermitFor {
  std::string provider, model = {};  ///< By the names of the limits.
  std::string user = {};             ///< Empty: only the limits of provider and model count.
};

/// Lets in what the limits of a provider, a model and a user allow, and makes the rest wait.
class PermitGate {
 public:
  /// \param worker The name whose heartbeat keeps the permits; see WorkerOptions::permits. All references outlive it.
  /// \param lease The worker's: its heartbeat comes often enough for that.
  PermitGate(PermitStore& store, ThreadPool& pool, Clock& clock, std::string worker, PermitLimits limits,
             std::chrono::milliseconds lease = std::chrono::milliseconds(15'000));

  /// Waits for a permit. \return The permit, to be given to leave(); empty where there is no limit. Errc::rate_limited
  /// with Retry::later when the deadline would pass, Errc::cancelled, the store's errors.
  Task<Result<std::string>> enter(PermitFor wanted, Deadline deadline);

  /// A permit that cannot be given back now is given back later, or ends with its lease when the worker ends.
  Task<void> leave(std::string permit);

 private:
  std::vector<PermitLimit> limits_for(const PermitFor& wanted) const;
  void leave_for_later(const std::string& permit);
  void release_left_ones();

  PermitStore& store_;
  ThreadPool& pool_;
  Clock& clock_;
  std::string worker_;
  PermitLimits limits_;
  std::chrono::milliseconds lease_;
  std::mutex mutex_;
  std::vector<std::string> left_;  // could not be given back; guarded by mutex_
  std::atomic<std::uint64_t> next_{0};
};

}  // namespace imagegen
