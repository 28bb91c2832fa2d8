#include <imagegen/maker/job/job_changes.hpp>

#include <boost/asio/use_awaitable.hpp>

#include <set>

#include "job/support/worker_fixture.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

JobResult failed_for_now() {
  JobResult result;
  result.state = JobState::failed, result.error = "the provider is busy", result.again_after = milliseconds(3000);
  return result;
}

TEST_F(WorkerTest, DoesWhatIsQueued) {
  add("a");
  JobResult result;
  result.output = "made", result.notes = {{"image_made"}};
  start(giving(result));
  until_state("a", JobState::succeeded);
  EXPECT_EQ(job("a").output, "made");
  EXPECT_THAT(events("a"), ElementsAre("created", "claimed", "image_made", "succeeded"));
}

TEST_F(WorkerTest, BeginsAtOnceWithWhatIsQueuedWhileItWaits) {
  start(giving({}));
  until([&] { return clock_.sleepers() == 2; });  // the loop and the heartbeat
  add("a");
  until_state("a", JobState::succeeded);  // though no time has passed
}

TEST_F(WorkerTest, DoesAsManyAtATimeAsItMay) {
  for (const auto* id : {"a", "b", "c"}) add(id);
  WorkerOptions options;
  options.concurrency = 2;
  start(waiting(), options);
  until([&] { return begun_.size() == 2; });
  EXPECT_EQ(worker_->running(), 2U);
  open_ = true;
  until_state("c", JobState::succeeded);
  EXPECT_EQ(begun_.size(), 3U);
}

TEST_F(WorkerTest, KeepsTheLeaseOfWhatTakesLong) {
  add("a");
  start(waiting());
  until([&] { return begun_.size() == 1; });
  for (int i = 0; i < 60; ++i) {
    clock_.advance(seconds(1));
    // Asleep again, so that no heartbeat begins to wait at a later time than it would by itself.
    until([&] { return clock_.sleepers() == 2 && job("a").lease_until > now() + seconds(9); });
  }
  EXPECT_EQ(job("a").attempt, 1);
}

TEST_F(WorkerTest, ACancelledJobIsInterrupted) {
  add("a");
  start(waiting());
  until([&] { return begun_.size() == 1; });
  ASSERT_THAT(store_.cancel("a", now()), IsOk());
  pass_until([&] { return job("a").state == JobState::cancelled; });
  EXPECT_THAT(interrupted_, ElementsAre("a"));
}

TEST_F(WorkerTest, WhatSucceededInSpiteOfACancellationHasSucceeded) {
  add("a");
  start([&](JobRun&) -> Task<JobResult> {
    begun_.emplace_back("a");
    for (bool cancelled = false; !cancelled; cancelled = co_await is_cancelled())
      co_await boost::asio::post(boost::asio::use_awaitable);
    co_return JobResult{};
  });
  until([&] { return begun_.size() == 1; });
  ASSERT_THAT(store_.cancel("a", now()), IsOk());
  pass_until([&] { return has_ended(job("a").state); });
  EXPECT_EQ(job("a").state, JobState::succeeded);
}

TEST_F(WorkerTest, ALostJobIsNotInterruptedInAPurchaseAndNothingIsWritten) {
  add("a");
  Result<void> saved;
  start([&](JobRun& run) -> Task<JobResult> {
    begun_.emplace_back("a");
    while (!open_) {
      const bool cancelled = co_await is_cancelled();
      if (cancelled) interrupted_.emplace_back("a");
      co_await boost::asio::post(boost::asio::use_awaitable);
    }
    JobUpdate update;
    update.output = "late";
    saved = co_await run.save(std::move(update));
    co_return JobResult{};
  });
  until([&] { return begun_.size() == 1; });
  JobClaimRequest thief;
  thief.worker = "thief", thief.kinds = {"prompt"}, thief.dead = {"w"};
  ASSERT_EQ(store_.claim(thief, now()).value().size(), 1U);
  pass(seconds(10));  // heartbeats have told of it
  EXPECT_THAT(interrupted_, testing::IsEmpty());
  open_ = true;
  pass_until([&] { return worker_->running() == 0; });
  EXPECT_THAT(saved, FailsWith(Errc::lease_lost));
  EXPECT_EQ(job("a").output, "");
  EXPECT_EQ(job("a").worker, "thief");
}

