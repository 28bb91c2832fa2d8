#include "state/postgres/listener.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace imagegen::state {
namespace {

constexpr std::chrono::milliseconds kFirstPause{100}, kLongestPause{10'000}, kConnectLimit{5'000};

}  // namespace

PgListener::PgListener(PgAddress address, std::shared_ptr<JobWatchers> watchers)
    : address_(std::move(address)), watchers_(std::move(watchers)), end_(::eventfd(0, EFD_CLOEXEC)) {
  if (end_ >= 0) thread_ = std::thread([this] { run(); });
}

PgListener::~PgListener() {
  if (end_ < 0) return;
  (void)::eventfd_write(end_, 1);
  thread_.join();
  ::close(end_);
}

// Waits, or is ended. \return False when it is to end.
bool PgListener::pause(std::chrono::milliseconds time) const {
  pollfd end{end_, POLLIN, 0};
  return ::poll(&end, 1, static_cast<int>(time.count())) <= 0;
}

void PgListener::run() {
  auto wait = kFirstPause;
  do {
    wait = listen() ? kFirstPause : std::min(wait * 2, kLongestPause);
  } while (pause(wait));
}

// Until the connection breaks or the thread is to end. \return Whether there was a connection.
bool PgListener::listen() {
  const auto connection = PgConnection::open(address_, kConnectLimit);
  if (!connection || !(*connection)->run("LISTEN imagegen_jobs")) return false;
  watchers_->call();  // what came before is not told again
  for (;;) {
    std::array<pollfd, 2> watched{{{(*connection)->socket(), POLLIN, 0}, {end_, POLLIN, 0}}};
    if (::poll(watched.data(), watched.size(), -1) < 0 && errno != EINTR) return true;
    if (watched[1].revents != 0) return true;
    const auto told = (*connection)->take_notifications();
    if (!told || (*connection)->is_broken()) return true;
    if (*told) watchers_->call();
  }
}

}  // namespace imagegen::state
