#pragma once
#include <imagegen/spend/ledger.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/matchers.hpp"

/// \file What every Ledger must do.
///
///     INSTANTIATE_TYPED_TEST_SUITE_P(Memory, LedgerContract, MemoryLedgerHarness);
///
/// A harness is default-constructible, gives an empty ledger, and has
///     Ledger& ledger();             // not called when no_store() says something
///     std::string no_store() const; // why there is none here; else empty
namespace imagegen::test {

template <class Harness>
class LedgerContract : public testing::Test {
 protected:
  void SetUp() override {
    if (harness_.no_store().empty()) return;
    if (std::getenv("CI") != nullptr) FAIL() << harness_.no_store();  // NOLINT(concurrency-mt-unsafe)
    GTEST_SKIP() << harness_.no_store();
  }

  Ledger& ledger() { return harness_.ledger(); }
  static Timestamp at(int ms) { return from_unix_ms(1'795'219'200'000 + ms); }  // 2026-11-21T00:00:00Z
  static Usd usd(double dollars) { return Usd::from_dollars(dollars); }
  static PurchaseIntent intent(const std::string& job, const std::string& slot, std::optional<double> price = 0.04) {
    PurchaseIntent made;
    made.job_id = job, made.slot = slot, made.user = "u";
    made.provider = "openai", made.model = "gpt-image-1", made.request_hash = "00ff";
    if (price) made.estimate = usd(*price);
    return made;
  }
  Purchase reserve(const std::string& job, const std::string& slot, double price = 0.04, int ms = 0) {
    return ledger().reserve(intent(job, slot, price), {}, at(ms)).value();
  }
  void settle(const std::string& id, Settlement settlement, int ms = 5) {
    ASSERT_THAT(ledger().settle(id, settlement, at(ms)), IsOk());
  }
  Usd used(const std::string& scope) { return ledger().used(scope).value().used; }
  Purchase only(const std::string& job) {
    LedgerQuery query;
    query.job_id = job;
    const auto page = ledger().list(query).value();
    EXPECT_EQ(page.purchases.size(), 1U);
    return page.purchases.empty() ? Purchase() : page.purchases.front();
  }

  Harness harness_;
};

TYPED_TEST_SUITE_P(LedgerContract);

TYPED_TEST_P(LedgerContract, WritesTheIntentDown) {
  auto intent = this->intent("j", "0");
  intent.attempt = 3, intent.images = 2, intent.user = "it's ünï";
  const Purchase made = this->ledger().reserve(intent, {}, this->at(7)).value();
  EXPECT_EQ(made.id, "j/0/1");
  const Purchase found = this->only("j");
  EXPECT_EQ(found.id, made.id);
  EXPECT_EQ(found.state, PurchaseState::intended);
  EXPECT_EQ(found.user, "it's ünï");
  EXPECT_EQ(found.attempt, 3);
  EXPECT_EQ(found.images, 2);
  EXPECT_EQ(found.provider, "openai");
  EXPECT_EQ(found.model, "gpt-image-1");
  EXPECT_EQ(found.request_hash, "00ff");
  EXPECT_EQ(found.estimate, this->usd(0.04));
  EXPECT_EQ(found.created, this->at(7));
  EXPECT_TRUE(found.blocks);
}

TYPED_TEST_P(LedgerContract, ASlotIsBoughtOnce) {
  this->reserve("j", "0");
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0"), {}, this->at(1)), FailsWith(Errc::already_exists));
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "1"), {}, this->at(1)), IsOk());
  EXPECT_THAT(this->ledger().reserve(this->intent("k", "0"), {}, this->at(1)), IsOk());
}