TEST_F(WorkerTest, SavesWhatWasReached) {
  add("a");
  start([&](JobRun& run) -> Task<JobResult> {
    JobUpdate update;
    update.output = "one of two", update.notes = {{"image_made", R"({"slot":0})"}};
    const auto saved = co_await run.save(std::move(update));
    JobResult result;
    result.state = JobState::failed;
    result.error = saved ? run.job().output : "not saved";
    co_return result;
  });
  until_state("a", JobState::failed);
  EXPECT_EQ(job("a").output, "one of two");
  EXPECT_EQ(job("a").error, "one of two");
}

TEST_F(WorkerTest, TriesAgainAfterAWhileAndNotForEver) {
  add("a");
  WorkerOptions options;
  options.most_tries = 3;
  int tries = 0;
  start(
      [&](JobRun&) -> Task<JobResult> {
        ++tries;
        co_return failed_for_now();
      },
      options);
  until([&] { return tries == 1 && job("a").state == JobState::queued; });
  EXPECT_GE(job("a").not_before, now() + seconds(3));
  EXPECT_EQ(job("a").error, "the provider is busy");
  pass_until([&] { return job("a").state == JobState::failed; });
  EXPECT_EQ(tries, 3);
}

TEST_F(WorkerTest, TriesAsOftenAgainWhenSomebodyAsksForIt) {
  add("a");
  WorkerOptions options;
  options.most_tries = 2;
  int tries = 0;
  start(
      [&](JobRun&) -> Task<JobResult> {
        ++tries;
        co_return failed_for_now();
      },
      options);
  pass_until([&] { return job("a").state == JobState::failed; });
  ASSERT_THAT(store_.retry("a", {}, now()), IsOk());
  pass_until([&] { return tries == 4 && job("a").state == JobState::failed; });
  EXPECT_EQ(job("a").attempt, 4);
}

TEST_F(WorkerTest, DoesAJobOfWhichItWasNeverToldThoughItHasOthers) {
  add("lost");
  store_.lose_the_next_claim = true;
  WorkerOptions options;
  options.concurrency = 2;
  start(waiting(), options);
  until([&] { return job("lost").state == JobState::running; });
  EXPECT_THAT(begun_, testing::IsEmpty());
  add("b");
  pass_until([&] { return begun_.size() == 2; });
  EXPECT_THAT(begun_, ElementsAre("b", "lost"));
  EXPECT_THAT(events("lost"), ElementsAre("created", "claimed", "released", "queued", "claimed"));
}

TEST_F(WorkerTest, AJobThatSomebodyCancelledStaysSoWhenItsWorkerStopsFirst) {
  add("a"), add("b");
  start(waiting());
  until([&] { return begun_.size() == 2; });
  ASSERT_THAT(store_.cancel("a", now()), IsOk());
  stop_.request_stop();
  until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::cancelled);
  EXPECT_EQ(job("b").state, JobState::queued);
}

TEST_F(WorkerTest, AResultThatNoStoreTakesIsAFailure) {
  add("a");
  JobResult result;
  result.output = std::string(1'000'001, 'x');
  start(giving(result));
  until_state("a", JobState::failed);
  EXPECT_EQ(job("a").error, "its result could not be written: too large");
}

TEST_F(WorkerTest, WhatFailedForGoodIsNotTriedAgain) {
  add("a");
  JobResult result;
  result.state = JobState::failed, result.error = "refused";
  start(giving(result));
  until_state("a", JobState::failed);
  EXPECT_EQ(job("a").attempt, 1);
  EXPECT_EQ(job("a").error, "refused");
}

TEST_F(WorkerTest, AHandlerThatThrowsFailsItsJobAlone) {
  add("a"), add("b");
  start([](JobRun& run) -> Task<JobResult> {
    if (run.job().id == "a") throw std::runtime_error("no such thing");
    co_return JobResult{};
  });
  until_state("a", JobState::failed);
  until_state("b", JobState::succeeded);
  EXPECT_THAT(job("a").error, HasSubstr("no such thing"));
}

TEST_F(WorkerTest, DrainingFinishesWhatRunsAndTakesNothingNew) {
  add("a"), add("b");
  WorkerOptions options;
  options.concurrency = 1;
  start(waiting(), options);
  until([&] { return begun_.size() == 1; });
  drain_.request_stop();
  open_ = true;
  until([&] { return ended_; });
  EXPECT_THAT(result_, IsOk());
  EXPECT_EQ(job("a").state, JobState::succeeded);
  EXPECT_EQ(job("b").state, JobState::queued);
  EXPECT_EQ(job("b").attempt, 0);
}

