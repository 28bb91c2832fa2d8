#include "handles.hpp"

#include <pthread.h>

#include <mutex>
#include <thread>
#include <unordered_map>

namespace imagegen::capi {
namespace {

constexpr std::size_t kMostHandles = 10'000'000;
// Far from small integers and from addresses of memory, so that neither passes for a handle by accident.
constexpr std::uint64_t kFirstHandle = 0x1600'0000'0000'0001;

struct Slot {
  Thing thing;
  std::size_t references = 1;
};

struct Table {
  std::mutex mutex;
  std::unordered_map<std::uint64_t, Slot> slots;
  std::uint64_t next = kFirstHandle;
};

// Never destroyed: threads may still use it when the process ends.
Table& make_table() {
  static auto& only = *new Table;
  // A child of fork() has the lock as it was, and none of the threads that would open it again.
  ::pthread_atfork([] { only.mutex.lock(); }, [] { only.mutex.unlock(); }, [] { only.mutex.unlock(); });
  return only;
}

Table& table() {
  static auto& only = make_table();
  return only;
}

// What a runtime leaves behind.
struct Remains {
  std::vector<std::shared_ptr<void>> parts;
  std::unique_ptr<Engine> engine;  // goes first
};

}  // namespace

// An engine waits for its calls when it is destroyed, and its last owner may be anybody, a function that the library
// called included: so it ends on a thread of its own, and there the host hears that its parts are released.
Runtime::~Runtime() {
  if (engine) engine->close();
  if (!engine && parts.empty()) return;
  try {
    auto* remains = new Remains{std::move(parts), std::move(engine)};
    // Forked: what they need is not in this process, and the host's functions are the parent's to be called.
    if (remains->engine && !remains->engine->check_process()) return;
    std::thread([remains] { delete remains; }).detach();
  } catch (...) {  // no memory or no thread to be had: they are closed, and stay
  }
}

Result<std::uint64_t> add_handle(Thing thing) {
  auto& all = table();
  const std::lock_guard lock(all.mutex);
  if (all.slots.size() >= kMostHandles && !std::holds_alternative<EventPtr>(thing))
    return Error{Errc::limit_exceeded,
                 "expected at most 10,000,000 live handles, got one more: destroy what is not needed"};
  const auto number = all.next++;
  all.slots.emplace(number, Slot{std::move(thing)});
  return number;
}

template <class Ptr>
Ptr find_handle(std::uint64_t handle) {
  auto& all = table();
  const std::lock_guard lock(all.mutex);
  const auto found = all.slots.find(handle);
  if (found == all.slots.end()) return nullptr;
  const auto* thing = std::get_if<Ptr>(&found->second.thing);
  return thing ? *thing : nullptr;
}

template <class Ptr>
Ptr drop_handle(std::uint64_t handle) {
  auto& all = table();
  const std::lock_guard lock(all.mutex);
  const auto found = all.slots.find(handle);
  if (found == all.slots.end()) return nullptr;
  auto* thing = std::get_if<Ptr>(&found->second.thing);
  if (!thing || --found->second.references > 0) return nullptr;
  // Given back, so that it is destroyed when the lock is free.
  auto last = std::move(*thing);
  all.slots.erase(found);
  return last;
}

template RuntimePtr find_handle<RuntimePtr>(std::uint64_t);
template CallPtr find_handle<CallPtr>(std::uint64_t);
template EventPtr find_handle<EventPtr>(std::uint64_t);
template BytesPtr find_handle<BytesPtr>(std::uint64_t);
template ImagePtr find_handle<ImagePtr>(std::uint64_t);
template FailurePtr find_handle<FailurePtr>(std::uint64_t);
template RuntimePtr drop_handle<RuntimePtr>(std::uint64_t);
template CallPtr drop_handle<CallPtr>(std::uint64_t);
template EventPtr drop_handle<EventPtr>(std::uint64_t);
template BytesPtr drop_handle<BytesPtr>(std::uint64_t);
template ImagePtr drop_handle<ImagePtr>(std::uint64_t);
template FailurePtr drop_handle<FailurePtr>(std::uint64_t);

bool retain_bytes(std::uint64_t handle) {
  auto& all = table();
  const std::lock_guard lock(all.mutex);
  const auto found = all.slots.find(handle);
  if (found == all.slots.end() || !std::holds_alternative<BytesPtr>(found->second.thing)) return false;
  ++found->second.references;
  return true;
}

std::size_t live_handles() {
  auto& all = table();
  const std::lock_guard lock(all.mutex);
  return all.slots.size();
}

}  // namespace imagegen::capi
