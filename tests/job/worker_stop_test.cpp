// A stop, or a cancellation, between any two steps of a worker.
#include <imagegen/maker/core/shield.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "job/support/worker_fixture.hpp"

namespace imagegen::test {
namespace {

constexpr int kPurchases = 2;

// Says when each call of a worker begins and ends. On the pool's thread.
class SteppingJobStore : public FlakyJobStore {
 public:
  using FlakyJobStore::FlakyJobStore;

  std::function<void()> on_step = [] {};
  std::function<void(const std::vector<Job>&)> on_claimed = [](const auto&) {};

  Result<std::vector<Job>> claim(const JobClaimRequest& request, Timestamp now) override {
    return between_steps([&] {
      auto claimed = FlakyJobStore::claim(request, now);
      on_step();  // the answer is on its way
      if (claimed) on_claimed(*claimed);
      return claimed;
    });
  }
  Result<std::vector<std::string>> running_workers() override {
    return between_steps([&] { return FlakyJobStore::running_workers(); });
  }
  Result<std::vector<JobEvent>> events(const std::string& id) override {
    return between_steps([&] { return FlakyJobStore::events(id); });
  }
  Result<void> confirm(const JobClaim& claim) override {
    return between_steps([&] { return FlakyJobStore::confirm(claim); });
  }
  Result<Job> update(const JobClaim& claim, const JobUpdate& update, Timestamp now) override {
    return between_steps([&] { return FlakyJobStore::update(claim, update, now); });
  }

 private:
  template <class Call>
  auto between_steps(const Call& call) -> decltype(call()) {
    on_step();
    auto result = call();
    on_step();
    return result;
  }
};

// Two jobs, each of which asks before each of its purchases.
class Scenario {
 public:
  explicit Scenario(int step) : step_(step) {
    for (const auto* id : {"a", "b"}) EXPECT_THAT(store.add({id, "prompt", "", "{}", 0}, now()), IsOk());
    store.on_step = [this] {
      if (steps_++ == step_) happens(), happened = true;
    };
    store.on_claimed = [this](const std::vector<Job>& jobs) {
      if (!stop.stop_requested()) return;
      for (const Job& job : jobs) claimed_too_late.insert(job.id);
    };
  }

  // Until the worker has ended. \return Whether there was such a step.
  bool run() {
    WorkerOptions options;
    options.name = "w", options.concurrency = 1;
    Worker worker(store, pool_, clock, {{"prompt", handler()}}, options);
    bool ended = false;
    boost::asio::co_spawn(io_, worker.run({drain_.get_token(), stop.get_token()}),
                          [&](const std::exception_ptr& thrown, Result<void>) {
                            ended = true;
                            EXPECT_FALSE(thrown);
                          });
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!ended && std::chrono::steady_clock::now() < limit) {
      if (has_ended(job("a").state) && has_ended(job("b").state)) drain_.request_stop();
      if (clock.sleepers() >= 2) clock.advance(std::chrono::milliseconds(500));
      io_.restart();
      io_.run_for(std::chrono::milliseconds(1));
    }
    EXPECT_TRUE(ended) << "waited in vain";
    return happened;
  }

  Job job(const std::string& id) { return store.find(id).value().value(); }
  Timestamp now() const { return to_timestamp(clock.wall_now()); }

  std::function<void()> happens;  // at the step
  std::atomic<bool> happened{false};
  std::stop_source stop;
  ManualClock clock;
  SteppingJobStore store{clock};
  std::set<std::string> claimed_too_late, begun;
  int bought = 0, bought_too_late = 0;

 private:
  JobHandler handler() {
    return [this](JobRun& run) -> Task<JobResult> {
      begun.insert(run.job().id);
      JobResult result;
      for (int i = 0; i < kPurchases; ++i) {
        const bool too_late = happened && (stop.stop_requested() || run.job().id == "a");
        const auto may = co_await run.may_buy();
        if (!may) {
          result.state = JobState::failed, result.error = may.error().message;
          co_return result;
        }
        ++bought;
        if (too_late) ++bought_too_late;
      }
      co_return result;
    };
  }

  boost::asio::io_context io_{1};
  ThreadPool pool_{1};
  std::stop_source drain_;
  int step_;
  std::atomic<int> steps_{0};
};

TEST(WorkerAtAnyStep, AStopBuysNothingMoreAndGivesBackWhatWasClaimed) {
  int step = 0;
  for (bool reached = true; reached; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    Scenario scenario(step);
    scenario.happens = [&] { scenario.stop.request_stop(); };
    reached = scenario.run();
    EXPECT_EQ(scenario.bought_too_late, 0);
    for (const auto& id : scenario.claimed_too_late) EXPECT_FALSE(scenario.begun.contains(id)) << id;
    for (const auto* id : {"a", "b"}) {
      const Job job = scenario.job(id);
      EXPECT_TRUE(job.state == JobState::queued || job.state == JobState::succeeded) << id << to_string(job.state);
      EXPECT_LE(job.attempt, 1);
    }
    if (!reached) {
      EXPECT_EQ(scenario.bought, 2 * kPurchases);
    }
    ASSERT_LT(step, 1000);
  }
  EXPECT_GT(step, 20);
}

TEST(WorkerAtAnyStep, NothingIsBoughtAfterACancel) {
  int step = 0;
  for (bool reached = true; reached; ++step) {
    SCOPED_TRACE("step " + std::to_string(step));
    Scenario scenario(step);
    bool recorded = false;
    scenario.happens = [&] { recorded = scenario.store.cancel("a", scenario.now()).has_value(); };
    reached = scenario.run();
    EXPECT_TRUE(scenario.bought_too_late == 0 || !recorded);
    const auto state = scenario.job("a").state;
    EXPECT_TRUE(state == JobState::cancelled || state == JobState::succeeded) << to_string(state);
    EXPECT_EQ(scenario.job("b").state, JobState::succeeded);
    ASSERT_LT(step, 1000);
  }
  EXPECT_GT(step, 20);
}

TEST(WorkerAtAnyStep, AWorkerThatWasStoppedBeforeItBeganClaimsNothing) {
  Scenario scenario(1000);
  scenario.stop.request_stop();
  scenario.run();
  EXPECT_EQ(scenario.job("a").attempt, 0);
  EXPECT_EQ(scenario.store.claims, 0);
}

// The pause before a result is written again, in which a stop used to be lost.
TEST_F(WorkerTest, AStopCutsThePauseShortInWhichAResultWaitsForTheStore) {
  add("a");
  start([&](JobRun&) -> Task<JobResult> {
    store_.gone = true;
    co_return JobResult{};
  });
  until([&] { return store_.refused_updates == 1 && clock_.sleepers() == 3; });
  store_.gone = false;
  stop_.request_stop();
  until([&] { return ended_; });  // though no time has passed
  EXPECT_EQ(job("a").state, JobState::succeeded);
}

TEST_F(WorkerTest, AStopDoesNotWaitForAStoreThatStaysAway) {
  add("a");
  start([&](JobRun&) -> Task<JobResult> {
    store_.gone = true;
    co_return JobResult{};
  });
  until([&] { return store_.refused_updates == 1 && clock_.sleepers() == 3; });
  stop_.request_stop();
  until([&] { return ended_; });
  EXPECT_EQ(store_.refused_updates, 2);
}

}  // namespace
}  // namespace imagegen::test
