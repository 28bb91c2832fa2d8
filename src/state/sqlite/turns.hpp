#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace imagegen::sqlite {

// So many threads at a time, and no waiting beyond a limit. Safe from any thread.
class Turns {
 public:
  explicit Turns(int places) : free_(places) {}

  bool take(std::chrono::milliseconds wait) {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, wait, [&] { return free_ > 0; })) return false;
    --free_;
    return true;
  }

  void give_back() {
    {
      const std::lock_guard lock(mutex_);
      ++free_;
    }
    freed_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable freed_;
  int free_;
};

}  // namespace imagegen::sqlite
