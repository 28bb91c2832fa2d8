#include "embed/dispatcher.hpp"

#include <utility>

namespace imagegen {

Dispatcher::~Dispatcher() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::post(std::function<void()> call) {
  {
    const std::lock_guard lock(mutex_);
    // First, because it may fail, and then the call is not taken.
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    calls_.push_back(std::move(call));
  }
  changed_.notify_one();
}

void Dispatcher::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return !calls_.empty() || ending_; });
    if (calls_.empty()) return;
    auto call = std::move(calls_.front());
    calls_.pop_front();
    lock.unlock();
    call();
    call = nullptr;  // what it holds is let go of before the next one waits
    lock.lock();
  }
}

}  // namespace imagegen
