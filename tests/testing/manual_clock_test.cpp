#include <imagegen/testing/manual_clock.hpp>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <thread>

namespace imagegen {
namespace {

using namespace test;  // NOLINT: the whole file is about it
using std::chrono::milliseconds;

// Sleeps until `at` after the clock's start, then notes its name.
Task<void> sleep_and_note(ManualClock& clock, milliseconds at, std::string& notes, char name) {
  const auto slept = co_await clock.sleep_until(clock.now() + at);
  notes += slept ? name : '!';
}

class ManualClockTest : public testing::Test {
 protected:
  void start(milliseconds at, char name) {
    boost::asio::co_spawn(io_, sleep_and_note(clock_, at, notes_, name), boost::asio::detached);
  }
  boost::asio::io_context io_{1};
  ManualClock clock_;
  std::string notes_;
};

TEST_F(ManualClockTest, StandsStill) {
  const auto before = clock_.now();
  start(milliseconds(1), 'a');
  io_.poll();
  EXPECT_EQ(clock_.now(), before);
  EXPECT_EQ(notes_, "");
  EXPECT_EQ(clock_.sleepers(), 1U);
}

TEST_F(ManualClockTest, WakesWhoseTimeHasCome) {
  start(milliseconds(10), 'a');
  start(milliseconds(11), 'b');
  io_.poll();
  clock_.advance(milliseconds(10));
  io_.poll();
  EXPECT_EQ(notes_, "a");
  EXPECT_EQ(clock_.sleepers(), 1U);
}

TEST_F(ManualClockTest, WakesInTheOrderOfTheirTimesAndThenOfTheirComing) {
  start(milliseconds(30), 'd');
  start(milliseconds(10), 'a');
  start(milliseconds(20), 'b');
  start(milliseconds(20), 'c');
  io_.poll();
  clock_.advance(milliseconds(100));
  io_.poll();
  EXPECT_EQ(notes_, "abcd");
}

TEST_F(ManualClockTest, AMomentThatHasPassedIsNoSleep) {
  start(milliseconds(0), 'a');
  io_.poll();
  EXPECT_EQ(notes_, "a");
  EXPECT_EQ(clock_.sleeps(), (std::vector{milliseconds(0)}));
}

TEST_F(ManualClockTest, MovesTheWallAlong) {
  const auto wall = clock_.wall_now();
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(clock_.wall_now() - wall, std::chrono::hours(1));
  EXPECT_EQ(wall, std::chrono::sys_days(std::chrono::year(2026) / 1 / 1));
}

TEST_F(ManualClockTest, ACancelledSleeperSaysSo) {
  boost::asio::cancellation_signal signal;
  std::optional<Result<void>> slept;
  boost::asio::co_spawn(io_, clock_.sleep_until(clock_.now() + milliseconds(1)),
                        boost::asio::bind_cancellation_slot(
                            signal.slot(), [&](const std::exception_ptr&, Result<void> r) { slept.emplace(r); }));
  io_.poll();
  signal.emit(boost::asio::cancellation_type::terminal);
  io_.poll();
  ASSERT_TRUE(slept);
  EXPECT_THAT(*slept, FailsWith(Errc::cancelled));
  EXPECT_EQ(clock_.sleepers(), 0U);
}

TEST_F(ManualClockTest, CanBeMovedFromAnotherThread) {
  start(std::chrono::hours(1), 'a');
  std::thread runner([&] { io_.run_for(kTaskLimit); });
  EXPECT_TRUE(clock_.wait_for_sleepers(1));
  clock_.advance(std::chrono::hours(1));
  runner.join();
  EXPECT_EQ(notes_, "a");
}

TEST(JumpingClock, NeverWaitsAndKeepsWhatWasAskedOfIt) {
  ManualClock clock(ManualClock::Mode::jumping);
  const auto before = clock.now();
  run([&]() -> Task<void> {
    const auto first = co_await sleep_for(clock, milliseconds(500), Deadline::never());
    EXPECT_THAT(first, IsOk());
    const auto second = co_await sleep_for(clock, milliseconds(1500), Deadline::never());
    EXPECT_THAT(second, IsOk());
  });
  EXPECT_EQ(clock.now() - before, milliseconds(2000));
  EXPECT_EQ(clock.sleeps(), (std::vector{milliseconds(500), milliseconds(1500)}));
}

TEST(JumpingClock, StillHearsACancellation) {
  ManualClock clock(ManualClock::Mode::jumping);
  boost::asio::io_context io(1);
  boost::asio::cancellation_signal signal;
  Result<void> slept;
  const auto sleep_on = [&]() -> Task<void> {
    for (int i = 0; i < 100 && slept; ++i) slept = co_await clock.sleep_until(clock.now() + milliseconds(1));
  };
  boost::asio::co_spawn(io, sleep_on(), boost::asio::bind_cancellation_slot(signal.slot(), [](std::exception_ptr) {}));
  io.poll_one();
  signal.emit(boost::asio::cancellation_type::terminal);
  io.poll();
  EXPECT_THAT(slept, FailsWith(Errc::cancelled));
}

}  // namespace
}  // namespace imagegen
