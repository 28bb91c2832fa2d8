#include <imagegen/core/shield.hpp>
#include <imagegen/provider/retry_provider.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <atomic>
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

// A second purchase is worse than a failure: after an unknown delivery nothing is repeated, whatever the error says.
bool may_repeat(const Error& error) {
  return error.retry == Retry::later && error.delivery != Delivery::unknown;
}

class RetryProvider final : public ImageProvider {
 public:
  RetryProvider(std::unique_ptr<ImageProvider> inner, RetryPolicy policy, Clock& clock)
      : inner_(std::move(inner)),
        policy_(policy),
        clock_(clock),
        random_(policy.jitter_seed != 0 ? policy.jitter_seed : random_seed()) {}

  ProviderCapability capability() const override { return inner_->capability(); }

  Task<Result<Submission>> submit(ImageRequest request, Deadline deadline) override {
    // A cancelled call ends with a Result, not with an exception from the next co_await.
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    for (int attempt = 1;; ++attempt) {
      auto result = co_await inner_->submit(request, deadline);
      if (result || !may_repeat(result.error())) co_return result;
      auto error = result.error();
      if (attempt >= policy_.max_attempts) {
        error.retry = Retry::exhausted;
        co_return error;
      }
      if (error.retry_after.value_or(milliseconds{0}) > policy_.max_retry_after) co_return error;
      const auto slept = co_await wait(delay_after(attempt, error), deadline);
      if (!slept) co_return interrupted(std::move(error), slept.error());
    }
  }

  Task<Result<GeneratedImages>> resume(RemoteTask task, Deadline deadline) override {
    return inner_->resume(std::move(task), deadline);
  }
  Task<Result<void>> cancel(RemoteTask task, Deadline deadline) override {
    return inner_->cancel(std::move(task), deadline);
  }
  Task<Result<void>> check(Deadline deadline) override { return inner_->check(deadline); }

 private:
  // A cancellation that came before the wait began would not end it.
  Task<Result<void>> wait(milliseconds delay, Deadline deadline) {
    const bool cancelled = co_await is_cancelled();  // named: GCC 12 crashes on it inside the `if`
    if (cancelled) co_return Error{Errc::cancelled, "cancelled before the next attempt"};
    co_return co_await sleep_for(clock_, delay, deadline);
  }

  // No time for another attempt: what the provider said is worth more than "too late". A cancellation is passed on.
  static Error interrupted(Error last, Error why) {
    if (why.code != Errc::cancelled) return last;
    why.delivery = last.delivery;
    return why;
  }

  // Full jitter (Brooker, "Exponential Backoff And Jitter", 2015); on top of Retry-After, so that callers who were
  // turned away together do not come back together.
  milliseconds delay_after(int attempt, const Error& error) {
    const auto doublings = std::min(attempt - 1, 20);
    const auto base = std::clamp<std::int64_t>(policy_.base_delay.count(), 0, std::int64_t{1} << 40U);
    const auto most =
        std::clamp<std::int64_t>(base << doublings, 0, std::max<std::int64_t>(policy_.max_delay.count(), 0));
    const auto jitter = random() % (static_cast<std::uint64_t>(most) + 1);
    return error.retry_after.value_or(milliseconds{0}) + milliseconds{static_cast<std::int64_t>(jitter)};
  }

  std::uint64_t random() { return mix(random_.fetch_add(0x9E3779B97F4A7C15U, std::memory_order_relaxed)); }

  std::unique_ptr<ImageProvider> inner_;
  RetryPolicy policy_;
  Clock& clock_;
  std::atomic<std::uint64_t> random_;
};

}  // namespace

std::unique_ptr<ImageProvider> with_retry(std::unique_ptr<ImageProvider> inner, RetryPolicy policy, Clock& clock) {
  return std::make_unique<RetryProvider>(std::move(inner), policy, clock);
}

}  // namespace imagegen
