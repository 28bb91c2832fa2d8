#include <imagegen/engine/inbox.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace imagegen {
namespace {

using Kind = InboxEvent::Kind;
using Events = std::list<InboxEvent>;

constexpr std::chrono::milliseconds kLongestPull = std::chrono::hours(24);

// Those that are looked for among the others. Calls and tokens never have the same number.
bool is_found_again(const InboxEvent& event) {
  return event.kind == Kind::progress || event.kind == Kind::host_call;
}

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

  InboxEvent take(Events::iterator place) {
    if (is_found_again(*place)) places.erase(place->id);
    auto event = std::move(*place);
    events.erase(place);
    if (events.empty() && !closed) lower();
    return event;
  }

  const int descriptor;
  std::mutex mutex;
  std::condition_variable changed;
  Events events;
  std::unordered_map<std::uint64_t, Events::iterator> places;  // by id
  std::atomic<std::uint64_t> pulled_ends = 0;
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
  Events one;
  one.push_back(std::move(event));
  const auto place = one.begin();
  {
    const std::lock_guard lock(queue_->mutex);
    if (queue_->closed) return;
    if (is_found_again(*place)) {
      const auto [known, added] = queue_->places.try_emplace(place->id, place);
      if (!added) {
        *known->second = std::move(*place);
        return;
      }
    }
    queue_->events.splice(queue_->events.end(), one);
    queue_->raise();
  }
  queue_->changed.notify_one();
}

bool Inbox::withdraw(std::uint64_t token) {
  const std::lock_guard lock(queue_->mutex);
  const auto found = queue_->places.find(token);
  if (found == queue_->places.end() || found->second->kind != Kind::host_call) return false;
  queue_->take(found->second);
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
  if (events.front().kind == Kind::done) ++queue_->pulled_ends;
  return queue_->take(events.begin());
}

std::uint64_t Inbox::pulled_ends() const noexcept {
  return queue_->pulled_ends;
}

int Inbox::descriptor() const noexcept {
  return queue_->descriptor;
}

}  // namespace imagegen
