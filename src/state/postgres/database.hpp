#pragma once
#include <imagegen/core/clock.hpp>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "state/postgres/connection.hpp"
#include "state/postgres/errors.hpp"

namespace imagegen::state {

/// Whether a change must be on the disk when it returns. What is only worth something while the server runs (claims,
/// heartbeats, permits) need not wait for that.
enum class Durable { yes, no };

/// The server's time, Unix ms, by which leases and what waits go, whatever the clocks of those who ask say. The
/// parameter is PgDatabase::given_time().
#define IMAGEGEN_PG_TIME(parameter) \
  "coalesce(" parameter "::bigint, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)"

/// A fixed number of connections to one server, made when they are needed, and transactions on them. Safe from any
/// thread.
class PgDatabase {
 public:
  /// \param clock For tests: in place of the server's; outlives it. Null: the server's.
  PgDatabase(PgAddress address, int connections, std::chrono::milliseconds wait, const Clock* clock = nullptr);

  const PgAddress& address() const noexcept { return address_; }
  std::chrono::milliseconds wait() const noexcept { return wait_; }
  /// For lock_timeout, ms: never 0, which would be for ever.
  std::string lock_timeout() const { return std::to_string(std::max<std::int64_t>(wait_.count(), 1)); }

  /// For IMAGEGEN_PG_TIME: what a statement is to take for the server's time, most often nothing.
  std::optional<Timestamp> given_time() const {
    return clock_ == nullptr ? std::nullopt : std::optional(to_timestamp(clock_->wall_now()));
  }

  /// One statement, which is a transaction of its own.
  Result<PgRows> run(const char* sql, const PgParams& params = {});

  /// Calls `work(PgConnection&)` in a transaction, which is committed when it gives a value and rolled back when it
  /// gives an error. Where two transactions met it is called again, so it changes nothing but the database.
  template <class Work>
  auto transact(Durable durable, const Work& work) -> decltype(work(std::declval<PgConnection&>()));

 private:
  /// A connection on loan; goes back, or is closed when it can be used no more.
  class Loan {
   public:
    Loan(PgDatabase& from, std::unique_ptr<PgConnection> connection) noexcept
        : from_(&from), connection_(std::move(connection)) {}
    Loan(Loan&&) noexcept = default;
    ~Loan() {
      if (connection_) from_->give_back(std::move(connection_));
    }
    PgConnection& operator*() const noexcept { return *connection_; }
    PgConnection* operator->() const noexcept { return connection_.get(); }

   private:
    PgDatabase* from_;
    std::unique_ptr<PgConnection> connection_;
  };

  static constexpr int kMostTries = 10;

  Result<Loan> borrow();
  Result<std::unique_ptr<PgConnection>> take_idle_or_place();
  void give_back(std::unique_ptr<PgConnection> connection);
  void give_back_place();
  static void pause_before(int attempt);

  const PgAddress address_;
  const int most_;
  const std::chrono::milliseconds wait_;
  const Clock* const clock_;
  std::string begin_[2];  // by Durable

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<PgConnection>> idle_;
  int made_ = 0;  // on loan, idle, or being made
};

template <class Work>
auto PgDatabase::transact(Durable durable, const Work& work) -> decltype(work(std::declval<PgConnection&>())) {
  for (int attempt = 1;; ++attempt) {
    auto loan = borrow();
    if (!loan) return loan.error();
    PgConnection& connection = **loan;
    if (const auto begun = connection.run_script(begin_[durable == Durable::no ? 1 : 0]); !begun) return begun.error();
    auto result = work(connection);
    if (result) {
      const auto committed = connection.run_script("COMMIT");
      if (committed) return result;
      result = committed.error();
    }
    const auto sqlstate = connection.sqlstate();
    if (!connection.is_broken()) (void)connection.run_script("ROLLBACK");
    if (attempt == kMostTries || !is_transient(sqlstate)) return result;
    pause_before(attempt);
  }
}

}  // namespace imagegen::state
