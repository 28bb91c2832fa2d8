#pragma once
#include <imagegen/job/job_changes.hpp>
#include <imagegen/job/job_store.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/matchers.hpp"

/// \file What every JobStore must do.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobStoreContract, MemoryJobHarness);
///
/// A harness is default-constructible, gives an empty store, and has
///     JobStore& store();            // not called when no_store() says something
///     std::string no_store() const; // why there is none here; else empty
namespace imagegen::test {

template <class Harness>
class JobStoreContract : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  JobStore& store() { return harness_.store(); }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static NewJob job_named(const std::string& id, const std::string& owner = {}, int priority = 0) {
    return {id, "prompt", owner, R"({"n":1})", priority};
  }
  Job add(const std::string& id, int ms = 0, const std::string& owner = {}, int priority = 0) {
    return store().add(job_named(id, owner, priority), at(ms)).value();
  }
  static JobClaimRequest request(const std::string& worker, int max_jobs = 1) {
    JobClaimRequest made;
    made.worker = worker, made.kinds = {"prompt"}, made.max_jobs = max_jobs;
    made.lease = std::chrono::milliseconds(1000);
    return made;
  }
  std::vector<Job> claim(const JobClaimRequest& request, int ms) { return store().claim(request, at(ms)).value(); }
  std::vector<std::string> claim_ids(const JobClaimRequest& request, int ms) { return ids_of(claim(request, ms)); }
  Job claim_one(const std::string& worker, int ms) {
    auto jobs = claim(request(worker), ms);
    EXPECT_EQ(jobs.size(), 1U);
    return jobs.empty() ? Job() : jobs.front();
  }
  Job found(const std::string& id) { return store().find(id).value().value(); }
  std::vector<std::string> event_names(const std::string& id) {
    std::vector<std::string> names;
    for (const JobEvent& event : store().events(id).value()) names.push_back(event.name);
    return names;
  }
  static std::vector<std::string> ids_of(const std::vector<Job>& jobs) {
    std::vector<std::string> ids;
    for (const Job& job : jobs) ids.push_back(job.id);
    return ids;
  }
  static JobUpdate ended(JobState state, std::string error = {}) {
    JobUpdate update;
    update.state = state;
    if (!error.empty()) update.error = std::move(error);
    return update;
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(JobStoreContract);

TYPED_TEST_P(JobStoreContract, GivesBackWhatWasAdded) {
  const Job added = this->store().add({"a", "prompt", "u 'quoted'", R"({"t":"ünï\u0000"})", 7}, this->at(5)).value();
  const Job found = this->found("a");
  EXPECT_EQ(found.id, "a");
  EXPECT_EQ(found.kind, "prompt");
  EXPECT_EQ(found.owner, "u 'quoted'");
  EXPECT_EQ(found.input, R"({"t":"ünï\u0000"})");
  EXPECT_EQ(found.priority, 7);
  EXPECT_EQ(found.state, JobState::queued);
  EXPECT_EQ(found.created, this->at(5));
  EXPECT_EQ(found.last_hash, added.last_hash);
}

TYPED_TEST_P(JobStoreContract, RefusesAnIdThatIsTaken) {
  this->add("a");
  EXPECT_THAT(this->store().add(this->job_named("a"), this->at(1)), FailsWith(Errc::already_exists));
}

TYPED_TEST_P(JobStoreContract, RefusesAJobOutOfItsLimits) {
  auto job = this->job_named("a b");
  EXPECT_THAT(this->store().add(job, this->at(0)), FailsSaying(Errc::invalid_argument, testing::HasSubstr("job id")));
  EXPECT_FALSE(this->store().find("a b").value());
}

TYPED_TEST_P(JobStoreContract, KnowsWhatIsNotThere) {
  EXPECT_FALSE(this->store().find("a").value());
  EXPECT_TRUE(this->store().events("a").value().empty());
  EXPECT_THAT(this->store().cancel("a", this->at(0)), FailsWith(Errc::not_found));
  EXPECT_THAT(this->store().retry("a", this->at(0)), FailsWith(Errc::not_found));
  EXPECT_THAT(this->store().update({"a", "w", 1}, {}, this->at(0)), FailsWith(Errc::not_found));
}

TYPED_TEST_P(JobStoreContract, ClaimsTheOldestFirst) {
  this->add("b", 10), this->add("a", 20), this->add("c", 30);
  EXPECT_THAT(this->claim_ids(this->request("w", 2), 40), testing::ElementsAre("b", "a"));
  EXPECT_THAT(this->claim_ids(this->request("w", 2), 40), testing::ElementsAre("c"));
  EXPECT_THAT(this->claim_ids(this->request("w", 2), 40), testing::IsEmpty());
}

TYPED_TEST_P(JobStoreContract, PriorityIsWorthAMinuteAStepAndNoMore) {
  this->add("old", 0), this->add("urgent", 50'000, {}, 1), this->add("late", 70'000, {}, 1);
  EXPECT_THAT(this->claim_ids(this->request("w", 3), 80'000), testing::ElementsAre("urgent", "old", "late"));
}

TYPED_TEST_P(JobStoreContract, ClaimsOnlyTheKindsAskedFor) {
  this->add("a");
  auto request = this->request("w");
  request.kinds = {"heroes", "x"};
  EXPECT_THAT(this->claim_ids(request, 1), testing::IsEmpty());
  request.kinds = {"heroes", "prompt"};
  EXPECT_THAT(this->claim_ids(request, 1), testing::ElementsAre("a"));
}

TYPED_TEST_P(JobStoreContract, AClaimedJobSaysWhoHasItAndUntilWhen) {
  this->add("a");
  this->claim_one("w", 100);
  const Job job = this->found("a");
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_EQ(job.worker, "w");
  EXPECT_EQ(job.attempt, 1);
  EXPECT_EQ(job.lease_until, this->at(1100));
  EXPECT_EQ(job.crashes, 0);
}

TYPED_TEST_P(JobStoreContract, RefusesAClaimWithoutWorkerKindOrPlace) {
  auto request = this->request("");
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request = this->request("w", 0);
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
  request = this->request("w");
  request.kinds.clear();
  EXPECT_THAT(this->store().claim(request, this->at(0)), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(JobStoreContract, AJobIsFreeOnceItsLeaseHasEnded) {
  this->add("a");
  this->claim_one("w1", 0);
  EXPECT_THAT(this->claim_ids(this->request("w2"), 1000), testing::IsEmpty());
  const Job job = this->claim_one("w2", 1001);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_EQ(job.crashes, 1);
  EXPECT_EQ(job.worker, "w2");
}

TYPED_TEST_P(JobStoreContract, AJobOfADeadWorkerIsFreeAtOnce) {
  this->add("a");
  this->claim_one("w1", 0);
  auto request = this->request("w2");
  request.dead = {"w0", "w1"};
  EXPECT_THAT(this->claim_ids(request, 1), testing::ElementsAre("a"));
}

TYPED_TEST_P(JobStoreContract, AHeartbeatKeepsLeasesAndTellsOfCancellation) {
  this->add("a", 0), this->add("b", 1), this->add("c", 2);
  this->claim(this->request("w1", 2), 5);
  this->claim_one("w2", 5);
  this->store().cancel("b", this->at(6)).value();
  const auto held = this->store().renew("w1", this->at(9000)).value();
  ASSERT_EQ(held.size(), 2U);
  for (const HeldJob& job : held) {
    EXPECT_EQ(job.attempt, 1);
    EXPECT_EQ(job.cancel_requested, job.id == "b") << job.id;
  }
  EXPECT_THAT(this->claim_ids(this->request("w3", 9), 8000), testing::ElementsAre("c"));
}

TYPED_TEST_P(JobStoreContract, AHeartbeatOfWhoLostItsJobsKeepsNothing) {
  this->add("a");
  this->claim_one("w1", 0);
  this->claim_one("w2", 2000);
  EXPECT_TRUE(this->store().renew("w1", this->at(9000)).value().empty());
  EXPECT_EQ(this->found("a").lease_until, this->at(3000));
}

TYPED_TEST_P(JobStoreContract, SavesWhatWasReachedWithItsEvents) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  JobUpdate update;
  update.output = R"({"urls":["u1"]})";
  update.notes = {{"image_bought", R"({"slot":0})"}, {"image_stored"}};
  const Job updated = this->store().update(claim_of(job), update, this->at(2)).value();
  EXPECT_EQ(updated.output, R"({"urls":["u1"]})");
  EXPECT_EQ(this->found("a").output, R"({"urls":["u1"]})");
  EXPECT_EQ(this->found("a").state, JobState::running);
  EXPECT_THAT(this->event_names("a"), testing::ElementsAre("created", "claimed", "image_bought", "image_stored"));
}

TYPED_TEST_P(JobStoreContract, AnEndedJobIsNotClaimedAgain) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  this->store().update(claim_of(job), this->ended(JobState::succeeded), this->at(2)).value();
  EXPECT_THAT(this->claim_ids(this->request("w"), 9000), testing::IsEmpty());
  EXPECT_EQ(this->found("a").state, JobState::succeeded);
  EXPECT_TRUE(this->found("a").worker.empty());
}

TYPED_TEST_P(JobStoreContract, WhoLostTheLeaseCannotWrite) {
  this->add("a");
  const Job first = this->claim_one("w1", 0);
  const Job second = this->claim_one("w2", 2000);
  JobUpdate late = this->ended(JobState::failed, "late");
  late.output = "late";
  EXPECT_THAT(this->store().update(claim_of(first), late, this->at(2001)), FailsWith(Errc::lease_lost));
  EXPECT_EQ(this->found("a").output, "");
  EXPECT_EQ(this->event_names("a").size(), 4U);
  EXPECT_THAT(this->store().update(claim_of(second), this->ended(JobState::succeeded), this->at(2002)), IsOk());
  EXPECT_THAT(this->store().update(claim_of(second), this->ended(JobState::failed), this->at(2003)),
              FailsWith(Errc::lease_lost));
}

TYPED_TEST_P(JobStoreContract, AJobThatGoesBackWaitsUntilItsTime) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  auto update = this->ended(JobState::queued);
  update.not_before = this->at(5000);
  this->store().update(claim_of(job), update, this->at(2)).value();
  EXPECT_THAT(this->claim_ids(this->request("w"), 4999), testing::IsEmpty());
  EXPECT_EQ(this->store().next_due({"prompt"}).value(), this->at(5000));
  EXPECT_THAT(this->claim_ids(this->request("w"), 5000), testing::ElementsAre("a"));
  EXPECT_EQ(this->found("a").attempt, 2);
}

TYPED_TEST_P(JobStoreContract, SaysWhenTheNextJobIsDue) {
  EXPECT_FALSE(this->store().next_due({"prompt"}).value());
  this->add("a", 30);
  EXPECT_EQ(this->store().next_due({"prompt"}).value(), this->at(30));
  EXPECT_FALSE(this->store().next_due({"heroes"}).value());
}

TYPED_TEST_P(JobStoreContract, AQueuedJobIsCancelledAtOnce) {
  this->add("a");
  EXPECT_EQ(this->store().cancel("a", this->at(1)).value().state, JobState::cancelled);
  EXPECT_THAT(this->claim_ids(this->request("w"), 2), testing::IsEmpty());
  EXPECT_THAT(this->store().cancel("a", this->at(3)), FailsWith(Errc::conflict));
}

TYPED_TEST_P(JobStoreContract, ARunningJobIsAskedToStop) {
  this->add("a");
  this->claim_one("w", 1);
  const Job job = this->store().cancel("a", this->at(2)).value();
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_TRUE(job.cancel_requested);
  this->store().update(claim_of(job), this->ended(JobState::cancelled), this->at(3)).value();
  EXPECT_EQ(this->found("a").state, JobState::cancelled);
  EXPECT_FALSE(this->found("a").cancel_requested);
}

TYPED_TEST_P(JobStoreContract, ACancelledJobWhoseWorkerDiedIsNotDoneAgain) {
  this->add("a");
  this->claim_one("w1", 0);
  this->store().cancel("a", this->at(1)).value();
  EXPECT_THAT(this->claim_ids(this->request("w2"), 2000), testing::IsEmpty());
  EXPECT_EQ(this->found("a").state, JobState::cancelled);
}

TYPED_TEST_P(JobStoreContract, RetryQueuesAFailedJobAndKeepsItsOutput) {
  this->add("a");
  auto update = this->ended(JobState::failed, "the provider was gone");
  update.output = "two of three";
  this->store().update(claim_of(this->claim_one("w", 1)), update, this->at(2)).value();
  EXPECT_EQ(this->found("a").error, "the provider was gone");
  const Job job = this->store().retry("a", this->at(3)).value();
  EXPECT_EQ(job.state, JobState::queued);
  EXPECT_EQ(job.output, "two of three");
  EXPECT_EQ(job.error, "");
  EXPECT_THAT(this->claim_ids(this->request("w"), 4), testing::ElementsAre("a"));
  EXPECT_THAT(this->store().retry("a", this->at(5)), FailsWith(Errc::conflict));
}

TYPED_TEST_P(JobStoreContract, AJobThatKillsItsWorkersIsSetAside) {
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

TYPED_TEST_P(JobStoreContract, OneOwnerDoesNotTakeAllPlaces) {
  for (int i = 0; i < 5; ++i) this->add("u" + std::to_string(i), i, "u");
  this->add("v0", 10, "v"), this->add("none0", 11), this->add("none1", 12), this->add("none2", 13);
  auto request = this->request("w", 9);
  request.max_running_per_owner = 2;
  EXPECT_THAT(this->claim_ids(request, 20), testing::ElementsAre("u0", "u1", "v0", "none0", "none1", "none2"));
  EXPECT_THAT(this->claim_ids(request, 20), testing::IsEmpty());
  this->store().update({"u0", "w", 1}, this->ended(JobState::succeeded), this->at(21)).value();
  EXPECT_THAT(this->claim_ids(request, 22), testing::ElementsAre("u2"));
}

TYPED_TEST_P(JobStoreContract, ListsTheNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) this->add("j" + std::to_string(i), i / 2);
  JobQuery query;
  query.limit = 2;
  auto page = this->store().list(query).value();
  EXPECT_THAT(this->ids_of(page.jobs), testing::ElementsAre("j4", "j3"));
  query.after = page.next;
  page = this->store().list(query).value();
  EXPECT_THAT(this->ids_of(page.jobs), testing::ElementsAre("j2", "j1"));
  query.after = page.next;
  page = this->store().list(query).value();
  EXPECT_THAT(this->ids_of(page.jobs), testing::ElementsAre("j0"));
  EXPECT_EQ(page.next, "");
}

TYPED_TEST_P(JobStoreContract, ListsWhatIsAskedFor) {
  this->add("a", 0, "u"), this->add("b", 1, "v"), this->add("c", 2, "u");
  this->claim_one("w", 5);
  JobQuery query;
  query.owner = "u";
  EXPECT_THAT(this->ids_of(this->store().list(query).value().jobs), testing::ElementsAre("c", "a"));
  query.state = JobState::running;
  EXPECT_THAT(this->ids_of(this->store().list(query).value().jobs), testing::ElementsAre("a"));
  query.kind = "heroes";
  EXPECT_THAT(this->store().list(query).value().jobs, testing::IsEmpty());
}

TYPED_TEST_P(JobStoreContract, RefusesACursorOfItsOwnInvention) {
  JobQuery query;
  for (const auto* after : {"x", "12", "12-", "-1-a b", "12-'; drop"}) {
    query.after = after;
    EXPECT_THAT(this->store().list(query), FailsWith(Errc::invalid_argument)) << after;
  }
  query.after = "";
  query.limit = 0;
  EXPECT_THAT(this->store().list(query), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(JobStoreContract, EventsAreAChainThatCanBeVerified) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  auto update = this->ended(JobState::succeeded);
  update.notes = {{"image_bought", R"({"cost":"0.042"})"}};
  this->store().update(claim_of(job), update, this->at(2)).value();
  auto events = this->store().events("a").value();
  ASSERT_THAT(this->event_names("a"), testing::ElementsAre("created", "claimed", "image_bought", "succeeded"));
  EXPECT_THAT(verify_events(this->found("a"), events), IsOk());
  events[2].detail = R"({"cost":"0.001"})";
  EXPECT_THAT(verify_events(this->found("a"), events), FailsWith(Errc::corrupt_data));
}

TYPED_TEST_P(JobStoreContract, NamesTheWorkersThatRunJobs) {
  this->add("a", 0), this->add("b", 1), this->add("c", 2);
  this->claim(this->request("w1", 2), 5);
  this->claim_one("w2", 5);
  EXPECT_THAT(this->store().running_workers().value(), testing::UnorderedElementsAre("w1", "w2"));
}

TYPED_TEST_P(JobStoreContract, TellsOfNewWork) {
  std::atomic<int> calls{0};
  auto watch = this->store().watch([&] { ++calls; });
  this->add("a");
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (calls == 0 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  EXPECT_GE(calls, 1);
  watch.reset();
  const int before = calls;
  this->add("b", 1);
  EXPECT_EQ(calls, before);
}

TYPED_TEST_P(JobStoreContract, ManyThreadsNeverGetTheSameJob) {
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

TYPED_TEST_P(JobStoreContract, AnOwnersLimitHoldsBetweenThreads) {
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

REGISTER_TYPED_TEST_SUITE_P(JobStoreContract, GivesBackWhatWasAdded, RefusesAnIdThatIsTaken, RefusesAJobOutOfItsLimits,
                            KnowsWhatIsNotThere, ClaimsTheOldestFirst, PriorityIsWorthAMinuteAStepAndNoMore,
                            ClaimsOnlyTheKindsAskedFor, AClaimedJobSaysWhoHasItAndUntilWhen,
                            RefusesAClaimWithoutWorkerKindOrPlace, AJobIsFreeOnceItsLeaseHasEnded,
                            AJobOfADeadWorkerIsFreeAtOnce, AHeartbeatKeepsLeasesAndTellsOfCancellation,
                            AHeartbeatOfWhoLostItsJobsKeepsNothing, SavesWhatWasReachedWithItsEvents,
                            AnEndedJobIsNotClaimedAgain, WhoLostTheLeaseCannotWrite, AJobThatGoesBackWaitsUntilItsTime,
                            SaysWhenTheNextJobIsDue, AQueuedJobIsCancelledAtOnce, ARunningJobIsAskedToStop,
                            ACancelledJobWhoseWorkerDiedIsNotDoneAgain, RetryQueuesAFailedJobAndKeepsItsOutput,
                            AJobThatKillsItsWorkersIsSetAside, OneOwnerDoesNotTakeAllPlaces, ListsTheNewestFirstInPages,
                            ListsWhatIsAskedFor, RefusesACursorOfItsOwnInvention, EventsAreAChainThatCanBeVerified,
                            NamesTheWorkersThatRunJobs, TellsOfNewWork, ManyThreadsNeverGetTheSameJob,
                            AnOwnersLimitHoldsBetweenThreads);

}  // namespace imagegen::test
