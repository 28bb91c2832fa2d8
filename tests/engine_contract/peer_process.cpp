#include "engine_contract/peer_process.hpp"

#include <unistd.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <csignal>
#include <iostream>
#include <stdexcept>

namespace imagegen::test {
namespace {

namespace js = boost::json;

ProgramOptions with_pipes() {
  ProgramOptions options;
  options.in = options.out = true;
  return options;
}

std::string how_it_ended(int code) {
  return code == 0 ? std::string() : "it ended with status " + std::to_string(code);
}

}  // namespace

PeerProcess::PeerProcess(const std::vector<std::string>& command) : program_(command, with_pipes()) {
  std::signal(SIGPIPE, SIG_IGN);  // a peer that has died is found by its end of output
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
  if (!reader_.joinable()) return {};
  program_.close_in();
  {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [this] { return ended_; });
    if (!ended_) program_.signal(SIGKILL);
  }
  reader_.join();
  return how_it_ended(program_.wait());
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
    const auto written = ::write(program_.in(), rest.data(), rest.size());
    if (written < 0) return;  // the reader finds it out too
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

void PeerProcess::read() {
  std::string text;
  std::vector<char> part(1U << 16U);
  for (;;) {
    const auto count = ::read(program_.out(), part.data(), part.size());
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
        program_.signal(SIGKILL);
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
