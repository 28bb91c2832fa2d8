#include "engine_contract/language_runtime.hpp"

#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/serialize.hpp>

#include <chrono>
#include <future>
#include <mutex>
#include <stdexcept>

#include "engine_contract/wire.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;
namespace asio = boost::asio;

struct Wait {
  explicit Wait(const asio::any_io_executor& executor) : gate(executor, asio::steady_timer::time_point::max()) {}
  asio::steady_timer gate;
  bool ended = false;  // changed and read on the executor
  std::mutex mutex;
  CallOutcome outcome;
};

}  // namespace

CallOutcome LanguageRuntime::call(std::string_view operation, js::object request, std::vector<Bytes> inputs) {
  auto ended = std::make_shared<std::promise<CallOutcome>>();
  auto outcome = ended->get_future();
  start(operation, std::move(request), std::move(inputs),
        [ended](CallOutcome made) { ended->set_value(std::move(made)); });
  if (outcome.wait_for(std::chrono::minutes(1)) == std::future_status::ready) return outcome.get();
  return {js::object{{"code", "TEST"}, {"message", "the call has not ended in a minute"}}};
}

Task<CallOutcome> ask(LanguageRuntime& runtime, std::string_view operation, js::object request,
                      std::vector<Bytes> inputs) {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto executor = co_await asio::this_coro::executor;
  co_await asio::post(executor, asio::use_awaitable);  // a cancellation that is on its way goes before
  bool cancelled = co_await is_cancelled();
  // As every binding does: a signal that was aborted before starts nothing.
  CallOutcome nothing_sent{js::object{{"code", "CANCELLED"}, {"delivery", "not_sent"}}};
  if (cancelled) co_return nothing_sent;
  auto wait = std::make_shared<Wait>(executor);
  auto done = [wait, executor](CallOutcome made) {
    const std::lock_guard lock(wait->mutex);
    wait->outcome = std::move(made);
    auto open = [wait] { wait->ended = true, wait->gate.cancel(); };
    asio::post(executor, open);
  };
  const auto call = runtime.start(operation, std::move(request), std::move(inputs), done);
  for (bool told = false; !wait->ended;) {
    co_await wait->gate.async_wait(asio::as_tuple(asio::use_awaitable));
    cancelled = co_await is_cancelled();
    if (cancelled && !std::exchange(told, true)) runtime.cancel(call);
  }
  // The lock says that the other thread has left post(): the io_context may end after this.
  const std::lock_guard lock(wait->mutex);
  co_return std::move(wait->outcome);
}

std::unique_ptr<LanguageRuntime> open_runtime(RuntimeWish wish) {
  auto opened = language().open(std::move(wish));
  if (opened.error) throw std::runtime_error("the runtime cannot be opened: " + js::serialize(*opened.error));
  return std::move(opened.runtime);
}

}  // namespace imagegen::test
