#include "storage/support/s3_test_server.hpp"

#include <imagegen/http/http_client.hpp>

#include "contract/io_runner.hpp"
#include "storage/support/temp_folder.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <random>
#include <stdexcept>
#include <vector>

namespace imagegen::test {
namespace {

constexpr std::chrono::seconds kStartLimit{30};
constexpr int kStarts = 5;  // the free port may be gone before the server has it

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return value == nullptr ? otherwise : value;
}

std::string random_word() {
  std::random_device device;
  return std::to_string(device()) + std::to_string(device());
}

// The path of the server's binary, or nothing. What went wrong was printed by the script.
std::string get_binary() {
  std::FILE* pipe = ::popen("'" IMAGEGEN_GET_VERSITYGW "'", "r");
  if (pipe == nullptr) return {};
  std::string last;
  std::array<char, 4096> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), pipe) != nullptr) last = line.data();
  if (::pclose(pipe) != 0) return {};
  while (last.ends_with('\n')) last.pop_back();
  return last;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

std::uint16_t free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto address = loopback(0);
  socklen_t size = sizeof address;
  const bool bound = ::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                     ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  ::close(probe);
  return bound ? ntohs(address.sin_port) : std::uint16_t{0};
}

bool answers(std::uint16_t port) {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto address = loopback(port);
  const bool connected = ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return connected;
}

// In the child, between fork and exec: system calls only, because the parent may have threads.
[[noreturn]] void become_server(pid_t parent, const std::string& log, char* const* arguments, char* const* variables) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);  // it died before the line above
  const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(arguments[0], arguments, variables);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (auto& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace

struct S3TestServer::Process {
  TempFolder folder;
  pid_t child = -1;

  ~Process() { stop(); }

  void stop() {
    if (child <= 0) return;
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    child = -1;
  }

  std::string log() const { return (folder.path() / "log").string(); }

  // True when the server listens; false when it ended or took too long.
  bool start(const std::string& binary, std::uint16_t port, const S3Options& options) {
    std::vector<std::string> arguments = {
        binary, "--quiet", "--port", "127.0.0.1:" + std::to_string(port), "posix", (folder.path() / "data").string()};
    std::vector<std::string> variables = {"ROOT_ACCESS_KEY=" + options.access_key_id,
                                          "ROOT_SECRET_KEY=" + options.secret_access_key.reveal(),
                                          "HOME=" + folder.path().string(), "PATH=/usr/bin:/bin"};
    const auto argument_pointers = pointers(arguments), variable_pointers = pointers(variables);
    const auto log_path = log();
    const pid_t parent = ::getpid();
    child = ::fork();
    if (child == 0) become_server(parent, log_path, argument_pointers.data(), variable_pointers.data());
    const auto limit = std::chrono::steady_clock::now() + kStartLimit;
    while (std::chrono::steady_clock::now() < limit && !has_ended()) {
      if (answers(port)) return true;
      ::poll(nullptr, 0, 10);
    }
    stop();
    return false;
  }

  // Forgets the process id with the process, because the number may be somebody else's soon.
  bool has_ended() {
    if (::waitpid(child, nullptr, WNOHANG) == child) child = -1;
    return child <= 0;
  }
};

S3TestServer& S3TestServer::shared() {
  static S3TestServer server;
  return server;
}

S3TestServer::S3TestServer() {
  options_.path_style = true;
  options_.bucket = environment("IMAGEGEN_TEST_S3_BUCKET", "imagegen-test");
  options_.region = environment("IMAGEGEN_TEST_S3_REGION", "us-east-1");
  if (!use_environment()) {
    start();
    return;
  }
  // Whoever names a server wants it used: nothing is skipped then, and no test waits for a bucket that is not there.
  if (const auto problem = problem_with(options_); !problem.empty()) throw std::runtime_error(problem);
}

std::string S3TestServer::problem_with(S3Options options) {
  options.max_attempts = 1;
  IoRunner io;
  const auto http = make_http_client({}).value();
  const auto store = make_s3_store(options, *http, system_clock());
  if (!store) return "IMAGEGEN_TEST_S3: " + store.error().message;
  const auto listed = io.run((*store)->list("", 1, ""));
  if (listed) return {};
  return "IMAGEGEN_TEST_S3: bucket " + options.bucket + " at " + options.endpoint +
         " cannot be used; make it, and let the key write there (" + listed.error().message + ")";
}

S3TestServer::~S3TestServer() = default;

bool S3TestServer::use_environment() {
  options_.endpoint = environment("IMAGEGEN_TEST_S3", "");
  options_.access_key_id = environment("IMAGEGEN_TEST_S3_ACCESS_KEY", "");
  options_.secret_access_key = Secret(environment("IMAGEGEN_TEST_S3_SECRET_KEY", ""));
  return !options_.endpoint.empty();
}

void S3TestServer::start() {
  const auto binary = get_binary();
  if (binary.empty()) {
    problem_ = "skipped: no server (get-versitygw.sh failed, and IMAGEGEN_TEST_S3 is not set)";
    return;
  }
  options_.access_key_id = "test-access";
  options_.secret_access_key = Secret("test-secret-" + random_word());
  process_ = std::make_unique<Process>();
  std::filesystem::create_directories(process_->folder.path() / "data" / options_.bucket);
  for (int i = 0; i < kStarts; ++i) {
    const auto port = free_port();
    options_.endpoint = "http://127.0.0.1:" + std::to_string(port);
    if (process_->start(binary, port, options_)) return;
  }
  problem_ = "skipped: no server (versitygw does not start: " + read_file(process_->log()) + ")";
}

S3Options S3TestServer::options() const {
  auto out = options_;
  out.prefix = "test-" + random_word();
  return out;
}

}  // namespace imagegen::test
