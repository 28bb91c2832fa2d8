#include "state/sqlite/log_guard.hpp"

#include <sys/stat.h>

#include <string>

namespace imagegen::sqlite {
namespace {

constexpr std::int64_t kInTheLog = 1, kAllHere = 2;

std::string log_of(const std::string& file) {
  return file + "-wal";
}

bool log_is_empty(const Connection& connection) {
  struct stat found {};
  return ::stat(log_of(connection.file().path).c_str(), &found) != 0 || found.st_size == 0;
}

bool has_guard(Connection& connection) {
  return connection.number("SELECT count(*) FROM sqlite_master WHERE name = 'log_guard'") != 0;
}

void set_guard(Connection& connection, std::int64_t state) {
  connection.execute("UPDATE log_guard SET state = ?", state);
}

FileIdentity identity_of(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino};
}

Error gone(const DatabaseFile& file, const std::string& which, const std::string& hint) {
  return {Errc::corrupt_data, "state: SQLite file " + file.name + ": " + which +
                                  " was deleted, moved or replaced while it was in use, so nothing more is written; " + hint};
}

}  // namespace

void check_log(Connection& connection) {
  if (!has_guard(connection)) return;
  if (connection.number("SELECT state FROM log_guard") != kInTheLog || !log_is_empty(connection)) return;
  const std::string& name = connection.file().name;
  throw ErrorException(
      Error(Errc::corrupt_data, "state: SQLite file " + name + ": its log " + name +
                                    "-wal is missing, and with it the newest jobs and purchases; put it back, or restore "
                                    "both from a copy. To go on without what was in it: sqlite3 " +
                                    name + " \"UPDATE log_guard SET state = 2\""));
}

// The connection is a durable one: a power cut must not take the log and leave the guard.
void guard_log(Connection& connection) {
  if (!log_is_empty(connection)) return;
  {
    Transaction transaction(connection);
    if (!log_is_empty(connection)) return;  // somebody else was quicker
    set_guard(connection, kInTheLog);
    transaction.commit();
  }
  connection.run_script("PRAGMA wal_checkpoint(PASSIVE)");
  set_guard(connection, kAllHere);
}

void tidy_log(Connection& connection) {
  set_guard(connection, kInTheLog);
  try {
    connection.run_script("PRAGMA wal_checkpoint(PASSIVE)");
  } catch (const ErrorException&) {  // it stays in the log, and that is no loss
  }
  set_guard(connection, kAllHere);
}

void put_guard_right(Connection& connection) {
  if (connection.number("SELECT state FROM log_guard") != kAllHere) set_guard(connection, kAllHere);
}

DatabaseFiles files_of(const DatabaseFile& file) {
  return {identity_of(file.path), identity_of(log_of(file.path))};
}

void check_files(const DatabaseFile& file, const DatabaseFiles& expected) {
  if (identity_of(file.path) != expected.file) throw ErrorException(gone(file, "it", "put it back or restore a copy"));
  if (identity_of(log_of(file.path)) == expected.log) return;
  throw ErrorException(gone(file, "its log " + log_of(file.name),
                            "end all that use it: the last to end brings what it still has into the file"));
}

}  // namespace imagegen::sqlite
