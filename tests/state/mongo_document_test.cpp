#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include "state/support/mongo_harness.hpp"
#include "support/run_task.hpp"

// What stands in the collections, and what happens when somebody changes it.
namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class MongoDocument : public MongoTest {
 protected:
  void SetUp() override {
    MongoTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) state_ = open().value();
  }

  Job claimed(const std::string& id, const std::string& input) {
    state_.jobs->add({id, "prompt", "u", input}, at(0)).value();
    return state_.jobs->claim(request("w"), at(1)).value().at(0);
  }
  std::string document(const std::string& id) {
    return database().find("imagegen_jobs", R"({"jobId": ")" + id + R"("})");
  }

  State state_;
};

TEST_F(MongoDocument, ShowsTheFieldsOfAPromptJob) {
  const Job job = claimed("a", R"({"intent":"hero","rawPrompt":"a ü","finalPrompt":"A ü.","imageCount":2})");
  JobUpdate update;
  update.state = JobState::succeeded;
  update.output = R"({"images":[{"slot":0,"url":"https://cdn.test/0"},{"slot":1,"url":"https://cdn.test/1"}]})";
  state_.jobs->update(claim_of(job), update, at(2)).value();
  EXPECT_THAT(document("a"),
              AllOf(HasSubstr(R"("_id" : { "$oid")"), HasSubstr(R"("jobId" : "a")"), HasSubstr(R"("intent" : "hero")"),
                    HasSubstr(R"("rawPrompt" : "a ü")"), HasSubstr(R"("finalPrompt" : "A ü.")"),
                    HasSubstr(R"("imageCount" : 2)"), HasSubstr(R"("status" : "DONE")"),
                    HasSubstr(R"("cdnUrls" : [ "https://cdn.test/0", "https://cdn.test/1" ])"),
                    HasSubstr(R"("createdAt" : { "$date")"), HasSubstr(R"("updatedAt" : { "$date")")));
  EXPECT_THAT(document("a"), Not(HasSubstr("$binary")));
}

TEST_F(MongoDocument, StatusSaysWhatHappensInFourWords) {
  const Job job = claimed("a", "{}");
  EXPECT_THAT(document("a"), HasSubstr(R"("status" : "RUNNING")"));
  JobUpdate update;
  update.state = JobState::failed, update.error = "no credit";
  state_.jobs->update(claim_of(job), update, at(2)).value();
  EXPECT_THAT(document("a"), AllOf(HasSubstr(R"("status" : "FAILED")"), HasSubstr(R"("error" : "no credit")")));
  state_.jobs->retry("a", at(3)).value();
  EXPECT_THAT(document("a"), HasSubstr(R"("status" : "QUEUED")"));
}

TEST_F(MongoDocument, WhatIsShownFollowsTheInputOfARetry) {
  const Job job = claimed("a", R"({"intent":"old","gone":"x"})");
  JobUpdate update;
  update.state = JobState::failed;
  state_.jobs->update(claim_of(job), update, at(2)).value();
  JobRetry retry;
  retry.input = R"({"intent":"new"})";
  state_.jobs->retry("a", retry, at(3)).value();
  EXPECT_THAT(document("a"), AllOf(HasSubstr(R"("intent" : "new")"), Not(HasSubstr(R"("gone")"))));
}

TEST_F(MongoDocument, AnInputCannotPassItselfOffAsAFieldOfOurs) {
  claimed("a",
          R"({"status":"DONE","job":{"state":"failed"},"_id":"x","jobId":"b","$set":"y","a.b":"z","x":{"$oid":1}})");
  EXPECT_THAT(document("a"), AllOf(HasSubstr(R"("status" : "RUNNING")"), Not(HasSubstr(R"("a.b" :)"))));
  EXPECT_EQ(state_.jobs->find("a").value()->state, JobState::running);
  EXPECT_FALSE(state_.jobs->find("b").value());
}

TEST_F(MongoDocument, AnInputThatIsNoJsonIsKeptAllTheSame) {
  claimed("a", "\xC3\xBC no JSON {");
  EXPECT_EQ(state_.jobs->find("a").value()->input, "\xC3\xBC no JSON {");
}

TEST_F(MongoDocument, AMissingFieldIsCorruptDataAndNamed) {
  claimed("a", "{}");
  for (const std::string field : {"kind", "createdAt", "job.state", "job.revision", "job.leaseUntil", "job.input"}) {
    const Job job = claimed("x-" + field, "{}");
    database().update("imagegen_jobs", R"({"jobId": ")" + job.id + R"("})", R"({"$unset": {")" + field + R"(": ""}})");
    EXPECT_THAT(state_.jobs->find(job.id), FailsSaying(Errc::corrupt_data, HasSubstr(field)));
    EXPECT_THAT(state_.jobs->cancel(job.id, at(9)), FailsWith(Errc::corrupt_data));
  }
  EXPECT_THAT(state_.jobs->list({}), FailsWith(Errc::corrupt_data));
  EXPECT_TRUE(state_.jobs->find("a").value());
}

TEST_F(MongoDocument, AFieldOfAnotherTypeIsCorruptData) {
  const Job job = claimed("a", "{}");
  for (const auto* change :
       {R"({"job.attempt": "one"})", R"({"job.attempt": 1.5})", R"({"job.attempt": {"$numberLong": "5000000000"}})",
        R"({"job.attempt": 1, "job.state": "happy"})", R"({"job.state": 7})", R"({"job": []})", R"({"job": "none"})"}) {
    database().update("imagegen_jobs", R"({"jobId": "a"})", std::string(R"({"$set": )") + change + "}");
    EXPECT_THAT(state_.jobs->find("a"), FailsWith(Errc::corrupt_data)) << change;
    EXPECT_THAT(state_.jobs->update(claim_of(job), {}, at(9)), FailsWith(Errc::corrupt_data)) << change;
  }
}

TEST_F(MongoDocument, DamagedEventsAreCorruptData) {
  claimed("a", "{}");
  for (const auto* events : {R"("none")", R"([1, 2])", R"([{"number": 1}])"}) {
    database().update("imagegen_jobs", R"({"jobId": "a"})", std::string(R"({"$set": {"job.events": )") + events + "}}");
    EXPECT_THAT(state_.jobs->events("a"), FailsWith(Errc::corrupt_data)) << events;
  }
}

TEST_F(MongoDocument, AnEventThatSomebodyChangedIsNoticed) {
  const Job job = claimed("a", "{}");
  database().update("imagegen_jobs", R"({"jobId": "a"})", R"({"$set": {"job.events.0.name": "bought"}})");
  EXPECT_THAT(verify_events(state_.jobs->find("a").value().value(), state_.jobs->events("a").value()),
              FailsWith(Errc::corrupt_data));
}

TEST_F(MongoDocument, ADamagedPermitIsCorruptData) {
  ASSERT_TRUE(state_.permits->acquire({"w/1", {{"p", 1, 0}}}).value().granted);
  database().update("imagegen_permits", R"({"_id": "p"})", R"({"$set": {"holders": [{"holder": 1}]}})");
  EXPECT_THAT(state_.permits->acquire({"w/2", {{"p", 1, 0}}}), FailsWith(Errc::corrupt_data));
}

TEST_F(MongoDocument, ADamagedRecordIsCorruptData) {
  AssetRecord asset;
  asset.id = "f", asset.kind = "master", asset.object_key = "k", asset.sha256 = std::string(64, '0');
  IoRunner runner;
  ASSERT_THAT(runner.run(state_.assets->put(asset)), IsOk());
  database().update("imagegen_records_assets", R"({"_id": "f"})", R"({"$set": {"sizeBytes": -1}})");
  EXPECT_THAT(runner.run(state_.assets->find("f")), FailsSaying(Errc::corrupt_data, HasSubstr("sizeBytes")));
  database().update("imagegen_records_assets", R"({"_id": "f"})", R"({"$set": {"sizeBytes": 1.0}})");
  EXPECT_THAT(runner.run(state_.assets->find("f")), IsOk());
}

TEST_F(MongoDocument, ATextThatCannotBeStoredIsRefusedByName) {
  auto job = job_named("a");
  job.input = std::string("{\"a\":\"\0\"}", 9);
  EXPECT_THAT(state_.jobs->add(job, at(0)), FailsSaying(Errc::invalid_argument, HasSubstr("job input")));
  job.input = "\xC3(";
  EXPECT_THAT(state_.jobs->add(job, at(0)), FailsSaying(Errc::invalid_argument, HasSubstr("job input")));
  EXPECT_FALSE(state_.jobs->find("a").value());
  EXPECT_THAT(state_.jobs->find("\xFF"), FailsWith(Errc::invalid_argument));
}

TEST_F(MongoDocument, QuotesDotsAndDollarsTravelUnharmed) {
  const std::string odd = R"($a"b\c'd,{}.null)";
  state_.jobs->add(job_named("a", odd), at(0)).value();
  auto request = this->request(odd);
  request.kinds = {odd, "prompt"}, request.max_running_per_owner = 1;
  const auto claimed = state_.jobs->claim(request, at(1)).value();
  ASSERT_EQ(claimed.size(), 1U);
  JobUpdate update;
  update.error = odd, update.output = odd, update.notes = {{odd, odd}};
  ASSERT_THAT(state_.jobs->update(claim_of(claimed[0]), update, at(2)), IsOk());
  const Job found = state_.jobs->find("a").value().value();
  EXPECT_EQ(found.owner, odd);
  EXPECT_EQ(found.worker, odd);
  EXPECT_EQ(found.error, odd);
  EXPECT_EQ(found.output, odd);
  EXPECT_EQ(state_.jobs->events("a").value().back().detail, odd);
}

TEST_F(MongoDocument, TheLargestInputLeavesRoomForWhatIsMadeOfIt) {
  const std::string input(6U << 20U, ' ');
  const Job job = claimed("a", input);
  EXPECT_EQ(job.input, input);
  JobUpdate update;
  update.output = std::string(3U << 20U, 'x'), update.state = JobState::succeeded;
  EXPECT_THAT(state_.jobs->update(claim_of(job), update, at(2)), IsOk());
}

TEST_F(MongoDocument, AnOrderThatWasChangedInTheDocumentIsNoticed) {
  const Job job = claimed("a", R"({"n":1})");
  const auto verified = [&] { return verify_events(*state_.jobs->find("a").value(), state_.jobs->events("a").value()); };
  EXPECT_THAT(verified(), IsOk());
  database().update("imagegen_jobs", R"({"jobId": "a"})", R"({"$set": {"job.input": "{\"n\":99}"}})");
  EXPECT_THAT(verified(), FailsSaying(Errc::corrupt_data, HasSubstr("not the one that was ordered")));
}

