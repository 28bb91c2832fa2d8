#pragma once
#include <string>

#include "support/tasks/task_server.hpp"
#include "support/program.hpp"

namespace imagegen::bench {

/// A TaskServer in a process of its own, so that its memory is not counted as ours: this program again, with
/// "--serve". Ends with this object, or with the process that made it.
class TaskProcess {
 public:
  explicit TaskProcess(const test::TaskServerOptions& options);
  ~TaskProcess();
  TaskProcess(const TaskProcess&) = delete;
  TaskProcess& operator=(const TaskProcess&) = delete;

  const std::string& url() const { return url_; }
  /// Ends it. \throws std::runtime_error when it was sent what no client of it sends; it has said so on stderr.
  void finish();

  /// What main() does in the child: `arguments` are those after "--serve". \return 1 after such calls.
  static int serve(int argc, char** arguments);

 private:
  test::Program program_;  // goes on until its standard input ends
  std::string url_;
};

}  // namespace imagegen::bench
