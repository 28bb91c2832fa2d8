#include "engine/dispatcher.hpp"

#include <utility>

namespace imagegen {

// Knows on the way out of run() whether that was pthread_exit().
class Dispatcher::Watch {
 public:
  explicit Watch(Dispatcher& dispatcher) : dispatcher_(dispatcher) {}
  ~Watch() {
    if (!ended_) dispatcher_.replace_thread();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;
  void ended() noexcept { ended_ = true; }

 private:
  Dispatcher& dispatcher_;
  bool ended_ = false;
};

Dispatcher::~Dispatcher() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  changed_.notify_one();
  // Not by joining: which thread is the last one is known only when there is none.
  idle_.wait(lock, [this] { return !running_; });
  lock.unlock();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::post(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    // First, because it may fail, and then the call is not taken.
    if (!running_) start();
    calls_.push_back(std::move(call));
  }
  changed_.notify_one();
}

void Dispatcher::start() {
  thread_ = std::thread([this] { run(); });
  running_ = true;
}

void Dispatcher::run() {
  Watch watch(*this);  // outlives the lock
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !calls_.empty() || ending_; });
    if (calls_.empty()) break;
    auto call = std::move(calls_.front());
    calls_.pop_front();
    lock.unlock();
    call();
    call = nullptr;  // what it holds is let go of before the next one waits
    lock.lock();
  }
  watch.ended();
  running_ = false;
  idle_.notify_all();
}

void Dispatcher::replace_thread() {
  const std::lock_guard lock(mutex_);
  thread_.detach();  // this one
  running_ = false;
  try {
    if (!calls_.empty()) start();
  } catch (...) {  // none can be had: the next call tries again
  }
  if (!running_) idle_.notify_all();
}

}  // namespace imagegen
