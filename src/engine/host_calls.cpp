#include "engine/host_calls.hpp"

#include <imagegen/maker/core/shield.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <condition_variable>
#include <optional>
#include <utility>

#include "json/write.hpp"

namespace imagegen {
namespace {

namespace js = boost::json;
using TimePoint = std::chrono::steady_clock::time_point;

std::string name_of(std::string_view part, std::string_view method) {
  return std::string(part).append(".").append(method).append(" of the host");
}

Error unsent(Errc code, const HostQuestion& question, std::string_view why) {
  Error error{code, name_of(question.part, question.method).append(": ").append(why)};
  error.delivery = Delivery::not_sent;
  return error;
}

InboxEvent call_event(std::uint64_t token, HostQuestion question, TimePoint until) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
  js::object document{{"kind", "hostCall"},
                      {"token", token},
                      {"part", question.part},
                      {"method", question.method},
                      {"arguments", std::move(question.arguments)},
                      {"timeoutMs", std::max<std::int64_t>(0, left.count())}};
  InboxEvent event{InboxEvent::Kind::host_call, token, json::write(document)};
  event.bytes = std::move(question.bytes);
  return event;
}

InboxEvent cancel_event(std::uint64_t token) {
  return {InboxEvent::Kind::host_cancel, token, json::write(js::object{{"kind", "hostCancel"}, {"token", token}})};
}

}  // namespace

std::uint64_t next_engine_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return ++last;
}

struct HostCalls::Open {
  std::uint64_t token = 0;
  std::string name;
  std::optional<Result<HostAnswer>> answer;  // guarded by mutex_ of HostCalls
  std::function<void()> wake;
};

TimePoint HostCalls::limit(Deadline deadline) const {
  return deadline.at == TimePoint::max() ? std::chrono::steady_clock::now() + timeout_ : deadline.at;
}

Result<HostCalls::OpenPtr> HostCalls::begin(const HostRoute& route, HostQuestion question, TimePoint until,
                                            std::function<void()> wake) {
  if (until <= std::chrono::steady_clock::now())
    return unsent(Errc::deadline_exceeded, question, "the deadline had passed before it was asked");
  auto open = std::make_shared<Open>();
  open->token = next_engine_id();
  open->name = name_of(question.part, question.method);
  open->wake = std::move(wake);
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return unsent(Errc::cancelled, question, "the runtime is closed");
    open_.emplace(open->token, open);
  }
  route.send(call_event(open->token, std::move(question), until));
  return open;
}

// Whatever ended the wait: an answer that has come counts.
Result<HostAnswer> HostCalls::end(const HostRoute& route, Open& open, bool cancelled) {
  {
    const std::lock_guard lock(mutex_);
    if (open.answer) return std::move(*open.answer);
    open_.erase(open.token);
  }
  Error error{cancelled ? Errc::cancelled : Errc::deadline_exceeded,
              open.name + (cancelled ? ": cancelled while waiting for its answer" : ": no answer before the deadline")};
  error.delivery = route.withdraw(open.token) ? Delivery::not_sent : Delivery::unknown;
  if (error.delivery == Delivery::unknown) route.send(cancel_event(open.token));
  return error;
}

Task<Result<HostAnswer>> HostCalls::ask(HostRoute route, HostQuestion question, Deadline deadline) {
  co_await boost::asio::this_coro::throw_if_cancelled(false);
  const bool cancelled_before = co_await is_cancelled();
  if (cancelled_before) co_return unsent(Errc::cancelled, question, "cancelled before it was asked");
  const auto executor = co_await boost::asio::this_coro::executor;
  const auto until = limit(deadline);
  // Shared, because an answer may be on its way to it when nobody waits any more.
  auto gate = std::make_shared<boost::asio::steady_timer>(executor, until);
  auto answered = std::make_shared<bool>(false);
  auto wake = [executor, gate, answered] {
    boost::asio::post(executor, [gate, answered] {
      *answered = true;
      gate->cancel();
    });
  };
  const auto open = begin(route, std::move(question), until, wake);
  if (!open) co_return open.error();
  // The host may have answered from another thread already, but `answered` is only set on this one.
  if (!*answered) co_await gate->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  const bool cancelled = co_await is_cancelled();
  co_return end(route, **open, cancelled);
}

Result<HostAnswer> HostCalls::ask_and_wait(const HostRoute& route, HostQuestion question, std::stop_token stop) {
  if (stop.stop_requested()) return unsent(Errc::cancelled, question, "cancelled before it was asked");
  struct Gate {
    std::mutex mutex;
    std::condition_variable opened;
    bool open = false;
  };
  auto gate = std::make_shared<Gate>();
  auto wake = [gate] {
    const std::lock_guard lock(gate->mutex);
    gate->open = true;
    gate->opened.notify_all();
  };
  const auto until = limit(Deadline::never());
  const auto open = begin(route, std::move(question), until, wake);
  if (!open) return open.error();
  {
    const std::stop_callback on_stop(stop, wake);
    std::unique_lock lock(gate->mutex);
    gate->opened.wait_until(lock, until, [&] { return gate->open; });
  }
  return end(route, **open, stop.stop_requested());
}

void HostCalls::tell(const HostRoute& route, HostQuestion question) {
  route.send(call_event(next_engine_id(), std::move(question), limit(Deadline::never())));
}

Result<void> HostCalls::settle(std::uint64_t token, Result<HostAnswer> answer) {
  OpenPtr open;
  {
    const std::lock_guard lock(mutex_);
    const auto found = open_.find(token);
    if (found == open_.end()) {
      return Error{Errc::not_found, "token " + std::to_string(token) +
                                        ": expected that of an open host call, got one that was answered, or that "
                                        "nobody waits for"};
    }
    open = std::move(found->second);
    open_.erase(found);
    if (answer.has_error()) answer = in_context(answer.error(), open->name);
    open->answer = std::move(answer);
  }
  open->wake();
  return {};
}

Result<void> HostCalls::resolve(std::uint64_t token, HostAnswer answer) {
  return settle(token, std::move(answer));
}

Result<void> HostCalls::reject(std::uint64_t token, Error error) {
  return settle(token, std::move(error));
}

void HostCalls::close() {
  std::unordered_map<std::uint64_t, OpenPtr> open;
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    open.swap(open_);
    for (auto& [token, call] : open) {
      Error error{Errc::cancelled, call->name + ": the runtime was closed before it answered"};
      error.delivery = Delivery::unknown;
      call->answer = std::move(error);
    }
  }
  for (auto& [token, call] : open) call->wake();
}

}  // namespace imagegen
