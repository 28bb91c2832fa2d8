#include <atomic>
#include <mutex>
#include <stdexcept>

#include "job/support/worker_fixture.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// Where announcements go; asked on the pool, looked at by the test.
class Sink {
 public:
  std::atomic<bool> works{true};
  std::atomic<int> refused{0};
  std::string never;  // an id that is never taken

  Result<void> take(const Announcement& announcement) {
    if (!works || announcement.id == never) {
      ++refused;
      return Error(Errc::unavailable, "the sink is gone");
    }
    const std::lock_guard lock(mutex_);
    taken_.push_back(announcement.id);
    return {};
  }
  std::vector<std::string> taken() const {
    const std::lock_guard lock(mutex_);
    return taken_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> taken_;
};

JobResult announcing(const std::string& id, JobState state = JobState::succeeded) {
  JobResult result;
  result.state = state;
  result.announcements = {{id, "{}"}};
  return result;
}

class WorkerAnnounceTest : public WorkerTest {
 protected:
  WorkerAnnounceTest() { waiting_ = 3; }  // who announces, too
  ~WorkerAnnounceTest() override {
    stop_.request_stop();
    if (started_) until([&] { return ended_; });
  }

  void start(JobHandler handler, WorkerOptions options = {}) {
    options.announce = [&](const Announcement& announcement) { return sink_.take(announcement); };
    WorkerTest::start(std::move(handler), options);
  }
  std::vector<std::string> pending() {
    std::vector<std::string> ids;
    for (const auto& announcement : store_.announcements(1000).value()) ids.push_back(announcement.id);
    return ids;
  }
  // By a worker that is then seen no more. Of a kind that the worker of the test leaves alone.
  void announce_elsewhere(const std::string& id) {
    ASSERT_THAT(store_.add({"job-" + id, "heroes", "", "{}"}, now()), IsOk());
    JobClaimRequest other;
    other.worker = "other", other.kinds = {"heroes"};
    JobUpdate update;
    update.state = JobState::succeeded, update.announcements = {{id, "{}"}};
    ASSERT_THAT(store_.update(claim_of(store_.claim(other, now()).value().at(0)), update, now()), IsOk());
  }
  void until_all_wait() {
    until([&] { return clock_.sleepers() == waiting_; });
  }

