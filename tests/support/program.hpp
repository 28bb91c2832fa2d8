#pragma once
#include <sys/types.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <string>
#include <vector>

/// \file Programs that tests start: servers, workers to be killed, the command line, clients in other languages.
namespace imagegen::test {

/// Who runs a program.
struct ProgramUser {
  uid_t uid = ::getuid();
  gid_t gid = ::getgid();
  bool switches = false;  ///< False: whoever runs the test.
};

struct ProgramOptions {
  std::map<std::string, std::string> environment;  ///< On top of ours...
  bool bare = false;  ///< ...or of PATH and of what sanitizers are told, which is all that there is then.
  std::string folder;                         ///< Where it runs; empty: where we are.
  bool in = false, out = false, err = false;  ///< Which of its streams are pipes to us. The others are ours.
  std::string log;                            ///< A file for its stdout and stderr in place of them.
  ProgramUser user;
  int ending = SIGKILL;    ///< The signal that makes it end.
  bool own_group = false;  ///< A Ctrl-C is then not for it.
};

/// A program in a process of its own. Ends, at the latest, with this object; one that the main thread started ends with
/// this process too, however that ends. (Of another thread it would end with that.)
class Program {
 public:
  /// \param command The program's path first. \throws std::runtime_error without a pipe or a process
  explicit Program(std::vector<std::string> command, const ProgramOptions& options = {});
  ~Program();
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  pid_t pid() const noexcept { return pid_; }
  /// Our ends of its streams; -1: none, or closed.
  int in() const noexcept { return in_; }
  int out() const noexcept { return out_; }
  int err() const noexcept { return err_; }
  void close_in() noexcept { close(in_); }
  void close_out() noexcept { close(out_); }
  void close_err() noexcept { close(err_); }

  void signal(int number) const;
  /// Whether it has ended, which is waited for so long at the most.
  bool has_ended(int wait_ms = 0);
  /// Waits for its end. \return As a shell shows it: 128 and the signal for one that was killed.
  int wait();
  /// Waits until it has stopped itself (SIGSTOP). \return False when it ended instead.
  bool wait_until_stopped();
  /// All that it writes to stdout until it closes it.
  std::string read_out();

 private:
  static void close(int& end) noexcept;
  void ended_with(int status);

  int ending_;
  pid_t pid_ = -1;  // after its end too, for messages
  int in_ = -1, out_ = -1, err_ = -1;
  bool has_ended_ = false;
  int exit_code_ = -1;
};

/// The last line of what a command of the shell prints; empty when it fails.
std::string last_line_of(const std::string& command);

}  // namespace imagegen::test
