#include <imagegen/testing/contract/ledger_contract.hpp>

#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

namespace imagegen::test {

PurchaseIntent LedgerContract::intent(const std::string& job, const std::string& slot, std::optional<double> price) {
  PurchaseIntent made;
  made.job_id = job, made.slot = slot, made.user = "u";
  made.provider = "openai", made.model = "gpt-image-1", made.request_hash = "00ff";
  if (price) made.estimate = usd(*price);
  return made;
}

Purchase LedgerContract::reserve(const std::string& job, const std::string& slot, double price, int ms) {
  return ledger().reserve(intent(job, slot, price), {}, at(ms)).value();
}

void LedgerContract::settle(const std::string& id, const Settlement& settlement, int ms) {
  ASSERT_THAT(ledger().settle(id, settlement, at(ms)), IsOk());
}

Usd LedgerContract::used(const std::string& scope) {
  return ledger().used(scope).value().used;
}

Purchase LedgerContract::only(const std::string& job) {
  LedgerQuery query;
  query.job_id = job;
  const auto page = ledger().list(query).value();
  EXPECT_EQ(page.purchases.size(), 1U);
  return page.purchases.empty() ? Purchase() : page.purchases.front();
}

TEST_P(LedgerContract, WritesTheIntentDown) {
  auto intent = this->intent("j", "0");
  intent.attempt = 3, intent.images = 2, intent.user = "it's ünï";
  const Purchase made = ledger().reserve(intent, {}, at(7)).value();
  EXPECT_EQ(made.id, "j/0/1");
  const Purchase found = only("j");
  EXPECT_EQ(found.id, made.id);
  EXPECT_EQ(found.state, PurchaseState::intended);
  EXPECT_EQ(found.user, "it's ünï");
  EXPECT_EQ(found.attempt, 3);
  EXPECT_EQ(found.images, 2);
  EXPECT_EQ(found.provider, "openai");
  EXPECT_EQ(found.model, "gpt-image-1");
  EXPECT_EQ(found.request_hash, "00ff");
  EXPECT_EQ(found.estimate, usd(0.04));
  EXPECT_EQ(found.created, at(7));
  EXPECT_TRUE(found.blocks);
}

TEST_P(LedgerContract, ASlotIsBoughtOnce) {
  reserve("j", "0");
  EXPECT_THAT(ledger().reserve(intent("j", "0"), {}, at(1)), FailsWith(Errc::already_exists));
  EXPECT_THAT(ledger().reserve(intent("j", "1"), {}, at(1)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("k", "0"), {}, at(1)), IsOk());
}

TEST_P(LedgerContract, APictureIsBoughtOnceOverAllJobs) {
  auto first = intent("j", "0");
  first.master_key = "masters/it's ünï";
  auto second = intent("k", "1");
  second.master_key = first.master_key;
  const auto made = ledger().reserve(first, {}, at(0)).value();
  EXPECT_EQ(made.master_key, first.master_key);
  EXPECT_THAT(ledger().reserve(second, {}, at(1)),
              FailsSaying(Errc::already_exists, testing::HasSubstr("j/0/1")));
  EXPECT_EQ(used("total"), usd(0.04)) << "nothing was reserved for the second";
  const auto blocking = ledger().blocking_master(first.master_key).value();
  ASSERT_TRUE(blocking);
  EXPECT_EQ(blocking->id, made.id);
  EXPECT_FALSE(ledger().blocking_master("masters/other").value());
  EXPECT_FALSE(ledger().blocking_master("").value());
  Settlement released;
  released.state = PurchaseState::released;
  settle(made.id, released);
  EXPECT_FALSE(ledger().blocking_master(first.master_key).value());
  EXPECT_THAT(ledger().reserve(second, {}, at(6)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("l", "0"), {}, at(7)), IsOk()) << "without a key nothing meets";
  EXPECT_THAT(ledger().reserve(intent("l", "1"), {}, at(8)), IsOk());
}

TEST_P(LedgerContract, OfManyJobsThatWantOnePictureOneBuysIt) {
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([this, t, &admitted] {
        auto intent = this->intent("j" + std::to_string(t), "0");
        intent.master_key = "masters/1";
        admitted += ledger().reserve(intent, {}, at(0)) ? 1 : 0;
      });
  }
  EXPECT_EQ(admitted, 1);
  EXPECT_EQ(used("total"), usd(0.04));
}

