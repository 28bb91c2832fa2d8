#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <set>

#include "engine/engine_host.hpp"
#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"

namespace imagegen {
namespace {

using namespace test;
using Kind = InboxEvent::Kind;
using ::testing::HasSubstr;

// An engine whose provider takes every request and never answers.
struct SilentProvider {
  SilentProvider() { openai.fail_always(faults::silence()); }
  std::unique_ptr<Engine> open() const {
    return open_engine(R"({"provider": "openai", "openai": {"apiKey": ")" + openai.api_key() + R"(", "baseUrl": ")" +
                       openai.base_url() + R"(", "model": "gpt-image-2"}})");
  }
  FakeOpenAi openai;
};

TEST(Engine, EndsACallWithOneDoneEventThatHoldsTheResult) {
  const auto engine = open_engine();
  const auto id = engine->start("heroes.generate", generate_request()).value();
  const auto done = await(*engine, Kind::done);
  EXPECT_EQ(done.id, id);
  const auto document = js::parse(done.json);
  EXPECT_TRUE(document.at("ok").as_bool());
  EXPECT_EQ(document.at("result").at("generated").as_array().size(), 1U);
  EXPECT_EQ(std::get<Inbox::Empty>(engine->inbox().pull(std::chrono::milliseconds(0))), Inbox::Empty::nothing);
}

TEST(Engine, TellsOfProgressBeforeTheEnd) {
  const auto engine = open_engine();
  engine->start("heroes.generate", generate_request()).value();
  const auto progress = js::parse(await(*engine, Kind::progress).json);
  EXPECT_EQ(progress.at("progress").at("filesTotal").as_int64(), 1);
}

TEST(Engine, RefusesAnOperationThatDoesNotExist) {
  EXPECT_THAT(open_engine()->start("heroes.make", "{}"), FailsSaying(Errc::not_found, HasSubstr("heroes.make")));
}

TEST(Engine, RefusesARequestThatIsNoObject) {
  const auto engine = open_engine();
  EXPECT_THAT(engine->start("store.list", "[1]"), FailsSaying(Errc::invalid_argument, HasSubstr("JSON object")));
  EXPECT_THAT(engine->start("store.list", "{"), FailsWith(Errc::invalid_argument));
}

TEST(Engine, TellsEveryFaultOfARequestWithItsPath) {
  const auto outcome =
      open_engine()->run("images.render", R"({"renditions": [{"width": -1, "height": 70000}], "sharpen": 1})", {SharedBytes()});
  const auto error = document_of(outcome);
  EXPECT_EQ(error.at("code"), "INVALID_ARGUMENT");
  std::set<std::string> paths;
  for (const auto& fault : error.at("faults").as_array()) paths.insert(std::string(fault.at("path").as_string()));
  EXPECT_THAT(paths, ::testing::ElementsAre("renditions[0].height", "renditions[0].width", "sharpen"));
}

TEST(Engine, GivesTheBodyAndStatusThatARouteAnswers) {
  const auto error = document_of(open_engine()->run("heroes.generate", R"({"workItemId": "wi-9"})"));
  EXPECT_EQ(error.at("httpStatus").as_int64(), 404);
  EXPECT_EQ(error.at("body").at("error"), "LIFESTYLE_PACK_NOT_FOUND");
  EXPECT_FALSE(error.at("spent").as_bool());
}

TEST(Engine, RefusesAWrongConfigurationWithAllItsFaults) {
  EngineOptions options;
  options.config_json = R"({"store": 5, "colour": "red"})";
  EXPECT_THAT(Engine::open(options),
              FailsSaying(Errc::invalid_argument, ::testing::AllOf(HasSubstr("store"), HasSubstr("colour"))));
}

TEST(Engine, TakesTheEnvironmentOnlyWhenItIsGiven) {
  EngineOptions options;
  options.environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "IMAGEGEN_PROVIDER" ? std::optional<std::string>("nobody") : std::nullopt;
  };
  EXPECT_THAT(Engine::open(options), FailsSaying(Errc::invalid_argument, HasSubstr("nobody")));
}

TEST(Engine, WhatTheEnvironmentSaysGoesBeforeTheDocument) {
  EngineOptions options;
  options.config_json = R"({"provider": "placeholder", "threads": 1})";
  options.environment = [](std::string_view name) -> std::optional<std::string> {
    return name == "IMAGEGEN_PROVIDER" ? std::optional<std::string>("nobody") : std::nullopt;
  };
  EXPECT_THAT(Engine::open(options), FailsSaying(Errc::invalid_argument, HasSubstr("nobody")));
}

