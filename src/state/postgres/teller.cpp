#include "state/postgres/teller.hpp"

namespace imagegen::state {
namespace {

constexpr std::chrono::milliseconds kBetween{5};  // what is told meanwhile is told once

constexpr const char* kNotify = R"sql(
WITH quick AS (SELECT set_config('synchronous_commit', 'off', true))
SELECT pg_notify('imagegen_jobs', '') FROM quick)sql";

}  // namespace

PgTeller::PgTeller(PgDatabase& database) : database_(database) {}

PgTeller::~PgTeller() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void PgTeller::tell() {
  {
    const std::lock_guard lock(mutex_);
    pending_ = true;
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
  }
  changed_.notify_one();
}

void PgTeller::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return pending_ || ended_; });
    if (!pending_) return;
    pending_ = false;
    lock.unlock();
    (void)database_.run(kNotify);
    lock.lock();
    changed_.wait_for(lock, kBetween, [this] { return ended_; });
  }
}

}  // namespace imagegen::state
