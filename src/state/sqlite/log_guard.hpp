#pragma once
#include <cstdint>

#include "state/sqlite/connection.hpp"

// Notices that FILE-wal was deleted while changes were in it and nowhere else: SQLite would go on without them and say
// nothing. The table log_guard says 1 in the file itself and 2 in the log, so that whoever sees 1 without a log knows
// that one is missing. Whatever brings the log into the file (the last to close it, another program) brings the 2.
namespace imagegen::sqlite {

// Throws Errc::corrupt_data when the log is missing. Writes nothing. A file of an older version has no guard.
void check_log(Connection& connection);

// Puts the guard up, where the log is new. The connection is to stay open.
void guard_log(Connection& connection);

// Brings the log into the file, as far as nobody reads from it, and puts the guard up again.
void tidy_log(Connection& connection);

// Says in the log that all is there, should a disk that was full have kept tidy_log() from it.
void put_guard_right(Connection& connection);

// Which files a database consists of; deleted and put there again they are others.
struct FileIdentity {
  std::uint64_t device = 0, inode = 0;
  bool operator==(const FileIdentity&) const = default;
};
struct DatabaseFiles {
  FileIdentity file, log;
};
DatabaseFiles files_of(const DatabaseFile& file);

// Throws Errc::corrupt_data when they are no longer the same.
void check_files(const DatabaseFile& file, const DatabaseFiles& expected);

}  // namespace imagegen::sqlite
