#include <imagegen/maker/core/shield.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/run_task.hpp"

namespace imagegen {
namespace {

Task<Result<int>> some_steps(int& steps) {
  for (int i = 0; i < 5; ++i) {
    co_await boost::asio::post(boost::asio::use_awaitable);
    ++steps;
  }
  co_return 7;
}

TEST(Shield, GivesWhatTheTaskGives) {
  int steps = 0;
  EXPECT_EQ(test::run_task(shielded(some_steps(steps))).value(), 7);
}

TEST(Shield, RunsToTheEndThoughTheCallIsCancelledMeanwhile) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  int steps = 0;
  bool told = false;
  auto body = [&]() -> Task<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    static_cast<void>(co_await shielded(some_steps(steps)));
    told = co_await is_cancelled();
  };
  boost::asio::co_spawn(io, body(), boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  while (steps < 2) io.run_one();
  cancel.emit(boost::asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(steps, 5);
  EXPECT_TRUE(told) << "after it the call knows that it is cancelled";
}

}  // namespace
}  // namespace imagegen
