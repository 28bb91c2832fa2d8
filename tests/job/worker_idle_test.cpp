// Workers that end when nothing is left, and what they say of jobs and stores that keep them from it.
#include <imagegen/maker/job/job_changes.hpp>

#include "job/support/worker_fixture.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class WorkerIdle : public WorkerTest {
 protected:
  WorkerOptions options(bool until_idle = true) {
    WorkerOptions made;
    made.until_idle = until_idle;
    made.on_word = [this](const std::string& word) { words_.push_back(word); };
    made.on_not_done = [this](const Job& job) {
      not_done_.push_back(job.id + " " + std::string(to_string(job.state)));
    };
    return made;
  }

  std::vector<std::string> words_, not_done_;
};

TEST_F(WorkerIdle, WaitsForAJobOfADeadWorkerAndDoesIt) {
  add("a");
  claim_elsewhere("a", milliseconds(10'000));
  start(giving({}), options());
  pass(milliseconds(5'000));
  EXPECT_FALSE(ended_);
  EXPECT_THAT(words_, ElementsAre(AllOf(HasSubstr("are waited for: a"), HasSubstr("lease"))));
  pass_until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::succeeded);
  EXPECT_THAT(not_done_, IsEmpty()) << "it was done here";
}

TEST_F(WorkerIdle, TellsHowAJobEndedThatAnotherRan) {
  add("a");
  const auto other = claim_of(claim_elsewhere("a", milliseconds(60'000)));
  start(giving({}), options());
  pass(milliseconds(2'000));
  EXPECT_FALSE(ended_);
  JobUpdate update;
  update.state = JobState::failed;
  ASSERT_THAT(store_.update(other, update, now()), IsOk());
  pass_until([&] { return ended_; });
  EXPECT_THAT(not_done_, ElementsAre("a failed"));
}

TEST_F(WorkerIdle, TellsOfAJobThatItsOwnClaimSetAside) {
  add("a");
  claim_elsewhere("a", milliseconds(1'000));
  auto with = options();
  with.most_crashes = 1;
  start(giving({}), with);
  pass_until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::failed);
  EXPECT_THAT(not_done_, ElementsAre("a failed"));
}

TEST_F(WorkerIdle, TellsWhatItLeavesBecauseNoWorkerHereCanDoIt) {
  add("a");
  JobResult declined;
  declined.declined = true, declined.error = "no such model here";
  const auto ordered = now();
  start(giving(declined), options());
  until([&] { return ended_; });
  EXPECT_THAT(not_done_, ElementsAre("a queued"));
  EXPECT_EQ(declined_since(store_.events("a").value()), ordered);
}

TEST_F(WorkerIdle, SaysWhyAStoreCannotBeAskedAndWhenItCanAgain) {
  store_.gone = true;
  start(giving({}), options(false));
  until([&] { return !words_.empty(); });
  EXPECT_THAT(words_[0], HasSubstr("the database is gone"));
  pass(milliseconds(5'000));
  EXPECT_THAT(words_, SizeIs(1)) << "once, not with each try";
  store_.gone = false;
  pass_until([&] { return words_.size() == 2; });
  EXPECT_THAT(words_[1], HasSubstr("again"));
  drain();
  EXPECT_THAT(result_, IsOk());
}

TEST_F(WorkerIdle, EndsWithWhatTheStoreSaysWhenItIsAwayForTooLong) {
  store_.gone = true;
  start(giving({}), options());
  pass(milliseconds(30'000));
  EXPECT_FALSE(ended_);
  pass_until([&] { return ended_; });
  EXPECT_THAT(result_, FailsWith(Errc::unavailable));
}

TEST_F(WorkerIdle, OfAStoreThatIsDamagedEndsAtOnceInEveryMode) {
  store_.gone = true;
  store_.says = Error(Errc::corrupt_data, "a page is damaged");
  start(giving({}), options(false));
  until([&] { return ended_; });
  EXPECT_THAT(result_, FailsSaying(Errc::corrupt_data, HasSubstr("a page is damaged")));
  EXPECT_THAT(words_, Contains(HasSubstr("a page is damaged")));
}

TEST_F(WorkerIdle, TheFirstSignalEndsAWorkerWhoseStoreIsAway) {
  add("a");
  store_.unreadable = 1'000'000;
  start(waiting(), options(false));
  until([&] { return !words_.empty(); });
  store_.gone = true;
  drain_.request_stop();
  // Nothing has begun, so the lease of 15 s is not waited for.
  const auto begun = clock_.now();
  pass_until([&] { return ended_; }, milliseconds(100));
  EXPECT_LT(clock_.now() - begun, milliseconds(5'000));
  EXPECT_THAT(begun_, IsEmpty());
}

TEST_F(WorkerIdle, TheFirstSignalLetsGoOfAResultThatNoStoreTakes) {
  add("a");
  start(waiting(), options(false));
  until([&] { return !begun_.empty(); });
  store_.gone = true;
  drain_.request_stop();
  open_ = true;
  const auto begun = clock_.now();
  pass_until([&] { return ended_; }, milliseconds(100));
  EXPECT_LT(clock_.now() - begun, milliseconds(5'000));
  EXPECT_GE(store_.refused_updates, 2) << "it was asked more than once";
}

TEST(DeclinedSince, CountsFromTheFirstRefusalInARow) {
  const auto at = [](int second, const char* name) {
    JobEvent event;
    event.time = from_unix_ms(second * 1000), event.name = name;
    return event;
  };
  const std::vector<JobEvent> events = {at(1, "created"), at(2, "claimed"),  at(3, "declined"), at(4, "queued"),
                                        at(5, "claimed"), at(6, "queued"),   at(7, "claimed"),  at(8, "declined"),
                                        at(9, "queued"),  at(10, "claimed"), at(11, "declined"), at(12, "queued")};
  const auto until = [&](std::size_t count) { return declined_since(std::span(events).first(count)); };
  EXPECT_EQ(until(1), std::nullopt);
  EXPECT_EQ(until(4), from_unix_ms(3000));
  EXPECT_EQ(until(6), std::nullopt) << "a worker has tried it";
  EXPECT_EQ(until(12), from_unix_ms(8000));
}

}  // namespace
}  // namespace imagegen::test
