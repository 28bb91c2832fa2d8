#include <boost/asio/use_awaitable.hpp>

#include "job/support/worker_fixture.hpp"

// A database that has lost its newest changes in a crash, and gives a job to the worker that has it.
namespace imagegen::test {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

// The claim that the worker is given was forgotten; the store has another, under the same number.
void as_forgotten(Job& job) {
  if (job.attempt > 1) return;
  job.updated -= seconds(1);
  job.last_hash[0] = job.last_hash[0] == '0' ? '1' : '0';
}

TEST_F(WorkerTest, AClaimThatTheDatabaseForgotIsNoDamageAndWritesNothing) {
  add("a");
  store_.tamper = as_forgotten;
  start(giving({}));
  pass_until([&] { return job("a").state == JobState::succeeded; });
  EXPECT_EQ(job("a").attempt, 2);
  EXPECT_EQ(job("a").error, "");
  // The other claim is nobody's here, so a heartbeat gives it back: it does not count as a crash.
  EXPECT_THAT(events("a"), ElementsAre("created", "claimed", "released", "queued", "claimed", "succeeded"));
}

TEST_F(WorkerTest, AnOutageWhileItAsksWhatBecameOfItsClaimIsNoDamage) {
  add("a");
  store_.tamper = as_forgotten;
  store_.on_confirm = [&] { store_.unreadable = 1; };
  start(giving({}));
  pass_until([&] { return job("a").state == JobState::succeeded; });
  EXPECT_EQ(job("a").error, "");
}

TEST_F(WorkerTest, OfTwoRunsUnderOneClaimTheOlderEndsFirstAndWritesNothing) {
  add("a");
  store_.give_again = true;
  WorkerOptions options;
  options.concurrency = 2;
  bool is_replaced = false;
  options.on_word = [&](const std::string& word) { is_replaced |= word.find("forgotten") != std::string::npos; };
  std::vector<bool> saved;
  start([&](JobRun& run) -> Task<JobResult> {
    begun_.emplace_back("a");
    while (!open_) co_await boost::asio::post(boost::asio::use_awaitable);
    JobUpdate update;
    update.notes = {{"image_made"}};
    const auto written = co_await run.save(std::move(update));
    saved.push_back(written.has_value());
    co_return JobResult{};
  }, options);
  pass_until([&] { return is_replaced && begun_.size() == 1; });
  EXPECT_EQ(worker_->running(), 1U);
  open_ = true;
  pass_until([&] { return saved.size() == 2 && worker_->running() == 0; });
  EXPECT_THAT(saved, ElementsAre(false, true));
  EXPECT_THAT(events("a"), ElementsAre("created", "claimed", "image_made", "succeeded"));
}

}  // namespace
}  // namespace imagegen::test
