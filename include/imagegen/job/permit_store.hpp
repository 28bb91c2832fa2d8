#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace imagegen {

class Clock;

/// How much of something may go on at a time, over all processes that share the store.
struct PermitLimit {
  std::string name;        ///< "provider:openai", "user:u-1"; 1..256 bytes.
  int max_concurrent = 0;  ///< Permits at a time; 0: no limit.
  /// New permits in any 60 s, wherever they begin; 0: no limit. Up to a tenth of them and one more come at once, and
  /// the others evenly; so a user who never pauses gets nine tenths.
  int per_minute = 0;
};

/// Who wants a permit, and which limits it counts against.
struct PermitRequest {
  std::string holder;                       ///< Unique for each permit, and begins with the worker's name and "/".
  std::vector<PermitLimit> limits;          ///< 1..8, names differ. All are kept, or nothing is taken.
  std::chrono::milliseconds lease{15'000};  ///< At least 1 ms; a permit that is not renewed by then is free.
};

/// Whether there was one.
struct PermitAnswer {
  bool granted = false;              ///< All limits have room, and are taken.
  std::chrono::milliseconds wait{};  ///< If not: ask again after so long at the earliest. At least 1.
};

/// Permits to do something costly. Functions block, and are safe from any thread. They go by the store's own time, as
/// those of a JobStore do.
/// Errors: unavailable, storage_failed, invalid_argument.
class PermitStore {
 public:
  virtual ~PermitStore() = default;

  /// Asking again for a holder that has it keeps it, and counts no new one.
  virtual Result<PermitAnswer> acquire(const PermitRequest& request) = 0;
  /// Keeps all permits of holders that begin with `worker` and "/", for another `lease`.
  virtual Result<void> renew(const std::string& worker, std::chrono::milliseconds lease) = 0;
  /// Succeeds also when there was none.
  virtual Result<void> release(const std::string& holder) = 0;
};

/// Lives in this process and ends with it. \param clock As of make_memory_job_store().
std::unique_ptr<PermitStore> make_memory_permit_store();
/// The same, on a clock of the caller's.
std::unique_ptr<PermitStore> make_memory_permit_store(const Clock& clock);

/// \file For makers of a PermitStore: when the next permit of a rate may be given.
///
/// The generic cell rate algorithm (ITU-T I.371): `next` is when the bucket is empty again. Step and burst are such
/// that no 60 s have more permits than the rate allows.
struct PermitRate {
  Timestamp next{};  ///< When the next one is due.

  /// 0: now. \param per_minute At least 1.
  std::chrono::milliseconds wait(int per_minute, Timestamp now) const noexcept;
  /// After a permit was given.
  PermitRate after(int per_minute, Timestamp now) const noexcept;
};

/// Errc::invalid_argument for what is outside the limits of PermitRequest and PermitLimit, or more than 60,000 a
/// minute.
Result<void> check_permit(const PermitRequest& request);

}  // namespace imagegen
