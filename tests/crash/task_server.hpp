#pragma once
#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "support/loopback_server.hpp"

namespace imagegen::test {

/// A provider that makes a picture in a task, and counts what it accepted: what it would send a bill for.
///
///     POST /tasks {"id": "...", "key": "..."}   200 {"id": "..."}; an empty id is made up, one that is known changes
///     nothing GET /tasks/<id>                            200 PNG, 202 while it works, 404
class TaskServer {
 public:
  TaskServer();

  std::string url() const { return server_.url(); }

  /// The next task is accepted, and then the process is killed that asked, before it has an answer.
  void kill_at_next_task(pid_t process) { victim_ = process; }
  void kill_nobody() { victim_ = 0; }

  /// So many of a hundred requests are answered 503 from now on, before anything is done.
  void fail_percent(int percent) { percent_ = percent; }

  /// How often each key was accepted.
  std::map<std::string, int> accepted() const;
  int total() const;

 private:
  Reply answer(const RecordedRequest& request);
  Reply accept(const RecordedRequest& request);
  Reply look_up(const std::string& id);

  struct Work {
    std::string key;
    int polls = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, Work> tasks_;
  std::map<std::string, int> accepted_;
  int next_ = 0;
  std::atomic<pid_t> victim_{0};
  std::atomic<int> percent_{0};
  std::mt19937 random_{20261121};  // in answer() only, which runs once at a time
  LoopbackServer server_;          // last: its threads use the rest
};

}  // namespace imagegen::test
