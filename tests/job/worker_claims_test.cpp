// How often a worker asks its store: each question costs several round trips to a server.
#include "job/support/worker_fixture.hpp"

namespace imagegen::test {
namespace {

class WorkerClaims : public WorkerTest {
 protected:
  // Lets everything happen that happens without time passing.
  void settle() {
    int rounds = 0;
    until([&] { return ++rounds > 30; });
  }
  void start_idle(WorkerOptions options = {}) {
    start(giving(JobResult()), options);
    until([&] { return store_.claims > 0; });
    settle();
    store_.claims = 0;
  }
};

TEST_F(WorkerClaims, AJobAloneIsOneClaim) {
  start_idle();
  add("a");
  until_state("a", JobState::succeeded);
  settle();
  EXPECT_EQ(store_.claims, 1);
}

TEST_F(WorkerClaims, MoreAreClaimedAtOnceWhereAClaimDidNotGiveAll) {
  store_.most_at_a_time = 1;
  for (const auto* id : {"a", "b", "c"}) add(id);
  WorkerOptions options;
  options.concurrency = 10;
  start(waiting(), options);
  until([&] { return begun_.size() == 3; });
}

TEST_F(WorkerClaims, TheEndOfAJobLetsTheNextBeginWhereAllPlacesWereTaken) {
  for (const auto* id : {"a", "b", "c"}) add(id);
  WorkerOptions options;
  options.concurrency = 1;
  start(giving(JobResult()), options);
  until_state("c", JobState::succeeded);
}

TEST_F(WorkerClaims, TheEndOfAJobLetsTheNextOfItsOwnerBegin) {
  for (const auto* id : {"a", "b"}) add(id, "u");
  WorkerOptions options;
  options.concurrency = 10, options.max_running_per_owner = 1;
  start(giving(JobResult()), options);
  until_state("b", JobState::succeeded);
}

TEST_F(WorkerClaims, DeadWorkersAreLookedForOnceInAWhile) {
  start_idle();
  EXPECT_EQ(store_.looks_for_workers, 1);
  for (const auto* id : {"a", "b", "c"}) {
    add(id);
    until_state(id, JobState::succeeded);
  }
  EXPECT_EQ(store_.looks_for_workers, 1);
  pass_until([&] { return store_.looks_for_workers == 2; });
}

}  // namespace
}  // namespace imagegen::test
