#include <imagegen/testing/contract/job_store_contract.hpp>

#include <imagegen/core/digest.hpp>
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <set>
#include <thread>

namespace imagegen::test {

NewJob JobStoreContract::job_named(const std::string& id, const std::string& owner, int priority) {
  return {id, "prompt", owner, R"({"n":1})", priority};
}

Job JobStoreContract::add(const std::string& id, int ms, const std::string& owner, int priority) {
  return store().add(job_named(id, owner, priority), at(ms)).value();
}

JobClaimRequest JobStoreContract::request(const std::string& worker, int max_jobs) {
  JobClaimRequest made;
  made.worker = worker, made.kinds = {"prompt"}, made.max_jobs = max_jobs;
  made.lease = std::chrono::milliseconds(1000);
  return made;
}

std::vector<Job> JobStoreContract::claim(const JobClaimRequest& request, int ms) {
  return store().claim(request, at(ms)).value();
}

Job JobStoreContract::claim_one(const std::string& worker, int ms) {
  auto jobs = claim(request(worker), ms);
  EXPECT_EQ(jobs.size(), 1U);
  return jobs.empty() ? Job() : jobs.front();
}

Job JobStoreContract::found(const std::string& id) {
  return store().find(id).value().value();
}

std::vector<std::string> JobStoreContract::event_names(const std::string& id) {
  std::vector<std::string> names;
  for (const JobEvent& event : store().events(id).value()) names.push_back(event.name);
  return names;
}

std::vector<std::string> JobStoreContract::announced_ids(int limit) {
  std::vector<std::string> ids;
  for (const Announcement& announcement : store().announcements(limit).value()) ids.push_back(announcement.id);
  return ids;
}

std::vector<std::string> JobStoreContract::ids_of(const std::vector<Job>& jobs) {
  std::vector<std::string> ids;
  for (const Job& job : jobs) ids.push_back(job.id);
  return ids;
}

JobUpdate JobStoreContract::ended(JobState state, std::string error) {
  JobUpdate update;
  update.state = state;
  if (!error.empty()) update.error = std::move(error);
  return update;
}

void JobStoreContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(JobStoreContract);

// A suite that is not instantiated has no tests, and nobody misses them.
TEST_P(JobStoreContract, StandsBesideThoseOfClaimsAndOfTime) {
  const auto& program = *testing::UnitTest::GetInstance();
  const std::string own = program.current_test_suite()->name(), prefix = own.substr(0, own.find('/') + 1);
  std::set<std::string> suites;
  for (int i = 0; i < program.total_test_suite_count(); ++i) suites.insert(program.GetTestSuite(i)->name());
  EXPECT_THAT(suites, testing::IsSupersetOf({prefix + "JobClaimContract", prefix + "JobTimeContract"}));
}

TEST_P(JobStoreContract, GivesBackWhatWasAdded) {
  const Job added = store().add({"a", "prompt", "u 'quoted'", R"({"t":"ünï\u0000"})", 7}, at(5)).value();
  const Job found = this->found("a");
  EXPECT_EQ(found.id, "a");
  EXPECT_EQ(found.kind, "prompt");
  EXPECT_EQ(found.owner, "u 'quoted'");
  EXPECT_EQ(found.input, R"({"t":"ünï\u0000"})");
  EXPECT_EQ(found.priority, 7);
  EXPECT_EQ(found.state, JobState::queued);
  EXPECT_EQ(found.created, at(5));
  EXPECT_EQ(found.last_hash, added.last_hash);
}

TEST_P(JobStoreContract, RefusesAnIdThatIsTaken) {
  add("a");
  EXPECT_THAT(store().add(job_named("a"), at(1)), FailsWith(Errc::already_exists));
}

TEST_P(JobStoreContract, RefusesAJobOutOfItsLimits) {
  auto job = job_named("a b");
  EXPECT_THAT(store().add(job, at(0)), FailsSaying(Errc::invalid_argument, testing::HasSubstr("job id")));
  EXPECT_FALSE(store().find("a b").value());
}

TEST_P(JobStoreContract, KnowsWhatIsNotThere) {
  EXPECT_FALSE(store().find("a").value());
  EXPECT_TRUE(store().events("a").value().empty());
  EXPECT_THAT(store().cancel("a", at(0)), FailsWith(Errc::not_found));
  EXPECT_THAT(store().retry("a", at(0)), FailsWith(Errc::not_found));
  EXPECT_THAT(store().update({"a", "w", 1}, {}, at(0)), FailsWith(Errc::not_found));
}

TEST_P(JobStoreContract, AHeartbeatKeepsLeasesAndTellsOfCancellation) {
  add("a", 0), add("b", 1), add("c", 2);
  claim(request("w1", 2), 5);
  claim_one("w2", 5);
  store().cancel("b", at(6)).value();
  const auto held = store().renew("w1", std::chrono::milliseconds(8994)).value();
  ASSERT_EQ(held.size(), 2U);
  for (const HeldJob& job : held) {
    EXPECT_EQ(job.attempt, 1);
    EXPECT_EQ(job.cancel_requested, job.id == "b") << job.id;
  }
  EXPECT_THAT(claim_ids(request("w3", 9), 8000), testing::ElementsAre("c"));
}

TEST_P(JobStoreContract, AHeartbeatOfWhoLostItsJobsKeepsNothing) {
  add("a");
  claim_one("w1", 0);
  claim_one("w2", 2000);
  EXPECT_TRUE(store().renew("w1", std::chrono::milliseconds(9000)).value().empty());
  EXPECT_EQ(found("a").lease_until, at(3000));
}

TEST_P(JobStoreContract, SavesWhatWasReachedWithItsEvents) {
  add("a");
  const Job job = claim_one("w", 1);
  JobUpdate update;
  update.output = R"({"urls":["u1"]})";
  update.notes = {{"image_bought", R"({"slot":0})"}, {"image_stored"}};
  const Job updated = store().update(claim_of(job), update, at(2)).value();
  EXPECT_EQ(updated.output, R"({"urls":["u1"]})");
  EXPECT_EQ(found("a").output, R"({"urls":["u1"]})");
  EXPECT_EQ(found("a").state, JobState::running);
  EXPECT_THAT(event_names("a"), testing::ElementsAre("created", "claimed", "image_bought", "image_stored"));
}

TEST_P(JobStoreContract, WhoLostTheLeaseCannotWrite) {
  add("a");
  const Job first = claim_one("w1", 0);
  const Job second = claim_one("w2", 2000);
  JobUpdate late = ended(JobState::failed, "late");
  late.output = "late";
  EXPECT_THAT(store().update(claim_of(first), late, at(2001)), FailsWith(Errc::lease_lost));
  EXPECT_EQ(found("a").output, "");
  EXPECT_EQ(event_names("a").size(), 4U);
  EXPECT_THAT(store().update(claim_of(second), ended(JobState::succeeded), at(2002)), IsOk());
  EXPECT_THAT(store().update(claim_of(second), ended(JobState::failed), at(2003)),
              FailsWith(Errc::lease_lost));
}

TEST_P(JobStoreContract, ConfirmsAClaimThatHoldsAndIsStillWanted) {
  add("a");
  EXPECT_THAT(store().confirm({"not-there", "w", 1}), FailsWith(Errc::not_found));
  EXPECT_THAT(store().confirm({"a", "", 0}), FailsWith(Errc::lease_lost));
  const auto first = claim_of(claim_one("w1", 0));
  EXPECT_THAT(store().confirm(first), IsOk());
  const auto second = claim_of(claim_one("w1", 2000));
  EXPECT_THAT(store().confirm(first), FailsWith(Errc::lease_lost));
  EXPECT_THAT(store().confirm(second), IsOk());
  store().cancel("a", at(2001)).value();
  EXPECT_THAT(store().confirm(second), FailsWith(Errc::cancelled));
  EXPECT_THAT(store().confirm(first), FailsWith(Errc::lease_lost));
  store().update(second, ended(JobState::succeeded), at(2002)).value();
  EXPECT_THAT(store().confirm(second), FailsWith(Errc::lease_lost));
}

TEST_P(JobStoreContract, SaysWhenTheNextJobIsDue) {
  EXPECT_FALSE(store().next_due({"prompt"}).value());
  add("a", 30);
  EXPECT_EQ(store().next_due({"prompt"}).value(), std::chrono::milliseconds(0));
  EXPECT_FALSE(store().next_due({"heroes"}).value());
}

TEST_P(JobStoreContract, AQueuedJobIsCancelledAtOnce) {
  add("a");
  EXPECT_EQ(store().cancel("a", at(1)).value().state, JobState::cancelled);
  EXPECT_THAT(claim_ids(request("w"), 2), testing::IsEmpty());
  EXPECT_THAT(store().cancel("a", at(3)), FailsWith(Errc::conflict));
}

TEST_P(JobStoreContract, ARunningJobIsAskedToStop) {
  add("a");
  claim_one("w", 1);
  const Job job = store().cancel("a", at(2)).value();
  EXPECT_EQ(job.state, JobState::running);
  EXPECT_TRUE(job.cancel_requested);
  store().update(claim_of(job), ended(JobState::cancelled), at(3)).value();
  EXPECT_EQ(found("a").state, JobState::cancelled);
  EXPECT_FALSE(found("a").cancel_requested);
}

TEST_P(JobStoreContract, ACancelledJobWhoseWorkerDiedIsNotDoneAgain) {
  add("a");
  claim_one("w1", 0);
  store().cancel("a", at(1)).value();
  EXPECT_THAT(claim_ids(request("w2"), 2000), testing::IsEmpty());
  EXPECT_EQ(found("a").state, JobState::cancelled);
}

TEST_P(JobStoreContract, RetryQueuesAFailedJobAndKeepsItsOutput) {
  add("a");
  auto update = ended(JobState::failed, "the provider was gone");
  update.output = "two of three";
  store().update(claim_of(claim_one("w", 1)), update, at(2)).value();
  EXPECT_EQ(found("a").error, "the provider was gone");
  const Job job = store().retry("a", at(3)).value();
  EXPECT_EQ(job.state, JobState::queued);
  EXPECT_EQ(job.output, "two of three");
  EXPECT_EQ(job.error, "");
  EXPECT_THAT(claim_ids(request("w"), 4), testing::ElementsAre("a"));
  EXPECT_THAT(store().retry("a", at(5)), FailsWith(Errc::conflict));
}

TEST_P(JobStoreContract, RetryWithANewInputBeginsAnew) {
  add("a", 0, "u");
  auto update = ended(JobState::succeeded);
  update.output = "made";
  store().update(claim_of(claim_one("w", 1)), update, at(2)).value();
  EXPECT_THAT(store().retry("a", at(3)), FailsWith(Errc::conflict));
  JobRetry retry;
  retry.input = R"({"n":2})", retry.owner = "v";
  EXPECT_EQ(store().retry("a", retry, at(4)).value().input, R"({"n":2})");
  const Job job = found("a");
  EXPECT_EQ(job.state, JobState::queued);
  EXPECT_EQ(job.input, R"({"n":2})");
  EXPECT_EQ(job.owner, "v");
  EXPECT_EQ(job.output, "");
  JobQuery query;
  query.owner = "v";
  EXPECT_THAT(ids_of(store().list(query).value().jobs), testing::ElementsAre("a"));
  const auto events = store().events("a").value();
  EXPECT_EQ(events.back().name, "retried");
  EXPECT_EQ(events.back().detail, R"({"inputSha256":")" + to_hex(sha256(job.input)) + R"("})");
  EXPECT_THAT(verify_events(job, events), IsOk());
  EXPECT_EQ(claim_one("w", 5).attempt, 2);
}

TEST_P(JobStoreContract, AnInputIsNotReplacedWhileTheJobIsUnderWayNorBeyondItsLimits) {
  add("a");
  JobRetry retry;
  retry.input = "new";
  EXPECT_THAT(store().retry("a", retry, at(1)), FailsWith(Errc::conflict));
  const Job job = claim_one("w", 2);
  EXPECT_THAT(store().retry("a", retry, at(3)), FailsWith(Errc::conflict));
  store().update(claim_of(job), ended(JobState::failed), at(4)).value();
  retry.input = std::string((6U << 20U) + 1, ' ');
  EXPECT_THAT(store().retry("a", retry, at(5)), FailsWith(Errc::invalid_argument));
  retry.input.reset(), retry.owner = std::string(257, 'o');
  EXPECT_THAT(store().retry("a", retry, at(5)), FailsWith(Errc::invalid_argument));
  EXPECT_EQ(found("a").input, R"({"n":1})");
  EXPECT_EQ(found("a").state, JobState::failed);
}

TEST_P(JobStoreContract, ListsTheNewestFirstInPages) {
  for (int i = 0; i < 5; ++i) add("j" + std::to_string(i), i / 2);
  JobQuery query;
  query.limit = 2;
  auto page = store().list(query).value();
  EXPECT_THAT(ids_of(page.jobs), testing::ElementsAre("j4", "j3"));
  query.after = page.next;
  page = store().list(query).value();
  EXPECT_THAT(ids_of(page.jobs), testing::ElementsAre("j2", "j1"));
  query.after = page.next;
  page = store().list(query).value();
  EXPECT_THAT(ids_of(page.jobs), testing::ElementsAre("j0"));
  EXPECT_EQ(page.next, "");
}

TEST_P(JobStoreContract, ListsWhatIsAskedFor) {
  add("a", 0, "u"), add("b", 1, "v"), add("c", 2, "u");
  claim_one("w", 5);
  JobQuery query;
  query.owner = "u";
  EXPECT_THAT(ids_of(store().list(query).value().jobs), testing::ElementsAre("c", "a"));
  query.state = JobState::running;
  EXPECT_THAT(ids_of(store().list(query).value().jobs), testing::ElementsAre("a"));
  query.kind = "heroes";
  EXPECT_THAT(store().list(query).value().jobs, testing::IsEmpty());
}

TEST_P(JobStoreContract, RefusesACursorOfItsOwnInvention) {
  JobQuery query;
  for (const auto* after : {"x", "12", "12-", "-1-a b", "12-'; drop"}) {
    query.after = after;
    EXPECT_THAT(store().list(query), FailsWith(Errc::invalid_argument)) << after;
  }
  query.after = "";
  query.limit = 0;
  EXPECT_THAT(store().list(query), FailsWith(Errc::invalid_argument));
}

TEST_P(JobStoreContract, EventsAreAChainThatCanBeVerified) {
  add("a");
  const Job job = claim_one("w", 1);
  auto update = ended(JobState::succeeded);
  update.notes = {{"image_bought", R"({"cost":"0.042"})"}};
  store().update(claim_of(job), update, at(2)).value();
  auto events = store().events("a").value();
  ASSERT_THAT(event_names("a"), testing::ElementsAre("created", "claimed", "image_bought", "succeeded"));
  EXPECT_THAT(verify_events(found("a"), events), IsOk());
  events[2].detail = R"({"cost":"0.001"})";
  EXPECT_THAT(verify_events(found("a"), events), FailsWith(Errc::corrupt_data));
}

TEST_P(JobStoreContract, KeepsWhatIsToBeAnnouncedUntilItHasBeen) {
  add("a");
  const Job job = claim_one("w", 1);
  JobUpdate update;
  update.announcements = {{"z", R"({"t":"ü"})"}, {"y", "2"}};
  store().update(claim_of(job), update, at(2)).value();
  update = ended(JobState::succeeded);
  update.announcements = {{"x", "3"}, {"y", "other"}, {"x", "twice"}};
  store().update(claim_of(job), update, at(3)).value();
  EXPECT_THAT(announced_ids(2), testing::ElementsAre("z", "y"));
  const auto all = store().announcements(1000).value();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].text, R"({"t":"ü"})");
  EXPECT_EQ(all[1].text, "2");
  EXPECT_EQ(all[2].text, "3");
  ASSERT_THAT(store().announced({"y", "not-there", "z"}), IsOk());
  ASSERT_THAT(store().announced({"y"}), IsOk());
  ASSERT_THAT(store().announced({}), IsOk());
  EXPECT_THAT(announced_ids(1000), testing::ElementsAre("x"));
}

