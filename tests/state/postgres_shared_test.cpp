#include <atomic>
#include <set>
#include <thread>

#include "state/support/postgres_harness.hpp"
#include "support/run_task.hpp"

// Several processes on one database, played by several State objects, which share nothing but the server.
namespace imagegen::test {
namespace {

class PostgresShared : public PostgresTest {
 protected:
  // Waits until `calls` is more than `before`.
  static bool comes(const std::atomic<int>& calls, int before) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (calls <= before && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
    return calls > before;
  }
};

TEST_F(PostgresShared, NoTwoEverClaimTheSameJob) {
  const TestSchema schema;
  const std::vector<State> states = [&] {
    std::vector<State> made;
    for (int i = 0; i < 2; ++i) made.push_back(open(schema.url()).value());
    return made;
  }();
  for (int i = 0; i < 120; ++i) ASSERT_THAT(states[0].jobs->add(job_named("j" + std::to_string(i)), at(i)), IsOk());
  std::vector<std::vector<std::string>> claimed(6);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < claimed.size(); ++t) {
      threads.emplace_back([&, t] {
        const auto wanted = request("w" + std::to_string(t), 4);
        for (auto ids = ids_of(states[t % 2].jobs->claim(wanted, at(5000)).value()); !ids.empty();
             ids = ids_of(states[t % 2].jobs->claim(wanted, at(5000)).value()))
          claimed[t].insert(claimed[t].end(), ids.begin(), ids.end());
      });
    }
  }
  std::multiset<std::string> all;
  for (const auto& ids : claimed) all.insert(ids.begin(), ids.end());
  EXPECT_EQ(all.size(), 120U);
  EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 120U);
}

TEST_F(PostgresShared, AWatchHearsOfWorkThatAnotherQueues) {
  const TestDatabase database;
  const auto here = open(database.url()).value(), there = open(database.url()).value();
  std::atomic<int> calls{0};
  const auto watch = here.jobs->watch([&] { ++calls; });
  ASSERT_TRUE(comes(calls, 0)) << "once when it begins to listen";
  ASSERT_THAT(there.jobs->add(job_named("a"), at(0)), IsOk());
  EXPECT_TRUE(comes(calls, 1)) << "a job was added";
  ASSERT_THAT(there.jobs->cancel("a", at(1)), IsOk());
  const int before = calls;
  ASSERT_THAT(there.jobs->retry("a", at(2)), IsOk());
  EXPECT_TRUE(comes(calls, before)) << "a job was queued again";
}

TEST_F(PostgresShared, BudgetsHoldBetweenProcesses) {
  const TestSchema schema;
  const auto here = open(schema.url()).value(), there = open(schema.url()).value();
  Budgets budgets;
  budgets.total = Usd::from_dollars(10 * 0.04);
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 40; ++t) {
      threads.emplace_back([&, t] {
        auto& ledger = t % 2 == 0 ? *here.ledger : *there.ledger;
        admitted += ledger.reserve(intent("j" + std::to_string(t)), budgets, at(0)) ? 1 : 0;
      });
    }
  }
  EXPECT_EQ(admitted, 10);
  EXPECT_EQ(here.ledger->used("total").value().used, *budgets.total);
}

TEST_F(PostgresShared, SettlingAndReservingTheSameBudgetsNeverDeadlock) {
  const TestDatabase database;
  const auto state = open(database.url(), 8).value();
  for (int i = 0; i < 40; ++i) ASSERT_THAT(state.ledger->reserve(intent("j" + std::to_string(i)), {}, at(0)), IsOk());
  std::atomic<int> failed{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 40; ++i) {
      threads.emplace_back([&, i] {
        const auto job = "j" + std::to_string(i);
        failed += state.ledger->settle(job + "/0/1", {PurchaseState::released}, at(1)) ? 0 : 1;
        failed += state.ledger->reserve(intent(job), {}, at(2)) ? 0 : 1;
      });
    }
  }
  EXPECT_EQ(failed, 0);
  EXPECT_EQ(state.ledger->used("total").value().used, Usd::from_dollars(40 * 0.04));
  EXPECT_EQ(database.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), "0");
}

// Everything that matters once, with a pooler that gives every transaction another session.
TEST_F(PostgresShared, WorksBehindAPoolerOfTransactions) {
  const PgBouncer bouncer(server());
  if (!bouncer.problem().empty()) return fail_or_skip(bouncer.problem());
  const TestDatabase database;
  {
    const auto state = open(bouncer.url(database.name())).value();
    std::atomic<int> calls{0};
    const auto watch = state.jobs->watch([&] { ++calls; });
    const auto finish_one = [&](const std::string& worker, int ms) {
      auto wanted = request(worker);
      wanted.max_running_per_owner = 5;
      const auto claimed = state.jobs->claim(wanted, at(ms)).value();
      for (const Job& job : claimed) {
        JobUpdate done;
        done.state = JobState::succeeded, done.output = "{}";
        EXPECT_THAT(state.jobs->renew(job.worker, std::chrono::milliseconds(30'000)), IsOk());
        EXPECT_THAT(state.jobs->update(claim_of(job), done, at(200)), IsOk());
      }
      return !claimed.empty();
    };
    {
      std::vector<std::jthread> threads;
      for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
          for (int i = 0; i < 10; ++i) {
            const auto id = "j" + std::to_string(t) + "-" + std::to_string(i);
            ASSERT_THAT(state.jobs->add(job_named(id, "u" + std::to_string(t)), at(i)), IsOk());
            finish_one("w" + std::to_string(t), 100);
            ASSERT_THAT(state.ledger->reserve(intent(id), {}, at(0)), IsOk());
            ASSERT_THAT(state.ledger->settle(id + "/0/1", {}, at(1)), IsOk());
            ASSERT_THAT(state.permits->acquire({"w/" + id, {{"p", 100, 0}}}), IsOk());
          }
        });
      }
    }
    // A claim that others overtake may find nothing: what they queued meanwhile is younger than its view, or than the
    // time of the last call, which is everybody's here.
    while (finish_one("w", 300)) {
    }
    EXPECT_TRUE(comes(calls, 39)) << "calls within the process need no LISTEN";
    JobQuery query;
    query.state = JobState::succeeded;
    EXPECT_EQ(state.jobs->list(query).value().jobs.size(), 40U);
    EXPECT_EQ(state.ledger->used("total").value().used, Usd::from_dollars(40 * 0.04));
    AssetRecord asset;
    asset.id = "x", asset.kind = "master", asset.object_key = "k", asset.size = {1, 1};
    EXPECT_THAT(run_task(state.assets->list({})), IsOk());
  }
  EXPECT_EQ(database.ask("SELECT count(*) FROM imagegen_permits"), "40");
}

}  // namespace
}  // namespace imagegen::test
