#include "state/sqlite/connection.hpp"

#include <sys/statvfs.h>

#include <cassert>
#include <cerrno>
#include <thread>
#include <utility>

#include "state/sqlite/failure.hpp"

namespace imagegen::sqlite {
namespace {

constexpr int kLargestValue = 64 << 20;                // bytes; the largest that we write is a job's output
constexpr std::chrono::milliseconds kBetweenTries{1};  // SQLite's own waits grow to 100 ms: too slow for claims
constexpr const char* kSettings =
    "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8192;";

// Writing the log into the database is waited for by whoever commits then, on a busy disk for 10 ms or more. With 8000
// pages (32 MiB) instead of 1000 that is one job in about 270 and not one in 33, and most of the pages are then written
// once for many changes. It is Database that does it; see log_guard.hpp.
const char* settings_of(Role role) {
  switch (role) {
    case Role::reader:
      return "PRAGMA query_only=ON;";
    case Role::writer:
      return "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;";
    case Role::durable_writer:
      return "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;";
  }
  return "";
}

}  // namespace

bool has_room(const std::string& path) {
  constexpr std::uint64_t kLeast = 64U << 10U;  // bytes; less than a small change needs
  struct statvfs disk {};
  return ::statvfs(path.c_str(), &disk) != 0 || std::uint64_t{disk.f_bavail} * disk.f_frsize >= kLeast;
}

Connection::Connection(DatabaseFile file) : file_(std::move(file)) {
  sqlite3* opened = nullptr;
  // One thread at a time has it, so SQLite's own mutex is not needed. No URIs: '?' and "file:" mean nothing here.
  constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file_.path.c_str(), &opened, kFlags, nullptr);
  handle_.reset(opened);  // also when it failed
  if (code != SQLITE_OK) fail(code);
  if (sqlite3_db_readonly(opened, "main") != 0) fail(SQLITE_READONLY);  // SQLite does not mind; readers need it too
  sqlite3_limit(opened, SQLITE_LIMIT_LENGTH, kLargestValue);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_busy_handler(opened, &Connection::wait_for_lock, this);
  run_script(kSettings);
}

Connection::Connection(DatabaseFile file, Role role) : Connection(std::move(file)) {
  run_script(settings_of(role));
  if (role == Role::reader) return;
  const auto note = [](void* self, sqlite3*, const char*, int pages) {
    static_cast<Connection*>(self)->log_pages_ = pages;
    return SQLITE_OK;
  };
  sqlite3_wal_hook(handle_.get(), note, this);
}

int Connection::wait_for_lock(void* self, int times) {
  auto& connection = *static_cast<Connection*>(self);
  const auto now = std::chrono::steady_clock::now();
  if (times == 0) connection.waiting_since_ = now;
  if (now - connection.waiting_since_ >= connection.file_.wait) return 0;
  std::this_thread::sleep_for(kBetweenTries);
  return 1;
}

void Connection::end_statements_at(std::chrono::steady_clock::time_point when) {
  constexpr int kSteps = 10'000;  // between two looks at the clock: about a millisecond
  end_at_ = when;
  const auto is_due = [](void* self) {
    return std::chrono::steady_clock::now() >= static_cast<Connection*>(self)->end_at_ ? 1 : 0;
  };
  sqlite3_progress_handler(handle_.get(), kSteps, is_due, this);
}

sqlite3_stmt* Connection::prepared(std::string_view sql) {
  auto found = prepared_.find(sql);
  if (found == prepared_.end()) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) fail(code);
    found = prepared_.emplace(std::string(sql), made).first;
  }
  assert(sqlite3_stmt_busy(found->second.get()) == 0);
  return found->second.get();
}

void Connection::run_script(const char* sql) {
  const int code = sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

std::int64_t Connection::number(std::string_view sql) {
  Statement asked = statement(sql);
  return asked.next() ? asked.integer() : 0;
}

void Connection::fail(int code) const {
  const int reason = handle_ ? sqlite3_system_errno(handle_.get()) : 0;
  const bool forbidden = reason == EACCES || reason == EPERM || reason == EROFS;
  if ((code & 0xFF) == SQLITE_CANTOPEN && forbidden) code = SQLITE_PERM;
  // Of its shared memory SQLite says no more than that it cannot grow.
  const bool writing = (code & 0xFF) == SQLITE_IOERR || (code & 0xFF) == SQLITE_CANTOPEN;
  if (writing && (reason == ENOSPC || reason == EDQUOT || !has_room(file_.path))) code = SQLITE_FULL;
  // What is found here and not by SQLite, it calls "not an error".
  const bool is_its_own = handle_ && sqlite3_extended_errcode(handle_.get()) != SQLITE_OK;
  throw ErrorException(to_error(file_, code, is_its_own ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code)));
}

void Connection::fail_corrupt(const std::string& what) const {
  throw ErrorException(Error(Errc::corrupt_data, "state: SQLite file " + file_.name + ": it holds " + what +
                                                     ", which this library never writes; restore it from a copy"));
}

Transaction::Transaction(Connection& connection) : connection_(&connection) {
  connection.execute("BEGIN IMMEDIATE");
}

Transaction::~Transaction() {
  if (!connection_->in_transaction()) return;  // committed, or SQLite has undone it by itself
  try {
    connection_->execute("ROLLBACK");
  } catch (const ErrorException&) {  // the failure that led here is the one to tell of
  }
}

void Transaction::commit() {
  connection_->execute("COMMIT");
}

}  // namespace imagegen::sqlite
