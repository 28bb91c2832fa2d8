#pragma once
#include <imagegen/provider/image_provider.hpp>

#include <cstdint>
#include <memory>

namespace imagegen {

/// How often with_retry() asks, and how long it waits between.
struct RetryPolicy {
  int max_attempts = 4;                                ///< The first one included; at least 1.
  std::chrono::milliseconds base_delay{500};           ///< Doubles with each attempt; full jitter below it.
  std::chrono::milliseconds max_delay{20'000};         ///< Of all waits but those that a server asks for.
  std::chrono::milliseconds max_retry_after{120'000};  ///< A server that asks for longer is not asked again.
  std::uint64_t jitter_seed = 0;                       ///< 0: from the system's random source.
};

/// Repeats submit() where that cannot buy twice: errors with Retry::later that leave nothing owed (billing_of()).
/// An error after the last attempt has Retry::exhausted. A wait that would pass the deadline is not begun. A call that
/// is cancelled in a back-off is Errc::cancelled with Delivery::not_sent and Billing::no: nothing is in flight. No
/// error asks to wait for more than kLongestRetryAfter.
std::unique_ptr<ImageProvider> with_retry(std::unique_ptr<ImageProvider> inner, RetryPolicy policy, Clock& clock);

}  // namespace imagegen
