#pragma once
#include <imagegen/core/task.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace imagegen {

/// Threads for work that computes or blocks, so that the I/O thread never does.
///
/// An io_context whose coroutines call run() must outlive the pool: a pool thread can still be inside post() on it for
/// a moment after the caller has its result. Declare the io_context first.
class ThreadPool {
 public:
  /// \param threads At least 1.
  explicit ThreadPool(std::size_t threads) : pool_(threads), threads_(threads) {}
  ~ThreadPool() { pool_.join(); }
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /// How many there are: as much work runs at a time, the rest waits its turn.
  std::size_t threads() const noexcept { return threads_; }

  /// Calls `work()` on a pool thread and gives its value back on the awaiting coroutine's executor. An exception in
  /// `work` is thrown there too. Work that has begun runs to its end: `work` looks at a flag of its own to stop sooner.
  template <class Work>
  Task<std::invoke_result_t<Work&>> run(Work work);

 private:
  boost::asio::thread_pool pool_;
  std::size_t threads_;
};

template <class Work>
Task<std::invoke_result_t<Work&>> ThreadPool::run(Work work) {
  using Value = std::invoke_result_t<Work&>;
  struct Outcome {
    std::optional<Value> value;
    std::exception_ptr thrown;
  };
  auto outcome = std::make_shared<Outcome>();
  auto start = [this, outcome, &work](auto handler) {
    auto executor = boost::asio::get_associated_executor(handler);
    boost::asio::post(pool_, [executor, outcome, &work, handler = std::move(handler)]() mutable {
      try {
        outcome->value.emplace(work());
      } catch (...) {
        outcome->thrown = std::current_exception();
      }
      boost::asio::post(executor, std::move(handler));
    });
  };
  co_await boost::asio::async_initiate<decltype(boost::asio::use_awaitable), void()>(start, boost::asio::use_awaitable);
  if (outcome->thrown) std::rethrow_exception(outcome->thrown);
  co_return std::move(*outcome->value);
}

}  // namespace imagegen
