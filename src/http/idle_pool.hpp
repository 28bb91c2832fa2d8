#pragma once
#include "http/connection.hpp"

#include <list>
#include <memory>
#include <mutex>
#include <string>

namespace imagegen {

/// Open connections that nobody uses at the moment. Safe from any thread.
///
/// They belong to the io_context they were opened on; when that is destroyed, it takes them out of here first. So a
/// client may outlive its io_context, and the other way round.
class IdlePool : public std::enable_shared_from_this<IdlePool> {
 public:
  IdlePool(std::size_t max_per_host, std::chrono::milliseconds max_idle) noexcept
      : max_per_host_(max_per_host), max_idle_(max_idle) {}

  /// The most recently used connection under `key` that runs on `executor` and is still alive, or null.
  std::unique_ptr<Connection> take(const std::string& key, const boost::asio::any_io_executor& executor);
  void put(std::string key, std::unique_ptr<Connection> connection);
  /// Forgets what belongs to a context that is about to end.
  void drop(const boost::asio::execution_context& context);

 private:
  struct Idle {
    std::string key;
    std::unique_ptr<Connection> connection;
    TimePoint since;
  };
  void close_expired(TimePoint now);

  std::size_t max_per_host_;
  std::chrono::milliseconds max_idle_;
  std::mutex mutex_;
  std::list<Idle> idle_;  // oldest first
};

}  // namespace imagegen
