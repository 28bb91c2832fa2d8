// A worker is killed, its state is copied to another database, and what it left is brought to its end there: each picture
// is bought once in all.
#include <imagegen/state/copy.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <gmock/gmock.h>

#include <tuple>

#include "crash/child.hpp"
#include "crash/fresh_states.hpp"
#include "crash/state_of.hpp"
#include "support/tasks/task_server.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

struct Leaving {
  std::string step;  // at which the worker is killed
  bool chosen;       // whether we choose the ids of tasks
};

class CopiedState : public ::testing::TestWithParam<std::tuple<Database, Database, Leaving>> {
 protected:
  static constexpr int kPictures = 2;

  void SetUp() override {
    for (const FreshStates* states : {&sources_, &targets_})
      if (const auto why = states->problem(); !why.empty()) return fail_or_skip(why);
    from_ = sources_.next(), to_ = targets_.next();
    const auto state = open_state(state_of(from_), pool_).value();
    NewJob wanted;
    wanted.id = "imgjob_1", wanted.kind = kPromptJobKind;
    wanted.input = prompt_job_input({"hero", "a boat", "a boat", kPictures});
    ASSERT_THAT(state.jobs->add(wanted, to_timestamp(std::chrono::system_clock::now())), IsOk());
  }

  static const Leaving& leaving() { return std::get<2>(GetParam()); }
  Child worker(const std::string& state, const std::string& stopped_at = "") {
    return Child({state, folder_ / "store", server_.url(), leaving().chosen ? "chosen" : "given", "0"},
                 {{"IMAGEGEN_CRASH_STOP", stopped_at}, {"IMAGEGEN_CRASH_LEASE_MS", "300"}});
  }
  void work_until_killed() {
    auto killed = worker(from_, leaving().step);
    ASSERT_TRUE(killed.wait_until_stopped());
    kill(killed.pid(), SIGKILL);
    killed.wait();
  }
  int work(const std::string& state) {
    auto next = worker(state);
    next.wait();
    return next.exit_code();
  }
  // Interrupted once.
  Result<StateCopyReport> move() {
    StateCopyOptions options;
    options.from = Secret(from_), options.to = Secret(to_), options.retire_source = true, options.rows_at_once = 1;
    options.go_on = [](const StateCopyProgress& at) { return at.part != "jobs"; };
    EXPECT_THAT(copy_state(options), FailsWith(Errc::cancelled));
    EXPECT_NE(work(to_), 0) << "it is not complete";
    options.go_on = {};
    return copy_state(options);
  }

  FreshStates sources_{std::get<0>(GetParam())}, targets_{std::get<1>(GetParam())};
  TempFolder folder_;
  std::string from_, to_;
  TaskServer server_;
  ThreadPool pool_{1};
};

TEST_P(CopiedState, IsWorkedOnAndBuysEachPictureOnce) {
  work_until_killed();
  const auto accepted_before = server_.accepted();
  ASSERT_THAT(move(), IsOk());
  EXPECT_NE(work(from_), 0) << "it was moved";
  EXPECT_EQ(server_.accepted(), accepted_before);
  EXPECT_EQ(work(to_), 0);
  const auto state = open_state(state_of(to_), pool_).value();
  int settled = 0, unknown = 0;
  for (const Purchase& purchase : state.ledger->list({}).value().purchases) {
    settled += purchase.state == PurchaseState::settled ? 1 : 0;
    unknown += purchase.state == PurchaseState::outcome_unknown ? 1 : 0;
  }
  for (const auto& [key, times] : server_.purchases()) EXPECT_EQ(times, 1) << key << " was bought twice";
  EXPECT_LE(settled, server_.accepted());
  EXPECT_GE(settled + unknown, server_.accepted()) << "something was bought that the ledger does not know";
  EXPECT_EQ(state.ledger->used("total").value().used, Usd::from_dollars(0.04) * (settled + unknown));
  if (!leaving().chosen) return;
  EXPECT_EQ(server_.accepted(), kPictures);
  EXPECT_EQ(settled, kPictures);
  EXPECT_EQ(state.jobs->find("imgjob_1").value()->state, JobState::succeeded);
}

std::vector<Leaving> leavings() {
  std::vector<Leaving> all;
  for (const bool chosen : {false, true})
    for (const auto* step : {"reserved", "submitted", "remembered", "kept", "settled"}) all.push_back({step, chosen});
  return all;
}

// Those that can be copied.
std::vector<Database> copied_databases() {
  auto kinds = built_databases();
  std::erase(kinds, Database::mongodb);
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(At, CopiedState,
                         ::testing::Combine(::testing::ValuesIn(copied_databases()), ::testing::ValuesIn(copied_databases()),
                                            ::testing::ValuesIn(leavings())),
                         [](const auto& at) {
                           const auto& leaving = std::get<2>(at.param);
                           return name_of(std::get<0>(at.param)) + "To" + name_of(std::get<1>(at.param)) + "_" + leaving.step +
                                  (leaving.chosen ? "_chosen" : "_given");
                         });

}  // namespace
}  // namespace imagegen::test
