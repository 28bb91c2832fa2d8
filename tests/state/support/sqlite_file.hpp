#pragma once
#include <imagegen/state/state.hpp>

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <filesystem>
#include <stdexcept>
#include <string>

#include "state/support/timed_state.hpp"

namespace imagegen::test {

/// A folder of its own for a database, removed at the end.
class SqliteFolder {
 public:
  SqliteFolder() {
    std::string made = testing::TempDir() + "imagegen-sqlite-XXXXXX";
    if (::mkdtemp(made.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = made;
  }
  ~SqliteFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  SqliteFolder(const SqliteFolder&) = delete;
  SqliteFolder& operator=(const SqliteFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file() const { return (path_ / "state.db").string(); }

 private:
  std::filesystem::path path_;
};

inline StateOptions sqlite_options(const std::string& file, std::chrono::milliseconds wait = std::chrono::seconds(20)) {
  StateOptions options;
  options.url = Secret("sqlite:" + file);
  options.wait = wait;
  return options;
}

/// A new database with all its stores, in a folder of its own.
class SqliteState {
 public:
  SqliteState() : SqliteState(Goes::by_test) {}
  enum class Goes { by_test, by_machine };
  explicit SqliteState(Goes goes) {
    const auto options = sqlite_options(folder_.file());
    state_ = (goes == Goes::by_test ? open_timed(options, pool_, clock_) : open_state(options, pool_)).value();
  }
  JobStore& store() { return *state_.jobs; }
  PermitStore& permits() { return *state_.permits; }
  Ledger& ledger() { return *state_.ledger; }
  MetadataStore& metadata() { return *state_.metadata; }
  RecordStore& records() { return *state_.records; }
  bool reopen() {
    state_ = State();
    state_ = open_timed(sqlite_options(folder_.file()), pool_, clock_).value();
    return true;
  }
  SetClock& clock() { return clock_; }
  std::string no_store() const { return {}; }

 private:
  SqliteFolder folder_;
  SetClock clock_;
  ThreadPool pool_{2};
  State state_;
};

/// The same, by the machine's time.
struct UntimedSqliteState : SqliteState {
  UntimedSqliteState() : SqliteState(Goes::by_machine) {}
};

/// For RawSqlite: makes a file of this version one of version 7, when records of files had a table.
inline const std::string kToVersion7 =
    "CREATE TABLE was AS SELECT * FROM asset; DROP VIEW asset; ALTER TABLE was RENAME TO asset; "
    "DROP VIEW imagegen_assets; DROP TABLE record_view; DELETE FROM record; DELETE FROM record_key; PRAGMA user_version=7; ";

/// The same of version 5.
inline const std::string kToVersion5 =
    kToVersion7 +
    "DROP TABLE record; DROP TABLE record_key; "
    "ALTER TABLE purchase DROP COLUMN also; ALTER TABLE purchase DROP COLUMN part_of; PRAGMA user_version=5; ";

/// Another program's hands on the file.
class RawSqlite {
 public:
  explicit RawSqlite(const std::string& file) {
    if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
  }
  ~RawSqlite() { sqlite3_close(handle_); }
  RawSqlite(const RawSqlite&) = delete;
  RawSqlite& operator=(const RawSqlite&) = delete;

  void run(const std::string& sql) {
    if (sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  std::string text(const std::string& sql) {
    std::string found;
    const auto keep = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0] == nullptr ? "" : values[0];
      return 0;
    };
    sqlite3_exec(handle_, sql.c_str(), keep, &found, nullptr);
    return found;
  }

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace imagegen::test
