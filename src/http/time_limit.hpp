#pragma once
#include <imagegen/core/clock.hpp>

#include <algorithm>
#include <chrono>

namespace imagegen {

/// `time` from now, or the deadline when that is sooner. Longer than a day counts as a day, so nothing overflows.
inline std::chrono::steady_clock::time_point within(std::chrono::milliseconds time, Deadline deadline) {
  const std::chrono::milliseconds longest = std::chrono::hours(24);
  return std::min(std::chrono::steady_clock::now() + std::min(time, longest), deadline.at);
}

}  // namespace imagegen
