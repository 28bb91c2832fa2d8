#pragma once
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

/// \file What the real servers for tests have in common.
namespace imagegen::test {

/// A port of 127.0.0.1 that nobody has at this moment; 0 when there is none.
std::uint16_t free_port();
/// Whether somebody takes connections on a port of 127.0.0.1.
bool listens(std::uint16_t port);

/// Who runs a server.
struct ServerUser {
  std::string name;
  uid_t uid = ::getuid();
  gid_t gid = ::getgid();
  bool switches = false;  ///< False: whoever runs the test.
};

/// A program that ends with this process, however that ends; started by the main thread.
class ServerProcess {
 public:
  /// \param arguments The program's path first. \param log Where it writes. \param ending The signal that makes it end.
  ServerProcess(const ServerUser& user, std::vector<std::string> arguments, const std::string& log, int ending);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  bool has_ended();
  /// Waits for its end. \return Whether it said that all went well.
  bool succeeds();

 private:
  int ending_;
  pid_t pid_ = -1;
};

}  // namespace imagegen::test