TEST_F(MongoDocument, WhoOnlyReadsMakesNothing) {
  const MongoTestDatabase empty;
  auto with = mongo_options(empty.url(), folder_);
  for (const auto opening : {StateOpening::existing, StateOpening::look}) {
    with.opening = opening;
    EXPECT_FALSE(open_state(with, pool_));
  }
  EXPECT_THAT(empty.run(R"({"listCollections": 1})"), Not(HasSubstr("imagegen_schema")));
  EXPECT_THAT(state_.examine(), IsOk());
}

TEST_F(MongoDocument, AJobThatGrowsTooLargeIsRefusedBeforeMongoDbDoesAndCanStillEnd) {
  const Job job = claimed("a", "{}");
  JobUpdate update;
  update.output = std::string(12U << 20U, 'x');
  EXPECT_THAT(state_.jobs->update(claim_of(job), update, at(2)),
              FailsSaying(Errc::limit_exceeded, AllOf(HasSubstr("job a"), HasSubstr("bytes"))));
  update.output = std::string(5U << 20U, 'x');
  ASSERT_THAT(state_.jobs->update(claim_of(job), update, at(2)), IsOk());
  JobUpdate notes;
  notes.notes = {{"seen", std::string(1U << 20U, 'y')}};
  for (int i = 0; i < 20 && state_.jobs->update(claim_of(job), notes, at(3)); ++i) continue;
  EXPECT_THAT(state_.jobs->update(claim_of(job), notes, at(3)), FailsWith(Errc::limit_exceeded));
  JobUpdate ended;
  ended.state = JobState::failed, ended.error = "too much to keep";
  EXPECT_THAT(state_.jobs->update(claim_of(job), ended, at(4)), IsOk());
  EXPECT_EQ(state_.jobs->find("a").value()->state, JobState::failed);
}

}  // namespace
}  // namespace imagegen::test
