// Any step, any of these faults: hosts that are killed, stopped and told to cancel between any two steps, whose clocks
// differ and step, whose stores fail in every way, which are configured differently, and of which one sleeps while
// another does its job. All in this process, and the same for the same seed.
//   IMAGEGEN_CHAOS_RUNS  how many runs of each kind (default 60)
//   IMAGEGEN_CHAOS_SEED  of the first one (default 1)
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "crash/chaos_host.hpp"
#include "runtime/two_shots.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/environment.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// What may happen in a run.
struct Faults {
  bool provider = false, lost_pictures = false, kills = false, stops = false, cancels = false, sleeps = false, clocks = false;
  bool stores = false, shared_masters = false, other_workers = false;
};

class Run {
 public:
  Run(unsigned seed, const Faults& faults) : random_(seed), faults_(faults) {
    StateOptions options;
    const bool on_disk = seed % 8 == 0;
    options.url = Secret(on_disk ? "sqlite:" + (folder_.path() / "state.db").string() : std::string("memory:"));
    world_ = std::make_unique<World>();
    options.clock = &world_->time;  // the database's, which no host's wall clock moves
    world_->state = open_state(options, pool_).value();
    budget_ = Usd::from_dollars(dice(4) == 0 ? 0.16 : 100);
    Budgets budgets;
    budgets.total = budget_;
    for (const std::string name : {"a", "b", "c"}) {
      const bool is_dear = faults_.other_workers && name != "a";
      hosts_.push_back(std::make_unique<Host>(*world_, name, is_dear ? "dear" : "cheap", budgets));
      if (faults_.provider) hosts_.back()->provider.random = &random_;
      hosts_.back()->provider.loses_pictures = faults_.lost_pictures;
      if (faults_.clocks) hosts_.back()->clock.ahead = seconds(dice(120)) - seconds(60);
    }
    queue();
  }

  void run() {
    for (int turn = 0; turn < 30 && !all_ended(); ++turn) take_turn(*hosts_[dice(hosts_.size())], true);
    heal();
    finish();
    for (int again = 0; again < 2; ++again) {
      for (const auto& [id, prompts] : wanted_) retry(id);
      finish();
    }
  }

  void check() {
    EXPECT_TRUE(all_ended()) << "some job waits for ever";
    check_ledger();
    check_budget();
    check_sales();
    check_pictures();
  }

 private:
  std::size_t dice(std::size_t sides) { return random_() % sides; }

  // All jobs are ordered at host "a".
  void queue() {
    Host& host = *hosts_.front();
    const std::vector<ProviderModel> route{default_choice(host.provider.capability())};
    for (int i = 0; i < 2; ++i) {
      const auto prompt = "a boat, number " + std::to_string(i);
      const int images = 1 + static_cast<int>(dice(2));
      add({"imgjob_" + std::to_string(i), std::string(kPromptJobKind), "ada",
           prompt_job_input({"hero", prompt, prompt, images}, route,
                            ApprovedPicture{{96, 64}, Usd::from_dollars(0.04)})});
      wanted_["imgjob_" + std::to_string(i)][prompt] = static_cast<std::size_t>(images);
    }
    for (const std::string item : {"wi-1", "wi-2"}) {
      if (item == "wi-2" && !faults_.shared_masters) continue;
      add({hero_job_id(item), std::string(kHeroJobKind), "ada",
           to_json(hero_order(host.heroes, item, two_shots(), {}, route))});
      // Equal shots of two work items are one order.
      for (const auto* prompt : {"a.", "b."}) wanted_[hero_job_id(item)][prompt] = 1;
    }
  }
  void add(const NewJob& job) { ASSERT_THAT(world_->state.jobs->add(job, hosts_.front()->wall()), IsOk()); }

  Job job(const std::string& id) { return world_->state.jobs->find(id).value().value(); }
  bool all_ended() {
    return std::all_of(wanted_.begin(), wanted_.end(), [&](const auto& job_and_prompts) {
      return has_ended(job(job_and_prompts.first).state);
    });
  }

  void take_turn(Host& host, bool with_faults) {
    const bool plans = with_faults && dice(4) != 0;
    int steps_left = plans ? 1 + static_cast<int>(dice(24)) : -1;
    if (plans && faults_.stores && dice(2) == 0) break_store(host);
    host.on_step = [this, &host, steps_left](std::string_view step) mutable {
      if (--steps_left == 0) happen(host, step);
    };
    if (!host.take_turn()) world_->time.advance(seconds(20));
    host.on_step = {};
    if (dice(3) == 0) host.store.heal(), host.failing_reads = 0;
  }