TYPED_TEST_P(LedgerContract, APictureIsBoughtOnceOverAllJobs) {
  auto first = this->intent("j", "0");
  first.master_key = "masters/it's ünï";
  auto second = this->intent("k", "1");
  second.master_key = first.master_key;
  const auto made = this->ledger().reserve(first, {}, this->at(0)).value();
  EXPECT_EQ(made.master_key, first.master_key);
  EXPECT_THAT(this->ledger().reserve(second, {}, this->at(1)),
              FailsSaying(Errc::already_exists, testing::HasSubstr("j/0/1")));
  EXPECT_EQ(this->used("total"), this->usd(0.04)) << "nothing was reserved for the second";
  const auto blocking = this->ledger().blocking_master(first.master_key).value();
  ASSERT_TRUE(blocking);
  EXPECT_EQ(blocking->id, made.id);
  EXPECT_FALSE(this->ledger().blocking_master("masters/other").value());
  EXPECT_FALSE(this->ledger().blocking_master("").value());
  Settlement released;
  released.state = PurchaseState::released;
  this->settle(made.id, released);
  EXPECT_FALSE(this->ledger().blocking_master(first.master_key).value());
  EXPECT_THAT(this->ledger().reserve(second, {}, this->at(6)), IsOk());
  EXPECT_THAT(this->ledger().reserve(this->intent("l", "0"), {}, this->at(7)), IsOk()) << "without a key nothing meets";
  EXPECT_THAT(this->ledger().reserve(this->intent("l", "1"), {}, this->at(8)), IsOk());
}

TYPED_TEST_P(LedgerContract, OfManyJobsThatWantOnePictureOneBuysIt) {
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([this, t, &admitted] {
        auto intent = this->intent("j" + std::to_string(t), "0");
        intent.master_key = "masters/1";
        admitted += this->ledger().reserve(intent, {}, this->at(0)) ? 1 : 0;
      });
  }
  EXPECT_EQ(admitted, 1);
  EXPECT_EQ(this->used("total"), this->usd(0.04));
}

TYPED_TEST_P(LedgerContract, KeepsEveryReason) {
  const auto made = this->reserve("j", "0");
  Settlement told;
  told.state = PurchaseState::outcome_unknown, told.note = "the connection \"broke\"";
  this->settle(made.id, told, 5);
  this->settle(made.id, told, 6);
  told.state = PurchaseState::settled, told.note = "it is on the bill";
  this->settle(made.id, told, 7);
  const auto found = this->ledger().find(made.id).value();
  EXPECT_EQ(found.note, "it is on the bill");
  ASSERT_EQ(found.history.size(), 2U) << "the same twice is one reason";
  EXPECT_EQ(found.history[0], (PurchaseReason{this->at(5), PurchaseState::outcome_unknown, "the connection \"broke\""}));
  EXPECT_EQ(found.history[1], (PurchaseReason{this->at(7), PurchaseState::settled, "it is on the bill"}));
  EXPECT_THAT(this->ledger().find("j/0/9"), FailsWith(Errc::not_found));
}

TYPED_TEST_P(LedgerContract, ASettledSlotStaysBought) {
  const auto id = this->reserve("j", "0").id;
  this->settle(id, {PurchaseState::settled, this->usd(0.05), CostSource::usage});
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0"), {}, this->at(9)), FailsWith(Errc::already_exists));
  EXPECT_EQ(this->ledger().blocking("j", "0").value()->id, id);
}

TYPED_TEST_P(LedgerContract, AReleasedSlotMayBeBoughtAgain) {
  this->settle(this->reserve("j", "0").id, {PurchaseState::released, {}, {}, "refused"});
  EXPECT_FALSE(this->ledger().blocking("j", "0").value());
  EXPECT_EQ(this->reserve("j", "0").id, "j/0/2");
}

TYPED_TEST_P(LedgerContract, AnUnknownOutcomeBlocksUnlessItIsToldNotTo) {
  this->settle(this->reserve("j", "0").id, {PurchaseState::outcome_unknown});
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0"), {}, this->at(9)), FailsWith(Errc::already_exists));
  this->settle("j/0/1", {PurchaseState::outcome_unknown, {}, {}, {}, false});
  EXPECT_EQ(this->reserve("j", "0").id, "j/0/2");
  EXPECT_EQ(this->used("job:j"), this->usd(0.08));
}

