#pragma once
#include <imagegen/workflow/workflow.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>
#include <optional>
#include <stop_token>
#include <utility>

namespace imagegen {

// Runs `task` as one of its own on the same executor, so that a stop token cancels it, and gives what it gives. The
// awaiting call must not be cancelled as Asio does: `task` may use what it holds.
template <class T>
Task<T> until_stopped(WorkflowHost& host, Task<T> task, std::stop_token stop) {
  const auto executor = co_await boost::asio::this_coro::executor;
  boost::asio::steady_timer ended(executor, boost::asio::steady_timer::time_point::max());
  std::optional<T> value;
  std::exception_ptr thrown;
  bool has_ended = false;
  auto keep = [](Task<T> inner, std::optional<T>& out) -> Task<void> { out.emplace(co_await std::move(inner)); };
  auto on_end = [&](std::exception_ptr error) {
    thrown = std::move(error);
    has_ended = true;
    ended.cancel();
  };
  host.start(keep(std::move(task), value), std::move(stop), on_end);
  while (!has_ended) co_await ended.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  if (thrown) std::rethrow_exception(thrown);
  co_return std::move(*value);
}

}  // namespace imagegen
