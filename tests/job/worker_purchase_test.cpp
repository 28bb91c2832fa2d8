// What a handler is told when it asks whether it may buy.
#include "job/support/worker_fixture.hpp"

namespace imagegen::test {
namespace {

using testing::ElementsAre;

class WorkerPurchase : public WorkerTest {
 protected:
  // A handler that asks again and again, as long as nothing is refused, and counts what it bought.
  JobHandler buying() {
    return [this](JobRun& run) -> Task<JobResult> {
      begun_.push_back(run.job().id);
      for (;;) {
        refused_ = co_await run.may_buy();
        if (!refused_) break;
        ++bought_;
        if (after_purchase_) after_purchase_();
      }
      JobResult result;
      result.state = JobState::failed, result.error = refused_.error().message;
      co_return result;
    };
  }

  Result<void> refused_;
  int bought_ = 0;
  std::function<void()> after_purchase_;
};

TEST_F(WorkerPurchase, NothingIsBoughtAfterACancelWasRecorded) {
  add("a");
  after_purchase_ = [&] { ASSERT_THAT(store_.cancel("a", now()), IsOk()); };
  start(buying());
  until_state("a", JobState::cancelled);  // though no time has passed, and so no heartbeat has told of it
  EXPECT_EQ(bought_, 1);
  EXPECT_THAT(refused_, FailsWith(Errc::cancelled));
}

TEST_F(WorkerPurchase, NothingIsBoughtForAJobThatSomebodyElseHas) {
  add("a");
  after_purchase_ = [&] {
    JobClaimRequest thief;
    thief.worker = "thief", thief.kinds = {"prompt"}, thief.dead = {"w"};
    ASSERT_EQ(store_.claim(thief, now()).value().size(), 1U);
  };
  start(buying());
  until([&] { return !begun_.empty() && worker_->running() == 0; });
  EXPECT_EQ(bought_, 1);
  EXPECT_THAT(refused_, FailsWith(Errc::lease_lost));
  EXPECT_EQ(job("a").worker, "thief");
}

TEST_F(WorkerPurchase, NothingIsBoughtOnceTheWorkerIsBeingStopped) {
  add("a");
  after_purchase_ = [&] { stop_.request_stop(); };
  start(buying());
  until([&] { return ended_; });
  EXPECT_EQ(bought_, 1);
  EXPECT_THAT(refused_, FailsWith(Errc::cancelled));
  EXPECT_THAT(events("a"), ElementsAre("created", "claimed", "released", "queued"));
}

TEST_F(WorkerPurchase, NothingIsBoughtWhileTheStoreCannotBeAsked) {
  add("a");
  after_purchase_ = [&] { store_.gone = true; };
  start(buying());
  until([&] { return store_.refused_updates > 0; });
  EXPECT_EQ(bought_, 1);
  EXPECT_THAT(refused_, FailsWith(Errc::unavailable));
  store_.gone = false;
  pass_until([&] { return job("a").state == JobState::failed; }, std::chrono::milliseconds(50));
}

}  // namespace
}  // namespace imagegen::test
