#include <poll.h>

#include <set>

#include "c_api.hpp"

namespace imagegen::test {
namespace {

using CInbox = CApi;

int descriptor_of(const Runtime& runtime) {
  int fd = -1;
  EXPECT_EQ(imagegen_poll_fd(runtime.get(), &fd, nullptr), IMAGEGEN_OK);
  return fd;
}

bool readable(int fd, int timeout_ms = 0) {
  pollfd wanted{fd, POLLIN, 0};
  return ::poll(&wanted, 1, timeout_ms) == 1 && (wanted.revents & POLLIN) != 0;
}

TEST_F(CInbox, NothingComesWhereNothingHappens) {
  const auto runtime = open();
  Failure failure;
  for (const std::uint32_t timeout_ms : {0U, 1U, 20U}) {
    auto* event = reinterpret_cast<imagegen_event*>(1);
    EXPECT_EQ(imagegen_poll(runtime.get(), timeout_ms, &event, failure), IMAGEGEN_NOTHING);
    EXPECT_EQ(event, nullptr);
    EXPECT_EQ(failure.handle(), nullptr) << "nothing is no error";
  }
}

TEST_F(CInbox, TheDescriptorIsReadableExactlyWhileThereIsAnEvent) {
  const auto runtime = open();
  const int fd = descriptor_of(runtime);
  EXPECT_FALSE(readable(fd));
  const auto first = start(runtime, "runtime.describe");
  EXPECT_TRUE(readable(fd, 30'000));
  const auto second = start(runtime, "runtime.describe");
  EXPECT_TRUE(next_event(runtime));
  EXPECT_TRUE(readable(fd, 30'000));
  EXPECT_TRUE(next_event(runtime));
  EXPECT_FALSE(readable(fd));
  EXPECT_EQ(imagegen_runtime_close(runtime.get()), IMAGEGEN_OK);
  EXPECT_TRUE(readable(fd, 30'000)) << "closed";
  imagegen_event* event = nullptr;
  EXPECT_EQ(imagegen_poll(runtime.get(), 0, &event, nullptr), IMAGEGEN_CLOSED);
  EXPECT_TRUE(readable(fd)) << "it stays closed";
}

TEST_F(CInbox, AHostCallThatIsTakenBackLeavesTheDescriptorAsItWas) {
  imagegen_host_part part = IMAGEGEN_HOST_PART_INIT;
  part.kind = "provider";
  const std::string capability(kHouse);
  part.capability_json = capability.c_str();
  const auto runtime = open("{}", {part});
  const int fd = descriptor_of(runtime);
  const auto call = start(runtime, "provider.check");
  ASSERT_TRUE(readable(fd, 30'000));
  EXPECT_EQ(imagegen_call_cancel(call.get(), nullptr), IMAGEGEN_OK);
  EXPECT_EQ(imagegen_event_id(next_event(runtime).get()), imagegen_call_id(call.get()));
  EXPECT_FALSE(readable(fd)) << "neither the call nor its end is left";
}

TEST_F(CInbox, EachEventGoesToOneOfTheWaitingThreads) {
  const auto runtime = open();
  constexpr int kCalls = 200;
  std::mutex mutex;
  std::multiset<std::uint64_t> seen;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      imagegen_event* event = nullptr;
      while (imagegen_poll(runtime.get(), 30'000, &event, nullptr) == IMAGEGEN_OK) {
        const Event owned(event);
        const std::lock_guard lock(mutex);
        seen.insert(imagegen_event_id(event));
      }
    });
  }
  std::multiset<std::uint64_t> started;
  for (int i = 0; i < kCalls; ++i) started.insert(imagegen_call_id(start(runtime, "runtime.describe").get()));
  EXPECT_TRUE(until([&] {
    const std::lock_guard lock(mutex);
    return seen.size() >= kCalls;
  }));
  EXPECT_EQ(imagegen_runtime_close(runtime.get()), IMAGEGEN_OK);
  for (auto& thread : threads) thread.join();  // all of them hear that it is closed
  EXPECT_EQ(seen, started);
}

TEST_F(CInbox, DestroyingTheRuntimeEndsAWait) {
  auto runtime = open();
  std::atomic<int> waiting = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&, handle = runtime.get()] {
      ++waiting;
      imagegen_event* event = nullptr;
      const auto status = imagegen_poll(handle, 60'000, &event, nullptr);
      // A thread that came too late finds no runtime.
      EXPECT_TRUE(status == IMAGEGEN_CLOSED || status == IMAGEGEN_INVALID_ARGUMENT) << status;
    });
  }
  EXPECT_TRUE(until([&] { return waiting == 3; }));
  runtime.reset();
  for (auto& thread : threads) thread.join();
}

TEST_F(CInbox, ADayIsTheLongestWait) {
  const auto runtime = open();
  std::thread closer([&] { const auto call = start(runtime, "runtime.describe"); });
  imagegen_event* event = nullptr;
  EXPECT_EQ(imagegen_poll(runtime.get(), UINT32_MAX, &event, nullptr), IMAGEGEN_OK);
  imagegen_event_destroy(event);
  closer.join();
}

}  // namespace
}  // namespace imagegen::test
