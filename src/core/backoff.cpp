#include <imagegen/maker/core/backoff.hpp>

#include <algorithm>
#include <random>
#include <string>

#include "core/split_mix.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;

std::uint64_t random_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

milliseconds bounded(milliseconds asked) {
  return std::clamp<milliseconds>(asked, milliseconds{0}, kLongestRetryAfter);
}

std::string in_hours(milliseconds time) {
  return std::to_string(std::chrono::floor<std::chrono::hours>(time).count()) + " h";
}

}  // namespace

void set_retry_after(Error& error, std::optional<milliseconds> asked) {
  error.retry_after = asked;
  if (!asked) return;
  error.retry_after = bounded(*asked);
  if (*asked <= kLongestRetryAfter) return;
  error.message += "; it asks to wait for more than " + in_hours(kLongestRetryAfter) + " (" + in_hours(*asked) +
                   "), and is obeyed for " + in_hours(kLongestRetryAfter);
}

Backoff::Backoff(milliseconds base, milliseconds most, std::uint64_t seed)
    : base_(std::clamp(base, milliseconds{0}, milliseconds{std::int64_t{1} << 40U})),
      most_(std::max(most, milliseconds{0})),
      random_(seed != 0 ? seed : random_seed()) {}

milliseconds Backoff::delay(int attempt, std::optional<milliseconds> retry_after) {
  const auto doublings = std::clamp(attempt - 1, 0, 20);
  const auto most = std::min(base_.count() << doublings, most_.count());
  const auto number = split_mix(random_.fetch_add(kSplitMixStep, std::memory_order_relaxed));
  const auto jitter = number % (static_cast<std::uint64_t>(most) + 1);
  return bounded(retry_after.value_or(milliseconds{0})) + milliseconds{static_cast<std::int64_t>(jitter)};
}

}  // namespace imagegen
