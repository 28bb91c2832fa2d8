// Worker processes that share a database.
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "crash/child.hpp"
#include "crash/fresh_states.hpp"
#include "support/tasks/task_server.hpp"
#include "support/matchers.hpp"
#ifdef IMAGEGEN_HAS_POSTGRES
#include "support/postgres_server.hpp"
#endif

namespace imagegen::test {
namespace {

using ::testing::Contains;

constexpr std::chrono::milliseconds kShortLease{300};

class TwoWorkers : public ::testing::TestWithParam<Database> {
 protected:
  void SetUp() override {
    if (const auto why = states_.problem(); !why.empty()) return fail_or_skip(why);
    url_ = states_.next();
    StateOptions options;
    options.url = Secret(url_);
    state_ = std::make_unique<State>(open_state(options, pool_).value());
  }

  enum class Held : std::uint8_t { nothing, the_file };
  Held nobody_else_takes(const std::string& id);
  // Queues one job for a boat, alone.
  std::string queue_one(const std::string& name) {
    const auto prompt = "a boat, " + name;
    NewJob wanted;
    wanted.id = "imgjob_" + name, wanted.kind = kPromptJobKind;
    wanted.input = prompt_job_input({"hero", prompt, prompt, 1});
    EXPECT_THAT(state_->jobs->add(wanted, to_timestamp(std::chrono::system_clock::now())), IsOk());
    ids_.push_back(wanted.id);
    return wanted.id;
  }

  void queue(int jobs) {
    for (int i = 0; i < jobs; ++i) queue_one(std::to_string(i));
  }
  std::vector<std::string> arguments() {
    return {url_, folder_ / "store", server_.url(), "given", "0"};
  }
  Job job(const std::string& id) {
    return state_->jobs->find(id).value().value();
  }
  bool all_ended() {
    return std::all_of(ids_.begin(), ids_.end(), [&](const auto& id) { return has_ended(job(id).state); });
  }
  std::vector<std::string> events_of(const std::string& id) {
    const auto events = state_->jobs->events(id).value();
    EXPECT_THAT(verify_events(job(id), events), IsOk());
    std::vector<std::string> names;
    for (const auto& event : events) names.push_back(event.name);
    return names;
  }