TEST_F(WorkerTest, EndsByItselfWhenNothingIsLeftAndThatIsAsked) {
  add("a"), add("b");
  WorkerOptions options;
  options.until_idle = true, options.concurrency = 1, options.most_tries = 2;
  start(
      [](JobRun& run) -> Task<JobResult> {
        if (run.job().id == "a" && run.job().attempt == 1) co_return failed_for_now();
        co_return JobResult{};
      },
      options);
  pass_until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::succeeded);
  EXPECT_EQ(job("b").state, JobState::succeeded);
}

WorkerOptions for_only(const std::string& id) {
  WorkerOptions options;
  options.only_job = id, options.until_idle = true;
  return options;
}

TEST_F(WorkerTest, DoesOneJobAloneAndEndsWhenItHasEnded) {
  add("a"), add("b");
  start(giving({}), for_only("b"));
  until([&] { return ended_; });
  EXPECT_THAT(result_, IsOk());
  EXPECT_EQ(job("a").state, JobState::queued);
  EXPECT_EQ(job("b").state, JobState::succeeded);
}

TEST_F(WorkerTest, WaitsForAnotherTryOfItsOnlyJob) {
  add("a"), add("b");
  auto options = for_only("b");
  options.most_tries = 2;
  start(giving(failed_for_now()), options);
  pass_until([&] { return ended_; });
  EXPECT_EQ(job("b").state, JobState::failed);
  EXPECT_EQ(job("b").attempt, 2);
  EXPECT_EQ(job("a").attempt, 0);
}

TEST_F(WorkerTest, WaitsUntilItsOnlyJobHasEndedElsewhere) {
  add("a");
  const auto elsewhere = claim_elsewhere("a", seconds(3600));
  start(giving({}), for_only("a"));
  for (int i = 0; i < 20; ++i) {
    until([&] { return clock_.sleepers() == 2; });
    clock_.advance(milliseconds(1000));
  }
  EXPECT_FALSE(ended_);
  JobUpdate update;
  update.state = JobState::failed;
  ASSERT_THAT(store_.update(claim_of(elsewhere), update, now()), IsOk());
  pass_until([&] { return ended_; });
  EXPECT_EQ(job("a").attempt, 1);
}

TEST_F(WorkerTest, TakesItsOnlyJobWhenTheOneWhoHadItIsLost) {
  add("a");
  claim_elsewhere("a", seconds(5));
  start(giving({}), for_only("a"));
  pass_until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::succeeded);
  EXPECT_EQ(job("a").attempt, 2);
}

TEST_F(WorkerTest, EndsAtOnceWhenItsOnlyJobHasEndedOrIsNotThere) {
  add("a"), add("b");
  ASSERT_THAT(store_.cancel("a", now()), IsOk());
  start(giving({}), for_only("a"));
  until([&] { return ended_; });
  Worker none(store_, pool_, clock_, {{"prompt", giving({})}}, for_only("c"));
  EXPECT_THAT(run_task(none.run({})), IsOk());
  EXPECT_EQ(job("b").state, JobState::queued);
}

TEST_F(WorkerTest, StoppingPutsWhatRunsBackIntoTheQueue) {
  add("a");
  start(waiting());
  until([&] { return begun_.size() == 1; });
  stop_.request_stop();
  until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::queued);
  EXPECT_EQ(job("a").not_before, now());
  EXPECT_THAT(events("a"), ElementsAre("created", "claimed", "released", "queued"));
}

TEST_F(WorkerTest, AsksAgainWhenTheStoreWasGone) {
  add("a");
  store_.gone = true;
  start(giving({}));
  until([&] { return clock_.sleepers() == 2; });
  EXPECT_EQ(job("a").state, JobState::queued);
  store_.gone = false;
  pass_until([&] { return job("a").state == JobState::succeeded; });
}

TEST_F(WorkerTest, WritesTheResultOnceTheStoreIsBack) {
  add("a");
  start([&](JobRun&) -> Task<JobResult> {
    store_.gone = true;
    co_return JobResult{};
  });
  until([&] { return store_.refused_updates > 0; });
  EXPECT_EQ(job("a").state, JobState::running);
  store_.gone = false;
  pass_until([&] { return job("a").state == JobState::succeeded; }, milliseconds(50));
  EXPECT_EQ(job("a").attempt, 1);
}

JobHandler asking_before_it_buys(const bool& open, Result<void>& answer) {
  return [&](JobRun& run) -> Task<JobResult> {
    while (!open) co_await boost::asio::post(boost::asio::use_awaitable);
    answer = co_await run.may_buy();
    JobResult result;
    if (!answer) result.state = JobState::failed, result.error = answer.error().message;
    co_return result;
  };
}

