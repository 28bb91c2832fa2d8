#pragma once
#include <imagegen/testing/contract/run_task.hpp>

#include <functional>
#include <memory>
#include <utility>

namespace imagegen::test {

/// Runs one task after the other on one io_context, because an HTTP client keeps connections of it.
class IoRunner {
 public:
  IoRunner();
  ~IoRunner();
  IoRunner(const IoRunner&) = delete;
  IoRunner& operator=(const IoRunner&) = delete;

  /// Runs `task` to its end, and gives its value.
  template <class T>
  T run(Task<T> task) {
    return value_of(std::move(task), [this](Task<void> whole) { run_to_end(std::move(whole)); });
  }

  /// The same, and cancels the task as soon as `ripe` is true, which is asked every few milliseconds.
  template <class T>
  T run_and_cancel(Task<T> task, const std::function<bool()>& ripe) {
    return value_of(std::move(task), [&](Task<void> whole) { run_to_end(std::move(whole), ripe); });
  }

 private:
  /// \param ripe Nothing where the task is not cancelled.
  void run_to_end(Task<void> task, const std::function<bool()>& ripe = {});

  std::unique_ptr<boost::asio::io_context> io_;
};

}  // namespace imagegen::test