  void break_store(Host& host) {
    const auto fault = static_cast<StoreFault>(dice(kStoreFaults));
    if (dice(3) == 0) {
      host.read_fault = error_of(fault, "");
      host.failing_reads = 1 + static_cast<int>(dice(6));
      return;
    }
    PutFaults faults;
    faults.fault = fault;
    if (dice(2) == 0) faults.prefix = "masters/";
    if (dice(3) != 0) faults.times = 1 + static_cast<int>(dice(6));
    host.store.fail_puts(faults);
  }

  // Right after a step of a host.
  void happen(Host& host, std::string_view step) {
    std::vector<std::function<void()>> possible;
    if (faults_.kills) possible.emplace_back([&] { kill(host, step); });
    if (faults_.stops) possible.emplace_back([&] { host.interrupt(/*stopped=*/true); });
    if (faults_.cancels) possible.emplace_back([&] { cancel(host, step); });
    if (faults_.sleeps && !nested_) possible.emplace_back([&] { sleep(host); });
    if (faults_.clocks) possible.emplace_back([&] { host.clock.ahead += dice(2) == 0 ? hours(1) : -hours(1); });
    if (faults_.stores) possible.emplace_back([&] { break_store(host); });
    if (!possible.empty()) possible[dice(possible.size())]();
  }

  void kill(Host& host, std::string_view step) {
    host.dead = true;
    // What the provider has given dies with the process; nobody can help that.
    if (const auto sale = host.provider.last_sale; sale && step == "submitted")
      world_->shop.sales[*sale].has_arrived = false;
  }

  // The record first; the process hears of it now, or at its next heartbeat, which never comes here.
  void cancel(Host& host, std::string_view step) {
    for (const auto& [id, prompts] : wanted_) {
      if (job(id).state != JobState::running || cancelled_.contains(id)) continue;
      if (!world_->state.jobs->cancel(id, host.wall())) continue;
      const bool is_on_its_way = step == "reserved" || step == "chosen";
      for (const auto& [prompt, count] : prompts)
        cancelled_[id][prompt] = world_->shop.sold(prompt) + (is_on_its_way ? 1 : 0);
    }
    if (dice(2) == 0) host.interrupt(/*stopped=*/false);
  }

  // Longer than its lease; meanwhile another takes what it can get.
  void sleep(Host& host) {
    nested_ = true;
    world_->time.advance(seconds(20));
    for (const auto& other : hosts_) {
      if (other.get() != &host && dice(2) == 0) take_turn(*other, true);
    }
    nested_ = false;
  }

  void heal() {
    for (const auto& host : hosts_) host->store.heal(), host->failing_reads = 0, host->provider.random = nullptr;
  }
  void finish() {
    for (int turn = 0; turn < 60 && !all_ended(); ++turn) take_turn(*hosts_[dice(hosts_.size())], false);
  }
  // As a user who wants the pictures that are missing; not of a job that was cancelled.
  void retry(const std::string& id) {
    if (job(id).state == JobState::failed || job(id).state == JobState::partly_succeeded) {
      EXPECT_THAT(world_->state.jobs->retry(id, hosts_.front()->wall()), IsOk());
    }
  }

  std::vector<Purchase> purchases() {
    LedgerQuery everything;
    everything.limit = 10'000;
    return world_->state.ledger->list(everything).value().purchases;
  }

  std::string book() {
    std::string text;
    for (const auto& purchase : purchases())
      text += "\n  " + purchase.id + " " + std::string(to_string(purchase.state)) + ": " + purchase.note;
    for (const auto& [id, prompts] : wanted_)
      text += "\n  " + id + " " + std::string(to_string(job(id).state)) + ": " + job(id).error;
    return text;
  }

  void check_ledger() {
    std::size_t settled = 0, open = 0;
    for (const auto& purchase : purchases()) {
      settled += purchase.state == PurchaseState::settled ? 1 : 0;
      open += purchase.state != PurchaseState::settled && purchase.state != PurchaseState::released ? 1 : 0;
    }
    const auto& sales = world_->shop.sales;
    EXPECT_LE(settled, sales.size()) << "the ledger has more than was sold";
    EXPECT_GE(settled + open, sales.size()) << "something was bought that the ledger calls released";
    const auto arrived = std::count_if(sales.begin(), sales.end(), [](const auto& sale) { return sale.has_arrived; });
    EXPECT_GE(settled, static_cast<std::size_t>(arrived)) << "a picture came, and its purchase is not settled" << book();
  }

