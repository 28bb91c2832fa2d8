#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;

Timestamp at(int ms) {
  return from_unix_ms(1'000'000 + ms);
}

JobChange created() {
  return create_job({"a", "prompt", "u", "{}", 0}, at(0)).value();
}

TEST(JobId, BeginsWithItsPrefixAndSortsByAge) {
  const auto early = new_job_id("imgjob_", from_unix_ms(1'800'000'000'000));
  const auto late = new_job_id("imgjob_", from_unix_ms(1'800'000'000'001));
  EXPECT_TRUE(early.starts_with("imgjob_"));
  EXPECT_EQ(early.size(), 33U);
  EXPECT_LT(early, late);
  EXPECT_TRUE(is_job_id(early));
}

TEST(JobId, IsDifferentEveryTime) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(new_job_id("", at(0)));
  EXPECT_EQ(ids.size(), 1000U);
}

TEST(JobId, IsRefusedWithOtherCharacters) {
  for (const auto* text : {"", "a b", "a/b", "ü", "a'b"}) EXPECT_FALSE(is_job_id(text)) << text;
  EXPECT_TRUE(is_job_id(std::string(128, 'a')));
  EXPECT_FALSE(is_job_id(std::string(129, 'a')));
}

TEST(JobState, HasANameThatReadsBack) {
  for (const auto state : {JobState::queued, JobState::running, JobState::succeeded, JobState::partly_succeeded,
                           JobState::failed, JobState::cancelled})
    EXPECT_EQ(parse_job_state(to_string(state)), state);
  EXPECT_FALSE(parse_job_state("QUEUED"));
}

TEST(CreateJob, NamesWhatIsWrong) {
  const auto message = [](NewJob job) { return create_job(job, at(0)).error().message; };
  EXPECT_THAT(message({"", "k", "", "", 0}), HasSubstr("job id"));
  EXPECT_THAT(message({"a", "", "", "", 0}), HasSubstr("job kind"));
  EXPECT_THAT(message({"a", "k", std::string(257, 'o'), "", 0}), HasSubstr("job owner"));
  EXPECT_THAT(message({"a", "k", "", std::string((6U << 20U) + 1, ' '), 0}), HasSubstr("job input"));
  EXPECT_THAT(message({"a", "k", "", "", 101}), HasSubstr("[-100, 100], got 101"));
}

TEST(EventHash, CoversEveryPart) {
  const JobEvent event{1, at(5), "claimed", "{}", {}};
  const auto hash = event_hash("", "a", event);
  std::set<std::string> hashes{hash, event_hash("", "b", event), event_hash(hash, "a", event)};
  hashes.insert(event_hash("", "a", {2, at(5), "claimed", "{}", {}}));
  hashes.insert(event_hash("", "a", {1, at(6), "claimed", "{}", {}}));
  hashes.insert(event_hash("", "a", {1, at(5), "claimed{", "}", {}}));
  EXPECT_EQ(hashes.size(), 6U);
}

TEST(VerifyEvents, NoticesWhatWasTakenAway) {
  auto change = created();
  auto claimed = claim_job(change.job, "w", at(100), 3, at(1));
  std::vector<JobEvent> events{change.events[0], claimed.events[0]};
  EXPECT_THAT(verify_events(claimed.job, events), IsOk());
  events.pop_back();
  EXPECT_THAT(verify_events(claimed.job, events),
              FailsSaying(Errc::corrupt_data, HasSubstr("expected 2 events, got 1")));
  EXPECT_THAT(verify_events(claimed.job, std::span(&claimed.events[0], 1)), FailsWith(Errc::corrupt_data));
}

TEST(VerifyEvents, NoticesAnotherInput) {
  const auto change = created();
  Job job = change.job;
  EXPECT_THAT(verify_events(job, change.events), IsOk());
  job.input = R"({"n":2})";
  EXPECT_THAT(verify_events(job, change.events),
              FailsSaying(Errc::corrupt_data, HasSubstr("not the one that was ordered")));
  EXPECT_THAT(check_input(change.job, {}), FailsSaying(Errc::corrupt_data, HasSubstr("got none")));
}

TEST(VerifyEvents, ComparesWithTheNewestOrder) {
  auto claimed = claim_job(created().job, "w", at(100), 3, at(1));
  JobUpdate end;
  end.state = JobState::failed;
  auto failed = update_job(claimed.job, claim_of(claimed.job), end, at(2)).value();
  JobRetry other;
  other.input = R"({"n":2})";
  auto again = retry_job(failed.job, other, at(3)).value();
  std::vector<JobEvent> events{created().events[0], claimed.events[0], failed.events[0], again.events[0]};
  EXPECT_THAT(verify_events(again.job, events), IsOk());
  again.job.input = "{}";
  EXPECT_THAT(verify_events(again.job, events), FailsWith(Errc::corrupt_data));
}

TEST(UpdateJob, ForgetsCrashesOnceTheJobWentOn) {
  auto job = claim_job(created().job, "w", at(100), 3, at(1)).job;
  job = claim_job(job, "w", at(300), 3, at(200)).job;
  EXPECT_EQ(job.crashes, 1);
  JobUpdate back;
  back.state = JobState::queued;
  EXPECT_EQ(update_job(job, claim_of(job), back, at(201))->job.crashes, 0);
}

TEST(UpdateJob, AddsNoEventWhereNothingIsWorthOne) {
  const auto job = claim_job(created().job, "w", at(100), 3, at(1)).job;
  JobUpdate output;
  output.output = "x";
  const auto change = update_job(job, claim_of(job), output, at(2)).value();
  EXPECT_TRUE(change.events.empty());
  EXPECT_EQ(change.job.updated, at(2));
}

TEST(CancelJob, AsksARunningJobOnce) {
  const auto job = claim_job(created().job, "w", at(100), 3, at(1)).job;
  const auto asked = cancel_job(job, at(2)).value();
  EXPECT_EQ(asked.events.size(), 1U);
  EXPECT_TRUE(cancel_job(asked.job, at(3))->events.empty());
}

TEST(RankOf, AJobThatWentBackGoesBehindThoseThatWaited) {
  Job back = created().job, waiting = created().job;
  back.not_before = at(50);
  waiting.created = waiting.not_before = at(20);
  EXPECT_LT(rank_of(waiting), rank_of(back));
}

}  // namespace
}  // namespace imagegen::test
