#pragma once
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/manual_clock.hpp>
#include <imagegen/workflow/purchase.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "support/matchers.hpp"
#include "workflow/fake_prices.hpp"

namespace imagegen::test {

inline Bytes some_picture(PixelSize) {
  return to_bytes("a picture");
}

inline Result<GeneratedImages> made() {
  GeneratedImages images;
  images.images.push_back({to_bytes("a picture"), {}});
  return images;
}

inline Error error_of_provider(Errc code, Delivery delivery) {
  Error error(code, "the fake says no");
  error.delivery = delivery;
  return error;
}

// A ledger that is away for so many calls of one kind.
class FlakyLedger : public Ledger {
 public:
  explicit FlakyLedger(Ledger& inner) : inner_(inner) {}

  std::map<std::string, int> away_;

  Result<Purchase> reserve(const PurchaseIntent& intent, const Budgets& budgets, Timestamp now) override {
    if (is_away("reserve")) return gone();
    if (is_away("answer")) static_cast<void>(inner_.reserve(intent, budgets, now));  // lost, and asked again
    return inner_.reserve(intent, budgets, now);
  }
  Result<void> remember(const std::string& id, const std::string& remote_id, const std::string& resume_url,
                        Timestamp now) override {
    if (is_away("remember")) return gone();
    return inner_.remember(id, remote_id, resume_url, now);
  }
  Result<void> settle(const std::string& id, const Settlement& settlement, Timestamp now) override {
    if (is_away("settle")) return gone();
    return inner_.settle(id, settlement, now);
  }
  Result<std::optional<Purchase>> blocking(const std::string& job_id, const std::string& slot) override {
    if (is_away("blocking")) return gone();
    return inner_.blocking(job_id, slot);
  }
  Result<std::optional<Purchase>> blocking_master(const std::string& key) override {
    return inner_.blocking_master(key);
  }
  Result<Purchase> find(const std::string& id) override { return inner_.find(id); }
  Result<LedgerPage> list(const LedgerQuery& query) override { return inner_.list(query); }
  Result<BudgetUse> used(const std::string& scope) override { return inner_.used(scope); }

 private:
  bool is_away(const std::string& call) { return away_[call]-- > 0; }
  static Error gone() { return {Errc::unavailable, "the ledger is away"}; }

  Ledger& inner_;
};

class PurchaseTest : public testing::Test {
 protected:
  PurchaseTest() { fake_.model().model = "fake-1"; }

  PurchaseServices services() {
    return {providers_, *ledger_, pool_, clock_, prices_, [this](std::string_view step) { steps_.emplace_back(step); }};
  }
  PurchaseOrder order(const std::string& slot = "0") {
    PurchaseOrder made;
    made.job_id = "j", made.slot = slot, made.attempt = 1;
    made.request.prompt.text = "a red boat", made.request.size = PixelSize{1024, 1024};
    return made;
  }
  KeepImage keep() {
    return [this](const BoughtImage& bought) -> Task<Result<void>> {
      if (!keep_error_.message.empty() && keep_fails_-- != 0) co_return keep_error_;
      kept_.push_back(bought.from->purchase.id);
      co_return Result<void>();
    };
  }
  Result<BoughtImage> buy(PurchaseOrder order) {
    auto task = buy_image(services(), std::move(order), keep());
    return io_.run(std::move(task));
  }
  Result<BoughtImage> buy() { return buy(order()); }
  // Without time for a second attempt at anything.
  Result<BoughtImage> buy_in_haste() {
    auto wanted = order();
    wanted.deadline = deadline_after(clock_, std::chrono::milliseconds(0));
    return buy(std::move(wanted));
  }
  // The state a process leaves that is killed after a step.
  Purchase reserved(const std::string& remote_id = {}) {
    PurchaseIntent intent;
    intent.job_id = "j", intent.slot = "0", intent.provider = "fake", intent.model = "fake-1";
    intent.estimate = Usd::from_dollars(0.04);
    const auto purchase = ledger_->reserve(intent, {}, Timestamp()).value();
    if (!remote_id.empty()) ledger_->remember(purchase.id, remote_id, "", Timestamp()).value();
    return purchase;
  }
  std::vector<PurchaseState> states() {
    std::vector<PurchaseState> states;
    for (const auto& purchase : ledger_->list({}).value().purchases) states.push_back(purchase.state);
    return states;
  }
  Usd used() { return ledger_->used("total").value().used; }

  IoRunner io_;
  ThreadPool pool_{1};
  ManualClock clock_;
  FakeProvider fake_{some_picture};
  ProviderSet providers_{fake_};
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  PriceTable prices_ = fake_prices();
  Error keep_error_;
  int keep_fails_ = -1;  // how often keep_error_ comes; below 0: always
  std::vector<std::string> kept_, steps_;
};

}  // namespace imagegen::test
