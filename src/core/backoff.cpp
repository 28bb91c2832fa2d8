#include <imagegen/core/backoff.hpp>

#include <algorithm>
#include <random>

namespace imagegen {
namespace {

using std::chrono::milliseconds;

// SplitMix64 (Steele, Lea, Flood 2014): any counter gives a well-mixed number, so calls need no lock to share it.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

std::uint64_t random_seed() {
  std::random_device source;
  return (std::uint64_t{source()} << 32U) | source();
}

}  // namespace

Backoff::Backoff(milliseconds base, milliseconds most, std::uint64_t seed)
    : base_(std::clamp(base, milliseconds{0}, milliseconds{std::int64_t{1} << 40U})),
      most_(std::max(most, milliseconds{0})),
      random_(seed != 0 ? seed : random_seed()) {}

milliseconds Backoff::delay(int attempt, std::optional<milliseconds> retry_after) {
  const auto doublings = std::clamp(attempt - 1, 0, 20);
  const auto most = std::min(base_.count() << doublings, most_.count());
  const auto number = mix(random_.fetch_add(0x9E3779B97F4A7C15U, std::memory_order_relaxed));
  const auto jitter = number % (static_cast<std::uint64_t>(most) + 1);
  return retry_after.value_or(milliseconds{0}) + milliseconds{static_cast<std::int64_t>(jitter)};
}

}  // namespace imagegen
