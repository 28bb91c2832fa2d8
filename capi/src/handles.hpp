#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/engine/engine.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "imagegen.h"

// What is behind a handle. A handle is a number that was never used before, not an address, so that one that was
// destroyed is known as such, and one of another kind too.
namespace imagegen::capi {

struct Runtime {
  std::unique_ptr<Engine> engine;
  std::vector<std::shared_ptr<void>> parts;  // each is released when its last owner goes
  ~Runtime();
};

struct Call {
  std::weak_ptr<Runtime> runtime;  // a handle that nobody destroys keeps no threads
  std::atomic<std::uint64_t> id = 0;  // 0 until it has started: the handle is made before
};

struct Event {
  InboxEvent event;
};

struct Failure {
  OperationFailure failure;
  std::string json;
  imagegen_status status = IMAGEGEN_INTERNAL;
};

using RuntimePtr = std::shared_ptr<Runtime>;
using CallPtr = std::shared_ptr<const Call>;
using EventPtr = std::shared_ptr<const Event>;
using BytesPtr = std::shared_ptr<const SharedBytes>;
using ImagePtr = std::shared_ptr<const Bitmap>;
using FailurePtr = std::shared_ptr<const Failure>;
using Thing = std::variant<RuntimePtr, CallPtr, EventPtr, BytesPtr, ImagePtr, FailurePtr>;

// Errc::limit_exceeded with 10,000,000 handles; not for an event, which is told once or lost, and is bounded by calls.
Result<std::uint64_t> add_handle(Thing thing);
// Null for what is no handle of that kind.
template <class Ptr>
Ptr find_handle(std::uint64_t handle);
// Takes one reference; the thing is returned where it was the last one. Null for what is no handle of that kind.
template <class Ptr>
Ptr drop_handle(std::uint64_t handle);
// One more reference. False for what is no handle of a buffer.
bool retain_bytes(std::uint64_t handle);
std::size_t live_handles();

template <class Ptr>
struct HandleOf;
template <>
struct HandleOf<RuntimePtr> {
  using type = imagegen_runtime;
};
template <>
struct HandleOf<CallPtr> {
  using type = imagegen_call_handle;
};
template <>
struct HandleOf<EventPtr> {
  using type = imagegen_event;
};
template <>
struct HandleOf<BytesPtr> {
  using type = imagegen_bytes;
};
template <>
struct HandleOf<ImagePtr> {
  using type = imagegen_image;
};
template <>
struct HandleOf<FailurePtr> {
  using type = imagegen_error;
};

// The number as the caller holds it. Never dereferenced.
template <class Ptr>
typename HandleOf<Ptr>::type* to_handle(std::uint64_t number) {
  return reinterpret_cast<typename HandleOf<Ptr>::type*>(static_cast<std::uintptr_t>(number));
}
inline std::uint64_t number_of(const void* handle) {
  return static_cast<std::uint64_t>(reinterpret_cast<std::uintptr_t>(handle));
}

static_assert(sizeof(std::uintptr_t) == 8, "handles are 64-bit numbers");

}  // namespace imagegen::capi
