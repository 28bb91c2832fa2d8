#include "state/sqlite/database.hpp"

#include "state/sqlite/common_time.hpp"
#include "state/sqlite/failure.hpp"
#include "state/sqlite/schema.hpp"

namespace imagegen::sqlite {
namespace {

// With the tables made, before any connection takes its role.
DatabaseFile prepared(const DatabaseFile& file, bool may_change) {
  Connection connection(file);
  prepare_schema(connection, may_change);
  return file;
}

void take_turn(Turns& turns, const DatabaseFile& file) {
  if (!turns.take(file.wait)) throw ErrorException(to_error(file, SQLITE_BUSY, "no turn"));
}

}  // namespace

Database::Database(const DatabaseFile& file, const Clock& clock, bool may_change)
    : file_(prepared(file, may_change)),
      time_(common_time(file_, clock)),
      writer_(file, Role::writer),
      durable_writer_(file, Role::durable_writer) {
  // Only now: whoever is the last to close the file takes the log away.
  guard_log(durable_writer_);
  files_ = files_of(file_);
}

// Without a log the guard in the file has to say that all is there.
Database::~Database() {
  try {
    put_guard_right(writer_);
  } catch (const ErrorException&) {  // the next to open the file is told
  }
}

// What cannot be done now, because somebody reads or the disk is full, is tried again a while later.
void Database::tidy(Connection& connection) {
  const int before = connection.log_pages();
  tidy_at_ = before + 1000;
  try {
    tidy_log(connection);
    if (connection.log_pages() < before) tidy_at_ = kLogPages;
  } catch (const ErrorException&) {
  }
}

Database::WriteTurn::WriteTurn(Database& database) : turns(database.writing_) {
  take_turn(turns, database.file_);
}

Database::Reader::Reader(Database& from) : database(from) {
  take_turn(from.reading_, from.file_);
  try {
    connection = from.idle_reader();
    if (!connection) connection = std::make_unique<Connection>(from.file_, Role::reader);
  } catch (...) {
    from.reading_.give_back();
    throw;
  }
}

std::unique_ptr<Connection> Database::idle_reader() {
  const std::lock_guard lock(idle_mutex_);
  if (idle_.empty()) return nullptr;
  auto reader = std::move(idle_.back());
  idle_.pop_back();
  return reader;
}

Database::Reader::~Reader() {
  {
    const std::lock_guard lock(database.idle_mutex_);
    database.idle_.push_back(std::move(connection));
  }
  database.reading_.give_back();
}

}  // namespace imagegen::sqlite
