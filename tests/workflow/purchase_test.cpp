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

#include "contract/io_runner.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Bytes some_picture(PixelSize) {
  return to_bytes("a picture");
}

Result<GeneratedImages> made() {
  GeneratedImages images;
  images.images.push_back({to_bytes("a picture"), {}});
  return images;
}

Error error_of(Errc code, Delivery delivery) {
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
  PurchaseTest() { fake_.capability_.model = "fake-1"; }

  PurchaseServices services() {
    return {fake_, *ledger_, pool_, clock_, prices_, [this](std::string_view step) { steps_.emplace_back(step); }};
  }
  PurchaseOrder order(const std::string& slot = "0") {
    PurchaseOrder made;
    made.job_id = "j", made.slot = slot, made.attempt = 1;
    made.request.prompt.text = "a red boat", made.request.size = {1024, 1024};
    return made;
  }
  KeepImage keep() {
    return [this](const BoughtImage& bought) -> Task<Result<void>> {
      if (!keep_error_.message.empty() && keep_fails_-- != 0) co_return keep_error_;
      kept_.push_back(bought.purchase_id);
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
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  PriceTable prices_ =
      PriceTable::parse(R"({"models":[{"provider":"fake","model":"fake-1","date":"2026-11-01","source":"a test",
                            "per_image":0.04}]})")
          .value();
  Error keep_error_;
  int keep_fails_ = -1;  // how often keep_error_ comes; below 0: always
  std::vector<std::string> kept_, steps_;
};

TEST_F(PurchaseTest, KeepsThePictureBeforeItSettles) {
  const auto bought = buy();
  ASSERT_THAT(bought, IsOk());
  EXPECT_EQ(as_text(bought->image.file), "a picture");
  EXPECT_EQ(bought->actual, Usd::from_dollars(0.04));
  EXPECT_THAT(steps_, ElementsAre("reserved", "submitted", "kept", "settled"));
  EXPECT_THAT(kept_, ElementsAre("j/0/1"));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

// What happens when the database is gone at the start, in the middle, and at the settlement.
class PurchaseWithoutLedger : public PurchaseTest {
 protected:
  Result<BoughtImage> buy() {
    PurchaseServices with{fake_, flaky_, pool_, system_clock(), prices_};
    auto wanted = order();
    wanted.deadline = deadline_after(system_clock(), deadline_);
    auto task = buy_image(with, std::move(wanted), keep());
    return io_.run(std::move(task));
  }

  std::chrono::milliseconds deadline_{60'000};
  FlakyLedger flaky_{*ledger_};
};

TEST_F(PurchaseWithoutLedger, NothingIsBought) {
  deadline_ = std::chrono::milliseconds(120);
  for (const std::string call : {"blocking", "reserve"}) {
    flaky_.away_.clear();
    flaky_.away_[call] = 1'000'000;
    EXPECT_THAT(buy(), FailsWith(Errc::unavailable)) << call;
    EXPECT_THAT(fake_.requests, IsEmpty()) << call;
    EXPECT_THAT(states(), IsEmpty()) << call;
  }
  flaky_.away_.clear();
  deadline_ = std::chrono::minutes(1);
  EXPECT_THAT(buy(), IsOk());
}

TEST_F(PurchaseWithoutLedger, AReservationWhoseAnswerWasLostIsItsOwn) {
  flaky_.away_["answer"] = 1;
  EXPECT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.accepted, 1);
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseWithoutLedger, ATaskThatWasBegunIsRememberedWhenItIsBack) {
  fake_.answer_with_task("t1", {made()});
  flaky_.away_["remember"] = 3;
  EXPECT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.accepted, 1);
  EXPECT_EQ(ledger_->list({})->purchases[0].remote_id, "t1");
}

TEST_F(PurchaseWithoutLedger, ATaskThatWasBegunIsRememberedThoughTheCallIsCancelledMeanwhile) {
  fake_.answer_with_task("t1", {made()});
  flaky_.away_["remember"] = 3;
  PurchaseServices with{fake_, flaky_, pool_, system_clock(), prices_};
  auto wanted = order();
  wanted.deadline = deadline_after(system_clock(), deadline_);
  auto task = buy_image(with, std::move(wanted), keep());
  static_cast<void>(io_.run_and_cancel(std::move(task), [&] { return fake_.accepted == 1; }));
  EXPECT_EQ(ledger_->list({})->purchases[0].remote_id, "t1");
}

