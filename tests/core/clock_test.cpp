#include <imagegen/core/clock.hpp>

#include <gtest/gtest.h>

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

TEST(Clock, TakesADeadlineThatNeverComes) {
  EXPECT_THAT(test::run_task(sleep_for(system_clock(), milliseconds(0), Deadline::never())), test::IsOk());
}

}  // namespace
}  // namespace imagegen
