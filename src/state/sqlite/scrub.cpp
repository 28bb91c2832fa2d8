#include "state/sqlite/scrub.hpp"

#include "state/sqlite/failure.hpp"

namespace imagegen::sqlite {
namespace {

// The copy may be large, so it goes into a file and not into memory as other things that are temporary.
void write_anew(Connection& connection) {
  connection.run_script("PRAGMA temp_store=FILE");
  try {
    connection.run_script("VACUUM");
  } catch (...) {
    connection.run_script("PRAGMA temp_store=MEMORY");
    throw;
  }
  connection.run_script("PRAGMA temp_store=MEMORY");
}

// In the file itself the guard must say that all is there when the log goes; afterwards it is put up again.
void empty_log(Connection& connection) {
  put_guard_right(connection);
  if (connection.number("PRAGMA wal_checkpoint(TRUNCATE)") != 0)
    throw ErrorException(to_error(connection.file(), SQLITE_BUSY, "somebody reads from its log"));
  tidy_log(connection);
}

}  // namespace

Result<void> scrub(Database& database) {
  return database.write_alone([](Connection& connection) {
    write_anew(connection);
    empty_log(connection);
  });
}

}  // namespace imagegen::sqlite
