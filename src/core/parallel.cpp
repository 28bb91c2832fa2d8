#include <imagegen/maker/core/parallel.hpp>
#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <memory>
#include <vector>

namespace imagegen {
namespace {

struct Shared {
  std::size_t next = 0;
  std::size_t count;
  std::function<Task<void>(std::size_t)> body;
};

Task<void> work_through(std::shared_ptr<Shared> shared) {
  // Bodies report cancellation as a Result; an exception thrown by the next co_await would lose what they have done.
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  while (shared->next < shared->count) {
    const auto index = shared->next++;
    co_await shared->body(index);
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return;
  }
}

}  // namespace

Task<void> for_each_concurrently(std::size_t count, std::size_t limit, std::function<Task<void>(std::size_t)> body) {
  if (count == 0) co_return;
  auto executor = co_await boost::asio::this_coro::executor;
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  // A cancellation that came before the group began would not reach it.
  const bool cancelled = co_await is_cancelled();
  if (cancelled) co_return;
  auto shared = std::make_shared<Shared>(Shared{0, count, std::move(body)});
  auto spawn = [&] { return boost::asio::co_spawn(executor, work_through(shared), boost::asio::deferred); };
  std::vector<decltype(spawn())> workers;
  for (std::size_t i = 0; i < std::min(std::max<std::size_t>(limit, 1), count); ++i) workers.push_back(spawn());
  auto [order, thrown] = co_await boost::asio::experimental::make_parallel_group(std::move(workers))
                             .async_wait(boost::asio::experimental::wait_for_all(), boost::asio::use_awaitable);
  for (const auto& exception : thrown) {
    if (exception) std::rethrow_exception(exception);
  }
}

}  // namespace imagegen