TEST_P(LedgerContract, KeepsEveryReason) {
  const auto made = reserve("j", "0");
  Settlement told;
  told.state = PurchaseState::outcome_unknown, told.note = "the connection \"broke\"";
  settle(made.id, told, 5);
  settle(made.id, told, 6);
  told.state = PurchaseState::settled, told.note = "it is on the bill";
  settle(made.id, told, 7);
  const auto found = ledger().find(made.id).value();
  EXPECT_EQ(found.note, "it is on the bill");
  ASSERT_EQ(found.history.size(), 2U) << "the same twice is one reason";
  EXPECT_EQ(found.history[0], (PurchaseReason{at(5), PurchaseState::outcome_unknown, "the connection \"broke\""}));
  EXPECT_EQ(found.history[1], (PurchaseReason{at(7), PurchaseState::settled, "it is on the bill"}));
  EXPECT_THAT(ledger().find("j/0/9"), FailsWith(Errc::not_found));
}

TEST_P(LedgerContract, ASettledSlotStaysBought) {
  const auto id = reserve("j", "0").id;
  settle(id, {PurchaseState::settled, usd(0.05), CostSource::usage});
  EXPECT_THAT(ledger().reserve(intent("j", "0"), {}, at(9)), FailsWith(Errc::already_exists));
  EXPECT_EQ(ledger().blocking("j", "0").value()->id, id);
}

TEST_P(LedgerContract, AReleasedSlotMayBeBoughtAgain) {
  settle(reserve("j", "0").id, {PurchaseState::released, {}, {}, "refused"});
  EXPECT_FALSE(ledger().blocking("j", "0").value());
  EXPECT_EQ(reserve("j", "0").id, "j/0/2");
}

TEST_P(LedgerContract, AnUnknownOutcomeBlocksUnlessItIsToldNotTo) {
  settle(reserve("j", "0").id, {PurchaseState::outcome_unknown});
  EXPECT_THAT(ledger().reserve(intent("j", "0"), {}, at(9)), FailsWith(Errc::already_exists));
  settle("j/0/1", {PurchaseState::outcome_unknown, {}, {}, {}, false});
  EXPECT_EQ(reserve("j", "0").id, "j/0/2");
  EXPECT_EQ(used("job:j"), usd(0.08));
}

TEST_P(LedgerContract, WhatNoLongerBlocksNeverBlocksAgain) {
  settle(reserve("j", "0").id, {PurchaseState::outcome_unknown, {}, {}, {}, false});
  reserve("j", "0");
  settle("j/0/1", {PurchaseState::settled, usd(0.04), CostSource::provider});
  EXPECT_EQ(ledger().blocking("j", "0").value()->id, "j/0/2");
}

TEST_P(LedgerContract, KeepsTheRemoteId) {
  const auto id = reserve("j", "0").id;
  ASSERT_THAT(ledger().remember(id, "task-7", "https://x.test/7", at(3)), IsOk());
  const Purchase found = ledger().blocking("j", "0").value().value();
  EXPECT_EQ(found.state, PurchaseState::submitted);
  EXPECT_EQ(found.remote_id, "task-7");
  EXPECT_EQ(found.resume_url, "https://x.test/7");
  EXPECT_EQ(found.updated, at(3));
}

TEST_P(LedgerContract, RefusesToChangeWhatHasEnded) {
  const auto id = reserve("j", "0").id;
  settle(id, {PurchaseState::settled, usd(0.05), CostSource::usage});
  EXPECT_THAT(ledger().settle(id, {PurchaseState::released}, at(6)), FailsWith(Errc::conflict));
  EXPECT_THAT(ledger().remember(id, "t", "", at(6)), FailsWith(Errc::conflict));
  EXPECT_THAT(ledger().settle(id, {PurchaseState::settled, usd(0.05), CostSource::usage}, at(6)),
              IsOk());
  EXPECT_EQ(used("total"), usd(0.05));
}

