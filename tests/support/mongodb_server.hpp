#pragma once
#include <cstdint>
#include <memory>
#include <string>

/// \file A real server for tests that speaks MongoDB's wire protocol.
namespace imagegen::test {

/// Either the server that IMAGEGEN_TEST_MONGODB names (a URL of a user who may make and drop databases), or
/// mongo-java-server on a free port of 127.0.0.1 over a file in a temporary folder, which says that it is MongoDB 5.0.
/// It ends with this process, however that ends; started by the main thread.
class MongoDbServer {
 public:
  /// The server of this test program, started by the first call.
  static MongoDbServer& shared();

  MongoDbServer();
  ~MongoDbServer();
  MongoDbServer(const MongoDbServer&) = delete;
  MongoDbServer& operator=(const MongoDbServer&) = delete;

  /// Why there is none; empty when there is one.
  const std::string& problem() const noexcept { return problem_; }
  /// Whether it is ours, so that it may be stopped.
  bool is_ours() const noexcept { return process_ != nullptr; }
  std::uint16_t port() const noexcept;
  std::string url(const std::string& database) const;

  /// For servers of ours. start() takes the port that it had, and the data that were in it.
  void stop();
  bool start();

 private:
  struct Process;

  std::string environment_url_;
  std::string problem_;
  std::unique_ptr<Process> process_;
};

/// An empty database of its own, and the test's own hands on it; dropped at the end.
class MongoTestDatabase {
 public:
  explicit MongoTestDatabase(MongoDbServer& server = MongoDbServer::shared());
  ~MongoTestDatabase();
  MongoTestDatabase(const MongoTestDatabase&) = delete;
  MongoTestDatabase& operator=(const MongoTestDatabase&) = delete;

  const std::string& name() const noexcept { return name_; }
  std::string url() const { return server_.url(name_); }
  /// Runs a command, as extended JSON. \return The answer, as relaxed extended JSON. \throws std::runtime_error
  std::string run(const std::string& command) const;
  /// The first document of a collection that fits.
  std::string find(const std::string& collection, const std::string& filter) const;
  /// An update of one document. \throws std::runtime_error when none fits
  void update(const std::string& collection, const std::string& filter, const std::string& update) const;

 private:
  MongoDbServer& server_;
  std::string name_;
};

}  // namespace imagegen::test