TEST(Engine, ACancelledCallEndsWithWhatMayHaveBeenSpent) {
  SilentProvider silent;
  const auto engine = silent.open();
  const auto id = engine->start("heroes.generate", generate_request()).value();
  silent.openai.server().wait_for_requests(1);
  engine->cancel(id);
  const auto done = js::parse(await(*engine, Kind::done).json);
  EXPECT_FALSE(done.at("ok").as_bool());
  EXPECT_EQ(done.at("error").at("code"), "CANCELLED");
  EXPECT_TRUE(done.at("error").at("spent").as_bool());
}

TEST(Engine, CancellingWhatHasEndedOrNeverWasDoesNothing) {
  const auto engine = open_engine();
  const auto id = engine->start("store.list", "{}").value();
  await(*engine, Kind::done);
  engine->cancel(id);
  engine->cancel(999'999);
  EXPECT_EQ(code_of(engine->run("store.list", "{}")), "OK");
}

TEST(Engine, ClosingEndsWhatRunsAndThenTheInbox) {
  SilentProvider silent;
  const auto engine = silent.open();
  engine->start("heroes.generate", generate_request()).value();
  silent.openai.server().wait_for_requests(1);
  engine->close();
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::cancelled);
  EXPECT_EQ(std::get<Inbox::Empty>(engine->inbox().pull(kPatience)), Inbox::Empty::closed);
  EXPECT_THAT(engine->start("store.list", "{}"), FailsWith(Errc::cancelled));
}

TEST(Engine, IsDestroyedWithCallsInFlight) {
  SilentProvider silent;
  auto engine = silent.open();
  std::map<std::uint64_t, Errc> ended;  // on one thread of the engine; it is gone when they are looked at
  CallOptions options;
  options.on_event = [&](const InboxEvent& event) {
    if (event.kind == Kind::done) {
      EXPECT_TRUE(ended.emplace(event.id, event.failure).second) << "ended twice";
    }
  };
  for (int i = 0; i < 3; ++i) engine->start("heroes.generate", generate_request(), options).value();
  silent.openai.server().wait_for_requests(1);
  engine.reset();
  EXPECT_THAT(ended, ::testing::SizeIs(3));
  EXPECT_THAT(ended, ::testing::Each(::testing::Field(&std::pair<const std::uint64_t, Errc>::second, Errc::cancelled)));
}

bool holds_an_event(Engine& engine) {
  pollfd entry{engine.inbox().descriptor(), POLLIN, 0};
  return ::poll(&entry, 1, static_cast<int>(kPatience.count())) == 1;
}