TEST_P(LedgerContract, KnowsWhatIsNotThere) {
  EXPECT_THAT(ledger().settle("j/0/1", {}, at(0)), FailsWith(Errc::not_found));
  EXPECT_THAT(ledger().remember("j/0/1", "t", "", at(0)), FailsWith(Errc::not_found));
  EXPECT_FALSE(ledger().blocking("j", "0").value());
  EXPECT_EQ(used("total"), Usd{});
}

TEST_P(LedgerContract, CountsAgainstEveryBudget) {
  reserve("j", "0", 0.04);
  reserve("j", "1", 0.06);
  for (const auto* scope : {"job:j", "user:u", "day:2026-11-21", "total"}) EXPECT_EQ(used(scope), usd(0.1));
  EXPECT_EQ(used("day:2026-11-22"), Usd{});
}

TEST_P(LedgerContract, SettlingCorrectsTheBudgets) {
  const auto dear = reserve("j", "0", 0.04).id, refused = reserve("j", "1", 0.04).id;
  const auto plain = reserve("j", "2", 0.04).id, lost = reserve("j", "3", 0.04).id;
  settle(dear, {PurchaseState::settled, usd(0.07), CostSource::usage}, 90'000'000);  // on the next day
  settle(refused, {PurchaseState::released});
  settle(plain, {PurchaseState::settled});
  settle(lost, {PurchaseState::outcome_unknown});
  EXPECT_EQ(used("total"), usd(0.15));
  EXPECT_EQ(used("day:2026-11-21"), usd(0.15));
}

TEST_P(LedgerContract, AnEstimateStandsForAnActualThatIsNotKnown) {
  settle(reserve("j", "0").id, {PurchaseState::settled});
  EXPECT_EQ(only("j").actual, usd(0.04));
  EXPECT_EQ(only("j").actual_source, CostSource::estimate);
}

TEST_P(LedgerContract, FreeingASettledSlotKeepsWhatItDidCost) {
  settle(reserve("j", "0").id, {PurchaseState::settled, usd(0.05), CostSource::usage});
  settle("j/0/1", {PurchaseState::settled, {}, {}, "the picture was broken", false});
  EXPECT_EQ(only("j").actual, usd(0.05));
  EXPECT_EQ(only("j").actual_source, CostSource::usage);
  EXPECT_EQ(reserve("j", "0").id, "j/0/2");
}

TEST_P(LedgerContract, RefusesWhatDoesNotFitAndReservesNothing) {
  Budgets budgets;
  budgets.job = usd(0.1), budgets.total = usd(0.05);
  ASSERT_THAT(ledger().reserve(intent("j", "0"), budgets, at(0)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("j", "1"), budgets, at(0)),
              FailsSaying(Errc::budget_exceeded, testing::AllOf(testing::HasSubstr("total"), testing::HasSubstr("0.01"),
                                                                testing::HasSubstr("0.04"))));
  EXPECT_EQ(used("job:j"), usd(0.04));
  EXPECT_EQ(used("total"), usd(0.04));
  EXPECT_FALSE(ledger().blocking("j", "1").value());
}

TEST_P(LedgerContract, ABudgetMayBeUsedToItsEnd) {
  Budgets budgets;
  budgets.user = usd(0.08);
  EXPECT_THAT(ledger().reserve(intent("j", "0"), budgets, at(0)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("k", "0"), budgets, at(0)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("k", "1"), budgets, at(0)), FailsWith(Errc::budget_exceeded));
}

TEST_P(LedgerContract, ABudgetOfUsersBuysNothingForNobody) {
  Budgets budgets;
  budgets.user = usd(100);
  auto of_nobody = intent("j", "0");
  of_nobody.user.clear();
  EXPECT_THAT(ledger().reserve(of_nobody, budgets, at(0)),
              FailsSaying(Errc::budget_exceeded, testing::HasSubstr("expected the user whose budget")));
  EXPECT_EQ(used("total"), Usd{});
  EXPECT_THAT(ledger().reserve(of_nobody, {}, at(0)), IsOk());
}

