#pragma once
#include <imagegen/core/digest.hpp>
#include <imagegen/job/job_changes.hpp>

#include <atomic>
#include <thread>

#include "contract/job_claim_contract.hpp"
#include "contract/job_store_fixture.hpp"

/// \file What every JobStore must do, in two suites.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobStoreContract, MemoryJobHarness);
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, JobClaimContract, MemoryJobHarness);
///
/// A harness is default-constructible, gives an empty store, and has
///     JobStore& store();            // a TimedJobStore; not called when no_store() says something
///     std::string no_store() const; // why there is none here; else empty
namespace imagegen::test {

template <class Harness>
class JobStoreContract : public JobStoreTest<Harness> {};

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

TYPED_TEST_P(JobStoreContract, AHeartbeatKeepsLeasesAndTellsOfCancellation) {
  this->add("a", 0), this->add("b", 1), this->add("c", 2);
  this->claim(this->request("w1", 2), 5);
  this->claim_one("w2", 5);
  this->store().cancel("b", this->at(6)).value();
  const auto held = this->store().renew("w1", std::chrono::milliseconds(8994)).value();
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
  EXPECT_TRUE(this->store().renew("w1", std::chrono::milliseconds(9000)).value().empty());
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

TYPED_TEST_P(JobStoreContract, ConfirmsAClaimThatHoldsAndIsStillWanted) {
  this->add("a");
  EXPECT_THAT(this->store().confirm({"not-there", "w", 1}), FailsWith(Errc::not_found));
  EXPECT_THAT(this->store().confirm({"a", "", 0}), FailsWith(Errc::lease_lost));
  const auto first = claim_of(this->claim_one("w1", 0));
  EXPECT_THAT(this->store().confirm(first), IsOk());
  const auto second = claim_of(this->claim_one("w1", 2000));
  EXPECT_THAT(this->store().confirm(first), FailsWith(Errc::lease_lost));
  EXPECT_THAT(this->store().confirm(second), IsOk());
  this->store().cancel("a", this->at(2001)).value();
  EXPECT_THAT(this->store().confirm(second), FailsWith(Errc::cancelled));
  EXPECT_THAT(this->store().confirm(first), FailsWith(Errc::lease_lost));
  this->store().update(second, this->ended(JobState::succeeded), this->at(2002)).value();
  EXPECT_THAT(this->store().confirm(second), FailsWith(Errc::lease_lost));
}

TYPED_TEST_P(JobStoreContract, SaysWhenTheNextJobIsDue) {
  EXPECT_FALSE(this->store().next_due({"prompt"}).value());
  this->add("a", 30);
  EXPECT_EQ(this->store().next_due({"prompt"}).value(), std::chrono::milliseconds(0));
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

TYPED_TEST_P(JobStoreContract, RetryWithANewInputBeginsAnew) {
  this->add("a", 0, "u");
  auto update = this->ended(JobState::succeeded);
  update.output = "made";
  this->store().update(claim_of(this->claim_one("w", 1)), update, this->at(2)).value();
  EXPECT_THAT(this->store().retry("a", this->at(3)), FailsWith(Errc::conflict));
  JobRetry retry;
  retry.input = R"({"n":2})", retry.owner = "v";
  EXPECT_EQ(this->store().retry("a", retry, this->at(4)).value().input, R"({"n":2})");
  const Job job = this->found("a");
  EXPECT_EQ(job.state, JobState::queued);
  EXPECT_EQ(job.input, R"({"n":2})");
  EXPECT_EQ(job.owner, "v");
  EXPECT_EQ(job.output, "");
  JobQuery query;
  query.owner = "v";
  EXPECT_THAT(this->ids_of(this->store().list(query).value().jobs), testing::ElementsAre("a"));
  const auto events = this->store().events("a").value();
  EXPECT_EQ(events.back().name, "retried");
  EXPECT_EQ(events.back().detail, R"({"inputSha256":")" + to_hex(sha256(job.input)) + R"("})");
  EXPECT_THAT(verify_events(job, events), IsOk());
  EXPECT_EQ(this->claim_one("w", 5).attempt, 2);
}

TYPED_TEST_P(JobStoreContract, AnInputIsNotReplacedWhileTheJobIsUnderWayNorBeyondItsLimits) {
  this->add("a");
  JobRetry retry;
  retry.input = "new";
  EXPECT_THAT(this->store().retry("a", retry, this->at(1)), FailsWith(Errc::conflict));
  const Job job = this->claim_one("w", 2);
  EXPECT_THAT(this->store().retry("a", retry, this->at(3)), FailsWith(Errc::conflict));
  this->store().update(claim_of(job), this->ended(JobState::failed), this->at(4)).value();
  retry.input = std::string((6U << 20U) + 1, ' ');
  EXPECT_THAT(this->store().retry("a", retry, this->at(5)), FailsWith(Errc::invalid_argument));
  retry.input.reset(), retry.owner = std::string(257, 'o');
  EXPECT_THAT(this->store().retry("a", retry, this->at(5)), FailsWith(Errc::invalid_argument));
  EXPECT_EQ(this->found("a").input, R"({"n":1})");
  EXPECT_EQ(this->found("a").state, JobState::failed);
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

TYPED_TEST_P(JobStoreContract, KeepsWhatIsToBeAnnouncedUntilItHasBeen) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  JobUpdate update;
  update.announcements = {{"z", R"({"t":"ü"})"}, {"y", "2"}};
  this->store().update(claim_of(job), update, this->at(2)).value();
  update = this->ended(JobState::succeeded);
  update.announcements = {{"x", "3"}, {"y", "other"}, {"x", "twice"}};
  this->store().update(claim_of(job), update, this->at(3)).value();
  EXPECT_THAT(this->announced_ids(2), testing::ElementsAre("z", "y"));
  const auto all = this->store().announcements(1000).value();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].text, R"({"t":"ü"})");
  EXPECT_EQ(all[1].text, "2");
  EXPECT_EQ(all[2].text, "3");
  ASSERT_THAT(this->store().announced({"y", "not-there", "z"}), IsOk());
  ASSERT_THAT(this->store().announced({"y"}), IsOk());
  ASSERT_THAT(this->store().announced({}), IsOk());
  EXPECT_THAT(this->announced_ids(1000), testing::ElementsAre("x"));
}

TYPED_TEST_P(JobStoreContract, WhoLostTheLeaseAnnouncesNothing) {
  this->add("a");
  const Job first = this->claim_one("w1", 0);
  this->claim_one("w2", 2000);
  auto late = this->ended(JobState::succeeded);
  late.announcements = {{"x", "{}"}};
  EXPECT_THAT(this->store().update(claim_of(first), late, this->at(2001)), FailsWith(Errc::lease_lost));
  EXPECT_THAT(this->announced_ids(1000), testing::IsEmpty());
}

TYPED_TEST_P(JobStoreContract, RefusesAnnouncementsOutOfTheirLimits) {
  this->add("a");
  const Job job = this->claim_one("w", 1);
  const auto refused = [&](std::vector<Announcement> announcements) {
    auto update = this->ended(JobState::succeeded);
    update.announcements = std::move(announcements);
    return this->store().update(claim_of(job), update, this->at(2));
  };
  EXPECT_THAT(refused({{"", "{}"}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused({{std::string(161, 'a'), "{}"}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused({{"x", std::string((64U << 10U) + 1, ' ')}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused({{"x", ""}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused(std::vector<Announcement>(17, {"x", "{}"})), FailsWith(Errc::invalid_argument));
  EXPECT_EQ(this->found("a").state, JobState::running);
  EXPECT_THAT(this->store().announcements(0), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->store().announcements(1001), FailsWith(Errc::invalid_argument));
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

REGISTER_TYPED_TEST_SUITE_P(JobStoreContract, GivesBackWhatWasAdded, RefusesAnIdThatIsTaken, RefusesAJobOutOfItsLimits,
                            KnowsWhatIsNotThere, AHeartbeatKeepsLeasesAndTellsOfCancellation,
                            AHeartbeatOfWhoLostItsJobsKeepsNothing, SavesWhatWasReachedWithItsEvents,
                            WhoLostTheLeaseCannotWrite, ConfirmsAClaimThatHoldsAndIsStillWanted,
                            SaysWhenTheNextJobIsDue, AQueuedJobIsCancelledAtOnce,
                            ARunningJobIsAskedToStop, ACancelledJobWhoseWorkerDiedIsNotDoneAgain,
                            RetryQueuesAFailedJobAndKeepsItsOutput, RetryWithANewInputBeginsAnew,
                            AnInputIsNotReplacedWhileTheJobIsUnderWayNorBeyondItsLimits, ListsTheNewestFirstInPages,
                            ListsWhatIsAskedFor, RefusesACursorOfItsOwnInvention, EventsAreAChainThatCanBeVerified,
                            KeepsWhatIsToBeAnnouncedUntilItHasBeen, WhoLostTheLeaseAnnouncesNothing,
                            RefusesAnnouncementsOutOfTheirLimits, NamesTheWorkersThatRunJobs, TellsOfNewWork);

}  // namespace imagegen::test
