#include <imagegen/maker/core/let_go.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace imagegen {
namespace {

namespace asio = boost::asio;

// Shared with the work, which may end long after nobody waits any more.
struct Work {
  explicit Work(const asio::any_io_executor& executor) : gate(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer gate;  // cancelled when the work has ended
  asio::cancellation_signal cancel;
  std::exception_ptr thrown;
  bool ended = false;
};

void start(const asio::any_io_executor& executor, Task<void> task, const std::shared_ptr<Work>& work) {
  auto on_end = [work](std::exception_ptr thrown) {
    work->thrown = std::move(thrown);
    work->ended = true;
    work->gate.cancel();
  };
  asio::co_spawn(executor, std::move(task), asio::bind_cancellation_slot(work->cancel.slot(), std::move(on_end)));
}

Task<void> until_ended(std::shared_ptr<Work> work) {
  if (!work->ended) co_await work->gate.async_wait(asio::as_tuple(asio::use_awaitable));
}

Task<void> until_late(Clock& clock, Deadline deadline) {
  co_await clock.sleep_until(deadline.at);
}

}  // namespace

Task<Result<void>> detail::wait_or_let_go(Clock& clock, Deadline deadline, Task<void> task) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  co_await asio::this_coro::throw_if_cancelled(false);
  // A cancellation that came before the group began would not reach it.
  const bool cancelled_before = co_await is_cancelled();
  if (cancelled_before) co_return Error{Errc::cancelled, "cancelled before it began"};
  auto work = std::make_shared<Work>(executor);
  start(executor, std::move(task), work);
  if (!work->ended) {
    co_await asio::experimental::make_parallel_group(
        asio::co_spawn(executor, until_ended(work), asio::deferred),
        asio::co_spawn(executor, until_late(clock, deadline), asio::deferred))
        .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  }
  if (work->ended && work->thrown) std::rethrow_exception(work->thrown);
  if (work->ended) co_return Result<void>{};
  work->cancel.emit(asio::cancellation_type::terminal);
  const bool cancelled = co_await is_cancelled();
  Error left{Errc::deadline_exceeded, "no answer before the deadline"};
  if (cancelled) left = {Errc::cancelled, "cancelled while waiting"};
  left.delivery = Delivery::unknown;
  co_return left;
}

}  // namespace imagegen
