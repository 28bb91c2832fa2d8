#include <imagegen/embed/inbox.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <utility>

namespace imagegen {
namespace {

constexpr std::chrono::milliseconds kLongestPull = std::chrono::hours(24);

}  // namespace

struct Inbox::Queue {
  explicit Queue(int eventfd) : descriptor(eventfd) {}
  ~Queue() { ::close(descriptor); }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // The descriptor says what the queue says, so both change under the lock. Neither call can fail or block: the counter
  // is 0 or 1.
  void raise() {
    if (std::exchange(readable, true)) return;
    const std::uint64_t one = 1;
    static_cast<void>(::write(descriptor, &one, sizeof one) == sizeof one);
  }
  void lower() {
    if (!std::exchange(readable, false)) return;
    std::uint64_t count = 0;
    static_cast<void>(::read(descriptor, &count, sizeof count) == sizeof count);
  }

  const int descriptor;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<InboxEvent> events;
  bool closed = false, readable = false;
};

Inbox::Inbox(std::unique_ptr<Queue> queue) : queue_(std::move(queue)) {}
Inbox::~Inbox() = default;

Result<std::unique_ptr<Inbox>> Inbox::make() {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) {
    return Error{Errc::unavailable, "the inbox needs a file descriptor: " + std::generic_category().message(errno)};
  }
  return std::unique_ptr<Inbox>(new Inbox(std::make_unique<Queue>(descriptor)));
}

void Inbox::push(InboxEvent event) {
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->closed) return;
    auto& events = queue_->events;
    if (event.kind == InboxEvent::Kind::progress) {
      const auto older = std::ranges::find_if(events, [&](const InboxEvent& other) {
        return other.kind == InboxEvent::Kind::progress && other.id == event.id;
      });
      if (older != events.end()) {
        *older = std::move(event);
        return;
      }
    }
    events.push_back(std::move(event));
    queue_->raise();
  }
  queue_->changed.notify_one();
}

bool Inbox::withdraw(InboxEvent::Kind kind, std::uint64_t id) {
  const std::lock_guard lock(queue_->mutex);
  auto& events = queue_->events;
  const auto found =
      std::ranges::find_if(events, [&](const InboxEvent& event) { return event.kind == kind && event.id == id; });
  if (found == events.end()) return false;
  events.erase(found);
  if (events.empty() && !queue_->closed) queue_->lower();
  return true;
}

void Inbox::close() {
  {
    const std::lock_guard lock(queue_->mutex);
    queue_->closed = true;
    queue_->raise();
  }
  queue_->changed.notify_all();
}

std::variant<InboxEvent, Inbox::Empty> Inbox::pull(std::chrono::milliseconds timeout) {
  std::unique_lock lock(queue_->mutex);
  auto& events = queue_->events;
  queue_->changed.wait_for(lock, std::min(timeout, kLongestPull), [&] { return !events.empty() || queue_->closed; });
  if (events.empty()) return queue_->closed ? Empty::closed : Empty::nothing;
  auto event = std::move(events.front());
  events.pop_front();
  if (events.empty() && !queue_->closed) queue_->lower();
  return event;
}

int Inbox::descriptor() const noexcept {
  return queue_->descriptor;
}

}  // namespace imagegen
