#pragma once
#include <imagegen/job/store_parts.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

#include "state/mongo/database.hpp"

namespace imagegen::mongo {

/// Tells watchers of work that another process has queued. A thread of its own looks five times a second at the job
/// that was queued last, while anybody watches. Safe from any thread; held by a shared pointer.
class JobPoll : public std::enable_shared_from_this<JobPoll> {
 public:
  JobPoll(std::shared_ptr<MongoDatabase> database, std::shared_ptr<JobWatchers> watchers);

  std::unique_ptr<JobStore::Watch> add(std::function<void()> on_work);

 private:
  class Registration;
  using Newest = std::pair<Timestamp, std::string>;

  void begin();
  void end();
  void look_until(const std::stop_token& stopped);
  void look(Newest& newest);

  const std::shared_ptr<MongoDatabase> database_;
  const std::shared_ptr<JobWatchers> watchers_;
  std::mutex mutex_;
  int watches_ = 0;
  std::jthread thread_;
};

}  // namespace imagegen::mongo
