#include <imagegen/core/clock.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace imagegen {
namespace {

class SystemClock final : public Clock {
 public:
  std::chrono::steady_clock::time_point now() const override { return std::chrono::steady_clock::now(); }
  std::chrono::system_clock::time_point wall_now() const override { return std::chrono::system_clock::now(); }

  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) override {
    const bool too_late = co_await is_cancelled();  // a timer hears only of what comes while it waits
    if (too_late) co_return cancelled();
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, when);
    const auto [error] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (error) co_return cancelled();
    co_return Result<void>{};
  }

 private:
  static Error cancelled() { return {Errc::cancelled, "cancelled while waiting"}; }
};

}  // namespace

Clock& system_clock() {
  static SystemClock clock;
  return clock;
}

Task<Result<void>> sleep_for(Clock& clock, std::chrono::milliseconds delay, Deadline deadline) {
  const auto now = clock.now();
  if (deadline.at <= now || deadline.at - now < delay) {
    co_return Error{Errc::deadline_exceeded,
                    "the next step is due in " + std::to_string(delay.count()) + " ms, after the deadline"};
  }
  co_return co_await clock.sleep_until(now + delay);
}

}  // namespace imagegen
