#pragma once
#include <imagegen/maker/job/store_parts.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

namespace imagegen {

// Tells watchers of work that another process has queued, for databases that do not tell by themselves. A thread of its
// own looks, while anybody watches. Safe from any thread; held by a shared pointer.
class WorkPoll : public std::enable_shared_from_this<WorkPoll> {
 public:
  // Says whether something was queued since the last look. What cannot be read now is looked at again: a watch only
  // hurries.
  using Look = std::function<bool()>;

  // `begin_looking` makes a look for each thread, which is called on that alone.
  WorkPoll(std::chrono::milliseconds between_looks, std::function<Look()> begin_looking,
           std::shared_ptr<JobWatchers> watchers);

  std::unique_ptr<JobStore::Watch> add(std::function<void()> on_work);

 private:
  class Registration;

  void begin();
  void end();
  void look_until(const std::stop_token& stopped);

  const std::chrono::milliseconds between_looks_;
  const std::function<Look()> begin_looking_;
  const std::shared_ptr<JobWatchers> watchers_;
  std::mutex mutex_;
  int watches_ = 0;
  std::jthread thread_;
};

}  // namespace imagegen
