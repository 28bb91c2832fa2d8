// Work items as jobs: taking turns, going on after a crash, and what is left behind.
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>

#include <gmock/gmock.h>

#include <array>
#include <stdexcept>
#include <thread>

#include "runtime/openai_options.hpp"
#include "runtime/two_shots.hpp"
#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"

namespace imagegen {
namespace {

using test::IsOk;
using test::openai_options;
using test::two_shots;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class HeroCalls : public ::testing::Test {
 protected:
  HeroCalls() {
    config_.provider = "openai";
    openai_options(config_).api_key = Secret(openai_.api_key());
    openai_options(config_).base_url = openai_.base_url();
    openai_options(config_).model = "gpt-image-2";
  }

  void open() { runtime_ = Runtime::open(config_).value(); }
  State& state() { return *runtime_->state().value(); }
  HeroResult run(const HeroRequest& request = {}) {
    return std::get<HeroResult>(run_heroes(*runtime_, "wi-1", two_shots(), request));
  }
  Job job() { return state().jobs->find(hero_job_id("wi-1")).value().value(); }
  static Timestamp now() { return to_timestamp(system_clock().wall_now()); }

  // A call of another process that queued this and was killed when it had claimed it.
  void leave_behind(const HeroRequest& request) {
    NewJob job;
    job.id = hero_job_id("wi-1"), job.kind = kHeroJobKind;
    job.input = to_json(hero_order(config_.of<HeroConfig>().options, "wi-1", two_shots(), request));
    ASSERT_THAT(state().jobs->add(job, now() - std::chrono::minutes(2)), IsOk());
    JobClaimRequest claim;
    claim.worker = "another", claim.kinds = {job.kind}, claim.lease = std::chrono::milliseconds(1);
    ASSERT_THAT(state().jobs->claim(claim, now() - std::chrono::minutes(1)).value(), SizeIs(1));
    // Until that lease has ended, by the clock of the state.
    const auto ended = std::chrono::steady_clock::now() + std::chrono::milliseconds(3);
    while (std::chrono::steady_clock::now() < ended) std::this_thread::yield();
  }

  test::FakeOpenAi openai_;
  RuntimeConfig config_;
  std::unique_ptr<Runtime> runtime_;
};

TEST_F(HeroCalls, AreJobsWithPurchases) {
  open();
  EXPECT_THAT(run().generated, SizeIs(2));
  EXPECT_EQ(job().state, JobState::succeeded);
  EXPECT_THAT(job().output, HasSubstr("\"generated\""));
  EXPECT_THAT(state().ledger->list({}).value().purchases, SizeIs(2));
}

TEST_F(HeroCalls, RepeatTheJobOfTheirWorkItem) {
  open();
  run({{"A"}});
  EXPECT_THAT(run().generated, SizeIs(1)) << "the other was there";
  EXPECT_EQ(job().attempt, 2);
  EXPECT_EQ(openai_.accepted(), 2);
}

TEST_F(HeroCalls, GoOnWithTheSameCallThatWasInterrupted) {
  open();
  leave_behind({});
  EXPECT_THAT(run().generated, SizeIs(2));
  EXPECT_EQ(job().attempt, 2) << "the second of the job that was there";
}

TEST_F(HeroCalls, EndAnotherCallThatWasInterruptedFirst) {
  open();
  leave_behind({{"B"}});
  const auto made = run({{"A"}});
  ASSERT_THAT(made.generated, SizeIs(1));
  EXPECT_EQ(made.generated[0].shot_id, "A");
  EXPECT_EQ(openai_.accepted(), 2);
  EXPECT_EQ(job().attempt, 3);
}

TEST_F(HeroCalls, GoOnWithAKilledWishForFreshMasters) {
  config_.of<HeroConfig>().options.fresh_masters = true;
  open();
  leave_behind({});
  const auto wish = parse_hero_order(job().input).value().fresh;
  EXPECT_THAT(run().generated, SizeIs(2));
  EXPECT_EQ(openai_.accepted(), 2) << "once for the wish, and not again for one of this call";
  EXPECT_EQ(parse_hero_order(job().input).value().fresh, wish);
}

TEST_F(HeroCalls, EndAnInterruptedOneOfAnotherProviderWithoutBuyingForIt) {
  open();
  NewJob job;
  job.id = hero_job_id("wi-1"), job.kind = kHeroJobKind;
  job.input = to_json(hero_order(config_.of<HeroConfig>().options, "wi-1", two_shots(), {{"B"}}, {{"placeholder", "draws", ""}}));
  ASSERT_THAT(state().jobs->add(job, now()), IsOk());
  EXPECT_THAT(run({{"A"}}).generated, SizeIs(1));
  EXPECT_EQ(openai_.accepted(), 1) << "nothing for the other order, which was to be free";
}

TEST_F(HeroCalls, OfTwoWorkItemsWithEqualShotsBuyOneMasterEach) {
  open();
  std::array<HeroOutcome, 2> outcomes{HeroRefusal{}, HeroRefusal{}};
  {
    std::array<std::jthread, 2> calls;
    for (std::size_t i = 0; i < 2; ++i)
      calls[i] = std::jthread([&, i] { outcomes[i] = run_heroes(*runtime_, "wi-" + std::to_string(i), two_shots(), {}); });
  }
  for (const auto& outcome : outcomes) EXPECT_EQ(http_status(outcome), 200) << to_json(outcome);
  EXPECT_EQ(openai_.accepted(), 2) << "one for each of the two shots";
}

TEST_F(HeroCalls, AreDoneByAnyWorkerWhenTheirProcessIsGone) {
  open();
  leave_behind({});
  auto options = config_.worker;
  options.until_idle = true;
  ASSERT_THAT(runtime_->work(options, {}), IsOk());
  EXPECT_EQ(job().state, JobState::succeeded);
  EXPECT_EQ(openai_.accepted(), 2);
}

TEST_F(HeroCalls, SucceedAlsoWhenAWorkerIsQuicker) {
  open();
  std::stop_source drain;
  const std::jthread worker([&] {
    auto options = config_.worker;
    options.poll = std::chrono::milliseconds(1);
    EXPECT_THAT(runtime_->work(options, {drain.get_token(), {}}), IsOk());
  });
  for (int i = 0; i < 10; ++i) {
    const auto outcome = run_heroes(*runtime_, "wi-" + std::to_string(i), two_shots(), {});
    EXPECT_EQ(http_status(outcome), 200) << to_json(outcome);
  }
  drain.request_stop();
  EXPECT_LE(openai_.accepted(), 20);
}

TEST_F(HeroCalls, ThatAreStoppedLeaveNothingForOthersToBuy) {
  open();
  openai_.fail_always(test::faults::silence());
  std::stop_source stop;
  const std::jthread stopper([&] {
    openai_.server().wait_for_requests(2);
    stop.request_stop();
  });
  const auto outcome = run_heroes(*runtime_, "wi-1", two_shots(), {}, {}, stop.get_token());
  EXPECT_TRUE(std::get<HeroRefusal>(outcome).failed.at(0).maybe_spent);
  EXPECT_EQ(job().state, JobState::cancelled);
}

TEST_F(HeroCalls, DoNotBuyAgainWhatMayHaveBeenBought) {
  open();
  openai_.fail_next(test::faults::closed_after_request());
  openai_.fail_next(test::faults::closed_after_request());
  const auto first = run_heroes(*runtime_, "wi-1", two_shots(), {});
  EXPECT_EQ(http_status(first), 502);
  const auto before = openai_.generations();
  const auto second = std::get<HeroRefusal>(run_heroes(*runtime_, "wi-1", two_shots(), {}));
  ASSERT_THAT(second.failed, SizeIs(2));
  EXPECT_EQ(second.failed[0].error.code, Errc::outcome_unknown);
  EXPECT_EQ(openai_.generations(), before);
}

TEST_F(HeroCalls, NeedNoStateForADryRun) {
  config_.state.url = Secret("sqlite:no-such-folder/state.db");
  open();
  EXPECT_THAT(run({{}, true}).generated, SizeIs(2));
}

TEST_F(HeroCalls, BuyNothingWithoutAState) {
  config_.state.url = Secret("sqlite:no-such-folder/state.db");
  open();
  const auto refusal = std::get<HeroRefusal>(run_heroes(*runtime_, "wi-1", two_shots(), {}));
  EXPECT_EQ(refusal.error, "INTERNAL_ERROR");
  EXPECT_EQ(refusal.status, 503);
  EXPECT_THAT(refusal.message, HasSubstr("no-such-folder"));
  EXPECT_EQ(openai_.generations(), 0);
}

TEST_F(HeroCalls, ThatBreakOffSayThatSomethingMayHaveBeenBought) {
  open();
  const auto throws = [](const HeroProgress&) { throw std::runtime_error("a defect"); };
  const auto broken = run_heroes(*runtime_, "wi-1", two_shots(), {}, throws);
  ASSERT_TRUE(std::holds_alternative<HeroRefusal>(broken)) << to_json(broken);
  EXPECT_TRUE(std::get<HeroRefusal>(broken).maybe_spent);
}

TEST_F(HeroCalls, KeepWithinTheBudgetsOfTheConfiguration) {
  config_.budgets.total = Usd{};
  open();
  const auto refusal = std::get<HeroRefusal>(run_heroes(*runtime_, "wi-1", two_shots(), {}));
  EXPECT_EQ(refusal.status, 402);
  EXPECT_EQ(openai_.generations(), 0);
}

TEST_F(HeroCalls, ThatAreWrongAreNoJobs) {
  open();
  EXPECT_EQ(http_status(run_heroes(*runtime_, "wi-1", two_shots(), {{""}})), 400);
  EXPECT_FALSE(state().jobs->find(hero_job_id("wi-1")).value());
  EXPECT_EQ(http_status(run_heroes(*runtime_, " ", two_shots(), {})), 400);
}

}  // namespace
}  // namespace imagegen