TEST_P(LedgerContract, ADayBudgetIsFreshOnTheNextDay) {
  Budgets budgets;
  budgets.day = usd(0.04);
  EXPECT_THAT(ledger().reserve(intent("j", "0"), budgets, at(0)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("j", "1"), budgets, at(1)), FailsWith(Errc::budget_exceeded));
  EXPECT_THAT(ledger().reserve(intent("j", "1"), budgets, at(86'400'000)), IsOk());
}

TEST_P(LedgerContract, AnUnknownPriceNeedsLeaveUnderABudget) {
  Budgets budgets;
  budgets.total = usd(100);
  const auto unknown = intent("j", "0", std::nullopt);
  EXPECT_THAT(ledger().reserve(unknown, budgets, at(0)),
              FailsSaying(Errc::budget_exceeded, testing::HasSubstr("unknown")));
  budgets.allow_unknown_price = true;
  EXPECT_THAT(ledger().reserve(unknown, budgets, at(0)), IsOk());
  EXPECT_FALSE(only("j").estimate);
  settle("j/0/1", {PurchaseState::settled});
  EXPECT_FALSE(only("j").actual);
}

TEST_P(LedgerContract, RefusesAnIntentOutOfItsLimits) {
  EXPECT_THAT(ledger().reserve(intent("", "0"), {}, at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ledger().reserve(intent("j", ""), {}, at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ledger().reserve(intent("j/0", "1"), {}, at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ledger().reserve(intent("j", "0/1"), {}, at(0)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ledger().reserve(intent("j", "0", -1), {}, at(0)), FailsWith(Errc::invalid_argument));
}

TEST_P(LedgerContract, ListsTheOldestFirstInPages) {
  for (int i = 0; i < 5; ++i) reserve("j", std::to_string(i), 0.04, i / 2);
  LedgerQuery query;
  query.limit = 2;
  std::vector<std::string> ids;
  do {
    const auto page = ledger().list(query).value();
    EXPECT_LE(page.purchases.size(), 2U);
    for (const auto& purchase : page.purchases) ids.push_back(purchase.id);
    query.after = page.next;
  } while (!query.after.empty() && ids.size() < 9);
  EXPECT_THAT(ids, testing::ElementsAre("j/0/1", "j/1/1", "j/2/1", "j/3/1", "j/4/1"));
}

TEST_P(LedgerContract, ListsWhatIsAskedFor) {
  reserve("j", "0", 0.04, 0), reserve("k", "0", 0.04, 10), reserve("k", "1", 0.04, 20);
  LedgerQuery query;
  query.user = "u", query.from = at(10), query.until = at(20);
  const auto page = ledger().list(query).value();
  ASSERT_EQ(page.purchases.size(), 1U);
  EXPECT_EQ(page.purchases[0].id, "k/0/1");
  query.user = "nobody";
  EXPECT_TRUE(ledger().list(query).value().purchases.empty());
  Settlement released;
  released.state = PurchaseState::released;
  settle("k/1/1", released);
  LedgerQuery open;
  open.state = PurchaseState::intended;
  EXPECT_EQ(ledger().list(open).value().purchases.size(), 2U);
  open.state = PurchaseState::released, open.job_id = "k";
  EXPECT_EQ(ledger().list(open).value().purchases.at(0).id, "k/1/1");
}

TEST_P(LedgerContract, TwoHundredThreadsGetExactlyFiftyImages) {
  Budgets budgets;
  budgets.total = usd(50 * 0.04);
  std::atomic<int> admitted{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 200; ++t) {
      threads.emplace_back([&, t] {
        const auto made = ledger().reserve(intent("j" + std::to_string(t), "0"), budgets, at(0));
        if (made)
          ++admitted;
        else if (made.error().code == Errc::budget_exceeded)
          ++refused;
      });
    }
  }
  EXPECT_EQ(admitted, 50);
  EXPECT_EQ(refused, 150);
  EXPECT_EQ(used("total"), usd(2));
}

TEST_P(LedgerContract, OfManyThreadsOneGetsTheSlot) {
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back(
          [&] { admitted += ledger().reserve(intent("j", "0"), {}, at(0)) ? 1 : 0; });
  }
  EXPECT_EQ(admitted, 1);
  EXPECT_EQ(used("total"), usd(0.04));
}

}  // namespace imagegen::test
