#include <imagegen/event/event_sink.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

Event example(std::int64_t number = 9) {
  return {"lifestyle_heroes_generated",
          "id-1",
          std::chrono::system_clock::time_point(std::chrono::milliseconds(1'000'004)),
          {{"sizes_generated", number}, {"dryRun", false}, {"cost", 0.5}, {"work_item_id", std::string("wi\"1")}}};
}

TEST(Event, IsOneLineOfJsonWithItsFieldsInOrder) {
  EXPECT_EQ(to_json_line(example()),
            R"({"event":"lifestyle_heroes_generated","id":"id-1","time":"1970-01-01T00:16:40.004Z",)"
            R"("sizes_generated":9,"dryRun":false,"cost":0.5,"work_item_id":"wi\"1"})");
}

TEST(Event, HasAnIdOfItsOwn) {
  EXPECT_NE(new_event_id(), new_event_id());
}

TEST(JsonLinesSink, HasWrittenEverythingWhenItIsDestroyed) {
  const auto file = std::filesystem::path(::testing::TempDir()) / "imagegen_event_sink_test.jsonl";
  std::filesystem::remove(file);
  {
    auto sink = make_json_lines_event_sink(file).value();
    std::thread other([&] {
      for (int i = 0; i < 100; ++i) sink->emit(example(i));
    });
    for (int i = 0; i < 100; ++i) sink->emit(example(i));
    other.join();
  }
  std::ifstream lines(file);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(line.front(), '{');
  EXPECT_EQ(count, 200);
}

TEST(JsonLinesSink, SaysWhichFileItCannotOpen) {
  const auto sink = make_json_lines_event_sink("/nonexistent-folder/events.jsonl");
  ASSERT_THAT(sink, test::FailsWith(Errc::storage_failed));
  EXPECT_THAT(sink.error().message, ::testing::HasSubstr("/nonexistent-folder/events.jsonl"));
}

TEST(CallbackSink, DoesNotLetTheHostsExceptionIntoTheWork) {
  int calls = 0;
  const auto sink = make_callback_event_sink([&](const Event&) {
    ++calls;
    throw std::runtime_error("the host's own trouble");
  });
  EXPECT_NO_THROW(sink->emit(example()));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace imagegen
