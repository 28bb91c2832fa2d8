#pragma once
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <functional>
#include <optional>
#include <utility>

#include "support/run_task.hpp"

namespace imagegen::test {

/// Runs one task after the other on one io_context, because an HTTP client keeps connections of it.
class IoRunner {
 public:
  template <class T>
  T run(Task<T> task) {
    return finish(std::move(task), [](auto&) {});
  }

  /// The same, and cancels the task as soon as `ripe` is true, which is asked every few milliseconds.
  template <class T>
  T run_and_cancel(Task<T> task, const std::function<bool()>& ripe) {
    return finish(std::move(task), [&](boost::asio::cancellation_signal& signal) {
      const auto limit = std::chrono::steady_clock::now() + kTaskLimit;
      while (!io_.stopped() && !ripe() && std::chrono::steady_clock::now() < limit) {
        io_.run_for(std::chrono::milliseconds(2));
      }
      signal.emit(boost::asio::cancellation_type::terminal);
    });
  }

 private:
  template <class T, class Meanwhile>
  T finish(Task<T> task, Meanwhile meanwhile) {
    std::optional<T> value;
    std::exception_ptr thrown;
    bool done = false;
    auto keep = [](Task<T> inner, std::optional<T>& out) -> Task<void> { out.emplace(co_await std::move(inner)); };
    auto end = [&](std::exception_ptr error) {
      thrown = error;
      done = true;
    };
    boost::asio::cancellation_signal signal;
    io_.restart();
    boost::asio::co_spawn(io_, keep(std::move(task), value), boost::asio::bind_cancellation_slot(signal.slot(), end));
    meanwhile(signal);
    if (!done) io_.restart();
    run_until(io_, [&] { return done; });
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
  }

  boost::asio::io_context io_{1};
};

}  // namespace imagegen::test
