#pragma once
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace imagegen::test {

// A worker in a process of its own; see crash_child.cpp.
class Child {
 public:
  explicit Child(const std::vector<std::string>& arguments,
                 const std::map<std::string, std::string>& environment = {}) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) throw std::runtime_error("no pipe");
    pid_ = fork();
    if (pid_ == 0) {
      dup2(ends[1], STDOUT_FILENO);
      close(ends[0]);
      for (const auto& [name, value] : environment)
        setenv(name.c_str(), value.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
      std::vector<char*> argv{const_cast<char*>(IMAGEGEN_CRASH_CHILD)};
      for (const auto& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
      argv.push_back(nullptr);
      execv(IMAGEGEN_CRASH_CHILD, argv.data());
      _exit(127);
    }
    close(ends[1]);
    out_ = ends[0];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { close(out_); }

  pid_t pid() const { return pid_; }
  // The step at which it killed itself, if it did.
  std::string wait() {
    std::array<char, 256> text{};
    std::string said;
    for (ssize_t got = 0; (got = read(out_, text.data(), text.size())) > 0;)
      said.append(text.data(), static_cast<std::size_t>(got));
    waitpid(pid_, &status_, 0);
    return said.substr(0, said.find('\n'));
  }
  // Waits until it has stopped itself. False when it ended instead.
  bool wait_until_stopped() {
    waitpid(pid_, &status_, WUNTRACED);
    return WIFSTOPPED(status_);
  }
  void go_on() const { kill(pid_, SIGCONT); }
  bool was_killed() const { return WIFSIGNALED(status_) && WTERMSIG(status_) == SIGKILL; }
  int exit_code() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  int status_ = 0;
};

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "imagegen-crash-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace imagegen::test
