#include "state/postgres/database.hpp"

#include <random>
#include <thread>

namespace imagegen::state {
namespace {

// Milliseconds after which the server ends a statement of ours: far more than any takes.
constexpr int kStatementLimitMs = 30'000;

}  // namespace

// Settings hold for the transaction only, because a session may be shared behind a pooler. SET takes no parameters;
// what goes into the text are numbers of ours.
PgDatabase::PgDatabase(PgAddress address, int connections, std::chrono::milliseconds wait, const Clock* clock)
    : address_(std::move(address)), most_(connections), wait_(wait), clock_(clock) {
  begin_[0] = "BEGIN; SET LOCAL statement_timeout = " + std::to_string(kStatementLimitMs) +
              "; SET LOCAL lock_timeout = " + lock_timeout();
  begin_[1] = begin_[0] + "; SET LOCAL synchronous_commit = off";
}

Result<PgRows> PgDatabase::run(const char* sql, const PgParams& params) {
  for (int attempt = 1;; ++attempt) {
    auto loan = borrow();
    if (!loan) return loan.error();
    auto rows = (*loan)->run(sql, params);
    if (rows || attempt == kMostTries || !is_transient((*loan)->sqlstate())) return rows;
    pause_before(attempt);
  }
}

Result<PgDatabase::Loan> PgDatabase::borrow() {
  auto taken = take_idle_or_place();
  if (!taken) return taken.error();
  if (*taken && !(*taken)->has_gone_stale()) return Loan(*this, std::move(*taken));
  taken->reset();
  auto made = PgConnection::open(address_, wait_);
  if (made) return Loan(*this, std::move(*made));
  give_back_place();
  return made.error();
}

// An idle connection; or none, and the right to make one.
Result<std::unique_ptr<PgConnection>> PgDatabase::take_idle_or_place() {
  std::unique_lock lock(mutex_);
  const auto ready = [&] { return !idle_.empty() || made_ < most_; };
  if (!freed_.wait_for(lock, wait_, ready)) {
    Error busy(Errc::unavailable, address_.server + ": all " + std::to_string(most_) + " connections were busy for " +
                                      std::to_string(wait_.count()) + " ms; allow more connections or more time");
    busy.retry = Retry::later;
    return busy;
  }
  if (idle_.empty()) {
    ++made_;
    return std::unique_ptr<PgConnection>();
  }
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void PgDatabase::give_back(std::unique_ptr<PgConnection> connection) {
  if (!connection->is_idle()) {
    connection.reset();
    return give_back_place();
  }
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(connection));
  }
  freed_.notify_one();
}

void PgDatabase::give_back_place() {
  {
    const std::lock_guard lock(mutex_);
    --made_;
  }
  freed_.notify_one();
}

// Full jitter, so that those who met do not meet again.
void PgDatabase::pause_before(int attempt) {
  std::random_device random;
  const unsigned most_ms = 1U << static_cast<unsigned>(std::min(attempt, 6));
  std::this_thread::sleep_for(std::chrono::milliseconds(random() % most_ms));
}

}  // namespace imagegen::state