TYPED_TEST_P(LedgerContract, WhatNoLongerBlocksNeverBlocksAgain) {
  this->settle(this->reserve("j", "0").id, {PurchaseState::outcome_unknown, {}, {}, {}, false});
  this->reserve("j", "0");
  this->settle("j/0/1", {PurchaseState::settled, this->usd(0.04), CostSource::provider});
  EXPECT_EQ(this->ledger().blocking("j", "0").value()->id, "j/0/2");
}

TYPED_TEST_P(LedgerContract, KeepsTheRemoteId) {
  const auto id = this->reserve("j", "0").id;
  ASSERT_THAT(this->ledger().remember(id, "task-7", "https://x.test/7", this->at(3)), IsOk());
  const Purchase found = this->ledger().blocking("j", "0").value().value();
  EXPECT_EQ(found.state, PurchaseState::submitted);
  EXPECT_EQ(found.remote_id, "task-7");
  EXPECT_EQ(found.resume_url, "https://x.test/7");
  EXPECT_EQ(found.updated, this->at(3));
}

TYPED_TEST_P(LedgerContract, RefusesToChangeWhatHasEnded) {
  const auto id = this->reserve("j", "0").id;
  this->settle(id, {PurchaseState::settled, this->usd(0.05), CostSource::usage});
  EXPECT_THAT(this->ledger().settle(id, {PurchaseState::released}, this->at(6)), FailsWith(Errc::conflict));
  EXPECT_THAT(this->ledger().remember(id, "t", "", this->at(6)), FailsWith(Errc::conflict));
  EXPECT_THAT(this->ledger().settle(id, {PurchaseState::settled, this->usd(0.05), CostSource::usage}, this->at(6)),
              IsOk());
  EXPECT_EQ(this->used("total"), this->usd(0.05));
}

TYPED_TEST_P(LedgerContract, KnowsWhatIsNotThere) {
  EXPECT_THAT(this->ledger().settle("j/0/1", {}, this->at(0)), FailsWith(Errc::not_found));
  EXPECT_THAT(this->ledger().remember("j/0/1", "t", "", this->at(0)), FailsWith(Errc::not_found));
  EXPECT_FALSE(this->ledger().blocking("j", "0").value());
  EXPECT_EQ(this->used("total"), Usd{});
}

TYPED_TEST_P(LedgerContract, CountsAgainstEveryBudget) {
  this->reserve("j", "0", 0.04);
  this->reserve("j", "1", 0.06);
  for (const auto* scope : {"job:j", "user:u", "day:2026-11-21", "total"}) EXPECT_EQ(this->used(scope), this->usd(0.1));
  EXPECT_EQ(this->used("day:2026-11-22"), Usd{});
}

TYPED_TEST_P(LedgerContract, SettlingCorrectsTheBudgets) {
  const auto dear = this->reserve("j", "0", 0.04).id, refused = this->reserve("j", "1", 0.04).id;
  const auto plain = this->reserve("j", "2", 0.04).id, lost = this->reserve("j", "3", 0.04).id;
  this->settle(dear, {PurchaseState::settled, this->usd(0.07), CostSource::usage}, 90'000'000);  // on the next day
  this->settle(refused, {PurchaseState::released});
  this->settle(plain, {PurchaseState::settled});
  this->settle(lost, {PurchaseState::outcome_unknown});
  EXPECT_EQ(this->used("total"), this->usd(0.15));
  EXPECT_EQ(this->used("day:2026-11-21"), this->usd(0.15));
}

TYPED_TEST_P(LedgerContract, AnEstimateStandsForAnActualThatIsNotKnown) {
  this->settle(this->reserve("j", "0").id, {PurchaseState::settled});
  EXPECT_EQ(this->only("j").actual, this->usd(0.04));
  EXPECT_EQ(this->only("j").actual_source, CostSource::estimate);
}

TYPED_TEST_P(LedgerContract, FreeingASettledSlotKeepsWhatItDidCost) {
  this->settle(this->reserve("j", "0").id, {PurchaseState::settled, this->usd(0.05), CostSource::usage});
  this->settle("j/0/1", {PurchaseState::settled, {}, {}, "the picture was broken", false});
  EXPECT_EQ(this->only("j").actual, this->usd(0.05));
  EXPECT_EQ(this->only("j").actual_source, CostSource::usage);
  EXPECT_EQ(this->reserve("j", "0").id, "j/0/2");
}

