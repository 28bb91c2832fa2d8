#include "one_of_each.hpp"

// Every function with handles of other kinds, handles that are gone, and numbers that never were handles.
namespace imagegen::test {
namespace {

using testing::HasSubstr;

using CHandles = CApi;

// Every function that takes a handle, by the kind that it wants. Those that give a value give true for "nothing".
struct Taker {
  const char* name;
  char kind;  // r, c, e, b, i, f
  std::function<bool(void*)> refuses;
};

template <class Handle>
Handle* as(void* handle) {
  return static_cast<Handle*>(handle);
}

bool refused(imagegen_status status, const Failure& failure) {
  EXPECT_THAT(failure.message(), HasSubstr("expected a"));
  return status == IMAGEGEN_INVALID_ARGUMENT && failure.status() == IMAGEGEN_INVALID_ARGUMENT;
}

std::vector<Taker> takers() {
  static imagegen_event* event;
  static imagegen_bytes* bytes;
  static int fd;
  return {
      {"error_status", 'f', [](void* h) { return imagegen_error_status(as<imagegen_error>(h)) == IMAGEGEN_OK; }},
      {"error_message", 'f', [](void* h) { return *imagegen_error_message(as<imagegen_error>(h)) == '\0'; }},
      {"error_json", 'f', [](void* h) { return imagegen_error_json(as<imagegen_error>(h)) == std::string("{}"); }},
      {"error_destroy", 'f', [](void* h) { return imagegen_error_destroy(as<imagegen_error>(h)), true; }},
      {"bytes_data", 'b', [](void* h) { return imagegen_bytes_data(as<imagegen_bytes>(h)) == nullptr; }},
      {"bytes_size", 'b', [](void* h) { return imagegen_bytes_size(as<imagegen_bytes>(h)) == 0; }},
      {"bytes_retain", 'b',
       [](void* h) { return imagegen_bytes_retain(as<imagegen_bytes>(h)) == IMAGEGEN_INVALID_ARGUMENT; }},
      {"bytes_release", 'b', [](void* h) { return imagegen_bytes_release(as<imagegen_bytes>(h)), true; }},
      {"runtime_close", 'r',
       [](void* h) { return imagegen_runtime_close(as<imagegen_runtime>(h)) == IMAGEGEN_INVALID_ARGUMENT; }},
      {"runtime_destroy", 'r', [](void* h) { return imagegen_runtime_destroy(as<imagegen_runtime>(h)), true; }},
      {"call", 'r',
       [](void* h) {
         Failure f;
         return refused(imagegen_call(as<imagegen_runtime>(h), "runtime.describe", "{}", nullptr, nullptr, f), f);
       }},
      {"call_and_wait", 'r',
       [](void* h) {
         Failure f;
         auto* runtime = as<imagegen_runtime>(h);
         return refused(imagegen_call_and_wait(runtime, "runtime.describe", "{}", nullptr, &event, f), f);
       }},
      {"poll", 'r',
       [](void* h) {
         Failure f;
         return refused(imagegen_poll(as<imagegen_runtime>(h), 0, &event, f), f) && !event;
       }},
      {"poll_fd", 'r',
       [](void* h) {
         Failure f;
         return refused(imagegen_poll_fd(as<imagegen_runtime>(h), &fd, f), f) && fd == -1;
       }},
      {"host_resolve", 'r',
       [](void* h) {
         Failure f;
         return refused(imagegen_host_resolve(as<imagegen_runtime>(h), 1, "{}", nullptr, 0, f), f);
       }},
      {"host_reject", 'r',
       [](void* h) {
         Failure f;
         return refused(imagegen_host_reject(as<imagegen_runtime>(h), 1, "{}", f), f);
       }},
      {"render", 'r',
       [](void* h) {
         Failure f;
         const auto wanted = rendition();
         return refused(imagegen_render(as<imagegen_runtime>(h), "", 0, nullptr, &wanted, 1, &bytes, f), f) && !bytes;
       }},
      {"call_id", 'c', [](void* h) { return imagegen_call_id(as<imagegen_call_handle>(h)) == 0; }},
      {"call_cancel", 'c',
       [](void* h) {
         Failure f;
         return refused(imagegen_call_cancel(as<imagegen_call_handle>(h), f), f);
       }},
      {"call_drain", 'c',
       [](void* h) {
         Failure f;
         return refused(imagegen_call_drain(as<imagegen_call_handle>(h), f), f);
       }},
      {"call_destroy", 'c', [](void* h) { return imagegen_call_destroy(as<imagegen_call_handle>(h)), true; }},
      {"event_kind", 'e', [](void* h) { return imagegen_event_kind(as<imagegen_event>(h)) == IMAGEGEN_EVENT_NONE; }},
      {"event_id", 'e', [](void* h) { return imagegen_event_id(as<imagegen_event>(h)) == 0; }},
      {"event_status", 'e', [](void* h) { return imagegen_event_status(as<imagegen_event>(h)) == IMAGEGEN_OK; }},
      {"event_json", 'e', [](void* h) { return imagegen_event_json(as<imagegen_event>(h)) == std::string("{}"); }},
      {"event_bytes_count", 'e', [](void* h) { return imagegen_event_bytes_count(as<imagegen_event>(h)) == 0; }},
      {"event_bytes", 'e',
       [](void* h) {
         Failure f;
         return refused(imagegen_event_bytes(as<imagegen_event>(h), 0, &bytes, f), f) && !bytes;
       }},
      {"event_destroy", 'e', [](void* h) { return imagegen_event_destroy(as<imagegen_event>(h)), true; }},
      {"image_pixels", 'i',
       [](void* h) {
         Failure f;
         imagegen_pixels pixels = IMAGEGEN_PIXELS_INIT;
         return refused(imagegen_image_pixels(as<imagegen_image>(h), &pixels, f), f) && !pixels.data;
       }},
      {"image_encode", 'i',
       [](void* h) {
         Failure f;
         return refused(imagegen_image_encode(as<imagegen_image>(h), nullptr, &bytes, f), f) && !bytes;
       }},
      {"image_destroy", 'i', [](void* h) { return imagegen_image_destroy(as<imagegen_image>(h)), true; }},
  };
}

std::vector<std::pair<char, void*>> all_of(Handles& h) {
  return {{'r', h.runtime.get()}, {'c', h.call.get()},  {'e', h.event.get()},
          {'b', h.bytes.get()},   {'i', h.image.get()}, {'f', h.failure.handle()}};
}

TEST_F(CHandles, EveryFunctionRefusesHandlesOfEveryOtherKind) {
  Handles h;
  const auto live = imagegen_live_handles();
  for (const auto& taker : takers()) {
    for (const auto& [kind, handle] : all_of(h)) {
      if (kind == taker.kind) continue;
      EXPECT_TRUE(taker.refuses(handle)) << taker.name << " with a handle of kind " << kind;
      EXPECT_EQ(imagegen_live_handles(), live) << taker.name << " took a handle of kind " << kind;
    }
  }
}

TEST_F(CHandles, EveryFunctionRefusesHandlesThatWereDestroyed) {
  std::vector<std::pair<char, void*>> gone;
  {
    Handles h;
    gone = all_of(h);
  }
  for (const auto& taker : takers()) {
    for (const auto& [kind, handle] : gone) EXPECT_TRUE(taker.refuses(handle)) << taker.name << " of kind " << kind;
  }
}

TEST_F(CHandles, EveryFunctionRefusesWhatNeverWasAHandle) {
  Handles h;
  int local = 0;
  const auto newest = reinterpret_cast<std::uintptr_t>(h.bytes.get());
  for (const auto number : {std::uintptr_t{0}, std::uintptr_t{1}, std::uintptr_t{8}, std::uintptr_t{0xdeadbeef},
                            newest + 1'000'000, ~std::uintptr_t{0}, reinterpret_cast<std::uintptr_t>(&local)}) {
    for (const auto& taker : takers()) {
      EXPECT_TRUE(taker.refuses(reinterpret_cast<void*>(number))) << taker.name << " with " << number;
    }
  }
  EXPECT_EQ(imagegen_bytes_size(h.bytes.get()), 3U);
}

TEST_F(CHandles, HandlesAreNeverUsedTwice) {
  imagegen_bytes *first = nullptr, *second = nullptr;
  ASSERT_EQ(imagegen_bytes_create("a", 1, &first, nullptr), IMAGEGEN_OK);
  imagegen_bytes_release(first);
  ASSERT_EQ(imagegen_bytes_create("b", 1, &second, nullptr), IMAGEGEN_OK);
  imagegen_bytes_release(first);
  EXPECT_NE(first, second);
  EXPECT_EQ(content(Buffer(second)), "b");
}

}  // namespace
}  // namespace imagegen::test
