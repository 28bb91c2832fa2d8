#pragma once
#include <imagegen/core/secret.hpp>

#include <chrono>
#include <memory>
#include <string>

#include "state/postgres/values.hpp"

struct pg_conn;

namespace imagegen::state {

/// Where the server is, and how to get in.
struct PgAddress {
  Secret url;
  Secret password;     ///< Of the URL, to be kept out of messages; may be empty.
  std::string server;  ///< "PostgreSQL at 10.0.0.5:5432, database shop", for messages.
};

/// Errc::invalid_argument for a URL that libpq cannot read; never quotes it.
Result<PgAddress> parse_postgres_url(const Secret& url);

/// One connection, used by one thread at a time. Nothing here waits for ever: connecting and every statement have a
/// time by which they end, also when the network swallows everything.
class PgConnection {
 public:
  /// Errc::unavailable, Errc::permission_denied.
  static Result<std::unique_ptr<PgConnection>> open(const PgAddress& address, std::chrono::milliseconds limit);
  ~PgConnection();
  PgConnection(const PgConnection&) = delete;
  PgConnection& operator=(const PgConnection&) = delete;

  /// Runs one statement. Nothing is prepared on the server, so that it works behind a pooler of transactions.
  Result<PgRows> run(const char* sql, const PgParams& params = {});
  /// Runs a text of statements without parameters, in one round trip.
  Result<PgRows> run_script(const std::string& sql);

  /// Of the last statement that failed; empty when no server said anything.
  const std::string& sqlstate() const noexcept { return sqlstate_; }
  /// Whether it can be used for something new: connected, outside a transaction.
  bool is_idle() const noexcept;
  bool is_broken() const noexcept;
  /// For one that was idle: whether the server has ended it meanwhile.
  bool has_gone_stale() const noexcept;

  /// For poll().
  int socket() const noexcept;
  /// Reads what has come. \return Whether there was a notification; an error when the connection broke.
  Result<bool> take_notifications();

 private:
  PgConnection(pg_conn* connection, std::string server) noexcept
      : connection_(connection), server_(std::move(server)) {}
  Result<PgRows> answer(int sent);
  bool wait_for_answer();
  void drop_notifications();

  pg_conn* connection_;
  std::string server_;
  std::string sqlstate_;
};

}  // namespace imagegen::state
