#pragma once
#include <imagegen/state/state.hpp>

#include <sqlite3.h>

#include <stdexcept>
#include <string>

#include "state/support/state_harness.hpp"
#include "storage/support/temp_folder.hpp"

namespace imagegen::test {

/// A folder of its own for a database, removed at the end.
class SqliteFolder : public TempFolder {
 public:
  std::string file() const { return (path() / "state.db").string(); }
};

inline StateOptions sqlite_options(const std::string& file, std::chrono::milliseconds wait = std::chrono::seconds(20)) {
  StateOptions options;
  options.url = Secret("sqlite:" + file);
  options.wait = wait;
  return options;
}

/// A new database, in a folder of its own.
class SqlitePlace {
 public:
  static std::string no_store() { return {}; }
  StateOptions options() const { return sqlite_options(folder_.file()); }

 private:
  SqliteFolder folder_;
};

/// All its stores.
using SqliteState = StateHarness<SqlitePlace>;
using UntimedSqliteState = StateHarness<SqlitePlace, Goes::by_server>;

/// For RawSqlite: makes a file of this version one of version 7, when records of files had a table.
inline const std::string kToVersion7 =
    "DROP TABLE state_mark; CREATE TABLE was AS SELECT * FROM asset; DROP VIEW asset; ALTER TABLE was RENAME TO asset; "
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
