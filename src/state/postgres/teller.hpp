#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "state/postgres/database.hpp"

namespace imagegen::state {

/// Tells other processes that there is work, on a thread of its own: PostgreSQL lets only one transaction at a time
/// commit that notifies, so a change does not do it itself. What is told while one is under way, or within 5 ms, goes
/// with the next. A notification that is lost harms nothing, because workers look from time to time.
class PgTeller {
 public:
  /// \param database Outlives the teller.
  explicit PgTeller(PgDatabase& database);
  /// Tells what is left to tell.
  ~PgTeller();
  PgTeller(const PgTeller&) = delete;
  PgTeller& operator=(const PgTeller&) = delete;

  /// Returns at once. Safe from any thread.
  void tell();

 private:
  void run();

  PgDatabase& database_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool pending_ = false, ended_ = false;
  std::thread thread_;  // begins with the first call
};

}  // namespace imagegen::state