TEST_F(PurchaseWithoutLedger, ATaskThatCouldNotBeRememberedInTimeIsNotBoughtAgain) {
  fake_.answer_with_task("t1", {made()});
  flaky_.away_["remember"] = 1'000'000;
  deadline_ = std::chrono::milliseconds(120);
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(fake_.resumed, IsEmpty()) << "it is not polled before it is remembered";
  flaky_.away_.clear();
  EXPECT_THAT(buy(), FailsWith(Errc::outcome_unknown));
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(PurchaseWithoutLedger, ASettlementWaitsForALedgerThatIsAway) {
  flaky_.away_["settle"] = 2;
  EXPECT_THAT(buy(), IsOk());
  EXPECT_THAT(kept_, ElementsAre("j/0/1"));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseWithoutLedger, WhatCouldNotBeSettledIsPaidForAndMayBeTakenUpAgain) {
  flaky_.away_["settle"] = 1'000'000;
  deadline_ = std::chrono::milliseconds(120);
  const auto bought = buy();
  ASSERT_THAT(bought, FailsWith(Errc::unavailable));
  EXPECT_EQ(bought.error().delivery, Delivery::answered);
  EXPECT_EQ(bought.error().retry, Retry::later);
  EXPECT_THAT(kept_, ElementsAre("j/0/1"));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::intended));
}

TEST_F(PurchaseTest, RemembersTheTaskBeforeItPolls) {
  fake_.answer_with_task("t1", {made()});
  ASSERT_THAT(buy(), IsOk());
  EXPECT_THAT(steps_, ElementsAre("reserved", "submitted", "remembered", "resumed", "kept", "settled"));
  EXPECT_EQ(ledger_->list({})->purchases[0].remote_id, "t1");
}

TEST_F(PurchaseTest, WaitsForAPermitAndGivesItBack) {
  const auto permits = make_memory_permit_store();
  PermitGate gate(*permits, pool_, clock_, "w", "fake", {1, 0}, {});
  auto with_permits = services();
  with_permits.permits = &gate;
  for (const auto* slot : {"0", "1"}) {
    auto task = buy_image(with_permits, order(slot), keep());
    EXPECT_THAT(io_.run(std::move(task)), IsOk()) << slot;
  }
  ASSERT_TRUE(permits->acquire({"x/1", {{"provider:fake", 1, 0}}})->granted);
  auto late = order("2");
  late.deadline = deadline_after(clock_, std::chrono::milliseconds(0));
  auto task = buy_image(with_permits, late, keep());
  EXPECT_THAT(io_.run(std::move(task)), FailsWith(Errc::rate_limited));
  EXPECT_EQ(fake_.accepted, 2);
}

TEST_F(PurchaseTest, BuysNothingOverTheBudget) {
  auto dear = order();
  dear.budgets.job = Usd::from_dollars(0.03);
  EXPECT_THAT(buy(dear), FailsWith(Errc::budget_exceeded));
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PurchaseTest, AnUnpaidProviderNeedsNoBudget) {
  fake_.capability_.paid = false;
  auto free = order();
  free.budgets.job = Usd{};
  EXPECT_THAT(buy(free), IsOk());
  EXPECT_EQ(used(), Usd{});
}

TEST_F(PurchaseTest, ATaskThatWasBegunIsResumedAndNotBoughtAgain) {
  reserved("t1");
  fake_.answer_with_task("t1", {made()});
  const auto bought = buy();
  ASSERT_THAT(bought, IsOk());
  EXPECT_TRUE(bought->resumed);
  EXPECT_EQ(bought->purchase_id, "j/0/1");
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseTest, WithoutAnAnswerTheOutcomeIsUnknownAndNothingIsBought) {
  reserved();
  EXPECT_THAT(buy(), FailsSaying(Errc::outcome_unknown, HasSubstr("j/0/1")));
  EXPECT_THAT(buy(), FailsWith(Errc::outcome_unknown));
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown));
  EXPECT_EQ(used(), Usd::from_dollars(0.04));
}

TEST_F(PurchaseTest, AnUnknownOutcomeIsBoughtAgainWhereThatIsAllowed) {
  reserved();
  auto again = order();
  again.again_when_unknown = true;
  EXPECT_THAT(buy(again), IsOk());
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown, PurchaseState::settled));
  EXPECT_EQ(used(), Usd::from_dollars(0.08));
}