TEST_P(JobStoreContract, WhoLostTheLeaseAnnouncesNothing) {
  add("a");
  const Job first = claim_one("w1", 0);
  claim_one("w2", 2000);
  auto late = ended(JobState::succeeded);
  late.announcements = {{"x", "{}"}};
  EXPECT_THAT(store().update(claim_of(first), late, at(2001)), FailsWith(Errc::lease_lost));
  EXPECT_THAT(announced_ids(1000), testing::IsEmpty());
}

TEST_P(JobStoreContract, RefusesAnnouncementsOutOfTheirLimits) {
  add("a");
  const Job job = claim_one("w", 1);
  const auto refused = [&](std::vector<Announcement> announcements) {
    auto update = ended(JobState::succeeded);
    update.announcements = std::move(announcements);
    return store().update(claim_of(job), update, at(2));
  };
  EXPECT_THAT(refused({{"", "{}"}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused({{std::string(161, 'a'), "{}"}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused({{"x", std::string((64U << 10U) + 1, ' ')}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused({{"x", ""}}), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(refused(std::vector<Announcement>(17, {"x", "{}"})), FailsWith(Errc::invalid_argument));
  EXPECT_EQ(found("a").state, JobState::running);
  EXPECT_THAT(store().announcements(0), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(store().announcements(1001), FailsWith(Errc::invalid_argument));
}

TEST_P(JobStoreContract, NamesTheWorkersThatRunJobs) {
  add("a", 0), add("b", 1), add("c", 2);
  claim(request("w1", 2), 5);
  claim_one("w2", 5);
  EXPECT_THAT(store().running_workers().value(), testing::UnorderedElementsAre("w1", "w2"));
}

TEST_P(JobStoreContract, TellsOfNewWork) {
  std::atomic<int> calls{0};
  auto watch = store().watch([&] { ++calls; });
  add("a");
  const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (calls == 0 && std::chrono::steady_clock::now() < limit) std::this_thread::yield();
  EXPECT_GE(calls, 1);
  watch.reset();
  const int before = calls;
  add("b", 1);
  EXPECT_EQ(calls, before);
}

}  // namespace imagegen::test
