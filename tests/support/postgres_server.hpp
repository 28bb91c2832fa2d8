#pragma once
#include <memory>
#include <string>

#include "support/test_server.hpp"

/// \file A real PostgreSQL server for tests.
namespace imagegen::test {

/// The one that IMAGEGEN_TEST_POSTGRES names, by the URL of a user who may create databases, or ours: nothing in it is
/// written to the disk for good, and it knows the users `locked` (with the password "right") and `postgres` (without
/// one).
class PostgresServer : public TestServer {
 public:
  /// The server of this test program, started by the first call.
  static PostgresServer& shared();

  PostgresServer();

  /// Whether the server at a port of 127.0.0.1, perhaps behind a pooler, is the one over this folder.
  static bool serves(std::uint16_t port, const std::string& data);
  /// The folder of ours.
  std::string data() const { return path_of("data"); }

  /// The URL of a database of the server; "postgres" is always there.
  std::string url(const std::string& database) const;

  /// Runs statements in a database. \throws std::runtime_error
  void run(const std::string& database, const std::string& sql) const;
  /// The first value that a statement gives.
  std::string ask(const std::string& database, const std::string& sql) const;

 private:
  void launch_ours();
  void initialise();

  std::string named_;  // by the environment
};

/// A connection of the test's own, open as long as this lives, so that it can hold a lock.
class TestSession {
 public:
  /// \throws std::runtime_error
  explicit TestSession(const std::string& url);
  ~TestSession();
  TestSession(const TestSession&) = delete;
  TestSession& operator=(const TestSession&) = delete;

  /// Runs statements. \return The first value that the last of them gives. \throws std::runtime_error
  std::string run(const std::string& sql) const;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

/// An empty database of its own; dropped at the end.
class TestDatabase {
 public:
  explicit TestDatabase(PostgresServer& server = PostgresServer::shared());
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  const std::string& name() const noexcept { return name_; }
  std::string url() const { return server_.url(name_); }
  void run(const std::string& sql) const { server_.run(name_, sql); }
  std::string ask(const std::string& sql) const { return server_.ask(name_, sql); }

 private:
  PostgresServer& server_;
  std::string name_;
};

/// An empty schema of its own in the database "postgres": quicker to make. Dropped at the end.
class TestSchema {
 public:
  explicit TestSchema(PostgresServer& server = PostgresServer::shared());
  ~TestSchema();
  TestSchema(const TestSchema&) = delete;
  TestSchema& operator=(const TestSchema&) = delete;

  std::string url() const;

 private:
  PostgresServer& server_;
  std::string name_;
};

/// A PgBouncer in front of a server of ours that gives out a server connection for one transaction at a time.
class PgBouncer : public TestServer {
 public:
  explicit PgBouncer(const PostgresServer& server) { launch_before(server); }
  std::string url(const std::string& database) const;

 private:
  void launch_before(const PostgresServer& server);
};

}  // namespace imagegen::test
