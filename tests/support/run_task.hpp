#pragma once
#include <imagegen/core/task.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>

/// \file Runs a coroutine from an ordinary test body.
namespace imagegen::test {

inline constexpr std::chrono::seconds kTaskLimit{60};  ///< Real time: a test that hangs ends as a failure.

/// Runs `io` until `done`, at most kTaskLimit. \throws std::runtime_error when the work did not end.
template <class Done>
void run_until(boost::asio::io_context& io, Done done) {
  const auto limit = std::chrono::steady_clock::now() + kTaskLimit;
  while (!done() && io.run_one_until(limit) > 0) {
  }
  if (!done()) throw std::runtime_error("the task did not end: nothing left to run, or 60 s have passed");
}

/// Runs `task` to its end on a fresh single-threaded io_context, and gives its value; an exception in it is thrown.
template <class T>
T run_task(Task<T> task) {
  struct Outcome {
    std::conditional_t<std::is_void_v<T>, bool, std::optional<T>> value{};
    std::exception_ptr thrown;
    bool done = false;
  } outcome;
  boost::asio::io_context io(1);
  auto keep = [](Task<T> inner, Outcome& out) -> Task<void> {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(inner);
    } else {
      out.value.emplace(co_await std::move(inner));
    }
  };
  boost::asio::co_spawn(io, keep(std::move(task), outcome), [&](std::exception_ptr thrown) {
    outcome.thrown = thrown;
    outcome.done = true;
  });
  run_until(io, [&] { return outcome.done; });
  if (outcome.thrown) std::rethrow_exception(outcome.thrown);
  if constexpr (!std::is_void_v<T>) return std::move(*outcome.value);
}

/// Calls `make()` and runs the Task it returns. What the lambda captures lives until the end:
/// `run([&]() -> Task<void> { ... })`.
template <class Make>
auto run(Make make) {
  return run_task(make());
}

}  // namespace imagegen::test
