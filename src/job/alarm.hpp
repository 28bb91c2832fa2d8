#pragma once
#include <imagegen/core/clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace imagegen {

// A sleep that can be cut short. On one executor; one sleeper at a time.
class Alarm {
 public:
  explicit Alarm(Clock& clock) : clock_(clock) {}

  // Ends at `when`, or when ring() is or has been called since the last sleep.
  Task<void> sleep_until(std::chrono::steady_clock::time_point when) {
    if (!rung_) {
      auto sleep = quietly(clock_, when);
      auto executor = co_await boost::asio::this_coro::executor;
      co_await boost::asio::co_spawn(executor, std::move(sleep),
                                     boost::asio::bind_cancellation_slot(signal_.slot(), boost::asio::use_awaitable));
    }
    rung_ = false;
  }

  void ring() {
    rung_ = true;
    signal_.emit(boost::asio::cancellation_type::terminal);
  }

 private:
  static Task<void> quietly(Clock& clock, std::chrono::steady_clock::time_point when) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_await clock.sleep_until(when);
  }

  Clock& clock_;
  boost::asio::cancellation_signal signal_;
  bool rung_ = false;
};

}  // namespace imagegen
