#include "interrupt.hpp"

#include <pthread.h>
#include <signal.h>

#include <iostream>

namespace cli {
namespace {

constexpr int kWakeUp = SIGUSR1;  // sent to the listener by the destructor

sigset_t listened_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, kWakeUp}) sigaddset(&signals, signal);
  return signals;
}

}  // namespace

Interrupt::Interrupt() {
  const auto signals = listened_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  listener_ = std::jthread([this, signals] {
    for (int signal = 0; sigwait(&signals, &signal) == 0 && signal != kWakeUp;) {
      if (!stop_buying_.stop_requested()) {
        std::cerr << "\nimagegen: stopping; what has been bought is finished first. Once more to stop at once.\n";
        stop_buying_.request_stop();
      } else {
        stop_now_.request_stop();
      }
    }
  });
}

Interrupt::~Interrupt() {
  pthread_kill(listener_.native_handle(), kWakeUp);
}

}  // namespace cli