TEST_F(PurchaseTest, ARefusalThatIsFreeIsNotOwed) {
  auto refusal = error_of(Errc::content_refused, Delivery::answered);
  refusal.billing = Billing::no;
  fake_.answer_with(refusal);
  const auto bought = buy();
  ASSERT_THAT(bought, FailsWith(Errc::content_refused));
  EXPECT_EQ(bought.error().delivery, Delivery::not_sent) << "the ledger holds nothing";
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released));
  EXPECT_EQ(used(), Usd{});
}

TEST_F(PurchaseTest, ARefusalThatMayBeBilledKeepsItsEstimate) {
  fake_.answer_with(error_of(Errc::content_refused, Delivery::answered));
  const auto refused = buy();
  ASSERT_THAT(refused, FailsWith(Errc::content_refused));
  EXPECT_EQ(refused.error().retry, Retry::never);
  EXPECT_EQ(billing_of(refused.error()), Billing::maybe);
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown));
  EXPECT_EQ(used(), Usd::from_dollars(0.04));
  EXPECT_THAT(buy(), IsOk()) << "whoever asks again knows what came";
  EXPECT_EQ(used(), Usd::from_dollars(0.08));
}

TEST_F(PurchaseTest, AnUnknownOutcomeSaysWhy) {
  fake_.answer_with(error_of(Errc::bad_answer, Delivery::answered));
  EXPECT_THAT(buy(), FailsWith(Errc::bad_answer));
  EXPECT_THAT(buy(), FailsSaying(Errc::outcome_unknown, HasSubstr("the fake says no")));
  EXPECT_EQ(fake_.requests.size(), 1U);
}

TEST_F(PurchaseTest, APictureThatCannotBeHadAfterTheAnswerIsNotReleased) {
  for (const auto code : {Errc::not_found, Errc::unavailable, Errc::limit_exceeded, Errc::corrupt_data}) {
    auto gone = error_of(code, Delivery::answered);
    gone.billing = Billing::maybe;
    gone.retry = Retry::later;
    gone.where_to_look = "https://pictures.example.com/1.png?signed";
    fake_.answer_with(gone);
    const auto slot = std::string(to_string(code));
    const auto bought = buy(order(slot));
    ASSERT_THAT(bought, FailsWith(code));
    EXPECT_EQ(bought.error().retry, Retry::never) << "it would be bought again";
    const auto row = ledger_->blocking("j", slot).value();
    ASSERT_TRUE(row) << slot;
    EXPECT_EQ(row->state, PurchaseState::outcome_unknown);
    EXPECT_THAT(row->note, HasSubstr("https://pictures.example.com/1.png?signed")) << "for the operator";
  }
}

TEST_F(PurchaseTest, AReasonIsNotOverwrittenByALaterOne) {
  fake_.answer_with(error_of(Errc::bad_answer, Delivery::answered));
  EXPECT_THAT(buy(), FailsWith(Errc::bad_answer));
  EXPECT_THAT(buy(), FailsWith(Errc::outcome_unknown));
  EXPECT_EQ(ledger_->list({})->purchases[0].note, "the fake says no");
  auto again = order();
  again.again_when_unknown = true;
  EXPECT_THAT(buy(again), IsOk());
  const auto first = ledger_->list({})->purchases[0];
  ASSERT_EQ(first.history.size(), 2U);
  EXPECT_EQ(first.history[0].note, "the fake says no");
  EXPECT_THAT(first.history[1].note, HasSubstr("allowed"));
}

TEST_F(PurchaseTest, NothingIsBoughtAboveTheApprovedPrice) {
  auto dear = order();
  dear.approved = Usd::from_dollars(0.039);
  EXPECT_THAT(buy(dear), FailsSaying(Errc::budget_exceeded, HasSubstr("approved for at most 0.039")));
  EXPECT_THAT(fake_.requests, IsEmpty());
  dear.approved = Usd::from_dollars(0.04);
  EXPECT_THAT(buy(dear), IsOk());
}

