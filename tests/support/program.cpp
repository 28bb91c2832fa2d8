#include "support/program.hpp"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace imagegen::test {
namespace {

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> variables_of(const ProgramOptions& options) {
  std::map<std::string, std::string> all;
  const auto add = [&](const std::string& entry) { all.insert_or_assign(entry.substr(0, entry.find('=')), entry); };
  for (char** entry = environ; *entry != nullptr && !options.bare; ++entry) add(*entry);
  for (const auto* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) add(std::string(name) + "=" + value);  // NOLINT(concurrency-mt-unsafe)
  }
  for (const auto& [name, value] : options.environment) add(name + "=" + value);
  std::vector<std::string> entries;
  for (auto& entry : all) entries.push_back(std::move(entry.second));
  return entries;
}

struct Pipe {
  explicit Pipe(bool wanted) {
    if (wanted && ::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  std::array<int, 2> ends{-1, -1};
};

// What the child needs, made before the fork: after it system calls only, because the parent may have threads.
struct Becoming {
  const ProgramOptions& options;
  pid_t parent;
  bool ends_with_parent;
  int in, out, err;
  char* const* command;
  char* const* variables;
};

void become_user(const ProgramUser& user) {
  if (user.switches && (::setgroups(1, &user.gid) != 0 || ::setgid(user.gid) != 0 || ::setuid(user.uid) != 0))
    ::_exit(126);
}

[[noreturn]] void become(const Becoming& wanted) {
  become_user(wanted.options.user);
  if (wanted.ends_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, wanted.options.ending);  // after the change of user, which forgets it
    if (::getppid() != wanted.parent) ::_exit(1);
  }
  if (wanted.options.own_group) ::setpgid(0, 0);
  const bool logs = !wanted.options.log.empty();
  const int log = logs ? ::open(wanted.options.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
  const std::array<int, 3> streams{wanted.in, logs ? log : wanted.out, logs ? log : wanted.err};
  for (int stream = 0; stream < 3; ++stream) {
    const int from = streams[static_cast<std::size_t>(stream)];
    if (from >= 0) ::dup2(from, stream);
  }
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (wanted.options.folder.empty() || ::chdir(wanted.options.folder.c_str()) == 0)
    ::execve(wanted.command[0], wanted.command, wanted.variables);
  ::_exit(127);
}

}  // namespace

Program::Program(std::vector<std::string> command, const ProgramOptions& options) : ending_(options.ending) {
  auto variables = variables_of(options);
  const auto command_c = pointers_to(command), variables_c = pointers_to(variables);
  const Pipe in(options.in), out(options.out), err(options.err);
  const bool in_main_thread = ::gettid() == ::getpid();
  const Becoming wanted{options,     ::getpid(),  in_main_thread,   in.ends[0],
                        out.ends[1], err.ends[1], command_c.data(), variables_c.data()};
  pid_ = ::fork();
  if (pid_ == 0) become(wanted);
  for (int end : {in.ends[0], out.ends[1], err.ends[1]}) close(end);
  in_ = in.ends[1], out_ = out.ends[0], err_ = err.ends[0];
  if (pid_ < 0) throw std::runtime_error("no process");
}

Program::~Program() {
  if (!has_ended_) ::kill(pid_, ending_);
  wait();
  for (int* end : {&in_, &out_, &err_}) close(*end);
}

void Program::close(int& end) noexcept {
  if (end >= 0) ::close(std::exchange(end, -1));
}

void Program::signal(int number) const {
  if (!has_ended_) ::kill(pid_, number);  // else the number may be somebody else's by now
}

bool Program::has_ended(int wait_ms) {
  if (!has_ended_ && wait_ms > 0) {
    pollfd ended{static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)), POLLIN, 0};
    ::poll(&ended, 1, wait_ms);
    close(ended.fd);
  }
  int status = 0;
  if (!has_ended_ && ::waitpid(pid_, &status, WNOHANG) == pid_) ended_with(status);
  return has_ended_;
}

int Program::wait() {
  int status = 0;
  if (!has_ended_ && ::waitpid(pid_, &status, 0) == pid_) ended_with(status);
  return exit_code_;
}

bool Program::wait_until_stopped() {
  int status = 0;
  if (has_ended_ || ::waitpid(pid_, &status, WUNTRACED) != pid_) return false;
  if (!WIFSTOPPED(status)) ended_with(status);
  return WIFSTOPPED(status);
}

void Program::ended_with(int status) {
  has_ended_ = true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Program::read_out() {
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = ::read(out_, part.data(), part.size())) > 0;)
    text.append(part.data(), static_cast<std::size_t>(got));
  return text;
}

std::string last_line_of(const std::string& command) {
  ProgramOptions options;
  options.out = true;
  Program shell({"/bin/sh", "-c", command}, options);
  auto text = shell.read_out();
  if (shell.wait() != 0) return {};
  while (text.ends_with('\n')) text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace imagegen::test
