#pragma once
#include <atomic>
#include <set>
#include <thread>

#include "contract/job_store_fixture.hpp"

/// \file What a claim of every JobStore must do.
namespace imagegen::test {

template <class Harness>
class JobClaimContract : public JobStoreTest<Harness> {};

TYPED_TEST_SUITE_P(JobClaimContract);

TYPED_TEST_P(JobClaimContract, ClaimsTheOldestFirst) {
  this->add("b", 10), this->add("a", 20), this->add("c", 30);
  EXPECT_THAT(this->claim_ids(this->request("w", 2), 40), testing::ElementsAre("b", "a"));
  EXPECT_THAT(this->claim_ids(this->request("w", 2), 40), testing::ElementsAre("c"));
  EXPECT_THAT(this->claim_ids(this->request("w", 2), 40), testing::IsEmpty());
}

TYPED_TEST_P(JobClaimContract, PriorityIsWorthAMinuteAStepAndNoMore) {
  this->add("old", 0), this->add("urgent", 50'000, {}, 1), this->add("late", 70'000, {}, 1);
  EXPECT_THAT(this->claim_ids(this->request("w", 3), 80'000), testing::ElementsAre("urgent", "old", "late"));
}

TYPED_TEST_P(JobClaimContract, ClaimsOnlyTheKindsAskedFor) {
  this->add("a");
  auto request = this->request("w");
  request.kinds = {"heroes", "x"};
  EXPECT_THAT(this->claim_ids(request, 1), testing::IsEmpty());
  request.kinds = {"heroes", "prompt"};
  EXPECT_THAT(this->claim_ids(request, 1), testing::ElementsAre("a"));
}

TYPED_TEST_P(JobClaimContract, ClaimsOnlyTheJobsAskedForQueuedOrLost) {
  this->add("a", 0), this->add("b", 1), this->add("c", 2), this->add("d", 3);
  this->claim(this->request("w1", 2), 10);
  auto request = this->request("w2", 9);
  request.only = {"d", "b", "d", "not-there"};
  EXPECT_THAT(this->claim_ids(request, 20), testing::ElementsAre("d"));
  EXPECT_THAT(this->claim_ids(request, 20), testing::IsEmpty());
  EXPECT_THAT(this->claim_ids(request, 1015), testing::ElementsAre("b"));
  request.only = {"a"}, request.kinds = {"heroes"};
  EXPECT_THAT(this->claim_ids(request, 1015), testing::IsEmpty());
  request.kinds = {"prompt"};
  EXPECT_THAT(this->claim_ids(request, 1015), testing::ElementsAre("a"));
  EXPECT_EQ(this->found("c").state, JobState::queued);
}

TYPED_TEST_P(JobClaimContract, AClaimOfCertainJobsKeepsTheirTimesOrderAndOwnersLimit) {
  for (int i = 0; i < 3; ++i) this->add("u" + std::to_string(i), i, "u");
  this->add("v0", 9, "v"), this->add("w0", 4, "w");
  auto update = this->ended(JobState::queued);
  update.delay = std::chrono::milliseconds(4989);
  auto request = this->request("w", 9);
  request.only = {"w0"};
  this->store().update(claim_of(this->claim(request, 10).front()), update, this->at(11)).value();
  request.only = {"w0", "v0", "u2", "u1"}, request.max_jobs = 2, request.max_running_per_owner = 1;
  EXPECT_THAT(this->claim_ids(request, 20), testing::ElementsAre("u1", "v0"));
  EXPECT_THAT(this->claim_ids(request, 20), testing::IsEmpty());
}

TYPED_TEST_P(JobClaimContract, PassesOverWhatTheWorkerHasDeclined) {
  for (const auto* id : {"lost1", "lost2", "a", "b", "c"}) this->add(id);
  auto request = this->request("w1", 9);
  request.only = {"lost1", "lost2"};
  this->claim(request, 10);
  request = this->request("w2", 1);
  request.except = {"lost1", "a", "b", "not-there"}, request.dead = {"w1"};
  EXPECT_THAT(this->claim_ids(request, 2000), testing::ElementsAre("lost2"));
  request.dead.clear();
  EXPECT_THAT(this->claim_ids(request, 2000), testing::ElementsAre("c"));
  EXPECT_THAT(this->claim_ids(request, 2000), testing::IsEmpty());
  request.only = {"a", "lost1"};
  EXPECT_THAT(this->claim_ids(request, 2000), testing::IsEmpty());
  request.only.clear(), request.except = {"a"}, request.kinds = {"heroes", "prompt"}, request.max_jobs = 9;
  EXPECT_THAT(this->claim_ids(request, 2000), testing::UnorderedElementsAre("lost1", "b"));
  EXPECT_EQ(this->found("a").attempt, 0);
}

TYPED_TEST_P(JobClaimContract, PassesOverWhatWasDeclinedUnderAnOwnersLimitToo) {
  for (int i = 0; i < 4; ++i) this->add("u" + std::to_string(i), i, "u");
  this->add("v0", 9, "v"), this->add("v1", 10, "v");
  auto request = this->request("w", 3);
  request.max_running_per_owner = 1, request.except = {"u0", "u1", "v0"};
  EXPECT_THAT(this->claim_ids(request, 20), testing::UnorderedElementsAre("u2", "v1"));
}

TYPED_TEST_P(JobClaimContract, WhatWasDeclinedIsNotDue) {
  this->add("a", 10), this->add("b", 20);
  auto request = this->request("w");
  request.only = {"b"};
  auto update = this->ended(JobState::queued);
  update.delay = std::chrono::milliseconds(1000);
  this->store().update(claim_of(this->claim(request, 30).front()), update, this->at(40)).value();
  EXPECT_EQ(this->store().next_due({"prompt"}).value(), std::chrono::milliseconds(0));
  EXPECT_EQ(this->store().next_due({"prompt"}, {"a"}).value(), std::chrono::milliseconds(1000));
  EXPECT_FALSE(this->store().next_due({"prompt"}, {"b", "a"}).value());
  EXPECT_THAT(this->store().next_due({"prompt"}, {"a b"}), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(JobClaimContract, RefusesToClaimTooManyNamesOrSuchAsNoJobHas) {
  auto request = this->request("w");
  request.except.assign(1001, "a");
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request.except = {"a b"};
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request.except.clear();
  request.only = {"a b"};
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request.only.assign(1001, "a");
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(JobClaimContract, AClaimedJobSaysWhoHasItAndUntilWhen) {
  this->add("a");
  this->claim_one("w", 100);
  const Job job = this->found("a");
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(job.worker, "w");
  EXPECT_EQ(job.attempt, 1);
  EXPECT_EQ(job.lease_until, this->at(1100));
  EXPECT_EQ(job.crashes, 0);
}

TYPED_TEST_P(JobClaimContract, RefusesAClaimWithoutWorkerKindOrPlace) {
  auto request = this->request("");
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request = this->request("w", 0);
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request = this->request("w");
  request.kinds.clear();
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(JobClaimContract, AJobIsFreeOnceItsLeaseHasEnded) {
  this->add("a");
  this->claim_one("w1", 0);
  EXPECT_THAT(this->claim_ids(this->request("w2"), 1000), testing::IsEmpty());
  const Job job = this->claim_one("w2", 1001);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_EQ(job.crashes, 1);
  EXPECT_EQ(job.worker, "w2");
}

TYPED_TEST_P(JobClaimContract, AJobOfADeadWorkerIsFreeAtOnce) {
  this->add("a");
  this->claim_one("w1", 0);
  auto request = this->request("w2");
  request.dead = {"w0", "w1"};
  EXPECT_THAT(this->claim_ids(request, 1), testing::ElementsAre("a"));
}

TYPED_TEST_P(JobClaimContract, AnEndedJobIsNotClaimedAgain) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  this->store().update(claim_of(job), this->ended(JobState::succeeded), this->at(2)).value();
  EXPECT_THAT(this->claim_ids(this->request("w"), 9000), testing::IsEmpty());
  EXPECT_EQ(this->found("a").state, JobState::succeeded);
  EXPECT_TRUE(this->found("a").worker.empty());
}

TYPED_TEST_P(JobClaimContract, AJobThatGoesBackWaitsUntilItsTime) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  auto update = this->ended(JobState::queued);
  update.delay = std::chrono::milliseconds(4998);
  this->store().update(claim_of(job), update, this->at(2)).value();
  EXPECT_EQ(this->found("a").not_before, this->at(5000));
  EXPECT_THAT(this->claim_ids(this->request("w"), 4999), testing::IsEmpty());
  EXPECT_EQ(this->store().next_due({"prompt"}).value(), std::chrono::milliseconds(1));
  EXPECT_THAT(this->claim_ids(this->request("w"), 5000), testing::ElementsAre("a"));
  EXPECT_EQ(this->found("a").attempt, 2);
}

TYPED_TEST_P(JobClaimContract, AJobThatKillsItsWorkersIsSetAside) {
  this->add("a");
  auto request = this->request("w");
  request.most_crashes = 2;
  this->claim(request, 0);
  EXPECT_EQ(this->claim(request, 2000).size(), 1U);
  EXPECT_THAT(this->claim(request, 4000), testing::IsEmpty());
  EXPECT_EQ(this->found("a").state, JobState::failed);
  EXPECT_THAT(this->found("a").error, testing::HasSubstr("set aside"));
  EXPECT_EQ(this->event_names("a").back(), "set_aside");
}

TYPED_TEST_P(JobClaimContract, OneOwnerDoesNotTakeAllPlaces) {
  for (int i = 0; i < 5; ++i) this->add("u" + std::to_string(i), i, "u");
  this->add("v0", 10, "v"), this->add("none0", 11), this->add("none1", 12), this->add("none2", 13);
  auto request = this->request("w", 9);
  request.max_running_per_owner = 2;
  EXPECT_THAT(this->claim_ids(request, 20), testing::ElementsAre("u0", "u1", "v0", "none0", "none1", "none2"));
  EXPECT_THAT(this->claim_ids(request, 20), testing::IsEmpty());
  this->store().update({"u0", "w", 1}, this->ended(JobState::succeeded), this->at(21)).value();
  EXPECT_THAT(this->claim_ids(request, 22), testing::ElementsAre("u2"));
}

TYPED_TEST_P(JobClaimContract, ManyThreadsNeverGetTheSameJob) {
  constexpr int kJobs = 120, kThreads = 8;
  for (int i = 0; i < kJobs; ++i) this->add("j" + std::to_string(i), i);
  std::vector<std::vector<std::string>> claimed(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (;;) {
          const auto ids = this->claim_ids(this->request("w" + std::to_string(t), 3), 1000);
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

TYPED_TEST_P(JobClaimContract, AnOwnersLimitHoldsBetweenThreads) {
  for (int i = 0; i < 40; ++i) this->add("j" + std::to_string(i), i, "u");
  std::atomic<int> claimed{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        auto request = this->request("w" + std::to_string(t), 2);
        request.max_running_per_owner = 5;
        for (int i = 0; i < 5; ++i) claimed += static_cast<int>(this->claim(request, 1000).size());
      });
    }
  }
  EXPECT_EQ(claimed, 5);
}

REGISTER_TYPED_TEST_SUITE_P(JobClaimContract, ClaimsTheOldestFirst, PriorityIsWorthAMinuteAStepAndNoMore,
                            ClaimsOnlyTheKindsAskedFor, ClaimsOnlyTheJobsAskedForQueuedOrLost,
                            AClaimOfCertainJobsKeepsTheirTimesOrderAndOwnersLimit,
                            PassesOverWhatTheWorkerHasDeclined, PassesOverWhatWasDeclinedUnderAnOwnersLimitToo,
                            WhatWasDeclinedIsNotDue,
                            RefusesToClaimTooManyNamesOrSuchAsNoJobHas, AClaimedJobSaysWhoHasItAndUntilWhen,
                            RefusesAClaimWithoutWorkerKindOrPlace, AJobIsFreeOnceItsLeaseHasEnded,
                            AJobOfADeadWorkerIsFreeAtOnce, AnEndedJobIsNotClaimedAgain,
                            AJobThatGoesBackWaitsUntilItsTime, AJobThatKillsItsWorkersIsSetAside,
                            OneOwnerDoesNotTakeAllPlaces, ManyThreadsNeverGetTheSameJob,
                            AnOwnersLimitHoldsBetweenThreads);

}  // namespace imagegen::test