TYPED_TEST_P(LedgerContract, RefusesWhatDoesNotFitAndReservesNothing) {
  Budgets budgets;
  budgets.job = this->usd(0.1), budgets.total = this->usd(0.05);
  ASSERT_THAT(this->ledger().reserve(this->intent("j", "0"), budgets, this->at(0)), IsOk());
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "1"), budgets, this->at(0)),
              FailsSaying(Errc::budget_exceeded, testing::AllOf(testing::HasSubstr("total"), testing::HasSubstr("0.01"),
                                                                testing::HasSubstr("0.04"))));
  EXPECT_EQ(this->used("job:j"), this->usd(0.04));
  EXPECT_EQ(this->used("total"), this->usd(0.04));
  EXPECT_FALSE(this->ledger().blocking("j", "1").value());
}

TYPED_TEST_P(LedgerContract, ABudgetMayBeUsedToItsEnd) {
  Budgets budgets;
  budgets.user = this->usd(0.08);
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0"), budgets, this->at(0)), IsOk());
  EXPECT_THAT(this->ledger().reserve(this->intent("k", "0"), budgets, this->at(0)), IsOk());
  EXPECT_THAT(this->ledger().reserve(this->intent("k", "1"), budgets, this->at(0)), FailsWith(Errc::budget_exceeded));
}

TYPED_TEST_P(LedgerContract, ABudgetOfUsersBuysNothingForNobody) {
  Budgets budgets;
  budgets.user = this->usd(100);
  auto of_nobody = this->intent("j", "0");
  of_nobody.user.clear();
  EXPECT_THAT(this->ledger().reserve(of_nobody, budgets, this->at(0)),
              FailsSaying(Errc::budget_exceeded, testing::HasSubstr("expected the user whose budget")));
  EXPECT_EQ(this->used("total"), Usd{});
  EXPECT_THAT(this->ledger().reserve(of_nobody, {}, this->at(0)), IsOk());
}

TYPED_TEST_P(LedgerContract, ADayBudgetIsFreshOnTheNextDay) {
  Budgets budgets;
  budgets.day = this->usd(0.04);
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0"), budgets, this->at(0)), IsOk());
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "1"), budgets, this->at(1)), FailsWith(Errc::budget_exceeded));
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "1"), budgets, this->at(86'400'000)), IsOk());
}

TYPED_TEST_P(LedgerContract, AnUnknownPriceNeedsLeaveUnderABudget) {
  Budgets budgets;
  budgets.total = this->usd(100);
  const auto unknown = this->intent("j", "0", std::nullopt);
  EXPECT_THAT(this->ledger().reserve(unknown, budgets, this->at(0)),
              FailsSaying(Errc::budget_exceeded, testing::HasSubstr("unknown")));
  budgets.allow_unknown_price = true;
  EXPECT_THAT(this->ledger().reserve(unknown, budgets, this->at(0)), IsOk());
  EXPECT_FALSE(this->only("j").estimate);
  this->settle("j/0/1", {PurchaseState::settled});
  EXPECT_FALSE(this->only("j").actual);
}

