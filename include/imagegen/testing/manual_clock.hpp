#pragma once
#include <imagegen/core/clock.hpp>

#include <chrono>
#include <memory>
#include <vector>

namespace imagegen {

/// A clock that stands still until the test moves it. Begins on 1 January 2026, 00:00 UTC. Safe from any thread.
///
/// Who waits for it keeps its io_context running: a test that neither advances nor cancels waits for ever.
class ManualClock final : public Clock {
 public:
  /// What makes time pass.
  enum class Mode {
    by_hand,  ///< Time passes in advance() alone.
    jumping,  ///< sleep_until() moves the clock to its end and returns at once, so no test waits for a back-off.
  };
  /// \param mode Stays as it is.
  explicit ManualClock(Mode mode = Mode::by_hand);
  ~ManualClock() override;

  std::chrono::steady_clock::time_point now() const override;
  std::chrono::system_clock::time_point wall_now() const override;
  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) override;

  /// Moves time by `step`, at least 0, and wakes those whose moment has come: the earliest first, and of equal ones the
  /// one that went to sleep first. They run when their executor does.
  void advance(std::chrono::milliseconds step);

  /// How long each sleep_until() so far wanted to sleep, in the order of the calls; 0 for a moment already past.
  std::vector<std::chrono::milliseconds> sleeps() const;
  /// How many are asleep now.
  std::size_t sleepers() const;
  /// Waits, in real time and 30 s at most, until `count` or more are asleep. For tests with threads.
  /// \return Whether they were.
  bool wait_for_sleepers(std::size_t count) const;

 private:
  struct Sleeper;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace imagegen
