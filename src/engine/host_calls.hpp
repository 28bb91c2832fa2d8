#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/shared_bytes.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/engine/inbox.hpp>

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace imagegen {

// What a part of the host answered.
struct HostAnswer {
  boost::json::object document;
  std::vector<SharedBytes> bytes;
};

// What the host is asked for.
struct HostQuestion {
  std::string_view part, method;  // of static storage
  boost::json::object arguments;
  std::vector<SharedBytes> bytes = {};
};

// How a part of the host is reached: its inbox, or its functions on the dispatcher's thread.
struct HostRoute {
  std::function<void(InboxEvent)> send;
  // Takes back what the host has not seen yet.
  std::function<bool(std::uint64_t token)> withdraw = [](std::uint64_t) { return false; };
};

// The open questions to parts of the host. Safe from any thread; asked on coroutines of the I/O thread.
class HostCalls {
 public:
  // \param timeout For questions whose caller sets no deadline.
  explicit HostCalls(std::chrono::milliseconds timeout) : timeout_(timeout) {}

  // Asks, and waits for the answer. Errors: what the host rejects with; deadline_exceeded; cancelled.
  // Delivery::not_sent where the host has certainly not seen it; otherwise unknown, unless the host says more.
  Task<Result<HostAnswer>> ask(HostRoute route, HostQuestion question, Deadline deadline = Deadline::never());
  // ask() for a thread that may block, cancelled by `stop`. Not on the I/O thread.
  Result<HostAnswer> ask_and_wait(const HostRoute& route, HostQuestion question, std::stop_token stop = {});
  // Asks and does not wait; an answer is Errc::not_found.
  void tell(const HostRoute& route, HostQuestion question);

  // Errc::not_found for a token that is not open.
  Result<void> resolve(std::uint64_t token, HostAnswer answer);
  Result<void> reject(std::uint64_t token, Error error);

  // Fails what is open, and what is asked from now on.
  void close();

 private:
  struct Open;
  using OpenPtr = std::shared_ptr<Open>;
  Result<OpenPtr> begin(const HostRoute& route, HostQuestion question, std::chrono::steady_clock::time_point until,
                        std::function<void()> wake);
  Result<void> settle(std::uint64_t token, Result<HostAnswer> answer);
  Result<HostAnswer> end(const HostRoute& route, Open& open, bool cancelled);
  std::chrono::steady_clock::time_point limit(Deadline deadline) const;

  const std::chrono::milliseconds timeout_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, OpenPtr> open_;
  bool closed_ = false;
};

// Never 0, never twice in a process: for calls and tokens alike.
std::uint64_t next_engine_id() noexcept;

}  // namespace imagegen
