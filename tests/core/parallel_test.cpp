#include <imagegen/maker/core/parallel.hpp>

#include <gtest/gtest.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "support/run_task.hpp"

namespace imagegen {
namespace {

using test::run_task;

Task<void> let_others_run() {
  co_await boost::asio::post(boost::asio::use_awaitable);
}

TEST(ForEachConcurrently, RunsEveryIndexOnceAndNeverMoreThanTheLimit) {
  std::vector<int> seen(20);
  int running = 0, most = 0;
  auto body = [&](std::size_t index) -> Task<void> {
    most = std::max(most, ++running);
    co_await let_others_run();
    co_await let_others_run();
    --running;
    ++seen[index];
  };
  run_task(for_each_concurrently(seen.size(), 3, body));
  EXPECT_EQ(seen, std::vector<int>(20, 1));
  EXPECT_EQ(most, 3);
}

TEST(ForEachConcurrently, DoesNothingForNothing) {
  bool called = false;
  run_task(for_each_concurrently(0, 4, [&](std::size_t) -> Task<void> {
    called = true;
    co_return;
  }));
  EXPECT_FALSE(called);
}

TEST(ForEachConcurrently, BeginsNothingInACallThatIsCancelledAlready) {
  boost::asio::io_context io;
  boost::asio::cancellation_signal cancel;
  int begun = 0;
  auto call = [&]() -> Task<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await let_others_run();
    co_await for_each_concurrently(3, 1, [&](std::size_t) -> Task<void> {
      ++begun;
      co_return;
    });
  };
  boost::asio::co_spawn(io, call(), boost::asio::bind_cancellation_slot(cancel.slot(), [](std::exception_ptr) {}));
  cancel.emit(boost::asio::cancellation_type::terminal);
  io.run();
  EXPECT_EQ(begun, 0);
}

TEST(ForEachConcurrently, LetsTheOthersEndBeforeItThrows) {
  int ended = 0;
  auto body = [&](std::size_t index) -> Task<void> {
    if (index == 0) throw std::runtime_error("first");
    co_await let_others_run();
    ++ended;
  };
  EXPECT_THROW(run_task(for_each_concurrently(4, 4, body)), std::runtime_error);
  EXPECT_EQ(ended, 3);
}

}  // namespace
}  // namespace imagegen