TYPED_TEST_P(LedgerContract, RefusesAnIntentOutOfItsLimits) {
  EXPECT_THAT(this->ledger().reserve(this->intent("", "0"), {}, this->at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->ledger().reserve(this->intent("j", ""), {}, this->at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->ledger().reserve(this->intent("j/0", "1"), {}, this->at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0/1"), {}, this->at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(this->ledger().reserve(this->intent("j", "0", -1), {}, this->at(0)), FailsWith(Errc::invalid_argument));
}

TYPED_TEST_P(LedgerContract, ListsTheOldestFirstInPages) {
  for (int i = 0; i < 5; ++i) this->reserve("j", std::to_string(i), 0.04, i / 2);
  LedgerQuery query;
  query.limit = 2;
  std::vector<std::string> ids;
  do {
    const auto page = this->ledger().list(query).value();
    EXPECT_LE(page.purchases.size(), 2U);
    for (const auto& purchase : page.purchases) ids.push_back(purchase.id);
    query.after = page.next;
  } while (!query.after.empty() && ids.size() < 9);
  EXPECT_THAT(ids, testing::ElementsAre("j/0/1", "j/1/1", "j/2/1", "j/3/1", "j/4/1"));
}

TYPED_TEST_P(LedgerContract, ListsWhatIsAskedFor) {
  this->reserve("j", "0", 0.04, 0), this->reserve("k", "0", 0.04, 10), this->reserve("k", "1", 0.04, 20);
  LedgerQuery query;
  query.user = "u", query.from = this->at(10), query.until = this->at(20);
  const auto page = this->ledger().list(query).value();
  ASSERT_EQ(page.purchases.size(), 1U);
  EXPECT_EQ(page.purchases[0].id, "k/0/1");
  query.user = "nobody";
  EXPECT_TRUE(this->ledger().list(query).value().purchases.empty());
  Settlement released;
  released.state = PurchaseState::released;
  this->settle("k/1/1", released);
  LedgerQuery open;
  open.state = PurchaseState::intended;
  EXPECT_EQ(this->ledger().list(open).value().purchases.size(), 2U);
  open.state = PurchaseState::released, open.job_id = "k";
  EXPECT_EQ(this->ledger().list(open).value().purchases.at(0).id, "k/1/1");
}

TYPED_TEST_P(LedgerContract, TwoHundredThreadsGetExactlyFiftyImages) {
  Budgets budgets;
  budgets.total = this->usd(50 * 0.04);
  std::atomic<int> admitted{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 200; ++t) {
      threads.emplace_back([&, t] {
        const auto made = this->ledger().reserve(this->intent("j" + std::to_string(t), "0"), budgets, this->at(0));
        if (made)
          ++admitted;
        else if (made.error().code == Errc::budget_exceeded)
          ++refused;
      });
    }
  }
  EXPECT_EQ(admitted, 50);
  EXPECT_EQ(refused, 150);
  EXPECT_EQ(this->used("total"), this->usd(2));
}

TYPED_TEST_P(LedgerContract, OfManyThreadsOneGetsTheSlot) {
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back(
          [&] { admitted += this->ledger().reserve(this->intent("j", "0"), {}, this->at(0)) ? 1 : 0; });
  }
  EXPECT_EQ(admitted, 1);
  EXPECT_EQ(this->used("total"), this->usd(0.04));
}

REGISTER_TYPED_TEST_SUITE_P(LedgerContract, WritesTheIntentDown, ASlotIsBoughtOnce, APictureIsBoughtOnceOverAllJobs,
                            OfManyJobsThatWantOnePictureOneBuysIt, KeepsEveryReason, ASettledSlotStaysBought,
                            AReleasedSlotMayBeBoughtAgain, AnUnknownOutcomeBlocksUnlessItIsToldNotTo,
                            WhatNoLongerBlocksNeverBlocksAgain, KeepsTheRemoteId, RefusesToChangeWhatHasEnded,
                            KnowsWhatIsNotThere, CountsAgainstEveryBudget, SettlingCorrectsTheBudgets,
                            AnEstimateStandsForAnActualThatIsNotKnown, FreeingASettledSlotKeepsWhatItDidCost,
                            RefusesWhatDoesNotFitAndReservesNothing, ABudgetMayBeUsedToItsEnd,
                            ABudgetOfUsersBuysNothingForNobody, ADayBudgetIsFreshOnTheNextDay, AnUnknownPriceNeedsLeaveUnderABudget,
                            RefusesAnIntentOutOfItsLimits, ListsTheOldestFirstInPages, ListsWhatIsAskedFor,
                            TwoHundredThreadsGetExactlyFiftyImages, OfManyThreadsOneGetsTheSlot);

}  // namespace imagegen::test
