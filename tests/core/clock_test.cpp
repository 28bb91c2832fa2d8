#include <imagegen/core/clock.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <optional>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen {
namespace {

using std::chrono::milliseconds;

TEST(Clock, SleepsAndComesBack) {
  const auto before = system_clock().now();
  EXPECT_THAT(test::run_task(sleep_for(system_clock(), milliseconds(1), Deadline::never())), test::IsOk());
  EXPECT_GE(system_clock().now() - before, milliseconds(1));
}

TEST(Clock, DoesNotBeginASleepThatWouldPassTheDeadline) {
  const auto deadline = deadline_after(system_clock(), milliseconds(50));
  EXPECT_THAT(test::run_task(sleep_for(system_clock(), std::chrono::hours(1), deadline)),
              test::FailsWith(Errc::deadline_exceeded));
}

TEST(Clock, DoesNotSleepInACallThatIsCancelledAlready) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  std::optional<Result<void>> slept;
  auto late = [&]() -> Task<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    cancel.emit(boost::asio::cancellation_type::terminal);
    slept.emplace(co_await system_clock().sleep_until(system_clock().now() + std::chrono::hours(1)));
  };
  boost::asio::co_spawn(io, late(), boost::asio::bind_cancellation_slot(cancel.slot(), boost::asio::detached));
  io.run_for(std::chrono::seconds(20));
  ASSERT_TRUE(slept.has_value());
  EXPECT_THAT(*slept, test::FailsWith(Errc::cancelled));
}

TEST(Clock, TakesADeadlineThatNeverComes) {
  EXPECT_THAT(test::run_task(sleep_for(system_clock(), milliseconds(0), Deadline::never())), test::IsOk());
}

}  // namespace
}  // namespace imagegen
