// A worker with two providers is killed, and the next one has them the other way round.
#include <imagegen/state/state.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <gmock/gmock.h>

#include "crash/child.hpp"
#include "support/tasks/task_server.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

struct Kill {
  std::string step;  // at which the first worker is killed
  bool chosen;       // whether we choose the ids of tasks
};
void PrintTo(const Kill& kill, std::ostream* out) {
  *out << kill.step << (kill.chosen ? ", ids of ours" : ", ids of theirs");
}

class RouteCrash : public ::testing::TestWithParam<Kill> {
 protected:
  Child worker(const std::string& route, const std::string& stopped_at = "") {
    return Child({url_, folder_ / "store", server_.url(), GetParam().chosen ? "chosen" : "given", "0"},
                 {{"IMAGEGEN_CRASH_ROUTE", route}, {"IMAGEGEN_CRASH_STOP", stopped_at}, {"IMAGEGEN_CRASH_LEASE_MS", "300"}});
  }

  TempFolder folder_;
  std::string url_ = "sqlite:" + (folder_ / "state.db");
  TaskServer server_;
  ThreadPool pool_{1};
};

TEST_P(RouteCrash, LeavesThePurchaseWithTheOneThatItWasBegunWith) {
  StateOptions options;
  options.url = Secret(url_);
  const auto state = open_state(options, pool_).value();
  NewJob wanted;
  wanted.id = "imgjob_1", wanted.kind = kPromptJobKind;
  wanted.input = prompt_job_input({"hero", "a boat", "a boat", 1});
  ASSERT_THAT(state.jobs->add(wanted, to_timestamp(std::chrono::system_clock::now())), IsOk());
  auto killed = worker("first second", GetParam().step);
  ASSERT_TRUE(killed.wait_until_stopped());
  kill(killed.pid(), SIGKILL);
  killed.wait();
  auto next = worker("second first");
  next.wait();
  EXPECT_EQ(next.exit_code(), 0);
  const auto purchases = state.ledger->list({}).value().purchases;
  EXPECT_THAT(purchases, SizeIs(1));
  EXPECT_THAT(purchases, Each(::testing::Field(&Purchase::provider, "first")));
  EXPECT_LE(server_.accepted(), 1) << "asked again";
  // Without an id, nobody can tell what became of it, and it is not bought elsewhere.
  const bool is_known = GetParam().chosen || (GetParam().step != "reserved" && GetParam().step != "submitted");
  EXPECT_EQ(state.jobs->find(wanted.id).value()->state, is_known ? JobState::succeeded : JobState::failed);
  EXPECT_EQ(purchases.front().state, is_known ? PurchaseState::settled : PurchaseState::outcome_unknown);
}

std::vector<Kill> kills() {
  std::vector<Kill> all{{"chosen", true}};
  for (const bool chosen : {false, true})
    for (const auto* step : {"reserved", "submitted", "remembered", "resumed", "kept", "settled", "published"})
      all.push_back({step, chosen});
  return all;
}
INSTANTIATE_TEST_SUITE_P(At, RouteCrash, ::testing::ValuesIn(kills()));

}  // namespace
}  // namespace imagegen::test