TEST(Engine, HoldsTenThousandCallsUntilTheirEndsArePulledOrTold) {
  const HostPart silent{"provider",
                        R"({"provider": "house", "model": "house-1", "paid": false, "sizes": {"fixed": [[64, 64]]}})",
                        [](const InboxEvent&) {}};
  std::promise<void> told;
  const auto engine = open_engine("{}", {silent});
  CallOptions by_function;
  by_function.on_event = [&](const InboxEvent&) { told.set_value(); };
  const auto first = engine->start("provider.check", "{}").value();
  const auto second = engine->start("provider.check", "{}", by_function).value();
  for (int i = 2; i < 10'000; ++i) ASSERT_TRUE(engine->start("provider.check", "{}")) << i;
  EXPECT_THAT(engine->start("provider.check", "{}"), FailsSaying(Errc::limit_exceeded, HasSubstr("10,000")));
  engine->cancel(first);
  ASSERT_TRUE(holds_an_event(*engine));
  EXPECT_THAT(engine->start("provider.check", "{}"), FailsWith(Errc::limit_exceeded)) << "it has ended, unpulled";
  EXPECT_EQ(await(*engine, Kind::done).id, first);
  EXPECT_TRUE(engine->start("provider.check", "{}"));
  EXPECT_THAT(engine->start("provider.check", "{}"), FailsWith(Errc::limit_exceeded));
  engine->cancel(second);
  told.get_future().get();
  EXPECT_EQ(code_of(engine->run("store.list", "{}")), "OK");
  EXPECT_TRUE(engine->start("provider.check", "{}")) << "what was waited for takes no room either";
}

TEST(Engine, TellsAFunctionInPlaceOfTheInbox) {
  std::promise<std::pair<InboxEvent, std::thread::id>> told;
  const auto engine = open_engine();
  CallOptions options;
  options.on_event = [&](InboxEvent event) {
    if (event.kind == Kind::done) told.set_value({std::move(event), std::this_thread::get_id()});
  };
  const auto id = engine->start("store.list", "{}", std::move(options)).value();
  const auto [event, thread] = told.get_future().get();
  EXPECT_EQ(event.id, id);
  EXPECT_NE(thread, std::this_thread::get_id());
  EXPECT_EQ(std::get<Inbox::Empty>(engine->inbox().pull(std::chrono::milliseconds(0))), Inbox::Empty::nothing);
}

// What a function hears of a work item while the thread that tells it is held up.
std::vector<InboxEvent> told_late(bool progress) {
  std::vector<InboxEvent> told;
  {
    std::promise<void> go_on;  // before the engine, which ends no sooner than its functions
    const auto engine = open_engine();
    CallOptions blocks, hears;
    blocks.on_event = [&](const InboxEvent&) { go_on.get_future().wait(); };
    hears.on_event = [&](InboxEvent event) { told.push_back(std::move(event)); };
    hears.progress = progress;
    engine->start("store.list", "{}", std::move(blocks)).value();
    engine->start("heroes.generate", generate_request(), std::move(hears)).value();
    const auto is_stored = [&] {
      return document_of(engine->run("store.head", R"({"key": "a.webp"})")).at("object").is_object();
    };
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (!is_stored() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
    // Takes its turn when the call above, which is at work, has nothing more to tell but its end.
    EXPECT_EQ(code_of(engine->run("heroes.generate", generate_request())), "OK");
    go_on.set_value();
  }
  return told;
}

TEST(Engine, KeepsTheNewestProgressOnlyForAFunctionToo) {
  const auto told = told_late(/*progress=*/true);
  ASSERT_EQ(told.size(), 2U);
  EXPECT_EQ(told[0].kind, Kind::progress);
  EXPECT_EQ(js::parse(told[0].json).at("progress").at("filesDone"), 1);
  EXPECT_EQ(told[1].kind, Kind::done);
}

TEST(Engine, MakesNoProgressForAFunctionThatWantsNone) {
  const auto told = told_late(/*progress=*/false);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, Kind::done);
}

TEST(Engine, AFunctionMayStartTheNextCall) {
  std::promise<std::string> last;
  CallOptions first, second;
  const auto engine = open_engine();
  second.on_event = [&](InboxEvent event) { last.set_value(event.json); };
  first.on_event = [&](InboxEvent) { engine->start("runtime.describe", "{}", second).value(); };
  engine->start("store.list", "{}", std::move(first)).value();
  EXPECT_THAT(last.get_future().get(), HasSubstr("placeholder"));
}

TEST(Engine, CallsAtOnceDoNotMixTheirResults) {
  const auto engine = open_engine();
  std::map<std::uint64_t, std::string> expected;
  for (int i = 0; i < 300; ++i) {
    const auto key = "k" + std::to_string(i);
    expected[engine->start("store.url", R"({"key": ")" + key + R"("})").value()] = "memory:" + key;
  }
  for (int i = 0; i < 300; ++i) {
    const auto done = await(*engine, Kind::done);
    EXPECT_EQ(js::parse(done.json).at("result").at("url"), js::value(expected.at(done.id)));
    expected.erase(done.id);
  }
  EXPECT_TRUE(expected.empty());
}

TEST(Engine, InputsOfACallAreLetGoOfBeforeItsEndIsTold) {
  const auto engine = open_engine();
  auto owner = std::make_shared<Bytes>(to_bytes("x"));
  const std::weak_ptr<Bytes> watched = owner;
  CallOptions options;
  options.inputs = {SharedBytes(*owner, owner)};
  owner.reset();
  engine->start("store.put", R"({"key": "a"})", std::move(options)).value();
  options = {};
  await(*engine, Kind::done);
  EXPECT_TRUE(watched.expired());
}

TEST(Engine, AForkedChildIsToldToOpenItsOwn) {
  const auto engine = open_engine();
  const pid_t child = ::fork();
  if (child == 0) {
    const auto started = engine->start("store.list", "{}");
    ::_exit(started.has_error() && started.error().code == Errc::unsupported ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(code_of(engine->run("store.list", "{}")), "OK");
}

TEST(Engine, StopsARunThatIsWaitedFor) {
  SilentProvider silent;
  const auto engine = silent.open();
  std::stop_source stop;
  const std::jthread stopper([&] {
    silent.openai.server().wait_for_requests(1);
    stop.request_stop();
  });
  EXPECT_EQ(code_of(engine->run("heroes.generate", generate_request(), {}, stop.get_token())), "CANCELLED");
}

}  // namespace
}  // namespace imagegen
