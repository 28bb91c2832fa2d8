// Workers are killed at every step of their jobs, on each database, beside a provider that counts what it accepted.
//   IMAGEGEN_CRASH_KILLS  how many kills for each combination (default 25)
//   IMAGEGEN_CRASH_SEED   of the first round (default: from the clock, printed)
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/contract_test.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <tuple>

#include "crash/child.hpp"
#include "crash/fresh_states.hpp"
#include "crash/state_of.hpp"
#include "support/tasks/task_server.hpp"
#include "runtime/two_shots.hpp"
#include "support/environment.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

// Jobs of one round, worked on by one child after the other until all have ended.
class Round {
 public:
  Round(std::string state_url, bool chosen, unsigned seed)
      : url_(std::move(state_url)), chosen_(chosen), random_(seed) {
    state_ = std::make_unique<State>(open_state(state_of(url_), pool_).value());
  }

  void queue_some() {
    for (int i = 0; i < 2; ++i) queue(1 + static_cast<int>(random_() % 3));
    queue_heroes();
  }
  void queue_heroes() {
    HeroOptions options;
    options.fresh_masters = random_() % 2 == 0;
    NewJob job;
    job.id = hero_job_id("wi-1"), job.kind = kHeroJobKind;
    job.input = to_json(hero_order(options, "wi-1", two_shots(), {}));
    state_->jobs->add(job, to_timestamp(std::chrono::system_clock::now())).value();
    hero_jobs_.push_back(job.id);
    images_ += 2;
  }
  void queue(int images) {
    const auto prompt = "a boat, number " + std::to_string(jobs_.size());
    NewJob job;
    job.id = "imgjob_" + std::to_string(jobs_.size()), job.kind = kPromptJobKind;
    job.input = prompt_job_input({"hero", prompt, prompt, images});
    state_->jobs->add(job, to_timestamp(std::chrono::system_clock::now())).value();
    jobs_.push_back(job.id);
    images_ += images;
  }

  // \return The steps at which workers were killed.
  std::vector<std::string> run() {
    std::vector<std::string> killed_at;
    for (int launches = 0; launches < 80 && !all_ended(); ++launches) {
      const auto step = launch();
      if (!step.empty()) killed_at.push_back(step);
    }
    return killed_at;
  }

  void check() {
    EXPECT_TRUE(all_ended());
    int settled = 0, unknown = 0;
    std::set<std::string> slots;
    LedgerQuery everything;
    everything.limit = 10'000;
    for (const Purchase& purchase : state_->ledger->list(everything).value().purchases) {
      if (purchase.state == PurchaseState::settled) {
        ++settled;
        EXPECT_TRUE(slots.insert(purchase.job_id + "/" + purchase.slot).second) << purchase.id << " is a second one";
      }
      if (purchase.state == PurchaseState::outcome_unknown) ++unknown;
    }
    for (const auto& [key, times] : server_.purchases()) EXPECT_EQ(times, 1) << key << " was bought twice";
    check_jobs();
    check_heroes();
    check_events();
    EXPECT_LE(settled, server_.accepted());
    EXPECT_GE(settled + unknown, server_.accepted()) << "something was bought that the ledger does not know";
    EXPECT_EQ(state_->ledger->used("total").value().used, Usd::from_dollars(0.04) * (settled + unknown));
    if (!chosen_) return;
    EXPECT_EQ(unknown, 0);
    EXPECT_EQ(server_.accepted(), images_);
  }

  // Lets a worker that nobody kills do everything, while so many of a hundred requests fail.
  void run_with_faults(int percent) {
    server_.fail_percent(percent);
    Child child({url_, folder_ / "store", server_.url(), chosen_ ? "chosen" : "given", "0"});
    child.wait();
    EXPECT_EQ(child.exit_code(), 0);
  }
  int images() const { return images_; }
  int succeeded() {
    int sum = 0;
    for (const auto& id : jobs_)
      sum += static_cast<int>(read_prompt_job(*state_->jobs->find(id).value())->images.size());
    return sum;
  }

 private:
  bool all_ended() {
    const auto ended = [&](const auto& id) { return has_ended(state_->jobs->find(id).value()->state); };
    return std::all_of(jobs_.begin(), jobs_.end(), ended) && std::all_of(hero_jobs_.begin(), hero_jobs_.end(), ended);
  }

  std::string launch() {
    const auto plan = random_() % 20;
    const int kill_at = plan < 14 ? 1 + static_cast<int>(random_() % 30) : 0;
    Child child({url_, folder_ / "store", server_.url(), chosen_ ? "chosen" : "given", std::to_string(kill_at)});
    if (plan >= 14 && plan < 18) server_.kill_at_next_task(child.pid());
    auto step = child.wait();
    server_.kill_nobody();
    if (child.was_killed()) return step.empty() ? "accepted" : step;
    EXPECT_EQ(child.exit_code(), 0);
    return {};
  }

  static std::multiset<std::string> keys_of(const PromptJob& job) {
    std::multiset<std::string> keys;
    for (const auto& image : job.images) keys.insert(image.key);
    return keys;
  }
  std::multiset<std::string> recorded(const std::string& job_id) {
    AssetQuery query;
    query.job_id = job_id;
    std::multiset<std::string> keys;
    for (const auto& asset : run_task(state_->assets->list(query)).value().assets) keys.insert(asset.object_key);
    return keys;
  }

