#include "workflow/purchase_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(PurchaseTest, KeepsThePictureBeforeItSettles) {
  const auto bought = buy();
  ASSERT_THAT(bought, IsOk());
  EXPECT_EQ(as_text(bought->images.front().file), "a picture");
  EXPECT_EQ(bought->actual, Usd::from_dollars(0.04));
  EXPECT_THAT(steps_, ElementsAre("reserved", "submitted", "kept", "settled"));
  EXPECT_THAT(kept_, ElementsAre("j/0/1"));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

// What happens when the database is gone at the start, in the middle, and at the settlement.
class PurchaseWithoutLedger : public PurchaseTest {
 protected:
  Result<BoughtImage> buy() {
    PurchaseServices with{providers_, flaky_, pool_, system_clock(), prices_};
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
  PurchaseServices with{providers_, flaky_, pool_, system_clock(), prices_};
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
  PermitLimits limits;
  limits.each_provider = {1, 0};
  PermitGate gate(*permits, pool_, clock_, "w", limits);
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
  EXPECT_EQ(bought->from->purchase.id, "j/0/1");
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

TEST_F(PurchaseTest, WhatWasNeverSentIsNotOwedAndMayBeTriedAgain) {
  fake_.answer_with(error_of_provider(Errc::unavailable, Delivery::not_sent));
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(buy(), IsOk());
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released, PurchaseState::settled));
}

TEST_F(PurchaseTest, AnAnswerThatWasLostOrCouldNotBeReadMayBeOwed) {
  fake_.answer_with(error_of_provider(Errc::unavailable, Delivery::unknown));
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(buy(), FailsWith(Errc::outcome_unknown));
  fake_.answer_with(error_of_provider(Errc::bad_answer, Delivery::answered));
  EXPECT_THAT(buy(order("1")), FailsWith(Errc::bad_answer));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown, PurchaseState::outcome_unknown));
}

TEST_F(PurchaseTest, ATaskThatCannotBeReachedNowStaysOpen) {
  fake_.answer_with_task("t1", {error_of_provider(Errc::unavailable, Delivery::not_sent), made()});
  EXPECT_THAT(buy(), FailsWith(Errc::unavailable));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::submitted));
  EXPECT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(PurchaseTest, ATaskThatWasRefusedIsNotOwedWhereThatIsFree) {
  auto refusal = error_of_provider(Errc::content_refused, Delivery::answered);
  refusal.billing = Billing::no;
  fake_.answer_with_task("t1", {refusal});
  EXPECT_THAT(buy(), FailsWith(Errc::content_refused));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released));
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnItIsWrittenDownBeforeAnythingIsSent) {
  fake_.capability_.client_chosen_ids = true;
  fake_.answer_with_task("j/0/1", {made()});
  ASSERT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.requests[0].task_id, "j/0/1");
  EXPECT_THAT(steps_, ElementsAre("reserved", "chosen", "submitted", "remembered", "resumed", "kept", "settled"));
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnALostAnswerIsLookedUp) {
  fake_.capability_.client_chosen_ids = true;
  reserved("j/0/1");
  fake_.answer_with_task("j/0/1", {made()});
  ASSERT_THAT(buy(), IsOk());
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnWhatNeverArrivedIsSentUnderTheSameId) {
  fake_.capability_.client_chosen_ids = true;
  reserved("j/0/1");
  ASSERT_THAT(buy(), IsOk());
  ASSERT_EQ(fake_.requests.size(), 1U);
  EXPECT_EQ(fake_.requests[0].task_id, "j/0/1");
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseTest, WithAnIdOfItsOwnWhatHasNoIdYetWasNeverSent) {
  fake_.capability_.client_chosen_ids = true;
  reserved();
  ASSERT_THAT(buy(), IsOk());
  EXPECT_EQ(fake_.requests.size(), 1U);
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(PurchaseTest, AnAnswerThatAsksForAnotherAttemptOwesNothing) {
  auto busy = error_of_provider(Errc::unavailable, Delivery::answered);
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
  images.usage = TokenUsage{0, 0, 1000, 0};
  fake_.capability_.provider = "openai", fake_.model().model = "gpt-image-1";
  prices_ = PriceTable(PriceTable::built_in());
  fake_.answer_with(Submission{images});
  EXPECT_EQ(buy()->actual, Usd::from_dollars(0.04));
  EXPECT_EQ(ledger_->list({})->purchases[0].actual_source, CostSource::usage);
}

TEST_F(PurchaseTest, APriceThatTheAnswerNamesIsWhatItDidCost) {
  GeneratedImages images = made().value();
  images.usage = BilledUsage{Usd::from_dollars(0.048)};
  fake_.answer_with(Submission{images});
  EXPECT_EQ(buy()->actual, Usd::from_dollars(0.048));
  EXPECT_EQ(ledger_->list({})->purchases[0].actual_source, CostSource::provider);
}

TEST_F(PurchaseTest, TheEstimateStandsForAUsageThatTheTableCannotPrice) {
  GeneratedImages images = made().value();
  images.usage = SecondsUsage{2.5, "gpu"};
  fake_.answer_with(Submission{images});
  const auto bought = buy();
  EXPECT_EQ(bought->actual, Usd::from_dollars(0.04));
  EXPECT_EQ(bought->source, CostSource::estimate);
}

}  // namespace
}  // namespace imagegen::test
