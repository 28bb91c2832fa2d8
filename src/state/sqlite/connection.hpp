#pragma once
#include <imagegen/core/result.hpp>

#include <sqlite3.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "state/sqlite/statement.hpp"

namespace imagegen::sqlite {

// Which file, in which words it is spoken of, and how long somebody else's lock is waited for.
struct DatabaseFile {
  std::string path;  // Absolute, so that it stays the same file when the process changes its folder.
  std::string name;  // As it was given.
  std::chrono::milliseconds wait;
};

// Whether the disk with this path has room for a small change; true where that is not known.
bool has_room(const std::string& path);

enum class Role {
  reader,          // May change nothing.
  writer,          // Commits survive the end of the process; a power cut may undo the newest.
  durable_writer,  // Commits survive a power cut.
};

// One connection; for one thread at a time. Throws ErrorException.
class Connection {
 public:
  // Without a role: for looking at a file that may not be ours yet.
  explicit Connection(DatabaseFile file);
  Connection(DatabaseFile file, Role role);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // A statement with its parameters in order. Kept prepared, so the texts must be few: no values in them.
  template <class... Values>
  Statement statement(std::string_view sql, const Values&... values) {
    return {*this, prepared(sql), values...};
  }

  // Runs a statement to its end.
  template <class... Values>
  void execute(std::string_view sql, const Values&... values) {
    Statement running = statement(sql, values...);
    while (running.next()) {
    }
  }

  // Several statements without parameters, not kept.
  void run_script(const char* sql);
  // The first column of the first row, 0 without one.
  std::int64_t number(std::string_view sql);

  const DatabaseFile& file() const noexcept { return file_; }
  bool in_transaction() const noexcept { return sqlite3_get_autocommit(handle_.get()) == 0; }
  // Of the log after the last commit; 4 KiB each.
  int log_pages() const noexcept { return log_pages_; }
  // Ends a statement that takes longer with SQLITE_INTERRUPT.
  void end_statements_at(std::chrono::steady_clock::time_point when);

  [[noreturn]] void fail(int code) const;
  [[noreturn]] void fail_corrupt(const std::string& what) const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
    void operator()(sqlite3_stmt* handle) const noexcept { sqlite3_finalize(handle); }
  };

  static int wait_for_lock(void* self, int times);
  sqlite3_stmt* prepared(std::string_view sql);

  DatabaseFile file_;
  std::chrono::steady_clock::time_point waiting_since_{};
  int log_pages_ = 0;
  std::chrono::steady_clock::time_point end_at_{};
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Close>, std::less<>> prepared_;
};

// A writing transaction: takes the lock at once, and undoes everything unless commit() is reached.
class Transaction {
 public:
  explicit Transaction(Connection& connection);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();

 private:
  Connection* connection_;
};

}  // namespace imagegen::sqlite
