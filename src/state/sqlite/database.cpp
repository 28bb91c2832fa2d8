#include "state/sqlite/database.hpp"

#include "state/sqlite/common_time.hpp"
#include "state/sqlite/failure.hpp"
#include "state/sqlite/schema.hpp"

namespace imagegen::sqlite {
namespace {

// With the tables made, before any connection takes its role.
DatabaseFile prepared(const DatabaseFile& file) {
  Connection connection(file);
  prepare_schema(connection);
  return file;
}

void take_turn(Turns& turns, const DatabaseFile& file) {
  if (!turns.take(file.wait)) throw ErrorException(to_error(file, SQLITE_BUSY, "no turn"));
}

}  // namespace

Database::Database(const DatabaseFile& file, const Clock& clock)
    : file_(prepared(file)),
      time_(common_time(file_, clock)),
      writer_(file, Role::writer),
      durable_writer_(file, Role::durable_writer) {}

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
