// A store that takes nothing is found out before the provider is asked, whoever asks.
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/workflow/heroes.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include "runtime/openai_options.hpp"
#include "runtime/two_shots.hpp"
#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"

namespace imagegen::test {
namespace {

using test::openai_options;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class UnwritableStore : public ::testing::Test {
 protected:
  UnwritableStore() {
    auto store = std::make_unique<FaultyStore>(*memory_);
    store->fault = [this](std::string_view call, std::string_view) -> std::optional<Error> {
      if (call != "put") return std::nullopt;
      ++puts_;
      return Error{Errc::permission_denied, "the keys may not write"};
    };
    RuntimeParts parts;
    parts.store = std::move(store);
    RuntimeConfig config;
    config.provider = "openai";
    openai_options(config).api_key = Secret(openai_.api_key()), openai_options(config).base_url = openai_.base_url();
    runtime_ = Runtime::open(std::move(config), std::move(parts)).value();
  }
  std::vector<Purchase> purchases() { return runtime_->state().value()->ledger->list({}).value().purchases; }

  FakeOpenAi openai_;
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  int puts_ = 0;
  std::unique_ptr<Runtime> runtime_;
};

TEST_F(UnwritableStore, NothingIsBoughtForAWorkItem) {
  const auto outcome = run_heroes(*runtime_, "wi-1", two_shots(), {});
  const auto* refusal = std::get_if<HeroRefusal>(&outcome);
  const auto& failed = refusal != nullptr ? refusal->failed : std::get<HeroResult>(outcome).failed;
  EXPECT_THAT(failed, SizeIs(2));
  for (const auto& failure : failed) {
    EXPECT_THAT(failure.error.message, HasSubstr("the keys may not write"));
    EXPECT_FALSE(failure.maybe_spent);
  }
  EXPECT_EQ(openai_.generations(), 0);
  EXPECT_THAT(purchases(), SizeIs(0));
}

TEST_F(UnwritableStore, ADryRunProvesNothing) {
  HeroRequest dry;
  dry.dry_run = true;
  EXPECT_TRUE(std::holds_alternative<HeroResult>(run_heroes(*runtime_, "wi-1", two_shots(), dry)));
  EXPECT_EQ(puts_, 0);
}

TEST_F(UnwritableStore, AWorkerBuysNothing) {
  const std::string order = R"({"intent": "hero", "rawPrompt": "a boat", "finalPrompt": "A boat.", "imageCount": 2})";
  const auto services = prompt_services(*runtime_).value();
  ASSERT_EQ(runtime_->wait(execute_prompt(services, prompt_options(*runtime_), "", order)).status, 202);
  auto worker = runtime_->config().worker;
  worker.until_idle = true, worker.most_tries = 2, worker.base_delay = worker.max_delay = std::chrono::milliseconds(1);
  static_cast<void>(runtime_->work(worker, {}));
  const auto job = runtime_->state().value()->jobs->list({}).value().jobs.at(0);
  EXPECT_EQ(job.state, JobState::failed);
  EXPECT_THAT(job.error, HasSubstr("the keys may not write"));
  EXPECT_EQ(openai_.generations(), 0);
}

}  // namespace
}  // namespace imagegen::test
