#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <gmock/gmock.h>

#include <thread>

#include "runtime/openai_options.hpp"
#include "runtime/two_shots.hpp"
#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using test::openai_options;
using test::two_shots;
using ::testing::HasSubstr;
using ::testing::SizeIs;

RuntimeConfig openai_config(const test::FakeOpenAi& openai) {
  RuntimeConfig config;
  config.provider = "openai";
  openai_options(config).api_key = Secret(openai.api_key());
  openai_options(config).base_url = openai.base_url();
  openai_options(config).model = "gpt-image-2";
  return config;
}

TEST(Runtime, MakesAWorkItemInOneBlockingCall) {
  const RuntimeConfig config;
  const auto runtime = Runtime::open(config).value();
  const auto result = std::get<HeroResult>(run_heroes(*runtime, "wi-1", two_shots(), {}));
  EXPECT_THAT(result.generated, SizeIs(2));
}

TEST(Runtime, TakesSeveralCallsFromSeveralThreadsAtOnce) {
  const RuntimeConfig config;
  const auto runtime = Runtime::open(config).value();
  std::vector<std::size_t> files(4);
  {
    std::vector<std::jthread> callers;
    for (auto& count : files) {
      callers.emplace_back([&] {
        const auto result = std::get<HeroResult>(run_heroes(*runtime, "wi-1", two_shots(), {}));
        count = result.generated.size() + result.skipped_existing.size();
      });
    }
  }
  EXPECT_THAT(files, ::testing::Each(2U)) << "whoever loses a race for a file finds it there";
}

TEST(Runtime, StopsWhenAskedAndSaysThatItMayBeBilled) {
  test::FakeOpenAi openai;
  openai.fail_always(test::faults::silence());
  const auto runtime = Runtime::open(openai_config(openai)).value();
  std::stop_source stop;
  const std::jthread stopper([&] {
    openai.server().wait_for_requests(2);
    stop.request_stop();
  });
  const auto refusal = std::get<HeroRefusal>(run_heroes(*runtime, "wi-1", two_shots(), {}, {}, stop.get_token()));
  ASSERT_THAT(refusal.failed, SizeIs(2));
  EXPECT_EQ(refusal.failed[0].error.code, Errc::cancelled);
  EXPECT_TRUE(refusal.failed[0].maybe_spent);
}

TEST(Runtime, CanBeStoppedBeforeItBegins) {
  test::FakeOpenAi openai;
  const auto runtime = Runtime::open(openai_config(openai)).value();
  std::stop_source stop;
  stop.request_stop();
  const auto refusal = std::get<HeroRefusal>(run_heroes(*runtime, "wi-1", two_shots(), {}, {}, stop.get_token()));
  EXPECT_EQ(refusal.failed.at(0).error.code, Errc::cancelled);
  EXPECT_EQ(openai.accepted(), 0);
}

TEST(Runtime, GivesUpAtTheDeadlineOfAMasterAndSendsNothingAgain) {
  test::FakeOpenAi openai;
  openai.fail_always(test::faults::silence());
  auto config = openai_config(openai);
  config.of<HeroConfig>().options.master_timeout = std::chrono::milliseconds(300);
  const auto runtime = Runtime::open(config).value();
  const auto refusal = std::get<HeroRefusal>(run_heroes(*runtime, "wi-1", two_shots(), {}));
  EXPECT_EQ(refusal.failed.at(0).error.code, Errc::deadline_exceeded);
  // On a busy machine the time may be up before a shot's request is out.
  EXPECT_LE(openai.generations(), 2) << "at most one for each shot";
}

TEST(Runtime, RefusesAConfigurationThatCannotWork) {
  RuntimeConfig config;
  config.provider = "nobody";
  EXPECT_THAT(Runtime::open(config), FailsWith(Errc::invalid_argument));
  config.provider = "openai";
  EXPECT_THAT(Runtime::open(config), FailsWith(Errc::permission_denied));
  config.provider = "placeholder";
  config.store = "s3://bucket/prefix";
  EXPECT_THAT(Runtime::open(config), FailsWith(Errc::permission_denied));
  config.store = "file:/proc/no-such-folder/here";
  EXPECT_THAT(Runtime::open(config), FailsWith(Errc::storage_failed));
  config.store = "memory:";
  config.prices_json = "{}";
  EXPECT_THAT(Runtime::open(config), FailsWith(Errc::invalid_argument));
}

TEST(Runtime, ThrowsWhatATaskThrows) {
  const RuntimeConfig config;
  const auto runtime = Runtime::open(config).value();
  auto failing = []() -> Task<int> {
    throw std::runtime_error("inside");
    co_return 1;
  };
  EXPECT_THROW(runtime->wait(failing()), std::runtime_error);
}

}  // namespace
}  // namespace imagegen
