#pragma once
#include <imagegen/core/clock.hpp>

#include <memory>
#include <optional>
#include <utility>

namespace imagegen {

namespace detail {
/// Errors of let_go_at(); an exception of `work` is thrown when it came in time.
Task<Result<void>> wait_or_let_go(Clock& clock, Deadline deadline, Task<void> work);
}  // namespace detail

/// Waits for `task` until the deadline, then cancels it and goes on without it, for tasks that cannot be trusted to end
/// when they are told to. Such a task may run on after this call: what it uses must live as long as it does, best by
/// being owned by it. It runs on the awaiting coroutine's executor, which must be one thread or a strand; one that
/// blocks this thread cannot be helped.
///
/// \return What the task gives; Errc::deadline_exceeded, or Errc::cancelled where the awaiting call is cancelled, with
///         Delivery::unknown: what the task gives later is thrown away.
template <class T>
Task<Result<T>> let_go_at(Clock& clock, Deadline deadline, Task<Result<T>> task) {
  // Shared, because the task may end after this call.
  auto box = std::make_shared<std::optional<Result<T>>>();
  auto boxed = [](Task<Result<T>> inner, std::shared_ptr<std::optional<Result<T>>> out) -> Task<void> {
    out->emplace(co_await std::move(inner));
  };
  const auto ended = co_await detail::wait_or_let_go(clock, deadline, boxed(std::move(task), box));
  if (!ended) co_return ended.error();
  co_return std::move(**box);
}

}  // namespace imagegen
