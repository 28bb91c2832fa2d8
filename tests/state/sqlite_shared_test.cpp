#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "state/support/sqlite_file.hpp"
#include "support/matchers.hpp"

/// \file One file opened twice: at a time, and one after the other.
namespace imagegen::test {
namespace {

Timestamp at(int ms) {
  return from_unix_ms(1'800'000'000'000 + ms);
}

NewJob job_named(const std::string& id) {
  return {id, "prompt", "u", R"({"t":"ünï"})", 0};
}

JobClaimRequest claim_for(const std::string& worker, int max_jobs = 1) {
  JobClaimRequest request;
  request.worker = worker, request.kinds = {"prompt"}, request.max_jobs = max_jobs;
  return request;
}

class SqliteShared : public testing::Test {
 protected:
  State open() { return open_state(sqlite_options(folder_.file()), pool_).value(); }

  SqliteFolder folder_;
  IoRunner runner_;
  ThreadPool pool_{2};
};

TEST_F(SqliteShared, EachSeesWhatTheOtherWrote) {
  const State one = open(), other = open();
  ASSERT_THAT(one.jobs->add(job_named("a"), at(0)), IsOk());
  EXPECT_EQ(other.jobs->claim(claim_for("w2"), at(1)).value().size(), 1U);
  EXPECT_EQ(one.jobs->find("a").value()->worker, "w2");
  EXPECT_TRUE(one.jobs->claim(claim_for("w1"), at(1)).value().empty());
}

TEST_F(SqliteShared, NoJobIsClaimedTwice) {
  constexpr int kJobs = 200;
  const State states[] = {open(), open()};
  for (int i = 0; i < kJobs; ++i) ASSERT_THAT(states[0].jobs->add(job_named("j" + std::to_string(i)), at(i)), IsOk());
  std::mutex mutex;
  std::vector<std::string> claimed;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        for (;;) {
          const auto jobs = states[t % 2].jobs->claim(claim_for("w" + std::to_string(t), 3), at(1000)).value();
          if (jobs.empty()) return;
          const std::lock_guard lock(mutex);
          for (const Job& job : jobs) claimed.push_back(job.id);
        }
      });
    }
  }
  EXPECT_EQ(claimed.size(), static_cast<std::size_t>(kJobs));
  EXPECT_EQ(std::set<std::string>(claimed.begin(), claimed.end()).size(), static_cast<std::size_t>(kJobs));
}

TEST_F(SqliteShared, ABudgetHoldsOverBoth) {
  const State states[] = {open(), open()};
  Budgets budgets;
  budgets.total = Usd::from_dollars(0.4);
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 20; ++t) {
      threads.emplace_back([&, t] {
        PurchaseIntent intent;
        intent.job_id = "j" + std::to_string(t), intent.slot = "0", intent.estimate = Usd::from_dollars(0.04);
        admitted += states[t % 2].ledger->reserve(intent, budgets, at(0)) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(admitted, 10);
  EXPECT_EQ(states[0].ledger->used("total").value().used, Usd::from_dollars(0.4));
}

TEST_F(SqliteShared, AWatchSeesWhatTheOtherQueued) {
  const State one = open(), other = open();
  ASSERT_THAT(one.jobs->add(job_named("a"), at(0)), IsOk());
  std::atomic<int> calls{0};
  const auto watch = one.jobs->watch([&] { ++calls; });
  const auto wait_for_more_than = [&](int seen) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (calls <= seen && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    return calls.load();
  };
  const int at_first = wait_for_more_than(0);  // the first look always tells
  ASSERT_GE(at_first, 1);
  ASSERT_THAT(other.jobs->add(job_named("b"), at(1)), IsOk());
  EXPECT_GT(wait_for_more_than(at_first), at_first);
}

TEST_F(SqliteShared, WatchesMayComeAndGo) {
  const State state = open();
  for (int i = 0; i < 5; ++i) {
    std::atomic<int> calls{0};
    const auto first = state.jobs->watch([&] { ++calls; }), second = state.jobs->watch([&] { ++calls; });
    ASSERT_THAT(state.jobs->add(job_named("j" + std::to_string(i)), at(i)), IsOk());
    EXPECT_GE(calls, 2);
  }
}

TEST_F(SqliteShared, ReopeningKeepsJobsAndTheirChain) {
  {
    const State state = open();
    ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
    const Job job = state.jobs->claim(claim_for("w"), at(1)).value().at(0);
    JobUpdate update;
    update.output = "half", update.notes = {{"image_bought", R"({"slot":0})"}};
    ASSERT_THAT(state.jobs->update(claim_of(job), update, at(2)), IsOk());
  }
  const State state = open();
  const Job job = state.jobs->find("a").value().value();
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(job.worker, "w");
  EXPECT_EQ(job.output, "half");
  EXPECT_EQ(job.input, R"({"t":"ünï"})");
  const auto events = state.jobs->events("a").value();
  EXPECT_EQ(events.size(), 3U);
  EXPECT_THAT(verify_events(job, events), IsOk());
}

TEST_F(SqliteShared, ReopeningKeepsPermitsPurchasesAndRecords) {
  AssetRecord asset;
  asset.id = "m", asset.kind = "master", asset.object_key = "m.png", asset.sha256 = std::string(64, '0');
  PurchaseIntent intent;
  intent.job_id = "j", intent.slot = "0", intent.estimate = Usd::from_dollars(0.04);
  {
    const State state = open();
    ASSERT_TRUE(state.permits->acquire({"w/1", {{"p", 1, 0}}}).value().granted);
    ASSERT_THAT(state.ledger->reserve(intent, {}, at(0)), IsOk());
    ASSERT_THAT(runner_.run(state.assets->put(asset)), IsOk());
  }
  const State state = open();
  EXPECT_FALSE(state.permits->acquire({"w/2", {{"p", 1, 0}}}).value().granted);
  EXPECT_EQ(state.ledger->blocking("j", "0").value()->id, "j/0/1");
  EXPECT_EQ(state.ledger->used("job:j").value().used, Usd::from_dollars(0.04));
  EXPECT_EQ(runner_.run(state.assets->find("m")).value(), asset);
}

}  // namespace
}  // namespace imagegen::test
