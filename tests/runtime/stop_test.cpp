// A work item that is stopped between any two of its steps: nothing is bought afterwards, nothing that was bought is lost.
#include <imagegen/image/encode.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <gmock/gmock.h>
#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <set>

#include "runtime/two_shots.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::two_shots;
using ::testing::SizeIs;

Bytes grey(PixelSize size) {
  const auto bytes = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height);
  return encode_png(Bitmap{size, 1, Bytes(bytes, 90)}).value();
}

// A runtime whose provider and store count the steps, and ask to stop at one of them. All on the I/O thread.
class SteppedRuntime {
 public:
  SteppedRuntime() : kept_(make_memory_store()) {
    auto provider = std::make_unique<FakeProvider>(&grey);
    provider_ = provider.get();
    provider_->capability_.paid = true;
    provider_->on_submit([this](const ImageRequest&) -> Task<void> {
      ++submits_;
      step("submit");
      co_return;
    });
    auto store = std::make_unique<FaultyStore>(*kept_);
    store->fault = [this](std::string_view call, std::string_view) {
      step(call);
      return std::optional<Error>();
    };
    RuntimeParts parts;
    parts.providers.push_back(std::move(provider));
    parts.store = std::move(store);
    RuntimeConfig config;
    config.of<HeroConfig>().options.max_concurrent_shots = 1;
    runtime_ = Runtime::open(std::move(config), std::move(parts)).value();
  }

  // \param stop_at The number of the step at which it is stopped; it may have fewer.
  HeroOutcome run(int stop_at) {
    std::stop_source stop;
    stop_ = &stop;
    steps_left_ = stop_at;
    stopped_at_.clear();
    auto outcome = run_heroes(*runtime_, 
        "wi-1", two_shots(), {}, [this](const HeroProgress&) { step("progress"); }, stop.get_token());
    stop_ = nullptr;
    return outcome;
  }

  const std::string& stopped_at() const { return stopped_at_; }
  int submits() const { return submits_; }
  int submits_when_stopped() const { return submits_when_stopped_; }
  int accepted() const { return provider_->accepted; }
  Job job() { return runtime_->state().value()->jobs->find(hero_job_id("wi-1")).value().value(); }
  std::vector<Purchase> purchases() { return runtime_->state().value()->ledger->list({}).value().purchases; }

 private:
  void step(std::string_view name) {
    if (stop_ == nullptr || steps_left_-- != 0) return;
    stopped_at_ = name;
    submits_when_stopped_ = submits_;
    stop_->request_stop();
  }

  std::unique_ptr<ObjectStore> kept_;
  std::unique_ptr<Runtime> runtime_;
  FakeProvider* provider_ = nullptr;
  std::stop_source* stop_ = nullptr;
  int steps_left_ = 0, submits_ = 0, submits_when_stopped_ = 0;
  std::string stopped_at_;
};

TEST(StoppedWorkItem, BuysNothingMoreAndGoesOnWithWhatItHasAtAnyStep) {
  std::set<std::string> seen;
  for (int step = 0; step < 200; ++step) {
    SteppedRuntime runtime;
    const auto outcome = runtime.run(step);
    if (runtime.stopped_at().empty()) break;
    SCOPED_TRACE("stopped at step " + std::to_string(step) + ", " + runtime.stopped_at());
    seen.insert(runtime.stopped_at());
    EXPECT_EQ(runtime.submits(), runtime.submits_when_stopped()) << "it was stopped";
    EXPECT_NE(runtime.job().state, JobState::queued) << "nobody shall buy it later";
    const auto again = std::get<HeroResult>(runtime.run(-1));
    EXPECT_THAT(again.failed, SizeIs(0)) << to_json(HeroOutcome(again));
    EXPECT_EQ(runtime.accepted(), 2) << "one for each shot, whatever was stopped when";
    for (const auto& purchase : runtime.purchases())
      EXPECT_THAT(purchase.state, ::testing::AnyOf(PurchaseState::settled, PurchaseState::released)) << purchase.note;
  }
  EXPECT_THAT(seen, ::testing::IsSupersetOf({"submit", "head", "put", "progress"}));
}

TEST(StoppedWorkItem, IsNoJobWhenItWasStoppedBeforeItBegan) {
  std::stop_source stop;
  stop.request_stop();
  const RuntimeConfig config;
  const auto plain = Runtime::open(config).value();
  const auto refusal = std::get<HeroRefusal>(run_heroes(*plain, "wi-1", two_shots(), {}, {}, stop.get_token()));
  EXPECT_EQ(refusal.failed.at(0).error.code, Errc::cancelled);
  EXPECT_FALSE(refusal.failed.at(0).maybe_spent);
  EXPECT_FALSE(plain->state().value()->jobs->find(hero_job_id("wi-1")).value());
}

TEST(StoppedWork, ThatBeginsToSleepAfterwardsDoesNotSleep) {
  const RuntimeConfig config;
  const auto runtime = Runtime::open(config).value();
  std::stop_source stop;
  auto sleepy = [&]() -> Task<Result<void>> {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    // Cannot be cut short, so that the stop is over when it ends.
    co_await runtime->pool().run([&] { return stop.request_stop(); });
    co_await runtime->pool().run([] { return true; });
    co_return co_await runtime->clock().sleep_until(std::chrono::steady_clock::now() + std::chrono::hours(1));
  };
  EXPECT_THAT(runtime->wait(sleepy(), stop.get_token()), test::FailsWith(Errc::cancelled));
}

}  // namespace
}  // namespace imagegen
