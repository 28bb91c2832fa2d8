#include <imagegen/testing/contract/job_store_contract.hpp>
#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

namespace imagegen::test {

void JobClaimContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JobClaimContract);

TEST_P(JobClaimContract, ClaimsTheOldestFirst) {
  add("b", 10), add("a", 20), add("c", 30);
  EXPECT_THAT(claim_ids(request("w", 2), 40), testing::ElementsAre("b", "a"));
  EXPECT_THAT(claim_ids(request("w", 2), 40), testing::ElementsAre("c"));
  EXPECT_THAT(claim_ids(request("w", 2), 40), testing::IsEmpty());
}

TEST_P(JobClaimContract, PriorityIsWorthAMinuteAStepAndNoMore) {
  add("old", 0), add("urgent", 50'000, {}, 1), add("late", 70'000, {}, 1);
  EXPECT_THAT(claim_ids(request("w", 3), 80'000), testing::ElementsAre("urgent", "old", "late"));
}

TEST_P(JobClaimContract, ClaimsOnlyTheKindsAskedFor) {
  add("a");
  auto request = this->request("w");
  request.kinds = {"heroes", "x"};
  EXPECT_THAT(claim_ids(request, 1), testing::IsEmpty());
  request.kinds = {"heroes", "prompt"};
  EXPECT_THAT(claim_ids(request, 1), testing::ElementsAre("a"));
}

TEST_P(JobClaimContract, ClaimsOnlyTheJobsAskedForQueuedOrLost) {
  add("a", 0), add("b", 1), add("c", 2), add("d", 3);
  claim(this->request("w1", 2), 10);
  auto request = this->request("w2", 9);
  request.only = {"d", "b", "d", "not-there"};
  EXPECT_THAT(claim_ids(request, 20), testing::ElementsAre("d"));
  EXPECT_THAT(claim_ids(request, 20), testing::IsEmpty());
  EXPECT_THAT(claim_ids(request, 1015), testing::ElementsAre("b"));
  request.only = {"a"}, request.kinds = {"heroes"};
  EXPECT_THAT(claim_ids(request, 1015), testing::IsEmpty());
  request.kinds = {"prompt"};
  EXPECT_THAT(claim_ids(request, 1015), testing::ElementsAre("a"));
  EXPECT_EQ(found("c").state, JobState::queued);
}

TEST_P(JobClaimContract, AClaimOfCertainJobsKeepsTheirTimesOrderAndOwnersLimit) {
  for (int i = 0; i < 3; ++i) add("u" + std::to_string(i), i, "u");
  add("v0", 9, "v"), add("w0", 4, "w");
  auto update = ended(JobState::queued);
  update.delay = std::chrono::milliseconds(4989);
  auto request = this->request("w", 9);
  request.only = {"w0"};
  store().update(claim_of(claim(request, 10).front()), update, at(11)).value();
  request.only = {"w0", "v0", "u2", "u1"}, request.max_jobs = 2, request.max_running_per_owner = 1;
  EXPECT_THAT(claim_ids(request, 20), testing::ElementsAre("u1", "v0"));
  EXPECT_THAT(claim_ids(request, 20), testing::IsEmpty());
}

TEST_P(JobClaimContract, PassesOverWhatTheWorkerHasDeclined) {
  for (const auto* id : {"lost1", "lost2", "a", "b", "c"}) add(id);
  auto request = this->request("w1", 9);
  request.only = {"lost1", "lost2"};
  claim(request, 10);
  request = this->request("w2", 1);
  request.except = {"lost1", "a", "b", "not-there"}, request.dead = {"w1"};
  EXPECT_THAT(claim_ids(request, 2000), testing::ElementsAre("lost2"));
  request.dead.clear();
  EXPECT_THAT(claim_ids(request, 2000), testing::ElementsAre("c"));
  EXPECT_THAT(claim_ids(request, 2000), testing::IsEmpty());
  request.only = {"a", "lost1"};
  EXPECT_THAT(claim_ids(request, 2000), testing::IsEmpty());
  request.only.clear(), request.except = {"a"}, request.kinds = {"heroes", "prompt"}, request.max_jobs = 9;
  EXPECT_THAT(claim_ids(request, 2000), testing::UnorderedElementsAre("lost1", "b"));
  EXPECT_EQ(found("a").attempt, 0);
}

TEST_P(JobClaimContract, PassesOverWhatWasDeclinedUnderAnOwnersLimitToo) {
  for (int i = 0; i < 4; ++i) add("u" + std::to_string(i), i, "u");
  add("v0", 9, "v"), add("v1", 10, "v");
  auto request = this->request("w", 3);
  request.max_running_per_owner = 1, request.except = {"u0", "u1", "v0"};
  EXPECT_THAT(claim_ids(request, 20), testing::UnorderedElementsAre("u2", "v1"));
}

TEST_P(JobClaimContract, WhatWasDeclinedIsNotDue) {
  add("a", 10), add("b", 20);
  auto request = this->request("w");
  request.only = {"b"};
  auto update = ended(JobState::queued);
  update.delay = std::chrono::milliseconds(1000);
  store().update(claim_of(claim(request, 30).front()), update, at(40)).value();
  EXPECT_EQ(store().next_due({"prompt"}).value(), std::chrono::milliseconds(0));
  EXPECT_EQ(store().next_due({"prompt"}, {"a"}).value(), std::chrono::milliseconds(1000));
  EXPECT_FALSE(store().next_due({"prompt"}, {"b", "a"}).value());
  EXPECT_THAT(store().next_due({"prompt"}, {"a b"}), FailsWith(Errc::invalid_argument));
}

TEST_P(JobClaimContract, RefusesToClaimTooManyNamesOrSuchAsNoJobHas) {
  auto request = this->request("w");
  request.except.assign(1001, "a");
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
  request.except = {"a b"};
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
  request.except.clear();
  request.only = {"a b"};
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
  request.only.assign(1001, "a");
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
}

TEST_P(JobClaimContract, AClaimedJobSaysWhoHasItAndUntilWhen) {
  add("a");
  claim_one("w", 100);
  const Job job = found("a");
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(job.worker, "w");
  EXPECT_EQ(job.attempt, 1);
  EXPECT_EQ(job.lease_until, at(1100));
  EXPECT_EQ(job.crashes, 0);
}

TEST_P(JobClaimContract, RefusesAClaimWithoutWorkerKindOrPlace) {
  auto request = this->request("");
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
  request = this->request("w", 0);
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
  request = this->request("w");
  request.kinds.clear();
  EXPECT_THAT(store().claim(request, at(0)), FailsWith(Errc::invalid_argument));
}

TEST_P(JobClaimContract, AJobIsFreeOnceItsLeaseHasEnded) {
  add("a");
  claim_one("w1", 0);
  EXPECT_THAT(claim_ids(request("w2"), 1000), testing::IsEmpty());
  const Job job = claim_one("w2", 1001);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_EQ(job.crashes, 1);
  EXPECT_EQ(job.worker, "w2");
}

TEST_P(JobClaimContract, AJobOfADeadWorkerIsFreeAtOnce) {
  add("a");
  claim_one("w1", 0);
  auto request = this->request("w2");
  request.dead = {"w0", "w1"};
  EXPECT_THAT(claim_ids(request, 1), testing::ElementsAre("a"));
}

TEST_P(JobClaimContract, AnEndedJobIsNotClaimedAgain) {
  add("a");
  const Job job = claim_one("w", 1);
  store().update(claim_of(job), ended(JobState::succeeded), at(2)).value();
  EXPECT_THAT(claim_ids(request("w"), 9000), testing::IsEmpty());
  EXPECT_EQ(found("a").state, JobState::succeeded);
  EXPECT_TRUE(found("a").worker.empty());
}

TEST_P(JobClaimContract, AJobThatGoesBackWaitsUntilItsTime) {
  add("a");
  const Job job = claim_one("w", 1);
  auto update = ended(JobState::queued);
  update.delay = std::chrono::milliseconds(4998);
  store().update(claim_of(job), update, at(2)).value();
  EXPECT_EQ(found("a").not_before, at(5000));
  EXPECT_THAT(claim_ids(request("w"), 4999), testing::IsEmpty());
  EXPECT_EQ(store().next_due({"prompt"}).value(), std::chrono::milliseconds(1));
  EXPECT_THAT(claim_ids(request("w"), 5000), testing::ElementsAre("a"));
  EXPECT_EQ(found("a").attempt, 2);
}

TEST_P(JobClaimContract, AJobThatKillsItsWorkersIsSetAside) {
  add("a");
  auto request = this->request("w");
  request.most_crashes = 2;
  claim(request, 0);
  EXPECT_EQ(claim(request, 2000).size(), 1U);
  EXPECT_THAT(claim(request, 4000), testing::IsEmpty());
  EXPECT_EQ(found("a").state, JobState::failed);
  EXPECT_THAT(found("a").error, testing::HasSubstr("set aside"));
  EXPECT_EQ(event_names("a").back(), "set_aside");
}

TEST_P(JobClaimContract, OneOwnerDoesNotTakeAllPlaces) {
  for (int i = 0; i < 5; ++i) add("u" + std::to_string(i), i, "u");
  add("v0", 10, "v"), add("none0", 11), add("none1", 12), add("none2", 13);
  auto request = this->request("w", 9);
  request.max_running_per_owner = 2;
  EXPECT_THAT(claim_ids(request, 20), testing::ElementsAre("u0", "u1", "v0", "none0", "none1", "none2"));
  EXPECT_THAT(claim_ids(request, 20), testing::IsEmpty());
  store().update({"u0", "w", 1}, ended(JobState::succeeded), at(21)).value();
  EXPECT_THAT(claim_ids(request, 22), testing::ElementsAre("u2"));
}

TEST_P(JobClaimContract, ManyThreadsNeverGetTheSameJob) {
  constexpr int kJobs = 120, kThreads = 8;
  for (int i = 0; i < kJobs; ++i) add("j" + std::to_string(i), i);
  std::vector<std::vector<std::string>> claimed(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (;;) {
          const auto ids = claim_ids(request("w" + std::to_string(t), 3), 1000);
          if (ids.empty()) return;
          claimed[static_cast<std::size_t>(t)].insert(claimed[static_cast<std::size_t>(t)].end(), ids.begin(),
                                                      ids.end());
        }
      });
    }
  }
  std::set<std::string> different;
  std::size_t all = 0;
  for (const auto& ids : claimed) all += ids.size(), different.insert(ids.begin(), ids.end());
  EXPECT_EQ(different.size(), static_cast<std::size_t>(kJobs));
  EXPECT_EQ(all, static_cast<std::size_t>(kJobs));
}

TEST_P(JobClaimContract, AnOwnersLimitHoldsBetweenThreads) {
  for (int i = 0; i < 40; ++i) add("j" + std::to_string(i), i, "u");
  std::atomic<int> claimed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        auto request = this->request("w" + std::to_string(t), 2);
        request.max_running_per_owner = 5;
        for (int i = 0; i < 5; ++i) claimed += static_cast<int>(claim(request, 1000).size());
      });
    }
  }
  EXPECT_EQ(claimed, 5);
}

}  // namespace imagegen::test
