#pragma once
#include <boost/json/object.hpp>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "support/program.hpp"

namespace imagegen::test {

/// A program that takes and gives documents, one a line; see wire.hpp. Safe from any thread.
class PeerProcess {
 public:
  /// Told of every line that carries its id, on a thread of its own; true ends that.
  using Listener = std::function<bool(boost::json::object)>;

  /// Starts it and waits until it is ready.
  /// \throws std::runtime_error when it is not in half a minute. What it says on stderr is on ours.
  explicit PeerProcess(const std::vector<std::string>& command);
  ~PeerProcess();
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  /// Adds an id and sends. A listener hears of the peer's death as of an error.
  std::uint64_t send(boost::json::object line, Listener listener);
  /// Without an answer.
  void tell(const boost::json::object& line);

  /// Closes its input, and waits for its end at most 20 s. \return What was wrong with that; else empty.
  std::string finish();

 private:
  void write(const boost::json::object& line);
  void read();
  void take(std::string_view line);
  void fail_all();

  Program program_;
  std::mutex writing_, mutex_;
  std::condition_variable changed_;
  bool ready_ = false, ended_ = false;
  std::uint64_t last_ = 0;
  std::map<std::uint64_t, Listener> listeners_;
  std::thread reader_;
};

}  // namespace imagegen::test
