#pragma once
#include <imagegen/core/error.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace imagegen {

/// A server or a host that asks to wait is obeyed up to this: a wrong clock, or a header that is nonsense, must not
/// park a job for years.
inline constexpr std::chrono::hours kLongestRetryAfter{1};

/// Sets `error.retry_after` to what was asked for, within [0, kLongestRetryAfter]; the message says when it was more.
void set_retry_after(Error& error, std::optional<std::chrono::milliseconds> asked);

/// How long to wait before the next attempt: anything up to a limit that doubles, so that callers who failed together
/// do not come back together. Source: M. Brooker, "Exponential Backoff And Jitter", 2015 ("full jitter"). Safe from any
/// thread.
class Backoff {
 public:
  /// \param seed 0: from the system's random source.
  Backoff(std::chrono::milliseconds base, std::chrono::milliseconds most, std::uint64_t seed);

  /// After the `attempt`th attempt failed (from 1); on top of what the server asked for, if it did, up to
  /// kLongestRetryAfter.
  std::chrono::milliseconds delay(int attempt, std::optional<std::chrono::milliseconds> retry_after = {});

 private:
  std::chrono::milliseconds base_, most_;
  std::atomic<std::uint64_t> random_;
};

}  // namespace imagegen
