#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/timestamp.hpp>

#include <atomic>

namespace imagegen::test {

/// A clock that a test sets, for stores, which never sleep. Its wall clock can be set apart from its steady one, as
/// that of a machine can. Safe from any thread.
class SetClock final : public Clock {
 public:
  /// Both.
  void set(Timestamp now) { now_ms_ = to_unix_ms(now); }
  void advance(std::chrono::milliseconds time) { now_ms_ += time.count(); }
  void step_wall(std::chrono::milliseconds by) { wall_step_ms_ += by.count(); }

  std::chrono::steady_clock::time_point now() const override {
    return std::chrono::steady_clock::time_point(std::chrono::milliseconds(now_ms_));
  }
  std::chrono::system_clock::time_point wall_now() const override { return from_unix_ms(now_ms_ + wall_step_ms_); }
  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point) override { co_return Result<void>(); }

 private:
  std::atomic<std::int64_t> now_ms_{1'800'000'000'000}, wall_step_ms_{0};
};

}  // namespace imagegen::test
