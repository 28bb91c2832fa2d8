#pragma once
#include <string>

#include "support/test_server.hpp"

/// \file A real server for tests that speaks MongoDB's wire protocol.
namespace imagegen::test {

/// The one that IMAGEGEN_TEST_MONGODB names, by the URL of a user who may make and drop databases, or ours:
/// mongo-java-server over a file, which says that it is MongoDB 5.0.
class MongoDbServer : public TestServer {
 public:
  /// The server of this test program, started by the first call.
  static MongoDbServer& shared();

  MongoDbServer();
  std::string url(const std::string& database) const;

 private:
  void launch_ours();

  std::string named_;  // by the environment
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