  void check_jobs() {
    for (const auto& id : jobs_) {
      const Job job = state_->jobs->find(id).value().value();
      const auto prompt = read_prompt_job(job).value();
      if (job.state == JobState::succeeded)
        EXPECT_EQ(prompt.images.size(), static_cast<std::size_t>(prompt.request.image_count)) << id;
      else
        EXPECT_THAT(job.error, testing::HasSubstr("OUTCOME_UNKNOWN")) << id;
      EXPECT_TRUE(job.state == JobState::succeeded || !chosen_) << id << ": " << job.error;
      const auto records = recorded(id), keys = keys_of(prompt);
      EXPECT_TRUE(std::includes(records.begin(), records.end(), keys.begin(), keys.end())) << id;
      EXPECT_TRUE(records == keys || job.state != JobState::succeeded) << id;
      for (const auto& image : prompt.images)
        EXPECT_TRUE(std::filesystem::exists(folder_ / ("store/" + image.key))) << image.key;
    }
  }

  void check_heroes() {
    for (const auto& id : hero_jobs_) {
      const Job job = state_->jobs->find(id).value().value();
      EXPECT_TRUE(job.state == JobState::succeeded || !chosen_) << id << ": " << job.error;
      if (job.state != JobState::succeeded) {
        EXPECT_THAT(job.error, testing::HasSubstr("OUTCOME_UNKNOWN")) << id;
        continue;
      }
      for (const std::string file : {"a.webp", "b.webp"}) {
        EXPECT_TRUE(std::filesystem::exists(folder_ / ("store/" + file))) << file;
        EXPECT_THAT(recorded(id), testing::Contains(file));
      }
    }
  }

  // That each job ended is told at least once, whoever was killed before telling.
  void check_events() {
    Child last({url_, folder_ / "store", server_.url(), chosen_ ? "chosen" : "given", "0"});
    last.wait();
    std::ifstream file(folder_ / "store.events");
    const std::string told{std::istreambuf_iterator<char>(file), {}};
    for (const auto* ids : {&jobs_, &hero_jobs_}) {
      for (const auto& id : *ids) {
        const Job job = state_->jobs->find(id).value().value();
        EXPECT_THAT(told, testing::HasSubstr("\"id\":\"" + id + "." + std::to_string(job.attempt) + "\""));
      }
    }
    EXPECT_TRUE(state_->jobs->announcements(10).value().empty());
  }

  TempFolder folder_;
  std::string url_;
  bool chosen_;
  std::mt19937 random_;
  ThreadPool pool_{1};
  std::unique_ptr<State> state_;
  std::vector<std::string> jobs_, hero_jobs_;
  int images_ = 0;
  TaskServer server_;
};

void kill_many(Database kind, bool chosen) {
  FreshStates states(kind);
  if (const auto why = states.problem(); !why.empty()) return fail_or_skip(why);
  const long wanted = number_from_environment("IMAGEGEN_CRASH_KILLS", 25);
  const auto now = std::chrono::system_clock::now().time_since_epoch().count() % 1'000'000;
  auto seed = static_cast<unsigned>(number_from_environment("IMAGEGEN_CRASH_SEED", now));
  std::map<std::string, int> steps;
  for (long kills = 0; kills < wanted && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("IMAGEGEN_CRASH_SEED=" + std::to_string(seed));
    Round round(states.next(), chosen, seed);
    round.queue_some();
    const auto killed_at = round.run();
    for (const auto& step : killed_at) ++steps[step];
    round.check();
    kills += static_cast<long>(std::max<std::size_t>(killed_at.size(), 1));
  }
  std::cout << name_of(kind) << ", seeds up to " << seed << ", killed at";
  for (const auto& [step, count] : steps) std::cout << " " << step << ":" << count;
  std::cout << "\n";
}

std::string name_of_ids(bool chosen) {
  return chosen ? "ChosenByUs" : "GivenByTheProvider";
}

class Kills : public testing::TestWithParam<std::tuple<Database, bool>> {};  // whether we choose the ids of tasks

TEST_P(Kills, BuyNothingTwiceAndLoseNothing) {
  kill_many(std::get<0>(GetParam()), std::get<1>(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(On, Kills, testing::Combine(testing::ValuesIn(built_databases()), testing::Bool()),
                         [](const auto& on) {
                           return name_of(std::get<0>(on.param)) + "Ids" + name_of_ids(std::get<1>(on.param));
                         });

class Crash : public testing::TestWithParam<bool> {};  // the same

TEST_P(Crash, WithATenthOfAllRequestsFailingNearlyAllImagesSucceed) {
  const TempFolder folder;
  Round round("sqlite:" + (folder / "state.db"), GetParam(), 1);
  for (int i = 0; i < 40; ++i) round.queue(5);
  round.run_with_faults(10);
  EXPECT_GE(round.succeeded() * 1000, round.images() * 995);
  round.check();
}

INSTANTIATE_TEST_SUITE_P(Ids, Crash, testing::Bool(),
                         [](const auto& chosen) { return name_of_ids(chosen.param); });

}  // namespace
}  // namespace imagegen::test
