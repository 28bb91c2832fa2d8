#pragma once
#include <imagegen/core/task.hpp>

#include <chrono>

namespace imagegen {

/// When work must have ended. Compared with the clock that made it.
struct Deadline {
  /// The first moment that is too late; as it is, there is none.
  std::chrono::steady_clock::time_point at = std::chrono::steady_clock::time_point::max();
  /// For what may take as long as it takes.
  static Deadline never() noexcept { return {}; }
};

/// Time, so that tests can hold it. Every implementation is safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Runs on evenly whatever is done to the wall clock: deadlines and waits are measured with it.
  virtual std::chrono::steady_clock::time_point now() const = 0;
  /// The date, for records and signatures; it may jump either way.
  virtual std::chrono::system_clock::time_point wall_now() const = 0;

  /// Returns at `when`; with Errc::cancelled if the awaiting call is cancelled before.
  virtual Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) = 0;
};

/// The machine's own clock. Lives for the whole process.
Clock& system_clock();

/// `time` from now.
inline Deadline deadline_after(const Clock& clock, std::chrono::milliseconds time) {
  return Deadline{clock.now() + time};
}

/// Sleeps `delay`, or not at all when that would pass the deadline: then Errc::deadline_exceeded at once.
Task<Result<void>> sleep_for(Clock& clock, std::chrono::milliseconds delay, Deadline deadline);

}  // namespace imagegen
