#pragma once
#include <imagegen/core/task.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace imagegen {

/// Runs `task` to its end even when the awaiting call is cancelled meanwhile: for the few steps that must not be left
/// half done, such as storing a picture that has been paid for.
template <class T>
Task<T> shielded(Task<T> task) {
  auto executor = co_await boost::asio::this_coro::executor;
  // Through a box, because co_spawn wants a result that can be default-constructed, and a Result cannot always be.
  auto box = std::make_shared<std::optional<T>>();
  auto boxed = [](Task<T> inner, std::shared_ptr<std::optional<T>> out) -> Task<void> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    out->emplace(co_await std::move(inner));
  };
  co_await boost::asio::co_spawn(
      executor, boxed(std::move(task), box),
      boost::asio::bind_cancellation_slot(boost::asio::cancellation_slot(), boost::asio::use_awaitable));
  co_return std::move(**box);
}

/// Whether the awaiting call has been cancelled; for loops that do much between two waits.
inline Task<bool> is_cancelled() {
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  co_return state.cancelled() != boost::asio::cancellation_type::none;
}

}  // namespace imagegen
