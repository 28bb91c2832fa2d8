// Whose clock a file goes by: the machine's steady one, whatever its wall clock says.
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/job/worker.hpp>
#include <imagegen/testing/contract/set_clock.hpp>

#include <gmock/gmock.h>

#include "state/support/sqlite_file.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class SqliteTime : public testing::Test {
 protected:
  // As another process does.
  State open() {
    auto options = sqlite_options(folder_.file());
    options.clock = &clock_;
    return open_state(options, pool_).value();
  }
  Timestamp wall() const { return to_timestamp(clock_.wall_now()); }
  void add(State& state, const std::string& id) {
    ASSERT_THAT(state.jobs->add({id, "prompt", "", "{}", 0}, wall()), IsOk());
  }
  std::vector<std::string> claimed(State& state, const std::string& worker, milliseconds lease = seconds(15)) {
    JobClaimRequest request;
    request.worker = worker, request.kinds = {"prompt"}, request.max_jobs = 9, request.lease = lease;
    std::vector<std::string> ids;
    for (const Job& job : state.jobs->claim(request, wall()).value()) ids.push_back(job.id);
    return ids;
  }
  void start_machine_anew() { RawSqlite(folder_.file()).run("UPDATE steady_clock SET name = 'before'"); }

  SqliteFolder folder_;
  SetClock clock_;
  ThreadPool pool_{2};
};

TEST_F(SqliteTime, AWallClockThatIsSetForwardTakesNoLivingJob) {
  auto one = open();
  add(one, "a");
  EXPECT_THAT(claimed(one, "w1"), ElementsAre("a"));
  clock_.step_wall(hours(1));
  auto other = open();
  EXPECT_THAT(claimed(other, "w2"), IsEmpty());
  EXPECT_THAT(claimed(one, "w3"), IsEmpty());
  clock_.advance(seconds(16));
  EXPECT_THAT(claimed(other, "w2"), ElementsAre("a"));
}

TEST_F(SqliteTime, AWallClockThatIsSetBackDelaysNothing) {
  auto one = open();
  add(one, "a");
  clock_.step_wall(hours(-1));
  auto other = open();
  EXPECT_THAT(claimed(other, "w"), ElementsAre("a"));
  add(other, "b");
  EXPECT_THAT(claimed(one, "w"), ElementsAre("b"));
}

TEST_F(SqliteTime, AMachineThatStartsWithAWrongClockDoesWhatWasQueuedAndWhatWasLost) {
  {
    auto before = open();
    add(before, "lost");
    EXPECT_THAT(claimed(before, "w1", hours(5)), ElementsAre("lost"));
    add(before, "queued");
  }
  start_machine_anew();
  clock_.step_wall(hours(-24 * 365));
  auto after = open();
  EXPECT_THAT(claimed(after, "w2"), ElementsAre("queued"));
  clock_.advance(seconds(61));
  EXPECT_THAT(claimed(after, "w3"), ElementsAre("lost", "queued"));
}

TEST_F(SqliteTime, ALivingProcessThatWasHeldUpIsGivenAMinuteMore) {
  auto state = open();
  add(state, "a"), add(state, "b");
  const auto living = worker_name();
  EXPECT_THAT(claimed(state, living, seconds(1)), ElementsAre("a", "b"));
  clock_.advance(seconds(30));
  EXPECT_THAT(claimed(state, "w2"), IsEmpty());
  ASSERT_EQ(state.jobs->renew(living, seconds(1)).value().size(), 2U);
  clock_.advance(seconds(62));
  EXPECT_THAT(claimed(state, "w2"), ElementsAre("a", "b"));
}

TEST_F(SqliteTime, AnOrderThatWasChangedInTheFileIsNoticed) {
  auto state = open();
  add(state, "a");
  const auto verified = [&] { return verify_events(*state.jobs->find("a").value(), state.jobs->events("a").value()); };
  EXPECT_THAT(verified(), IsOk());
  RawSqlite(folder_.file()).run(R"(UPDATE job_input SET input = '{"n":99}')");
  EXPECT_THAT(verified(), FailsSaying(Errc::corrupt_data, testing::HasSubstr("not the one that was ordered")));
}

}  // namespace
}  // namespace imagegen::test
