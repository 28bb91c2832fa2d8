#pragma once
#include <sys/types.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "support/loopback_server.hpp"

namespace imagegen::test {

struct TaskServerOptions {
  /// No task is begun before so many have been accepted: so many are then under way at one time.
  int together = 1;
  /// How long the tasks take from then on; 0: until each has been asked for once.
  std::chrono::milliseconds work{0};
  int side_px = 0;  ///< Of the pictures: squares of noise, which are as large as photographs. 0: small gradients.
};

/// A provider that makes a picture in a task, and counts what it accepted: what it would send a bill for.
///
///     POST /tasks {"id": "...", "key": "..."}   200 {"id": "..."}; an empty id is made up; one that is known changes
///                                               nothing
///     GET /tasks/<id>                           200 done, 202 while it works, 404
///     GET /tasks/<id>/picture                   200 PNG, 202 while it works, 404
///     GET /report                               200 {"accepted", "twice", "polls": [...]}
class TaskServer {
 public:
  explicit TaskServer(TaskServerOptions options = {});

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
  using Time = std::chrono::steady_clock::time_point;
  struct Work {
    std::string key;
    int polls = 0;
  };

  Reply answer(const RecordedRequest& request);
  Reply accept(const RecordedRequest& request);
  Reply look_up(const std::string& id);
  Reply fetch(const std::string& id);
  Reply report() const;
  bool is_done(Work& work);
  const std::string& picture(const std::string& key);

  TaskServerOptions options_;
  mutable std::mutex mutex_;
  std::map<std::string, Work> tasks_;
  std::map<std::string, int> accepted_;
  std::map<int, std::string> pictures_;
  std::vector<int> polls_;  // in each tenth of a second from `begun_` on
  Time begun_{};            // once enough were accepted
  int next_ = 0;
  std::atomic<pid_t> victim_{0};
  std::atomic<int> percent_{0};
  std::mt19937 random_{20261121};  // in answer() only, which runs once at a time
  LoopbackServer server_;          // last: its threads use the rest
};

}  // namespace imagegen::test
