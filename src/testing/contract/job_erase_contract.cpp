#include <imagegen/testing/contract/job_store_contract.hpp>

#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

namespace imagegen::test {
namespace {

constexpr std::string_view kSecret = "a fox in the snow";

}  // namespace

// A job of `owner` that has ended, with a text in each place that can have one.
Job JobStoreContract::add_ended(const std::string& id, const std::string& owner) {
  store().add({id, "prompt", owner, R"({"finalPrompt":"a fox in the snow"})", 3}, at(0)).value();
  const Job job = claim_one("w", 1);
  JobUpdate update;
  update.output = R"({"images":[{"revisedPrompt":"a fox in the snow"}]})";
  update.notes = {{"image_bought", R"({"revisedPrompt":"a fox in the snow"})"}};
  store().update(claim_of(job), update, at(2)).value();
  return store().update(claim_of(job), ended(JobState::failed, "refused: a fox in the snow"), at(3)).value();
}

TEST_P(JobStoreContract, AnErasedJobKeepsHowItEndedAndWhenAndNothingOfWhatItWas) {
  const Job before = add_ended("a", "u");
  const Job erased = store().erase("a", {}, at(9)).value();
  const Job after = found("a");
  EXPECT_TRUE(is_erased(after));
  EXPECT_EQ(after.input, kErasedJobInput);
  EXPECT_EQ(after.output, "");
  EXPECT_EQ(after.error, "erased");
  EXPECT_EQ(after.owner, "");
  EXPECT_EQ(after.id, "a");
  EXPECT_EQ(after.kind, before.kind);
  EXPECT_EQ(after.priority, before.priority);
  EXPECT_EQ(after.state, JobState::failed);
  EXPECT_EQ(after.attempt, before.attempt);
  EXPECT_EQ(after.created, before.created);
  EXPECT_EQ(after.updated, before.updated);
  EXPECT_EQ(after.last_hash, erased.last_hash);
  for (const JobEvent& event : store().events("a").value())
    EXPECT_THAT(event.detail, testing::Not(testing::HasSubstr(std::string(kSecret))));
}

TEST_P(JobStoreContract, TheEventsOfAnErasedJobStayWithTheirTimesAndAreAWholeChain) {
  add_ended("a", "u");
  store().erase("a", {}, at(9)).value();
  EXPECT_THAT(event_names("a"), testing::ElementsAre("created", "claimed", "image_bought", "failed", "erased"));
  const auto events = store().events("a").value();
  EXPECT_EQ(events[2].time, at(2));
  EXPECT_EQ(events[4].time, at(9));
  EXPECT_THAT(verify_events(found("a"), events), IsOk());
}

TEST_P(JobStoreContract, AnErasedJobIsInNoListOfItsOwnerUnlessTheOwnerIsToStay) {
  add_ended("a", "u"), add_ended("b", "u"), add_ended("c", "u2");
  store().erase("a", {}, at(9)).value();
  JobErasure keeping;
  keeping.owner = false;
  store().erase("b", keeping, at(9)).value();
  JobQuery of_owner;
  of_owner.owner = "u";
  EXPECT_THAT(ids_of(store().list(of_owner).value().jobs), testing::ElementsAre("b"));
  EXPECT_THAT(store().list({}).value().jobs, testing::SizeIs(3));
  EXPECT_FALSE(is_erased(found("c")));
  EXPECT_THAT(store().events("c").value().at(2).detail, testing::HasSubstr(std::string(kSecret)));
}

TEST_P(JobStoreContract, ErasingAgainChangesNothing) {
  add_ended("a", "u");
  store().erase("a", {}, at(9)).value();
  const auto again = store().erase("a", {}, at(20));
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(store().events("a").value(), testing::SizeIs(5));
  EXPECT_EQ(store().events("a").value().back().time, at(9));
}

TEST_P(JobStoreContract, OnlyWhatHasEndedIsErased) {
  EXPECT_THAT(store().erase("a", {}, at(0)), FailsWith(Errc::not_found));
  add("a");
  EXPECT_THAT(store().erase("a", {}, at(1)), FailsSaying(Errc::conflict, testing::HasSubstr("queued")));
  claim_one("w", 1);
  EXPECT_THAT(store().erase("a", {}, at(2)), FailsSaying(Errc::conflict, testing::HasSubstr("running")));
  EXPECT_EQ(found("a").input, R"({"n":1})");
}

TEST_P(JobStoreContract, AnErasedJobIsDoneAgainOnlyWithANewInput) {
  add_ended("a", "u");
  store().erase("a", {}, at(9)).value();
  EXPECT_THAT(store().retry("a", at(10)), FailsSaying(Errc::conflict, testing::HasSubstr("erased")));
  JobRetry anew;
  anew.input = R"({"n":2})", anew.owner = "u2";
  store().retry("a", anew, at(11)).value();
  const Job again = claim_one("w", 12);
  EXPECT_FALSE(is_erased(again));
  EXPECT_EQ(again.owner, "u2");
  EXPECT_EQ(again.input, R"({"n":2})");
  EXPECT_THAT(verify_events(again, store().events("a").value()), IsOk());
}

}  // namespace imagegen::test
