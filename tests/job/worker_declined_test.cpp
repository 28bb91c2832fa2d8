// A worker that cannot do a job as it was ordered leaves it to others.
#include "job/support/worker_fixture.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

JobResult declined() {
  JobResult result;
  result.declined = true, result.error = "no such model here";
  return result;
}

class WorkerDeclined : public WorkerTest {
 protected:
  // Declines what `declines` names and does all else.
  JobHandler choosy() {
    return [this](JobRun& run) -> Task<JobResult> {
      begun_.push_back(run.job().id);
      co_return run.job().input == declines_ ? declined() : JobResult{};
    };
  }
  static WorkerOptions until_idle() {
    WorkerOptions options;
    options.until_idle = true;
    return options;
  }

  std::string declines_ = "{}";
};

TEST_F(WorkerDeclined, PutsTheJobBackForOthersAndTakesItNoMore) {
  add("a");
  start(choosy(), until_idle());
  until([&] { return ended_; });
  EXPECT_THAT(result_, IsOk());
  EXPECT_THAT(begun_, ElementsAre("a"));
  EXPECT_EQ(job("a").state, JobState::queued);
  EXPECT_EQ(job("a").error, "no such model here");
  EXPECT_EQ(job("a").not_before, now());
  EXPECT_THAT(events("a"), ElementsAre("created", "claimed", "declined", "queued"));
  EXPECT_EQ(claim_elsewhere("a", milliseconds(1000)).attempt, 2);
}

TEST_F(WorkerDeclined, DoesWhatElseThereIs) {
  add("a");
  ASSERT_THAT(store_.add({"b", "prompt", "", "b", 0}, now()), IsOk());
  auto options = until_idle();
  options.concurrency = 1;
  start(choosy(), options);
  until([&] { return ended_; });
  EXPECT_THAT(begun_, ElementsAre("a", "b"));
  EXPECT_EQ(job("b").state, JobState::succeeded);
}

TEST_F(WorkerDeclined, EndsWhenItsOnlyJobIsDeclined) {
  add("a");
  auto options = until_idle();
  options.only_job = "a";
  start(choosy(), options);
  until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::queued);
}

TEST_F(WorkerDeclined, TakesTheJobWhenItIsOrderedAnew) {
  add("a");
  start(choosy());
  until([&] { return events("a").back() == "queued"; });
  ASSERT_THAT(store_.cancel("a", now()), IsOk());
  JobRetry again;
  again.input = "other";
  ASSERT_THAT(store_.retry("a", again, now()), IsOk());
  pass_until([&] { return job("a").state == JobState::succeeded; });
  EXPECT_THAT(begun_, ElementsAre("a", "a"));
}

TEST_F(WorkerDeclined, CountsAsNoTry) {
  add("a");
  for (int i = 0; i < 3; ++i) {
    Worker other(store_, pool_, clock_, {{"prompt", giving(declined())}}, until_idle());
    boost::asio::io_context io;
    bool ended = false;
    boost::asio::co_spawn(io, other.run({}), [&](const std::exception_ptr&, Result<void>) { ended = true; });
    io.run();
    ASSERT_TRUE(ended);
  }
  WorkerOptions options;
  options.most_tries = 2;
  JobResult busy;
  busy.state = JobState::failed, busy.again_after = milliseconds(10);
  start(giving(busy), options);
  pass_until([&] { return job("a").state == JobState::failed; });
  EXPECT_EQ(job("a").attempt, 5);
}

TEST_F(WorkerDeclined, ACancelledJobIsCancelledAllTheSame) {
  add("a");
  start([&](JobRun&) -> Task<JobResult> {
    static_cast<void>(store_.cancel("a", now()));
    co_return declined();
  });
  until_state("a", JobState::cancelled);
}

}  // namespace
}  // namespace imagegen::test
