#pragma once
#include <chrono>
#include <cstdint>
#include <string>

namespace imagegen {

/// A moment of the wall clock, to the millisecond: what records keep.
using Timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// Drops what is below a millisecond, towards the past, also before 1970.
inline Timestamp to_timestamp(std::chrono::system_clock::time_point time) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(time);
}
/// Milliseconds since 1 January 1970, 00:00 UTC; below 0 before that.
inline std::int64_t to_unix_ms(Timestamp time) noexcept {
  return time.time_since_epoch().count();
}
/// The moment that to_unix_ms() made the number of.
inline Timestamp from_unix_ms(std::int64_t milliseconds) noexcept {
  return Timestamp(std::chrono::milliseconds(milliseconds));
}

/// RFC 3339 in UTC: "2026-11-21T07:36:31.004Z". Years 0 to 9999; safe from any thread.
std::string to_rfc3339(Timestamp time);

}  // namespace imagegen