  void check_budget() {
    Usd counted, above;
    for (const auto& purchase : purchases()) {
      const Usd estimate = purchase.estimate.value_or(Usd{});
      if (purchase.state != PurchaseState::released) counted = counted + purchase.actual.value_or(estimate);
      if (purchase.actual && *purchase.actual > estimate) above = above + (*purchase.actual - estimate);
    }
    const Usd used = world_->state.ledger->used("total").value().used;
    EXPECT_EQ(used.nanos, counted.nanos) << "the budget's sum is not that of its purchases";
    EXPECT_LE(used.nanos, (budget_ + above).nanos) << "passed by more than what answers billed above their estimates";
    Usd billed;
    for (const auto& sale : world_->shop.sales) billed = billed + (sale.has_arrived ? sale.billed : Usd{});
    EXPECT_LE(billed.nanos, used.nanos) << "more was billed than the ledger holds";
  }

  void check_sales() {
    std::map<std::string, std::size_t> wanted;
    for (const auto& [id, prompts] : wanted_) {
      for (const auto& [prompt, count] : prompts) wanted[prompt] = count;
    }
    for (const auto& [prompt, count] : wanted) EXPECT_LE(world_->shop.sold(prompt), count) << prompt << " twice";
    for (const auto& sale : world_->shop.sales)
      EXPECT_EQ(sale.model, "cheap") << "not what was ordered: " << sale.prompt;
    for (const auto& [id, prompts] : cancelled_) {
      if (faults_.shared_masters && id.starts_with("heroes")) continue;  // the other work item may want it
      for (const auto& [prompt, most] : prompts)
        EXPECT_LE(world_->shop.sold(prompt), most) << prompt << " was bought after the cancel";
    }
  }

  // Every picture that came lies in the object store or in the spool.
  void check_pictures() {
    std::set<std::string> kept;
    for (const auto& object : run_task(world_->objects->list("masters/", 1000, "")).value()) {
      const auto file = run_task(world_->objects->get(ObjectKey::parse(object.key).value(), 1U << 20U)).value();
      kept.insert(to_hex(sha256(file)));
    }
    for (const auto& entry : world_->spool->list({}).value().pictures)
      kept.insert(to_hex(sha256(world_->spool->find(entry.purchase_id).value()->file)));
    for (const auto& sale : world_->shop.sales)
      EXPECT_TRUE(!sale.has_arrived || kept.contains(sale.sha256)) << "paid for and lost: " << sale.prompt;
  }

  TempFolder folder_;
  ThreadPool pool_{1};
  std::mt19937 random_;
  Faults faults_;
  std::unique_ptr<World> world_;
  std::vector<std::unique_ptr<Host>> hosts_;
  Usd budget_;
  std::map<std::string, std::map<std::string, std::size_t>> wanted_;     // pictures of a prompt, by job
  std::map<std::string, std::map<std::string, std::size_t>> cancelled_;  // that may have been sold when it was
  bool nested_ = false;
};

void run_many(const Faults& faults) {
  const long runs = number_from_environment("IMAGEGEN_CHAOS_RUNS", 60);
  const long first = number_from_environment("IMAGEGEN_CHAOS_SEED", 1);
  for (long seed = first; seed < first + runs && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("IMAGEGEN_CHAOS_SEED=" + std::to_string(seed));
    Run run(static_cast<unsigned>(seed), faults);
    run.run();
    run.check();
  }
}

TEST(Chaos, NothingHappens) {
  run_many({});
}
TEST(Chaos, AnswersOfTheProvider) {
  run_many({.provider = true});
}
TEST(Chaos, PicturesThatCannotBeHad) {
  run_many({.provider = true, .lost_pictures = true});
}
TEST(Chaos, Kills) {
  run_many({.kills = true});
}
TEST(Chaos, Stops) {
  run_many({.stops = true});
}
TEST(Chaos, Cancels) {
  run_many({.cancels = true});
}
TEST(Chaos, HostsThatSleep) {
  run_many({.sleeps = true});
}
TEST(Chaos, ClocksThatDifferAndStep) {
  run_many({.sleeps = true, .clocks = true});
}
TEST(Chaos, StoresThatFail) {
  run_many({.stores = true});
}
TEST(Chaos, TwoWorkItemsWithOneMaster) {
  run_many({.sleeps = true, .shared_masters = true});
}
TEST(Chaos, WorkersThatAreConfiguredDifferently) {
  run_many({.other_workers = true});
}
TEST(Chaos, Everything) {
  run_many({true, true, true, true, true, true, true, true, true, true});
}

}  // namespace
}  // namespace imagegen::test
