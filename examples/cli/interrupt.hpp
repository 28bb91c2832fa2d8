#pragma once
#include <atomic>
#include <stop_token>
#include <string>
#include <thread>

namespace cli {

// Listens for SIGINT, SIGTERM and SIGHUP: the first asks to buy nothing more and to finish what is under way. A second
// SIGINT or SIGTERM stops; a terminal that goes away may send any number of SIGHUP. nohup is obeyed.
// Make it before any other thread, which then inherits the blocked signals.
class Interrupt {
 public:
  // Something is finished before the process ends.
  Interrupt();
  // Nothing has to be: the first signal is told in these words.
  explicit Interrupt(std::string word);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token stop_buying() const { return stop_buying_.get_token(); }
  std::stop_token stop_now() const { return stop_now_.get_token(); }
  // By a signal.
  bool happened() const { return happened_; }
  // The same as the first signal, but nobody has interrupted anything.
  void drain() { stop_buying_.request_stop(); }

 private:
  void listen(const std::string& word, const std::string& once_more);

  std::stop_source stop_buying_, stop_now_;
  std::atomic<bool> happened_ = false;
  std::jthread listener_;
};

}  // namespace cli
