#include "support/test_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <utility>

namespace imagegen::test {
namespace {

constexpr int kStarts = 5;  // the free port may be gone before the server has it
constexpr int kBetweenQuestionsMs = 10;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

// That nobody has at this moment; 0 when there is none.
std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = ::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

}  // namespace

bool listens(std::uint16_t port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return connected;
}

std::string unique_name() {
  static std::atomic<int> number{0};
  return "imagegen_test_" + std::to_string(::getpid()) + "_" + std::to_string(++number);
}

void TestServer::launch(ServerKind kind) {
  kind_ = std::move(kind);
  for (int i = 0; i < kStarts; ++i) {
    port_ = free_port();
    is_ours_ = start();
    if (is_ours_) return;
  }
  cannot(kind_.name + " does not start: " + log());
}

bool TestServer::start() {
  ProgramOptions options;
  options.bare = true, options.environment = kind_.environment;
  options.environment.emplace("LC_ALL", "C");
  options.log = path_of("log"), options.user = kind_.user;
  options.ending = kind_.ending, options.own_group = true;  // a Ctrl-C is for the test; it ends its servers
  program_ = std::make_unique<Program>(kind_.command(port_), options);
  const auto limit = std::chrono::steady_clock::now() + kind_.start_limit;
  while (std::chrono::steady_clock::now() < limit) {
    if (kind_.answers(port_) && !program_->has_ended()) return true;
    if (program_->has_ended(kBetweenQuestionsMs)) break;
  }
  program_.reset();
  return false;
}

void TestServer::cannot(const std::string& why) {
  problem_ = "skipped: no server (" + why + ")";
}

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? otherwise : value;
}

std::string with_database(const std::string& url, const std::string& database) {
  const auto options = url.find('?'), start = url.find("//");
  const auto slash = url.find('/', start == std::string::npos ? 0 : start + 2);
  return url.substr(0, std::min(slash, options)) + "/" + database +
         (options == std::string::npos ? "" : url.substr(options));
}

}  // namespace imagegen::test
