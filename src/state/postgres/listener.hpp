#pragma once
#include <imagegen/maker/job/store_parts.hpp>

#include <memory>
#include <thread>

#include "state/postgres/connection.hpp"

namespace imagegen::state {

/// Hears of work that other processes queue, on a connection and a thread of its own, and tells `watchers`. Connects
/// again when the connection breaks. Behind a pooler that has no LISTEN it hears nothing, and harms nothing.
class PgListener {
 public:
  PgListener(PgAddress address, std::shared_ptr<JobWatchers> watchers);
  ~PgListener();
  PgListener(const PgListener&) = delete;
  PgListener& operator=(const PgListener&) = delete;

 private:
  void run();
  bool listen();
  bool pause(std::chrono::milliseconds time) const;

  const PgAddress address_;
  const std::shared_ptr<JobWatchers> watchers_;
  int end_ = -1;  // an eventfd, readable when the thread is to end
  std::thread thread_;
};

}  // namespace imagegen::state
