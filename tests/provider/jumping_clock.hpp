#pragma once
#include <imagegen/core/clock.hpp>

#include <vector>

namespace imagegen::test {

/// A clock that nobody waits for: whoever sleeps is there at once, and the clock says so.
class JumpingClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return now_; }
  std::chrono::system_clock::time_point wall_now() const override {
    // 2026-11-21 08:00:00 UTC when it is made.
    return std::chrono::system_clock::time_point(std::chrono::seconds(1795248000)) +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(now_ - kStart);
  }
  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) override {
    slept.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(when - now_));
    now_ = std::max(now_, when);
    co_return Result<void>{};
  }

  void advance(std::chrono::milliseconds time) { now_ += time; }
  Deadline in(std::chrono::milliseconds time) const { return {now_ + time}; }

  std::vector<std::chrono::milliseconds> slept;

 private:
  static constexpr std::chrono::steady_clock::time_point kStart{std::chrono::hours(1)};
  std::chrono::steady_clock::time_point now_ = kStart;
};

}  // namespace imagegen::test
