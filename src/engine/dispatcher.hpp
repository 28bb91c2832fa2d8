#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace imagegen {

// Calls the host's functions one after the other on a thread of its own, which starts with the first of them. A function
// may end that thread by pthread_exit(): another one then does the rest.
class Dispatcher {
 public:
  Dispatcher() = default;
  // Calls what is left, then ends. Not on its own thread.
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  // Throws where memory or a thread is missing; the call is then not taken. \param call Must not throw.
  void post(std::function<void()> call);

 private:
  class Watch;
  void start();
  void run();
  void replace_thread();

  std::mutex mutex_;
  std::condition_variable changed_, idle_;
  std::deque<std::function<void()>> calls_;
  bool ending_ = false;
  bool running_ = false;  // a thread is in run(), or on its way into it
  std::thread thread_;
};

}  // namespace imagegen
