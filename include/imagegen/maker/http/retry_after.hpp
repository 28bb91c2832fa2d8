#pragma once
#include <imagegen/http/http_message.hpp>

#include <chrono>
#include <optional>

namespace imagegen {

/// How long an answer asks to wait: `retry-after-ms`, else `Retry-After` in seconds (fractions are taken) or as an HTTP
/// date against the answer's own `Date`, so that no clock need be right; without one against `now`. Negative times are
/// 0, and none is longer than kLongestRetryAfter; text that is neither gives nothing. RFC 9110, section 10.2.3.
std::optional<std::chrono::milliseconds> retry_after(const HttpHeaders& headers,
                                                     std::chrono::system_clock::time_point now);

/// Puts the same into `error.retry_after`; its message says when the server asked for more than is waited.
void note_retry_after(Error& error, const HttpHeaders& headers, std::chrono::system_clock::time_point now);

}  // namespace imagegen
