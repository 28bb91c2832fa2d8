#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "storage/support/temp_folder.hpp"
#include "support/program.hpp"

/// \file What the real servers for tests have in common.
namespace imagegen::test {

/// Whether somebody takes connections on a port of 127.0.0.1.
bool listens(std::uint16_t port);

/// A name that nobody else has on this machine, for a database or a schema.
std::string unique_name();

/// In what one kind of server differs from another.
struct ServerKind {
  std::string name;  ///< For messages: "versitygw".
  /// The program's path, and how it is told to listen on this port of 127.0.0.1.
  std::function<std::vector<std::string>(std::uint16_t port)> command;
  std::function<bool(std::uint16_t port)> answers = listens;
  std::map<std::string, std::string> environment = {};
  ProgramUser user = {};
  int ending = SIGKILL;
  std::chrono::seconds start_limit{30};
};

/// A real server of somebody else's: one that the environment names, or one on a free port of 127.0.0.1 over a temporary
/// folder, which ends with this process, however that ends; started by the main thread. A test that needs one asks for
/// its problem(), and gives it to fail_or_skip().
class TestServer {
 public:
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  /// Why there is none; empty when there is one.
  const std::string& problem() const noexcept { return problem_; }
  /// Whether it is ours, so that it may be stopped; also while it is, and after a start() that failed.
  bool is_ours() const noexcept { return is_ours_; }
  std::uint16_t port() const noexcept { return port_; }

  /// For servers of ours. start() takes the port that it had, and the data that were in it.
  void stop() { program_.reset(); }
  bool start();

 protected:
  TestServer() = default;
  ~TestServer() = default;

  /// Starts ours, at a port that is free.
  void launch(ServerKind kind);
  void cannot(const std::string& why);
  std::string path_of(const std::string& name) const { return (folder_.path() / name).string(); }
  /// What it has written, for messages.
  std::string log() const { return read_file(path_of("log")); }

 private:
  TempFolder folder_;  // outlives the program
  ServerKind kind_;
  std::string problem_;
  std::uint16_t port_ = 0;
  bool is_ours_ = false;
  std::unique_ptr<Program> program_;
};

/// The value of a variable of the environment; `otherwise` where there is none.
std::string environment(const char* name, const char* otherwise = "");

/// The URL of a server with the name of one of its databases, before the question mark if it has one.
std::string with_database(const std::string& url, const std::string& database);

}  // namespace imagegen::test
