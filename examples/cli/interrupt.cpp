#include "interrupt.hpp"

#include <pthread.h>
#include <signal.h>

#include "live_line.hpp"

namespace cli {
namespace {

constexpr int kWakeUp = SIGUSR1;  // sent to the listener by the destructor

// One that is blocked would come although it is ignored.
bool hangup_is_ignored() {
  struct sigaction action = {};
  return sigaction(SIGHUP, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

sigset_t listened_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, kWakeUp}) sigaddset(&signals, signal);
  if (!hangup_is_ignored()) sigaddset(&signals, SIGHUP);
  return signals;
}

}  // namespace

Interrupt::Interrupt() {
  listen("stopping; what has been bought is finished first.", " Once more to stop at once.");
}

Interrupt::Interrupt(std::string word) {
  listen(word, "");
}

void Interrupt::listen(const std::string& word, const std::string& once_more) {
  const auto signals = listened_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  listener_ = std::jthread([this, signals, word, once_more] {
    bool told = false;  // that the next one stops at once
    for (int signal = 0; sigwait(&signals, &signal) == 0 && signal != kWakeUp;) {
      happened_ = true;
      if (told && signal != SIGHUP) stop_now_.request_stop();
      if (told) continue;
      told = signal != SIGHUP;
      write_above("\nimagegen: " + word + (told ? once_more : "") + "\n");
      stop_buying_.request_stop();
    }
  });
}

Interrupt::~Interrupt() {
  pthread_kill(listener_.native_handle(), kWakeUp);
}

}  // namespace cli