  Sink sink_;
};

TEST_F(WorkerAnnounceTest, DeliversWhatAJobAnnouncedOnceAndForgetsIt) {
  add("a");
  start(giving(announcing("a.1")));
  until([&] { return sink_.taken().size() == 1 && pending().empty(); });
  for (int i = 0; i < 40; ++i) clock_.advance(seconds(1)), until_all_wait();
  EXPECT_THAT(sink_.taken(), ElementsAre("a.1"));
}

TEST_F(WorkerAnnounceTest, DeliversWhatWasSavedWhileTheJobStillRuns) {
  add("a");
  start([&](JobRun& run) -> Task<JobResult> {
    JobUpdate update;
    update.announcements = {{"half", "{}"}};
    co_await run.save(std::move(update));
    while (!open_) co_await boost::asio::post(boost::asio::use_awaitable);
    co_return announcing("whole");
  });
  until([&] { return sink_.taken().size() == 1; });
  EXPECT_EQ(job("a").state, JobState::running);
  open_ = true;
  until([&] { return sink_.taken().size() == 2; });
  EXPECT_THAT(sink_.taken(), ElementsAre("half", "whole"));
}

TEST_F(WorkerAnnounceTest, DeliversAtOnceWhatOneThatWasKilledHasLeft) {
  for (int i = 0; i < 300; ++i) announce_elsewhere("x" + std::to_string(i));
  start(giving({}));
  until([&] { return sink_.taken().size() == 300 && pending().empty(); });  // though no time has passed
  EXPECT_EQ(sink_.taken().front(), "x0");
}

TEST_F(WorkerAnnounceTest, LeavesToOthersWhatTheyHaveJustAnnounced) {
  start(giving({}));
  until_all_wait();
  announce_elsewhere("x");
  for (int i = 0; i < 14; ++i) clock_.advance(seconds(1)), until_all_wait();
  EXPECT_THAT(sink_.taken(), IsEmpty());
  pass_until([&] { return !sink_.taken().empty(); });
  EXPECT_THAT(sink_.taken(), ElementsAre("x"));
}

TEST_F(WorkerAnnounceTest, ASinkThatFailsHurtsNoJobAndLosesNothing) {
  add("a"), add("b");
  sink_.works = false;
  start([](JobRun& run) -> Task<JobResult> { co_return announcing(run.job().id + ".1"); });
  until_state("a", JobState::succeeded);
  until_state("b", JobState::succeeded);
  until([&] { return sink_.refused > 0; });
  sink_.works = true;
  pass_until([&] { return pending().empty(); });
  EXPECT_THAT(sink_.taken(), testing::UnorderedElementsAre("a.1", "b.1"));
}

TEST_F(WorkerAnnounceTest, ASinkThatFailsIsAskedLessAndLess) {
  announce_elsewhere("x");
  sink_.works = false;
  WorkerOptions options;
  options.jitter_seed = 1;
  start(giving({}), options);
  for (int i = 0; i < 300; ++i) until_all_wait(), clock_.advance(seconds(1));
  EXPECT_GE(sink_.refused, 5);
  EXPECT_LE(sink_.refused, 60);
}

TEST_F(WorkerAnnounceTest, ASinkThatFailsIsLeftAloneHoweverMuchThereIsToTell) {
  sink_.works = false;
  start([](JobRun& run) -> Task<JobResult> { co_return announcing(run.job().id + ".1"); });
  for (int i = 0; i < 20; ++i) {
    add("j" + std::to_string(i));
    until_state("j" + std::to_string(i), JobState::succeeded);
  }
  until_all_wait();
  EXPECT_EQ(sink_.refused, 1);  // no time has passed
}

TEST_F(WorkerAnnounceTest, ASinkThatThrowsIsOneThatFails) {
  add("a");
  std::atomic<int> calls{0};
  WorkerOptions options;
  options.announce = [&](const Announcement&) -> Result<void> {
    if (++calls == 1) throw std::runtime_error("the host's own trouble");
    return {};
  };
  WorkerTest::start(giving(announcing("a.1")), options);
  pass_until([&] { return calls == 2; });
  EXPECT_EQ(job("a").state, JobState::succeeded);
}

TEST_F(WorkerAnnounceTest, OneThatIsNeverTakenDoesNotHoldUpTheOthers) {
  sink_.never = "bad";
  announce_elsewhere("bad");
  add("a");
  start(giving(announcing("good")));
  pass_until([&] { return !sink_.taken().empty(); });
  EXPECT_THAT(sink_.taken(), ElementsAre("good"));
  EXPECT_THAT(pending(), ElementsAre("bad"));
}

TEST_F(WorkerAnnounceTest, IsNotDeliveredAgainWhenOnlyForgettingItFailed) {
  add("a");
  WorkerOptions options;
  options.announce = [&](const Announcement& announcement) {
    store_.gone = true;
    return sink_.take(announcement);
  };
  WorkerTest::start(giving(announcing("a.1")), options);
  until([&] { return store_.gone.load(); });
  for (int i = 0; i < 20; ++i) until_all_wait(), clock_.advance(seconds(1));  // longer than a lease
  store_.gone = false;
  pass_until([&] { return pending().empty(); });
  EXPECT_THAT(sink_.taken(), ElementsAre("a.1"));
}

TEST_F(WorkerAnnounceTest, DrainingDeliversWhatIsLeft) {
  add("a");
  sink_.works = false;
  start(giving(announcing("a.1")));
  until([&] { return sink_.refused > 0; });
  sink_.works = true;
  drain();
  EXPECT_THAT(sink_.taken(), ElementsAre("a.1"));
  EXPECT_THAT(pending(), IsEmpty());
}

TEST_F(WorkerAnnounceTest, DrainingEndsThoughTheSinkFails) {
  add("a");
  sink_.works = false;
  start(giving(announcing("a.1")));
  until_state("a", JobState::succeeded);
  drain();
  EXPECT_THAT(result_, IsOk());
  EXPECT_THAT(pending(), ElementsAre("a.1"));
}

TEST_F(WorkerAnnounceTest, EndsWhenIdleWithEverythingDelivered) {
  add("a");
  WorkerOptions options;
  options.until_idle = true;
  start(giving(announcing("a.1")), options);
  until([&] { return ended_; });
  EXPECT_THAT(sink_.taken(), ElementsAre("a.1"));
}

TEST_F(WorkerAnnounceTest, AJobThatIsToBeTriedAgainAnnouncesNothingYet) {
  add("a");
  WorkerOptions options;
  options.most_tries = 2, options.until_idle = true;
  start(
      [](JobRun& run) -> Task<JobResult> {
        auto result = announcing("a." + std::to_string(run.job().attempt), JobState::failed);
        result.again_after = milliseconds(0);
        co_return result;
      },
      options);
  pass_until([&] { return ended_; });
  EXPECT_THAT(sink_.taken(), ElementsAre("a.2"));
}

TEST_F(WorkerAnnounceTest, AJobThatIsReleasedAnnouncesNothing) {
  add("a");
  start([&](JobRun&) -> Task<JobResult> {
    begun_.emplace_back("a");
    for (bool cancelled = false; !cancelled; cancelled = co_await is_cancelled())
      co_await boost::asio::post(boost::asio::use_awaitable);
    co_return announcing("a.1", JobState::cancelled);
  });
  until([&] { return begun_.size() == 1; });
  stop_.request_stop();
  until([&] { return ended_; });
  EXPECT_EQ(job("a").state, JobState::queued);
  EXPECT_THAT(sink_.taken(), IsEmpty());
  EXPECT_THAT(pending(), IsEmpty());
}

TEST_F(WorkerAnnounceTest, WithoutASinkNothingIsStored) {
  add("a");
  waiting_ = 2;
  WorkerTest::start(giving(announcing("a.1")));
  until_state("a", JobState::succeeded);
  drain();
  EXPECT_THAT(pending(), IsEmpty());
}

}  // namespace
}  // namespace imagegen::test
