#include <sys/wait.h>
#include <unistd.h>

#include "c_api.hpp"

// A child of fork() has the memory of a runtime, and none of its threads.
namespace imagegen::test {
namespace {

// Runs `body` in a child, which is killed after a minute. \return Whether it gave true.
bool in_child(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    ::_exit(body() ? 0 : 1);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

using CFork = CApi;

TEST_F(CFork, EveryCallOnARuntimeOfTheParentIsUnsupportedInTheChild) {
  Silent silent;
  Host host("provider", silent, std::string(kHouse));
  auto runtime = open("{}", {host.part()});
  const auto call = start(runtime, "provider.check");
  const auto asked = silent.next();
  EXPECT_TRUE(in_child([&] {
    auto* handle = runtime.get();
    imagegen_event* event = nullptr;
    imagegen_bytes* file = nullptr;
    int fd = 0;
    imagegen_rendition wanted = IMAGEGEN_RENDITION_INIT;
    wanted.width_px = wanted.height_px = 1;
    Failure failure;
    bool fine = imagegen_call(handle, "runtime.describe", nullptr, nullptr, nullptr, failure) == IMAGEGEN_UNSUPPORTED;
    fine = fine && failure.message().starts_with("this process was forked from the one that opened the runtime");
    return fine &&
           imagegen_call_and_wait(handle, "runtime.describe", nullptr, nullptr, &event, nullptr) ==
               IMAGEGEN_UNSUPPORTED &&
           imagegen_poll(handle, 60'000, &event, nullptr) == IMAGEGEN_UNSUPPORTED &&
           imagegen_poll_fd(handle, &fd, nullptr) == IMAGEGEN_UNSUPPORTED &&
           imagegen_call_cancel(call.get(), nullptr) == IMAGEGEN_UNSUPPORTED &&
           imagegen_call_drain(call.get(), nullptr) == IMAGEGEN_UNSUPPORTED &&
           imagegen_host_resolve(handle, imagegen_event_id(asked.get()), nullptr, nullptr, 0, nullptr) ==
               IMAGEGEN_UNSUPPORTED &&
           imagegen_host_reject(handle, imagegen_event_id(asked.get()), nullptr, nullptr) == IMAGEGEN_UNSUPPORTED &&
           imagegen_render(handle, "", 0, nullptr, &wanted, 1, &file, nullptr) == IMAGEGEN_UNSUPPORTED &&
           imagegen_runtime_close(handle) == IMAGEGEN_UNSUPPORTED;
  }));
  EXPECT_EQ(imagegen_host_resolve(runtime.get(), imagegen_event_id(asked.get()), nullptr, nullptr, 0, nullptr),
            IMAGEGEN_OK)
      << "the parent goes on";
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_OK);
}

TEST_F(CFork, AChildDestroysWhatItInheritedAndReleasesNothing) {
  Host host(
      "provider", [](const Event&) {}, std::string(kHouse)),
      unasked("lifestylePacks", [](const Event&) {});
  auto part = unasked.part();
  part.call = nullptr;
  auto runtime = open("{}", {host.part(), part});
  auto call = start(runtime, "runtime.describe");
  EXPECT_TRUE(in_child([&] {
    runtime.reset();
    call.reset();
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
    return host.releases == 0 && unasked.releases == 0;
  }));
  EXPECT_EQ(imagegen_event_status(next_event(runtime).get()), IMAGEGEN_OK);
}

TEST_F(CFork, AChildThatExitsWithALiveRuntimeEndsCleanly) {
  const auto runtime = open();
  const auto call = start(runtime, "worker.run");
  const pid_t child = ::fork();
  if (child == 0) {
    ::alarm(60);
    std::quick_exit(0);  // static destructors of the test program are the parent's
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  imagegen_call_cancel(call.get(), nullptr);
  EXPECT_TRUE(next_event(runtime));
}

TEST_F(CFork, AChildMayOpenARuntimeOfItsOwn) {
  const auto runtime = open();
  result_of(runtime, "runtime.describe");
  EXPECT_TRUE(in_child([] {
    const auto own = open();
    const auto made = result_of(own, "heroes.generate", hero_request());
    return !testing::Test::HasFailure() && made.at("generated").as_array().size() == 9;
  }));
}

TEST_F(CFork, AForkInTheMiddleOfOtherCallsLeavesNoLockBehind) {
  std::atomic<bool> stop = false;
  std::vector<std::thread> busy;
  for (int i = 0; i < 3; ++i) {
    busy.emplace_back([&] {
      while (!stop) {
        imagegen_bytes* bytes = nullptr;
        imagegen_bytes_create("abc", 3, &bytes, nullptr);
        imagegen_bytes_release(bytes);
      }
    });
  }
  int failed = 0;
  for (int round = 0; round < 100; ++round) {
    failed += in_child([] {
      ::alarm(10);
      imagegen_bytes* bytes = nullptr;
      const bool made = imagegen_bytes_create("abc", 3, &bytes, nullptr) == IMAGEGEN_OK;
      imagegen_bytes_release(bytes);
      return made;
    })
                  ? 0
                  : 1;
    if (failed > 0) break;
  }
  stop = true;
  for (auto& thread : busy) thread.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace imagegen::test
