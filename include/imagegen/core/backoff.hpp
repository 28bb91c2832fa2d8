#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

namespace imagegen {

/// How long to wait before the next attempt: anything up to a limit that doubles, so that callers who failed together
/// do not come back together. Source: M. Brooker, "Exponential Backoff And Jitter", 2015 ("full jitter"). Safe from any
/// thread.
class Backoff {
 public:
  /// \param seed 0: from the system's random source.
  Backoff(std::chrono::milliseconds base, std::chrono::milliseconds most, std::uint64_t seed);

  /// After the `attempt`th attempt failed (from 1); on top of what the server asked for, if it did.
  std::chrono::milliseconds delay(int attempt, std::optional<std::chrono::milliseconds> retry_after = {});

 private:
  std::chrono::milliseconds base_, most_;
  std::atomic<std::uint64_t> random_;
};

}  // namespace imagegen
