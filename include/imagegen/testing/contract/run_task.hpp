#pragma once
#include <imagegen/core/task.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

/// \file Runs a coroutine from an ordinary test body. What is the same for every type is compiled once, in run_task.cpp:
/// starting a coroutine makes more code than most tests.
namespace boost::asio {
class io_context;
}

namespace imagegen::test {

inline constexpr std::chrono::seconds kTaskLimit{60};  ///< Real time: a test that hangs ends as a failure.

/// Runs `io` until `done`, at most kTaskLimit. \throws std::runtime_error when the work did not end.
void run_until(boost::asio::io_context& io, const std::function<bool()>& done);

/// Runs `task` to its end on a fresh single-threaded io_context; an exception in it is thrown.
void run_to_end(Task<void> task);

/// Runs `task`, and leaves its value in `out`.
template <class T>
Task<void> keep_value(Task<T> task, std::optional<T>& out) {
  out.emplace(co_await std::move(task));
}

/// The value of `task`, which `run` brings to its end.
template <class T, class Run>
T value_of(Task<T> task, Run run) {
  if constexpr (std::is_void_v<T>) {
    run(std::move(task));
  } else {
    std::optional<T> value;
    run(keep_value(std::move(task), value));
    return std::move(*value);
  }
}

/// run_to_end() that gives the task's value.
template <class T>
T run_task(Task<T> task) {
  return value_of(std::move(task), [](Task<void> whole) { run_to_end(std::move(whole)); });
}

/// Calls `make()` and runs the Task it returns. What the lambda captures lives until the end:
/// `run([&]() -> Task<void> { ... })`.
template <class Make>
auto run(Make make) {
  return run_task(make());
}

}  // namespace imagegen::test
