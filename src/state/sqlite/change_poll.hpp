#pragma once
#include <imagegen/job/store_parts.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// Tells watchers of work that another process has queued. A thread of its own looks every 100 ms, while anybody
// watches. Safe from any thread; held by a shared pointer.
class ChangePoll : public std::enable_shared_from_this<ChangePoll> {
 public:
  ChangePoll(DatabaseFile file, std::shared_ptr<JobWatchers> watchers);

  std::unique_ptr<JobStore::Watch> add(std::function<void()> on_work);

 private:
  class Registration;

  void begin();
  void end();
  void look_until(const std::stop_token& stopped);
  void look(std::unique_ptr<Connection>& connection, std::int64_t& version);

  DatabaseFile file_;
  std::shared_ptr<JobWatchers> watchers_;
  std::mutex mutex_;
  int watches_ = 0;
  std::jthread thread_;
};

}  // namespace imagegen::sqlite