// Two jobs that want the same picture.
TEST_F(PurchaseTest, OnePurchaseForAPictureOverAllJobs) {
  auto first = order();
  first.master_key = "masters/1";
  auto second = first;
  second.job_id = "k";
  PurchaseIntent intent;
  intent.job_id = "k", intent.slot = "0", intent.provider = "fake", intent.model = "fake-1";
  intent.master_key = "masters/1";
  const auto others = ledger_->reserve(intent, {}, Timestamp()).value();
  auto waiting = buy(first);
  ASSERT_THAT(waiting, FailsSaying(Errc::already_exists, HasSubstr("k/0/1")));
  EXPECT_EQ(waiting.error().retry, Retry::later);
  EXPECT_THAT(fake_.requests, IsEmpty());
  Settlement nothing;
  nothing.state = PurchaseState::released;
  ledger_->settle(others.id, nothing, Timestamp()).value();
  EXPECT_THAT(buy(first), IsOk());
  EXPECT_THAT(buy(second), FailsWith(Errc::conflict)) << "it is paid for; its picture is to be taken";
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(PurchaseTest, APurchaseOfAJobThatNobodyIsAtWorkOnIsTakenOver) {
  const auto jobs = make_memory_job_store();
  ASSERT_THAT(jobs->add({"k", "heroes", "", "{}"}, Timestamp()), IsOk());
  PurchaseIntent intent;
  intent.job_id = "k", intent.slot = "0", intent.provider = "fake", intent.model = "fake-1";
  intent.master_key = "masters/1", intent.estimate = Usd::from_dollars(0.04);
  const auto begun = ledger_->reserve(intent, {}, Timestamp()).value();
  ledger_->remember(begun.id, "t1", "", Timestamp()).value();
  fake_.answer_with_task("t1", {made()});
  auto with = services();
  with.jobs = jobs.get();
  auto wanted = order();
  wanted.master_key = "masters/1";
  auto task = buy_image(with, wanted, keep());
  const auto bought = io_.run(std::move(task));
  ASSERT_THAT(bought, IsOk());
  EXPECT_EQ(bought->purchase_id, begun.id);
  EXPECT_THAT(fake_.requests, IsEmpty()) << "it was resumed";
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseTest, WhatWasNeverSentIsNotOwedAndMayBeTriedAgain) {
  fake_.answer_with(error_of(Errc::unavailable, Delivery::not_sent));
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(buy(), IsOk());
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released, PurchaseState::settled));
}

TEST_F(PurchaseTest, AnAnswerThatWasLostOrCouldNotBeReadMayBeOwed) {
  fake_.answer_with(error_of(Errc::unavailable, Delivery::unknown));
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(buy(), FailsWith(Errc::outcome_unknown));
  fake_.answer_with(error_of(Errc::bad_answer, Delivery::answered));
  EXPECT_THAT(buy(order("1")), FailsWith(Errc::bad_answer));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown, PurchaseState::outcome_unknown));
}

TEST_F(PurchaseTest, ATaskThatCannotBeReachedNowStaysOpen) {
  fake_.answer_with_task("t1", {error_of(Errc::unavailable, Delivery::not_sent), made()});
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::submitted));
  EXPECT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(PurchaseTest, ATaskThatWasRefusedIsNotOwedWhereThatIsFree) {
  auto refusal = error_of(Errc::content_refused, Delivery::answered);
  refusal.billing = Billing::no;
  fake_.answer_with_task("t1", {refusal});
  EXPECT_THAT(buy(), FailsWith(Errc::content_refused));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released));
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnItIsWrittenDownBeforeAnythingIsSent) {
  fake_.capability_.takes_task_id = true;
  fake_.answer_with_task("j/0/1", {made()});
  ASSERT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.requests[0].task_id, "j/0/1");
  EXPECT_THAT(steps_, ElementsAre("reserved", "chosen", "submitted", "remembered", "resumed", "kept", "settled"));
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnALostAnswerIsLookedUp) {
  fake_.capability_.takes_task_id = true;
  reserved("j/0/1");
  fake_.answer_with_task("j/0/1", {made()});
  ASSERT_THAT(buy(), IsOk());
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnWhatNeverArrivedIsSentUnderTheSameId) {
  fake_.capability_.takes_task_id = true;
  reserved("j/0/1");
  ASSERT_THAT(buy(), IsOk());
  ASSERT_EQ(fake_.requests.size(), 1U);
  EXPECT_EQ(fake_.requests[0].task_id, "j/0/1");
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnWhatHasNoIdYetWasNeverSent) {
  fake_.capability_.takes_task_id = true;
  reserved();
  ASSERT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.requests.size(), 1U);
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseTest, AnAnswerThatAsksForAnotherAttemptOwesNothing) {
  auto busy = error_of(Errc::unavailable, Delivery::answered);
  busy.retry = Retry::exhausted, busy.billing = Billing::no;
  fake_.answer_with(busy);
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released));
}

