#pragma once
#include <stop_token>
#include <thread>

namespace cli {

// Listens for SIGINT and SIGTERM: the first asks to buy nothing more and to finish what is under way, the second stops.
// Make it before any other thread, which then inherits the blocked signals.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  std::stop_token stop_buying() const { return stop_buying_.get_token(); }
  std::stop_token stop_now() const { return stop_now_.get_token(); }
  bool happened() const { return stop_buying_.stop_requested(); }

 private:
  std::stop_source stop_buying_, stop_now_;
  std::jthread listener_;
};

}  // namespace cli
