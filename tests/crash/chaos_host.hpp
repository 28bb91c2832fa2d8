#pragma once
#include <imagegen/event/event_sink.hpp>
#include <imagegen/spend/spool.hpp>
#include <imagegen/state/state.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "crash/chaos_shop.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {

/// Time that passes for all hosts alike, on a wall clock that is this host's own.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(ManualClock& time) : time_(time) {}
  std::chrono::milliseconds ahead{0};

  std::chrono::steady_clock::time_point now() const override { return time_.now(); }
  std::chrono::system_clock::time_point wall_now() const override { return time_.wall_now() + ahead; }
  Task<Result<void>> sleep_until(std::chrono::steady_clock::time_point when) override {
    return time_.sleep_until(when);
  }

 private:
  ManualClock& time_;
};

/// A host's way to the ledger, which ends with it.
class HostLedger final : public Ledger {
 public:
  HostLedger(Ledger& inner, std::function<bool()> is_dead) : inner_(inner), is_dead_(std::move(is_dead)) {}

  Result<Purchase> reserve(const PurchaseIntent& intent, const Budgets& budgets, Timestamp now) override {
    return alive().reserve(intent, budgets, now);
  }
  Result<void> remember(const std::string& id, const std::string& remote_id, const std::string& resume_url,
                        Timestamp now) override {
    return alive().remember(id, remote_id, resume_url, now);
  }
  Result<void> settle(const std::string& id, const Settlement& settlement, Timestamp now) override {
    return alive().settle(id, settlement, now);
  }
  Result<std::optional<Purchase>> blocking(const std::string& job_id, const std::string& slot) override {
    return alive().blocking(job_id, slot);
  }
  Result<std::optional<Purchase>> blocking_master(const std::string& key) override {
    return alive().blocking_master(key);
  }
  Result<Purchase> find(const std::string& id) override { return alive().find(id); }
  Result<LedgerPage> list(const LedgerQuery& query) override { return alive().list(query); }
  Result<BudgetUse> used(const std::string& scope) override { return alive().used(scope); }

 private:
  Ledger& alive() {
    if (is_dead_()) throw Killed();
    return inner_;
  }
  Ledger& inner_;
  std::function<bool()> is_dead_;
};

/// What all hosts share.
struct World {
  ManualClock time{ManualClock::Mode::jumping};
  State state;
  std::unique_ptr<ObjectStore> objects = make_memory_store();
  std::unique_ptr<Spool> spool = make_memory_spool();  ///< On a disk that never fails.
  Shop shop;
  PriceTable prices = PriceTable::parse(kShopPrices).value();
  std::unique_ptr<EventSink> events = make_null_event_sink();
};

/// A worker in a process of its own, as far as one process can show it: whatever it does may end at any step.
class Host {
 public:
  Host(World& world, std::string name, const std::string& model, Budgets budgets)
      : world_(world), name_(std::move(name)), provider(world.shop, model, [this] { return dead; }) {
    prompts_.size = {96, 64}, prompts_.budgets = budgets;
    heroes.prompt_template = "{scenario}.", heroes.budgets = budgets, heroes.max_concurrent_shots = 1;
    store.fault = [this](std::string_view call, std::string_view key) -> std::optional<Error> {
      if (dead) throw Killed();
      if (call == "put" || failing_reads <= 0) return std::nullopt;
      --failing_reads;
      auto error = read_fault;
      error.message = std::string(call) + " " + std::string(key) + ": " + error.message;
      return error;
    };
  }

  /// Called at each step of the job that it does.
  std::function<void(std::string_view step)> on_step;
  bool dead = false;  ///< Killed; the next turn is that of a new process.
  int failing_reads = 0;  ///< So many calls that look, read or remove are answered with read_fault.
  Error read_fault;

  Timestamp wall() const { return to_timestamp(clock.wall_now()); }
  /// As Asio cancels: the user's cancel and a stop come so.
  void interrupt(bool stopped) {
    stopped_ = stopped_ || stopped, cancelled_ = cancelled_ || !stopped;
    signal_->emit(boost::asio::cancellation_type::terminal);
  }

  /// Takes a job and does it. \return Whether there was one.
  bool take_turn() {
    dead = stopped_ = cancelled_ = lost_ = false;
    JobClaimRequest request;
    request.worker = name_ + std::to_string(++turns_);
    request.kinds = {std::string(kPromptJobKind), std::string(kHeroJobKind)};
    request.most_crashes = 1'000'000;
    request.except = declined_;
    const auto claimed = world_.state.jobs->claim(request, wall()).value();
    if (claimed.empty()) return false;
    Run run(*this, claimed.front());
    const auto result = work(run);
    if (result) end(run, *result);
    return true;
  }

