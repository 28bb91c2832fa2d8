#include <gmock/gmock.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "engine/engine_host.hpp"

// Where memory is missing. A program of its own, because it has its own operator new.
namespace {

// Counts down with every allocation that is meant, and fails the one that comes to 0.
thread_local std::int64_t countdown_here = 0;
std::atomic<std::int64_t> countdown_of_large_ones = 0;
constexpr std::size_t kLarge = 64'000;  // bytes

bool shall_fail(std::size_t size) {
  if (countdown_here > 0 && --countdown_here == 0) return true;
  return size >= kLarge && countdown_of_large_ones.load() > 0 && --countdown_of_large_ones == 0;
}

}  // namespace

void* operator new(std::size_t size) {
  void* made = shall_fail(size) ? nullptr : std::malloc(size > 0 ? size : 1);
  if (!made) throw std::bad_alloc();
  return made;
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

namespace imagegen {
namespace {

using namespace test;
using Kind = InboxEvent::Kind;

// Whichever allocation of start() fails: either nothing has started, or it ends like every other call.
TEST(EngineMemory, ACallThatCouldNotStartLeavesNothingBehind) {
  auto engine = open_engine();
  CallOptions options;
  options.on_event = [](const InboxEvent&) {};
  bool started = false;
  for (std::int64_t nth = 1; !started; ++nth) {
    ASSERT_LT(nth, 1000);
    try {
      countdown_here = nth;
      started = engine->start("store.list", R"({"prefix": "a"})", options).has_value() && countdown_here > 0;
    } catch (const std::bad_alloc&) {
    }
    countdown_here = 0;
  }
  engine->close();
  const auto pulled = engine->inbox().pull(kPatience);
  const auto* empty = std::get_if<Inbox::Empty>(&pulled);
  const bool closed = empty && *empty == Inbox::Empty::closed;
  EXPECT_TRUE(closed) << "a call is still under way";
  if (!closed) static_cast<void>(engine.release());  // it would wait for that call
}

// Whichever part of a large result cannot be had: one end is told, and what waits for it does not hang.
TEST(EngineMemory, ACallWhoseResultIsLostEndsAllTheSame) {
  const auto engine = open_engine();
  for (int i = 0; i < 200; ++i) {
    const auto key = std::to_string(1000 + i) + std::string(900, 'k');
    ASSERT_EQ(code_of(engine->run("store.put", R"({"key": ")" + key + R"("})", {SharedBytes(to_bytes("x"))})), "OK");
  }
  int lost = 0;
  for (std::int64_t nth = 1;; ++nth) {
    ASSERT_LT(nth, 1000);
    countdown_of_large_ones = nth;
    const auto id = engine->start("store.list", "{}").value();
    const auto done = await(*engine, Kind::done);
    const bool failed = countdown_of_large_ones.exchange(0) == 0;
    ASSERT_EQ(done.id, id);
    EXPECT_EQ(done.failure == Errc{}, !failed);
    EXPECT_EQ(code_of(engine->run("runtime.describe", "{}")), "OK");
    EXPECT_EQ(std::get<Inbox::Empty>(engine->inbox().pull(std::chrono::milliseconds(0))), Inbox::Empty::nothing);
    if (!failed) break;
    lost += done.json.find("what the call came to was lost") != std::string::npos;
  }
  EXPECT_GT(lost, 0);
}

}  // namespace
}  // namespace imagegen
