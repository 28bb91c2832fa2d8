#include "cli/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace imagegen::test {
namespace {

constexpr std::chrono::seconds kLongest{120};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (auto& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

// Appends what can be read; false at the end of the stream.
bool drain(int fd, std::string& text) {
  char buffer[65536];
  const auto count = ::read(fd, buffer, sizeof buffer);
  if (count > 0) text.append(buffer, static_cast<std::size_t>(count));
  return count > 0;
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder,
                 const std::string& program) {
  std::vector<std::string> argv = {program}, envp = {"PATH=" + std::string(std::getenv("PATH"))};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  for (const auto& [name, value] : environment) envp.push_back(name + "=" + value);
  // Sanitizers of the tests watch the command line too.
  for (const auto* name : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"}) {
    if (const auto* value = std::getenv(name)) envp.push_back(std::string(name) + "=" + value);
  }
  auto arguments_c = pointers(argv), environment_c = pointers(envp);
  int out[2], err[2];
  if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(out[1], STDOUT_FILENO);
    ::dup2(err[1], STDERR_FILENO);
    if (::chdir(folder.c_str()) == 0) ::execve(arguments_c[0], arguments_c.data(), environment_c.data());
    ::_exit(127);
  }
  ::close(out[1]);
  ::close(err[1]);
  out_ = out[0], err_ = err[0];
}

Process::~Process() {
  if (!reaped_) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (const int fd : {out_, err_}) {
    if (fd >= 0) ::close(fd);
  }
}

void Process::signal(int number) const {
  ::kill(pid_, number);
}

void Process::read(bool until_closed, const std::function<bool()>& enough) {
  const auto limit = std::chrono::steady_clock::now() + kLongest;
  while ((out_ >= 0 || err_ >= 0) && !enough() && std::chrono::steady_clock::now() < limit) {
    pollfd watched[2] = {{out_, POLLIN, 0}, {err_, POLLIN, 0}};
    if (::poll(watched, 2, 1000) <= 0) continue;
    if (watched[0].revents != 0 && !drain(out_, ended_.out)) ::close(out_), out_ = -1;
    if (watched[1].revents != 0 && !drain(err_, ended_.err)) ::close(err_), err_ = -1;
    if (!until_closed && out_ < 0 && err_ < 0) return;
  }
}

bool Process::wait_for_err(const std::string& text) {
  const auto has_come = [&] { return ended_.err.find(text) != std::string::npos; };
  read(false, has_come);
  return has_come();
}

void Process::close_out() {
  ::close(out_);
  out_ = -1;
}

void Process::close_err() {
  ::close(err_);
  err_ = -1;
}

bool Process::has_ended() {
  if (reaped_) return true;
  int status = 0;
  if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
  ended_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return reaped_ = true;
}

Ended Process::wait() {
  read(true, [] { return false; });
  if (out_ >= 0 || err_ >= 0) ::kill(pid_, SIGKILL);  // it did not end in time
  if (!reaped_) {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    ended_.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    reaped_ = true;
  }
  return ended_;
}

Ended run_cli(const std::vector<std::string>& arguments, const Environment& environment, const std::string& folder) {
  return Process(arguments, environment, folder).wait();
}

Ended run_cli_on_terminal(const std::vector<std::string>& arguments, const Environment& environment,
                          const std::string& folder) {
  std::string command = IMAGEGEN_CLI;
  for (const auto& argument : arguments) command += " '" + argument + "'";
  return Process({"-qec", command, "/dev/null"}, environment, folder, "/usr/bin/script").wait();
}

Folder::Folder() {
  auto name = (std::filesystem::temp_directory_path() / "imagegen-cli-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("mkdtemp");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> Folder::pictures() const {
  auto names = files();
  // Neither the state nor what answers told, which lies beside masters.
  std::erase_if(names, [](const std::string& name) {
    return name.starts_with("imagegen.db") || (name.find("masters/") != name.npos && name.ends_with(".json"));
  });
  return names;
}

std::vector<std::string> Folder::files() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
    const auto name = std::filesystem::relative(entry.path(), path_).string();
    if (entry.is_regular_file() && name.find("/.") == std::string::npos && name.front() != '.') names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string Folder::read(const std::string& name) const {
  std::ifstream stream(*this / name, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void Folder::write(const std::string& name, const std::string& text) const {
  std::ofstream(*this / name, std::ios::binary) << text;
}

}  // namespace imagegen::test
