#include <map>
#include <thread>

#include "state/support/postgres_harness.hpp"

// What claiming in PostgreSQL has to get right beyond the contract.
namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PostgresClaim : public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    schema_.emplace();
    state_ = open(schema_->url()).value();
  }

  void add(const std::string& id, int ms, const std::string& owner = {}, const std::string& kind = "prompt") {
    ASSERT_THAT(state_.jobs->add(job_named(id, owner, kind), at(ms)), IsOk());
  }
  std::vector<std::string> claim(const JobClaimRequest& request) {
    return ids_of(state_.jobs->claim(request, at(5000)).value());
  }

  std::optional<TestSchema> schema_;
  State state_;
};

TEST_F(PostgresClaim, TakesTheOldestOfSeveralKinds) {
  add("a", 1, {}, "x"), add("b", 2), add("c", 3, {}, "x"), add("d", 4, {}, "other"), add("e", 5);
  auto request = this->request("w", 3);
  request.kinds = {"prompt", "x"};
  EXPECT_THAT(claim(request), ElementsAre("a", "b", "c"));
  EXPECT_THAT(claim(request), ElementsAre("e"));
}

TEST_F(PostgresClaim, AFloodOfAFullOwnerHidesNobody) {
  for (int i = 0; i < 400; ++i) add("u" + std::to_string(i), i, "u");
  add("v0", 1000, "v"), add("v1", 1001, "v"), add("nobody", 1002), add("w0", 1003, "w");
  auto request = this->request("w", 4);
  request.max_running_per_owner = 1;
  EXPECT_THAT(claim(request), ElementsAre("u0", "v0", "nobody", "w0"));
  EXPECT_THAT(claim(request), IsEmpty());
}

TEST_F(PostgresClaim, AnOwnerWhoseJobWasSetAsideHasItsPlaceBack) {
  add("a", 0, "u"), add("b", 1, "u");
  auto request = this->request("w1");
  request.max_running_per_owner = 1, request.most_crashes = 1;
  EXPECT_THAT(claim(request), ElementsAre("a"));
  request.worker = "w2", request.dead = {"w1"};
  EXPECT_THAT(claim(request), ElementsAre("b"));
  EXPECT_EQ(state_.jobs->find("a").value()->state, JobState::failed);
}

TEST_F(PostgresClaim, AnOwnersLimitHoldsBetweenProcesses) {
  auto other = open(schema_->url()).value();
  for (int i = 0; i < 40; ++i) add("j" + std::to_string(i), i, i % 2 == 0 ? "u" : "v");
  std::vector<std::vector<std::string>> claimed(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t t = 0; t < claimed.size(); ++t) {
      threads.emplace_back([&, t] {
        auto request = this->request("w" + std::to_string(t), 3);
        request.max_running_per_owner = 4;
        auto& jobs = t % 2 == 0 ? *state_.jobs : *other.jobs;
        for (int i = 0; i < 5; ++i) {
          for (const Job& job : jobs.claim(request, at(5000)).value()) claimed[t].push_back(job.owner);
        }
      });
    }
  }
  std::vector<std::string> owners;
  for (const auto& some : claimed) owners.insert(owners.end(), some.begin(), some.end());
  EXPECT_EQ(std::count(owners.begin(), owners.end(), "u"), 4);
  EXPECT_EQ(std::count(owners.begin(), owners.end(), "v"), 4);
}

// Claims that go past full owners meet others that hold those behind them, and wait for none in a circle.
TEST_F(PostgresClaim, ClaimsPastFullOwnersDoNotWaitForOneAnother) {
  for (int i = 0; i < 120; ++i) add("j" + std::to_string(i), i, "u" + std::to_string(i / 20));
  auto request = this->request("w", 4);
  request.max_running_per_owner = 3;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 6; ++i) EXPECT_THAT(state_.jobs->claim(request, at(5000)), IsOk());
      });
    }
  }
  while (!claim(request).empty()) {
  }
  std::map<std::string, int> running;
  for (const Job& job : state_.jobs->list({JobState::running, {}, {}, {}, 1000}).value().jobs) ++running[job.owner];
  EXPECT_EQ(running.size(), 6U);
  for (const auto& [owner, jobs] : running) EXPECT_EQ(jobs, 3) << owner;
}

TEST_F(PostgresClaim, AHeartbeatAndAClaimOfManyJobsAgree) {
  for (int i = 0; i < 50; ++i) add("j" + std::to_string(i), i);
  EXPECT_EQ(claim(request("w", 50)).size(), 50U);
  EXPECT_EQ(state_.jobs->renew("w", std::chrono::milliseconds(60'000)).value().size(), 50U);
  EXPECT_EQ(state_.jobs->running_workers().value(), std::vector<std::string>{"w"});
}

}  // namespace
}  // namespace imagegen::test
