#pragma once
#include <sys/types.h>

#include <chrono>

#include "support/fake_service.hpp"

namespace imagegen::test {

struct TaskServerOptions {
  /// No task is begun before so many have been accepted: so many are then under way at one time.
  int together = 1;
  /// How long the tasks take from then on; 0: until each has been asked for once.
  std::chrono::milliseconds work{0};
  int side_px = 0;  ///< Of the pictures: squares of noise, which are as large as photographs. 0: small gradients.
};

/// A provider that makes a picture in a task, like none that there is and like most. A purchase is what its key says.
///
///     POST /tasks {"id": "...", "key": "..."}   200 {"id": "..."}; an empty id is made up; one that is known changes
///                                               nothing. For faults: "submit"
///     GET /tasks/<id>                           200 done, 202 while it works, 404. "poll"
///     GET /tasks/<id>/picture                   200 PNG, 202 while it works, 404. "picture"
///     GET /report                               200 {"accepted", "twice", "polls": [...]}
class TaskServer : public FakeService {
 public:
  explicit TaskServer(TaskServerOptions options = {});

  /// The next task is accepted, and then the process is killed that asked, before it has an answer.
  void kill_at_next_task(pid_t process);
  void kill_nobody() { kill_at_next_task(0); }

  /// So many of a hundred requests are answered 503 from now on, before anything is done.
  void fail_percent(int percent);

 private:
  class Rules;
  Rules& rules_;
};

}  // namespace imagegen::test
