#pragma once
#include <imagegen/core/error.hpp>

#include <atomic>
#include <chrono>
#include <string>

namespace imagegen::detail {

inline Error cancelled_error() {
  return {Errc::cancelled, "the picture was no longer wanted"};
}

/// Why work on a picture should end before it is done: nobody wants it any more, or it takes too long. Asked between
/// rows. Copies are cheap; safe from any thread.
class Stop {
 public:
  using Clock = std::chrono::steady_clock;

  Stop() = default;
  /// \param cancelled Becomes true when the work is no longer wanted; may be null, must outlive this.
  explicit Stop(const std::atomic<bool>* cancelled) : cancelled_(cancelled) {}
  Stop(const std::atomic<bool>* cancelled, std::chrono::milliseconds limit)
      : cancelled_(cancelled), limit_(limit), deadline_(deadline_of(limit)) {}

  bool requested() const noexcept { return cancelled() || Clock::now() >= deadline_; }

  /// What to answer once requested() was true.
  Error error() const {
    if (cancelled()) return cancelled_error();
    return {Errc::limit_exceeded,
            "expected the picture to take at most " + std::to_string(limit_.count()) + " ms, it was not done by then"};
  }

 private:
  bool cancelled() const noexcept { return cancelled_ != nullptr && cancelled_->load(std::memory_order_relaxed); }
  // A limit of years would overflow the clock.
  static Clock::time_point deadline_of(std::chrono::milliseconds limit) {
    const auto now = Clock::now();
    return limit > std::chrono::hours(24) ? Clock::time_point::max() : now + limit;
  }

  const std::atomic<bool>* cancelled_ = nullptr;
  std::chrono::milliseconds limit_{0};
  Clock::time_point deadline_ = Clock::time_point::max();
};

}  // namespace imagegen::detail
