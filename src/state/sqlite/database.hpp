#pragma once
#include <imagegen/maker/job/store_parts.hpp>

#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include "state/sqlite/connection.hpp"
#include "state/sqlite/log_guard.hpp"
#include "state/sqlite/turns.hpp"

namespace imagegen::sqlite {

// An open file with its connections: one that writes, one that writes so that it survives a power cut, and a few that
// read, which wait for nobody. Safe from any thread.
class Database {
 public:
  // Throws ErrorException. The file is there. \param may_change Whether older tables may be brought up.
  Database(const DatabaseFile& file, const Clock& clock, bool may_change);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Calls `work(connection)`, which gives a Result, in one transaction. It is undone when that fails.
  template <class Work>
  auto write(const Work& work) {
    return write_to(writer_, work);
  }
  template <class Work>
  auto write_durably(const Work& work) {
    return write_to(durable_writer_, work);
  }

  // Calls `work(connection)` while nobody else of this process writes, outside of any transaction.
  template <class Work>
  Result<void> write_alone(const Work& work) {
    try {
      const WriteTurn turn(*this);
      check_files(file_, files_);
      work(durable_writer_);
      return {};
    } catch (const ErrorException& thrown) {
      return thrown.error();
    }
  }

  // Calls `work(connection)`, which gives a Result and makes one statement: it sees one state of the database.
  template <class Work>
  std::invoke_result_t<const Work&, Connection&> read(const Work& work) {
    try {
      check_files(file_, files_);
      const Reader reader(*this);
      return work(*reader.connection);
    } catch (const ErrorException& thrown) {
      return thrown.error();
    }
  }

  const DatabaseFile& file() const noexcept { return file_; }
  // By which leases and what waits go; the same in all processes that have opened the file since the machine was
  // started.
  Timestamp now() const { return time_.now(); }

 private:
  static constexpr int kReaders = 4;

  struct WriteTurn {
    explicit WriteTurn(Database& database);
    ~WriteTurn() { turns.give_back(); }
    Turns& turns;
  };
  struct Reader {
    explicit Reader(Database& from);
    ~Reader();
    Database& database;
    std::unique_ptr<Connection> connection;
  };

  template <class Work>
  std::invoke_result_t<const Work&, Connection&> write_to(Connection& connection, const Work& work) {
    try {
      const WriteTurn turn(*this);
      check_files(file_, files_);
      auto result = in_transaction(connection, work);
      if (connection.log_pages() >= tidy_at_) tidy(connection);
      return result;
    } catch (const ErrorException& thrown) {
      return thrown.error();
    }
  }

  template <class Work>
  static std::invoke_result_t<const Work&, Connection&> in_transaction(Connection& connection, const Work& work) {
    Transaction transaction(connection);
    auto result = work(connection);
    if (result) transaction.commit();
    return result;
  }

  void tidy(Connection& connection);
  std::unique_ptr<Connection> idle_reader();

  // Pages of the log that are waited for before it is brought into the file.
  static constexpr int kLogPages = 8000;

  DatabaseFile file_;
  SteadyTime time_;
  Connection writer_, durable_writer_;
  DatabaseFiles files_;
  int tidy_at_ = kLogPages;  // for who has the turn to write
  Turns writing_{1};  // For both writers: SQLite lets one write at a time, and waiting here is quicker than there.
  Turns reading_{kReaders};
  std::mutex idle_mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace imagegen::sqlite