 private:
  class Run final : public JobRun {
   public:
    Run(Host& host, Job job) : host_(host), job_(std::move(job)), claim_(claim_of(job_)) {}
    const Job& job() const noexcept override { return job_; }
    Task<Result<void>> save(JobUpdate update) override { co_return write(std::move(update)); }
    Task<Result<void>> may_buy() override {
      if (host_.dead) throw Killed();
      if (host_.stopped_) co_return Error(Errc::cancelled, "the worker stops");
      co_return host_.world_.state.jobs->confirm(claim_);
    }

    Result<void> write(const JobUpdate& update) {
      if (host_.dead) throw Killed();
      auto saved = host_.world_.state.jobs->update(claim_, update, host_.wall());
      if (!saved && saved.error().code == Errc::lease_lost) host_.lose();
      if (!saved) return saved.error();
      job_ = std::move(*saved);
      return {};
    }

   private:
    Host& host_;
    Job job_;
    JobClaim claim_;
  };

  // What is under way is finished and kept all the same.
  void lose() { lost_ = true; }

  void step(std::string_view name) {
    if (dead) throw Killed();
    if (on_step) on_step(name);
    if (dead) throw Killed();
  }

  JobHandler handler_for(const std::string& kind) {
    const StepHook hook = [this](std::string_view name) { step(name); };
    if (kind == kPromptJobKind) {
      PromptServices services{{providers, store, ledger_, pool_, clock, world_.prices, hook}, enhancer_};
      services.jobs = world_.state.jobs.get();
      services.assets = world_.state.assets.get();
      services.spool = world_.spool.get(), services.probe = &probe_;
      return prompt_job_handler(services, prompts_);
    }
    HeroServices services{{providers, store, ledger_, pool_, clock, world_.prices, hook}, *world_.events};
    services.assets = world_.state.assets.get();
    services.jobs = world_.state.jobs.get(), services.spool = world_.spool.get(), services.probe = &probe_;
    return hero_job_handler(services, heroes);
  }

  // Nothing when it was killed.
  std::optional<JobResult> work(Run& run) {
    const auto handler = handler_for(run.job().kind);
    std::optional<JobResult> result;
    std::exception_ptr thrown;
    bool ended = false;
    auto keep = [](const JobHandler& does, Run& job, std::optional<JobResult>& out) -> Task<void> {
      co_await boost::asio::this_coro::throw_if_cancelled(false);  // as Worker does
      out.emplace(co_await does(job));
    };
    io_.restart();
    signal_.emplace();
    boost::asio::co_spawn(io_, keep(handler, run, result),
                          boost::asio::bind_cancellation_slot(signal_->slot(), [&](std::exception_ptr error) {
                            thrown = std::move(error);
                            ended = true;
                          }));
    working_ = true;
    run_until(io_, [&] { return ended; });
    working_ = false;
    if (dead) return std::nullopt;
    if (thrown) std::rethrow_exception(thrown);
    return result;
  }

  // As Worker writes it.
  void end(Run& run, const JobResult& result) {
    JobUpdate update;
    update.state = result.state, update.output = result.output, update.error = result.error;
    update.notes = result.notes;
    const bool fruitful = result.state == JobState::succeeded || result.state == JobState::partly_succeeded;
    if (!fruitful && cancelled_) update.state = JobState::cancelled;
    if (!fruitful && stopped_ && !cancelled_) update.state = JobState::queued, update.error.reset();
    if (!fruitful && !cancelled_ && !stopped_ && result.again_after && run.job().attempt < 8) {
      update.state = JobState::queued;
      update.delay = *result.again_after;
    }
    if (result.declined) {
      update.state = JobState::queued;
      declined_.push_back(run.job().id);
    }
    if (!lost_) (void)run.write(update);  // what cannot be written is claimed again when its lease has ended
  }

  boost::asio::io_context io_{1};  // outlives the pool, whose thread posts to it
  World& world_;
  std::string name_;
  int turns_ = 0;
  bool working_ = false, stopped_ = false, cancelled_ = false, lost_ = false;
  std::optional<boost::asio::cancellation_signal> signal_;

 public:
  SkewedClock clock{world_.time};
  FaultyStore store{*world_.objects};
  ShopProvider provider;
  ProviderSet providers{provider};
  HeroOptions heroes;

 private:
  HostLedger ledger_{*world_.state.ledger, [this] { return dead; }};
  StoreProbe probe_{store, clock};
  std::vector<std::string> declined_;  // orders that are not for this host
  std::shared_ptr<PromptEnhancer> enhancer_ = make_local_enhancer();
  PromptOptions prompts_;
  ThreadPool pool_{1};
};

}  // namespace imagegen::test
