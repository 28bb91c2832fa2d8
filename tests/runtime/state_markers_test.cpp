#include "runtime/state_markers.hpp"

#include <imagegen/testing/manual_clock.hpp>

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <vector>

#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

using std::chrono::minutes;

struct TwoProcesses {
  ThreadPool pool{2};
  std::unique_ptr<PermitStore> permits = make_memory_permit_store();
  StateMarkers::Permits give = [this]() -> Result<PermitStore*> { return permits.get(); };
  StateMarkers first{give, pool, system_clock(), "s3://shop", minutes(5)};
  StateMarkers second{give, pool, system_clock(), "s3://shop", minutes(5)};
};

TEST(StateMarkers, LetOneInAtATime) {
  TwoProcesses two;
  boost::asio::io_context io(1);
  std::vector<int> order;
  int working = 2;
  const auto write = [&](StateMarkers& markers, int who) -> Task<void> {
    const auto marker = co_await markers.enter("a");
    EXPECT_THAT(marker, IsOk());
    order.push_back(who);
    // Long enough for the other to ask, and to be told to wait.
    for (int i = 0; i < 20; ++i) co_await two.pool.run([] { return 0; });
    order.push_back(who);
    static_cast<void>(co_await markers.leave(*marker));
  };
  for (auto* markers : {&two.first, &two.second})
    boost::asio::co_spawn(io, write(*markers, markers == &two.first ? 1 : 2),
                          [&](const std::exception_ptr&) { --working; });
  run_until(io, [&] { return working == 0; });
  ASSERT_EQ(order.size(), 4U);
  EXPECT_EQ(order[0], order[1]);
  EXPECT_EQ(order[2], order[3]);
}

TEST(StateMarkers, OtherNamesAndOtherStoresAreFree) {
  TwoProcesses two;
  StateMarkers other(two.give, two.pool, system_clock(), "s3://elsewhere", minutes(5));
  EXPECT_THAT(run_task(two.first.enter("a")), IsOk());
  EXPECT_THAT(run_task(two.second.enter("b")), IsOk());
  EXPECT_THAT(run_task(other.enter("a")), IsOk());
}

TEST(StateMarkers, AStateThatIsAwayIsTheError) {
  TwoProcesses two;
  StateMarkers away([]() -> Result<PermitStore*> { return Error{Errc::unavailable, "away"}; }, two.pool, system_clock(),
                    "s", minutes(5));
  EXPECT_THAT(run_task(away.enter("a")), FailsWith(Errc::unavailable));
}

}  // namespace
}  // namespace imagegen::test
