#include "http/idle_pool.hpp"

#include <boost/asio/execution/context.hpp>
#include <boost/asio/execution_context.hpp>

#include <algorithm>
#include <vector>

namespace imagegen {
namespace {

namespace asio = boost::asio;

constexpr std::size_t kMaxIdleInAll = 64;

asio::execution_context& context_of(const asio::any_io_executor& executor) {
  return asio::query(executor, asio::execution::context);
}

// Lives inside an io_context and hears when that ends. Services end in the reverse order of their making, so this one,
// made after the first socket, ends while sockets can still be closed.
class ContextWatch final : public asio::execution_context::service {
 public:
  static inline asio::execution_context::id id;

  explicit ContextWatch(asio::execution_context& owner) : service(owner) {}

  void add(const std::shared_ptr<IdlePool>& pool) {
    const std::lock_guard lock(mutex_);
    std::erase_if(pools_, [](const auto& known) { return known.expired(); });
    const auto same = [&](const auto& known) { return known.lock() == pool; };
    if (std::none_of(pools_.begin(), pools_.end(), same)) pools_.push_back(pool);
  }

 private:
  void shutdown() override {
    const std::lock_guard lock(mutex_);
    for (const auto& known : pools_) {
      if (const auto pool = known.lock()) pool->drop(context());
    }
    pools_.clear();
  }

  std::mutex mutex_;
  std::vector<std::weak_ptr<IdlePool>> pools_;
};

}  // namespace

std::unique_ptr<Connection> IdlePool::take(const std::string& key, const asio::any_io_executor& executor) {
  const std::lock_guard lock(mutex_);
  close_expired(std::chrono::steady_clock::now());
  for (auto at = idle_.end(); at != idle_.begin();) {
    --at;
    if (at->key != key || at->connection->executor() != executor) continue;
    auto connection = std::move(at->connection);
    at = idle_.erase(at);
    if (connection->is_quiet()) return connection;
  }
  return nullptr;
}

void IdlePool::put(std::string key, std::unique_ptr<Connection> connection) {
  asio::use_service<ContextWatch>(context_of(connection->executor())).add(shared_from_this());
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  close_expired(now);
  const auto same_host = [&](const Idle& idle) { return idle.key == key; };
  const auto of_this_host = static_cast<std::size_t>(std::count_if(idle_.begin(), idle_.end(), same_host));
  if (max_per_host_ == 0) return;
  if (of_this_host >= max_per_host_) {
    idle_.erase(std::find_if(idle_.begin(), idle_.end(), same_host));
  } else if (idle_.size() >= kMaxIdleInAll) {
    idle_.pop_front();
  }
  idle_.push_back({std::move(key), std::move(connection), now});
}

void IdlePool::drop(const asio::execution_context& context) {
  const std::lock_guard lock(mutex_);
  idle_.remove_if([&](const Idle& idle) { return &context_of(idle.connection->executor()) == &context; });
}

void IdlePool::close_expired(TimePoint now) {
  idle_.remove_if([&](const Idle& idle) { return now - idle.since >= max_idle_; });
}

}  // namespace imagegen