  TempFolder folder_;
  TaskServer server_;
  ThreadPool pool_{1};
  FreshStates states_{GetParam()};
  std::string url_;
  std::unique_ptr<State> state_;
  std::vector<std::string> ids_;
};

TEST_P(TwoWorkers, NeverDoOneJobAtTheSameTime) {
  queue(40);
  Child first(arguments()), second(arguments());
  first.wait();
  second.wait();
  EXPECT_EQ(first.exit_code(), 0);
  EXPECT_EQ(second.exit_code(), 0);
  for (const auto& id : ids_) {
    const auto names = events_of(id);
    EXPECT_EQ(std::count(names.begin(), names.end(), "claimed"), 1) << id;
    EXPECT_EQ(job(id).state, JobState::succeeded) << id;
  }
  EXPECT_EQ(server_.accepted(), 40);
}

// On one machine a process that lives keeps its job for a minute longer than its lease: it may only be slow.
// A stopped process may hold the file too, when another thread of it was writing: then nobody can be asked.
TwoWorkers::Held TwoWorkers::nobody_else_takes(const std::string& id) {
  JobClaimRequest wanted;
  wanted.worker = "another";
  wanted.kinds.emplace_back(kPromptJobKind);
  const auto three_leases_on = std::chrono::steady_clock::now() + 3 * kShortLease;
  while (std::chrono::steady_clock::now() < three_leases_on) {
    const auto claimed = state_->jobs->claim(wanted, to_timestamp(std::chrono::system_clock::now()));
    if (!claimed && claimed.error().code == Errc::unavailable) return Held::the_file;
    EXPECT_THAT(claimed, IsOk());
    if (!claimed) break;
    EXPECT_THAT(*claimed, testing::IsEmpty());
  }
  EXPECT_EQ(job(id).state, JobState::running);
  return Held::nothing;
}

// At this step a worker is stopped for longer than its lease, and comes back when another has done its job.
void stop_at(const std::string& step, const std::function<void(Child& sleeper)>& meanwhile,
             const std::vector<std::string>& arguments) {
  Child sleeper(arguments, {{"IMAGEGEN_CRASH_STOP", step}, {"IMAGEGEN_CRASH_LEASE_MS", std::to_string(kShortLease.count())}});
  ASSERT_TRUE(sleeper.wait_until_stopped()) << "it never came to " << step;
  meanwhile(sleeper);
  sleeper.go_on();
  sleeper.wait();
  EXPECT_EQ(sleeper.exit_code(), 0);
}

TEST_P(TwoWorkers, OneThatWasStoppedPastItsLeaseCannotWrite) {
  // With the picture kept; with the purchase settled; with the file published; with the job about to be saved.
  for (const std::string step : {"remembered", "kept", "settled", "published"}) {
    SCOPED_TRACE("stopped when " + step);
    ids_.clear();
    if (GetParam() == Database::sqlite) {
      auto held = Held::the_file;
      for (int tries = 0; held == Held::the_file; ++tries) {
        ASSERT_LT(tries, 20) << "it was always stopped with the file locked";
        const auto id = queue_one(step + "_" + std::to_string(tries));
        stop_at(step, [&](Child&) { held = nobody_else_takes(id); }, arguments());
        EXPECT_EQ(job(id).state, JobState::succeeded);
      }
      continue;
    }
    const auto id = queue_one(step);
    Job done;
    const auto another_does_it = [&](Child&) {
      for (int launches = 0; launches < 200 && !all_ended(); ++launches) {
        Child other(arguments());
        other.wait();
        EXPECT_EQ(other.exit_code(), 0);
      }
      done = job(id);
      EXPECT_EQ(done.state, JobState::succeeded) << done.error;
    };
    stop_at(step, another_does_it, arguments());
    const auto after = job(id);
    EXPECT_EQ(after.events, done.events) << "the sleeper has written";
    EXPECT_EQ(after.output, done.output);
    EXPECT_THAT(events_of(id), Contains("lease_lost"));
  }
  for (const auto& [key, times] : server_.purchases()) EXPECT_EQ(times, 1) << key << " was bought twice";
}

#ifdef IMAGEGEN_HAS_POSTGRES
class OutageOfTheDatabase : public TwoWorkers {};

TEST_P(OutageOfTheDatabase, IsSurvivedAtEveryStep) {
  if (!PostgresServer::shared().is_ours()) GTEST_SKIP() << "skipped: no server that may be stopped";
  for (const std::string step : {"claimed", "reserved", "submitted", "remembered", "kept", "settled", "published"}) {
    SCOPED_TRACE("away when " + step);
    const auto id = queue_one(step);
    Child worker(arguments(), {{"IMAGEGEN_CRASH_STOP", step}});
    ASSERT_TRUE(worker.wait_until_stopped()) << "it never came to " << step;
    PostgresServer::shared().stop();
    worker.go_on();
    ASSERT_TRUE(PostgresServer::shared().start());
    worker.wait();
    EXPECT_EQ(worker.exit_code(), 0);
    for (int launches = 0; launches < 200 && !all_ended(); ++launches) Child(arguments()).wait();
    EXPECT_EQ(job(id).state, JobState::succeeded) << job(id).error;
  }
  for (const auto& [key, times] : server_.purchases()) EXPECT_EQ(times, 1) << key << " was bought twice";
  EXPECT_EQ(server_.accepted(), static_cast<int>(ids_.size()));
  const auto purchases = state_->ledger->list({}).value().purchases;
  std::size_t settled = 0;
  for (const auto& purchase : purchases) {
    // Where it could not be asked whether the job is still wanted, nobody was asked for the picture.
    const bool is_whole = purchase.state == PurchaseState::settled || purchase.state == PurchaseState::released;
    EXPECT_TRUE(is_whole) << purchase.id << ": " << purchase.note;
    settled += purchase.state == PurchaseState::settled ? 1 : 0;
  }
  EXPECT_EQ(settled, ids_.size());
}
INSTANTIATE_TEST_SUITE_P(OfPostgres, OutageOfTheDatabase, ::testing::Values(Database::postgres));
#endif

std::vector<Database> databases_with_a_ledger() {
  auto kinds = built_databases();
  std::erase(kinds, Database::mongodb);
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(On, TwoWorkers, ::testing::ValuesIn(databases_with_a_ledger()),
                         [](const auto& database) { return name_of(database.param); });

}  // namespace
}  // namespace imagegen::test