TEST_F(WorkerTest, WhatCouldNotBeKeptForALeaseBuysNothingAndIsDoneAgain) {
  add("a");
  Result<void> answer;
  start(asking_before_it_buys(open_, answer));
  until([&] { return worker_->running() == 1; });
  store_.gone = true;
  pass(seconds(30));
  EXPECT_GE(now(), job("a").lease_until);
  open_ = true;
  until([&] { return worker_->running() == 0; });
  EXPECT_THAT(answer, FailsWith(Errc::lease_lost));
  store_.gone = false;
  pass_until([&] { return job("a").state == JobState::succeeded; });
  EXPECT_EQ(job("a").attempt, 2);
}

TEST_F(WorkerTest, WhatNobodyHasTakenGoesOnWhenTheStoreIsBack) {
  add("a");
  Result<void> answer = Error(Errc::internal, "not asked");
  start(asking_before_it_buys(open_, answer));
  until([&] { return worker_->running() == 1; });
  store_.gone = true;
  pass(seconds(30));
  store_.gone = false;
  pass(seconds(10));
  open_ = true;
  until_state("a", JobState::succeeded);
  EXPECT_THAT(answer, IsOk());
  EXPECT_EQ(job("a").attempt, 1);
}

TEST_F(WorkerTest, ALostJobIsInterruptedWhenItsWorkerStops) {
  add("a");
  start(waiting());
  until([&] { return begun_.size() == 1; });
  JobClaimRequest thief;
  thief.worker = "thief", thief.kinds = {"prompt"}, thief.dead = {"w"};
  ASSERT_EQ(store_.claim(thief, now()).value().size(), 1U);
  pass(seconds(10));
  stop_.request_stop();
  until([&] { return ended_; });
  EXPECT_THAT(interrupted_, ElementsAre("a"));
  EXPECT_EQ(job("a").worker, "thief");
}

TEST_F(WorkerTest, DoesNothingForAnOrderThatWasChangedInTheDatabase) {
  add("a"), add("b");
  store_.tamper = [](Job& job) {
    if (job.id == "a") job.input = R"({"n":99})";
    if (job.id == "b") job.last_hash[0] = job.last_hash[0] == '0' ? '1' : '0';
  };
  start(waiting());
  until_state("a", JobState::failed);
  until_state("b", JobState::failed);
  EXPECT_THAT(begun_, testing::IsEmpty());
  EXPECT_THAT(job("a").error, AllOf(HasSubstr("CORRUPT_DATA: "), HasSubstr("not the one that was ordered")));
  EXPECT_THAT(job("b").error, HasSubstr("CORRUPT_DATA: "));
  EXPECT_EQ(job("a").attempt, 1);
}

TEST_F(WorkerTest, ReadsTheRecordAgainWhenTheStoreWasGone) {
  add("a");
  store_.unreadable = 2;
  start(giving({}));
  pass_until([&] { return job("a").state == JobState::succeeded; });
  EXPECT_EQ(job("a").attempt, 1);
}

TEST_F(WorkerTest, AJobThatIsCancelledBeforeItsRecordWasReadIsStillOurs) {
  add("a");
  store_.tamper = [&](Job&) { static_cast<void>(store_.cancel("a", now())); };
  start(waiting());
  until([&] { return begun_.size() == 1; });
  pass_until([&] { return job("a").state == JobState::cancelled; });
}

TEST_F(WorkerTest, RefusesOptionsOutOfRange) {
  const auto message = [&](WorkerOptions options) {
    Worker worker(store_, pool_, clock_, {{"prompt", giving({})}}, options);
    return run_task(worker.run({})).error().message;
  };
  WorkerOptions options;
  options.concurrency = 0;
  EXPECT_THAT(message(options), HasSubstr("concurrency: expected 1 to 100000, got 0"));
  options = for_only("a b");
  EXPECT_THAT(message(options), HasSubstr("only_job: expected a job's id"));
  options = {};
  options.heartbeat = seconds(6);
  EXPECT_THAT(message(options), HasSubstr("heartbeat: expected at most a third"));
  Worker none(store_, pool_, clock_, {}, {});
  EXPECT_THAT(run_task(none.run({})), FailsSaying(Errc::invalid_argument, HasSubstr("handler")));
}

}  // namespace
}  // namespace imagegen::test
