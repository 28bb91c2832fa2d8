#include <imagegen/maker/core/let_go.hpp>
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <gtest/gtest.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

Deadline soon() {
  return deadline_after(system_clock(), std::chrono::milliseconds(20));
}
Deadline late() {
  return deadline_after(system_clock(), std::chrono::hours(1));
}

// A gate that is opened by hand, and what came through it.
struct Gate {
  explicit Gate(const boost::asio::any_io_executor& executor) : timer(executor, std::chrono::hours(1)) {}
  boost::asio::steady_timer timer;
  int cancellations = 0;
  bool passed = false;
};

// Takes no notice of being cancelled. Owns its gate, as an honest task does.
Task<Result<int>> stubborn(std::shared_ptr<Gate> gate) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  for (;;) {
    const auto [woken] = co_await gate->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (!woken) break;
    ++gate->cancellations;
    co_await boost::asio::this_coro::reset_cancellation_state();
  }
  gate->passed = true;
  co_return 1;
}

Task<Result<int>> at_once(int value) {
  co_return value;
}

TEST(LetGo, GivesWhatTheTaskGives) {
  EXPECT_EQ(IoRunner().run(let_go_at(system_clock(), late(), at_once(7))).value(), 7);
  auto failing = []() -> Task<Result<int>> { co_return Error{Errc::not_found, "nothing"}; };
  EXPECT_THAT(IoRunner().run(let_go_at(system_clock(), late(), failing())), FailsSaying(Errc::not_found, "nothing"));
}

TEST(LetGo, WaitsForATaskThatTakesItsTime) {
  auto slow = []() -> Task<Result<int>> {
    co_await system_clock().sleep_until(std::chrono::steady_clock::now() + std::chrono::milliseconds(5));
    co_return 3;
  };
  EXPECT_EQ(IoRunner().run(let_go_at(system_clock(), late(), slow())).value(), 3);
}

TEST(LetGo, ThrowsWhatTheTaskThrows) {
  auto throwing = []() -> Task<Result<int>> {
    throw std::runtime_error("inside");
    co_return 1;
  };
  EXPECT_THROW(IoRunner().run(let_go_at(system_clock(), late(), throwing())), std::runtime_error);
}

TEST(LetGo, EndsAtTheDeadlineThoughTheTaskTakesNoNoticeAndThenGoesOn) {
  boost::asio::io_context io;
  auto gate = std::make_shared<Gate>(io.get_executor());
  std::optional<Result<int>> got;
  auto call = [&]() -> Task<void> { got = co_await let_go_at(system_clock(), soon(), stubborn(gate)); };
  boost::asio::co_spawn(io, call(), [](const std::exception_ptr&) {});
  run_until(io, [&] { return got.has_value(); });
  EXPECT_THAT(*got, FailsWith(Errc::deadline_exceeded));
  EXPECT_FALSE(gate->passed);
  run_until(io, [&] { return gate->cancellations > 0; });
  gate->timer.expires_at(boost::asio::steady_timer::time_point::min());
  run_until(io, [&] { return gate->passed; });
  io.run();
  EXPECT_EQ(gate.use_count(), 1) << "the task has ended and let its own go";
}

TEST(LetGo, EndsWhenTheCallIsCancelledAndPassesThatOn) {
  IoRunner runner;
  std::shared_ptr<Gate> gate;
  bool began = false;
  auto call = [&]() -> Task<Result<int>> {
    began = true;
    gate = std::make_shared<Gate>(co_await boost::asio::this_coro::executor);
    co_return co_await let_go_at(system_clock(), late(), stubborn(gate));
  };
  EXPECT_THAT(runner.run_and_cancel(call(), [&] { return began; }), FailsWith(Errc::cancelled));
  EXPECT_FALSE(gate->passed);
  for (int i = 0; i < 100 && gate->cancellations == 0; ++i) runner.run(at_once(1));
  EXPECT_EQ(gate->cancellations, 1);
  gate.reset();  // the task has it still, and goes with the runner
}

TEST(LetGo, DoesNotBeginWhenTheCallIsCancelledAlready) {
  bool began = false;
  auto task = [&]() -> Task<Result<int>> {
    began = true;
    co_return 1;
  };
  auto call = [&]() -> Task<Result<int>> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await system_clock().sleep_until(late().at);
    co_return co_await let_go_at(system_clock(), late(), task());
  };
  EXPECT_THAT(IoRunner().run_and_cancel(call(), [] { return true; }), FailsWith(Errc::cancelled));
  EXPECT_FALSE(began);
}

TEST(LetGo, ATaskThatNeverEndsGoesWithItsExecutor) {
  auto io = std::make_unique<boost::asio::io_context>();
  std::weak_ptr<Gate> left;
  bool ended = false;
  auto call = [&]() -> Task<void> {
    auto gate = std::make_shared<Gate>(co_await boost::asio::this_coro::executor);
    left = gate;
    static_cast<void>(co_await let_go_at(system_clock(), soon(), stubborn(std::move(gate))));
    ended = true;
  };
  boost::asio::co_spawn(*io, call(), [](const std::exception_ptr&) {});
  run_until(*io, [&] { return ended; });
  EXPECT_FALSE(left.expired());
  io.reset();
  EXPECT_TRUE(left.expired());
}

}  // namespace
}  // namespace imagegen::test
