#include <imagegen/core/places.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <list>
#include <utility>

namespace imagegen {

struct Places::Line : std::enable_shared_from_this<Places::Line> {
  std::size_t free = 0;
  std::list<Waiter*> waiting;  // there is none while a place is free

  std::shared_ptr<void> place() {
    return {this, [line = shared_from_this()](void*) { line->give_back(); }};
  }
  void give_back();
};

// In line as long as it lives: a coroutine that waits may be destroyed with its executor.
class Places::Waiter {
 public:
  Waiter(std::shared_ptr<Line> line, const boost::asio::any_io_executor& executor,
         std::chrono::steady_clock::time_point until)
      : line_(std::move(line)), timer_(executor, until) {
    line_->waiting.push_back(this);
  }
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  ~Waiter() {
    if (!place_) line_->waiting.remove(this);
  }

  Task<Result<std::shared_ptr<void>>> wait() {
    const auto [cut_short] = co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (place_) co_return place_;
    if (!cut_short) co_return Error{Errc::deadline_exceeded, "no place was free in time"};
    co_return Error{Errc::cancelled, "cancelled while waiting for a place"};
  }
  void admit(std::shared_ptr<void> place) {
    place_ = std::move(place);
    timer_.cancel();
  }

 private:
  std::shared_ptr<Line> line_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<void> place_;
};

void Places::Line::give_back() {
  if (waiting.empty()) {
    ++free;
    return;
  }
  Waiter* const next = waiting.front();
  waiting.pop_front();
  next->admit(place());
}

Places::Places(std::size_t count) : line_(std::make_shared<Line>()) {
  line_->free = std::max<std::size_t>(count, 1);
}

Task<Result<std::shared_ptr<void>>> Places::take(std::chrono::steady_clock::time_point until) {
  const auto line = line_;
  const bool cancelled = co_await is_cancelled();  // named: GCC 12 crashes on it inside the `if`
  if (cancelled) co_return Error{Errc::cancelled, "cancelled before there was a place"};
  if (line->free > 0) {
    --line->free;
    co_return line->place();
  }
  Waiter waiter(line, co_await boost::asio::this_coro::executor, until);
  co_return co_await waiter.wait();
}

}  // namespace imagegen