TEST_F(PurchaseTest, WhatAnotherProviderBeganIsNotGuessedAt) {
  reserved("t1");
  fake_.capability_.provider = "other";
  EXPECT_THAT(buy(), FailsSaying(Errc::conflict, HasSubstr("begun with fake")));
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_THAT(states(), ElementsAre(PurchaseState::submitted));
}

TEST_F(PurchaseTest, APictureThatCouldNotBeKeptIsOwedAndNotBoughtAgainUnasked) {
  keep_error_ = {Errc::storage_failed, "the disk is full"};
  const auto bought = buy_in_haste();
  EXPECT_THAT(bought, FailsWith(Errc::storage_failed));
  EXPECT_EQ(bought.error().delivery, Delivery::answered) << "it is paid for";
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
  EXPECT_TRUE(ledger_->blocking("j", "0").value());
  EXPECT_THAT(ledger_->list({})->purchases[0].note, HasSubstr("the disk is full"));
}

TEST_F(PurchaseTest, APictureOfATaskThatCouldNotBeKeptIsFetchedAgain) {
  keep_error_ = {Errc::storage_failed, "the disk is full"};
  fake_.answer_with_task("t1", {made()});
  EXPECT_THAT(buy_in_haste(), FailsWith(Errc::storage_failed));
  keep_error_ = {};
  EXPECT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.accepted, 1);
}

// One that is bought while the test has the only place.
class PurchaseInLine : public PurchaseTest {
 protected:
  Task<void> buy_in_line() {
    auto with_places = services();
    with_places.places = &places_;
    bought_.emplace(co_await buy_image(with_places, order(), keep()));
  }
  Task<int> run_in_line() {
    auto place = co_await places_.take();
    auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::co_spawn(executor, buy_in_line(), [](const std::exception_ptr&) {});
    while (fake_.waited.empty()) co_await boost::asio::post(boost::asio::use_awaitable);
    for (int i = 0; i < 100 && !bought_; ++i) co_await boost::asio::post(boost::asio::use_awaitable);
    resumed_without_place_ = !fake_.resumed.empty();
    place = {};
    while (!bought_) co_await boost::asio::post(boost::asio::use_awaitable);
    co_return 0;
  }

  Places places_{1};
  std::optional<Result<BoughtImage>> bought_;
  bool resumed_without_place_ = false;
};

TEST_F(PurchaseInLine, ThePictureOfATaskStaysAtTheProviderUntilThereIsAPlaceForIt) {
  fake_.can_wait = true;
  fake_.answer_with_task("t1", {made()});
  io_.run(run_in_line());
  EXPECT_FALSE(resumed_without_place_);
  ASSERT_THAT(*bought_, IsOk());
  EXPECT_EQ((*bought_)->place.use_count(), 1) << "it is free when the caller says so";
}

TEST_F(PurchaseInLine, AProviderThatCannotWaitNeedsNoPlace) {
  fake_.answer_with_task("t1", {made()});
  io_.run(run_in_line());
  EXPECT_TRUE(resumed_without_place_);
  ASSERT_THAT(*bought_, IsOk());
  EXPECT_EQ((*bought_)->place, nullptr);
}

TEST_F(PurchaseTest, APaidPictureThatIsGoneIsNotBoughtAgainUnasked) {
  ASSERT_THAT(buy(), IsOk());
  EXPECT_THAT(buy(), FailsSaying(Errc::conflict, HasSubstr("j/0/1")));
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(PurchaseTest, TheUsageOfTheAnswerIsWhatItDidCost) {
  GeneratedImages images = made().value();
  images.usage.emplace();
  images.usage->output_image = 1000;
  fake_.capability_.provider = "openai", fake_.capability_.model = "gpt-image-1";
  prices_ = PriceTable(PriceTable::built_in());
  fake_.answer_with(Submission{images});
  EXPECT_EQ(buy()->actual, Usd::from_dollars(0.04));
  EXPECT_EQ(ledger_->list({})->purchases[0].actual_source, CostSource::usage);
}

TEST(RequestHash, CoversAllThatIsAskedFor) {
  ProviderCapability capability;
  ImageRequest request;
  const auto first = request_hash(capability, request);
  request.seed = 7;
  const auto seeded = request_hash(capability, request);
  request.prompt.negative = "x";
  EXPECT_NE(first, seeded);
  EXPECT_NE(seeded, request_hash(capability, request));
  EXPECT_EQ(first.size(), 64U);
}

}  // namespace
}  // namespace imagegen::test
