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

std::filesystem::path new_file(const std::string& name) {
  auto file = std::filesystem::path(::testing::TempDir()) / ("imagegen_event_" + name + ".jsonl");
  std::filesystem::remove(file);
  return file;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
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
  const auto file = new_file("written");
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

TEST(JsonLinesSink, HasGivenWhatItDeliveredToTheOperatingSystem) {
  const auto file = new_file("delivered");
  auto sink = make_json_lines_event_sink(file).value();
  ASSERT_THAT(sink->deliver(example(1)), test::IsOk());
  EXPECT_EQ(text_of(file), to_json_line(example(1)) + "\n");  // though the sink still lives
}

TEST(JsonLinesSink, SaysWhenItCouldNotDeliver) {
  auto full = make_json_lines_event_sink("/dev/full").value();
  EXPECT_THAT(full->deliver(example()), test::FailsSaying(Errc::storage_failed, ::testing::HasSubstr("/dev/full")));
  EXPECT_NO_THROW(full->emit(example()));
}

TEST(JsonLinesSink, BeginsANewLineWhereAnotherWasCutShort) {
  const auto file = new_file("torn");
  std::ofstream(file) << "{\"event\":\"hal";
  ASSERT_THAT(make_json_lines_event_sink(file).value()->deliver(example(1)), test::IsOk());
  EXPECT_EQ(text_of(file), "{\"event\":\"hal\n" + to_json_line(example(1)) + "\n");
}

TEST(JsonLinesSink, KeepsLinesWholeThatSeveralAppendToOneFile) {
  const auto file = new_file("shared");
  {
    std::vector<std::unique_ptr<EventSink>> sinks;
    for (int i = 0; i < 4; ++i) sinks.push_back(make_json_lines_event_sink(file).value());
    std::vector<std::jthread> threads;
    for (const auto& sink : sinks) {
      threads.emplace_back([&sink = *sink] {
        for (int i = 0; i < 200; ++i) i % 2 == 0 ? sink.emit(example(i)) : static_cast<void>(sink.deliver(example(i)));
      });
    }
  }
  std::ifstream lines(file);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_THAT(parse_event(line), test::IsOk()) << line;
  EXPECT_EQ(count, 800);
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
  EXPECT_THAT(sink->deliver(example()), test::FailsSaying(Errc::unavailable, ::testing::HasSubstr("own trouble")));
}

TEST(CallbackSink, HasDeliveredWhenTheCallbackReturns) {
  std::vector<std::string> ids;
  const auto sink = make_callback_event_sink([&](const Event& event) { ids.push_back(event.id); });
  EXPECT_THAT(sink->deliver(example()), test::IsOk());
  EXPECT_EQ(ids, std::vector<std::string>{"id-1"});
}

// A sink of a host that knows nothing of deliver().
class OldSink final : public EventSink {
 public:
  void emit(Event event) override { ids.push_back(std::move(event.id)); }
  std::vector<std::string> ids;
};

TEST(EventSink, EmitsWhatItIsToDeliverUnlessItKnowsBetter) {
  OldSink sink;
  EXPECT_THAT(sink.deliver(example()), test::IsOk());
  EXPECT_EQ(sink.ids, std::vector<std::string>{"id-1"});
}

}  // namespace
}  // namespace imagegen
