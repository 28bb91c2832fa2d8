#include "embed_contract/peer_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <iostream>
#include <stdexcept>

namespace imagegen::test {
namespace {

namespace js = boost::json;

struct Pipe {
  Pipe() {
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  int ends[2] = {-1, -1};
};

pid_t spawn(const std::vector<std::string>& command, int in, int out) {
  std::vector<char*> arguments;
  for (const auto& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  pid_t pid = -1;
  const int failed = ::posix_spawn(&pid, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + command.front());
  return pid;
}

std::string how_it_ended(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  if (WIFEXITED(status)) return "it ended with status " + std::to_string(WEXITSTATUS(status));
  return "it ended by signal " + std::to_string(WTERMSIG(status));
}

}  // namespace

PeerProcess::PeerProcess(const std::vector<std::string>& command) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has died is found by its end of output
  const Pipe to, from;
  pid_ = spawn(command, to.ends[0], from.ends[1]);
  ::close(to.ends[0]), ::close(from.ends[1]);
  in_ = to.ends[1], out_ = from.ends[0];
  reader_ = std::thread([this] { read(); });
  std::unique_lock lock(mutex_);
  if (changed_.wait_for(lock, std::chrono::seconds(30), [this] { return ready_ || ended_; }) && ready_) return;
  lock.unlock();
  throw std::runtime_error(command.front() + " is not ready: " + finish());
}

PeerProcess::~PeerProcess() {
  finish();
}

std::string PeerProcess::finish() {
  if (pid_ < 0) return {};
  ::close(in_);
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [this] { return ended_; });
    if (!ended_) ::kill(pid_, SIGKILL);
  }
  reader_.join();
  ::close(out_);
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return how_it_ended(status);
}

std::uint64_t PeerProcess::send(js::object line, Listener listener) {
  std::uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = ++last_;
    listeners_.emplace(id, std::move(listener));
  }
  line["id"] = id;
  write(line);
  const std::lock_guard lock(mutex_);
  if (!ended_) return id;
  fail_all();
  return id;
}

void PeerProcess::tell(const js::object& line) {
  write(line);
}

void PeerProcess::write(const js::object& line) {
  const auto text = js::serialize(line) + "\n";
  const std::lock_guard lock(writing_);
  for (std::string_view rest = text; !rest.empty();) {
    const auto written = ::write(in_, rest.data(), rest.size());
    if (written < 0) return;  // the reader finds it out too
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void PeerProcess::read() {
  std::string text;
  std::vector<char> part(1U << 16U);
  for (;;) {
    const auto count = ::read(out_, part.data(), part.size());
    if (count <= 0) break;
    const auto searched = text.size();
    text.append(part.data(), static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (auto end = text.find('\n', searched); end != std::string::npos; end = text.find('\n', begin)) {
      const auto line = std::string_view(text).substr(begin, end - begin);
      try {
        take(line);
      } catch (const std::exception& wrong) {
        std::cerr << "the peer said what nobody understands (" << wrong.what() << "): " << line.substr(0, 200) << "\n";
        ::kill(pid_, SIGKILL);
      }
      begin = end + 1;
    }
    text.erase(0, begin);
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  fail_all();
  changed_.notify_all();
}

void PeerProcess::take(std::string_view line) {
  auto document = js::parse(line).as_object();
  const auto* number = document.if_contains("id");
  const std::lock_guard lock(mutex_);
  if (!number) {
    ready_ = true;
    return changed_.notify_all();
  }
  const auto id = number->to_number<std::uint64_t>();
  const auto found = listeners_.find(id);
  if (found == listeners_.end()) return;
  if (found->second(std::move(document))) listeners_.erase(id);
}

// With the lock.
void PeerProcess::fail_all() {
  const js::object gone{{"error", {{"code", "TEST"}, {"message", "the peer has ended"}}}};
  for (const auto& [id, listener] : listeners_) listener(gone);
  listeners_.clear();
}

}  // namespace imagegen::test
