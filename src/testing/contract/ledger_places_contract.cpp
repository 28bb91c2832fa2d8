#include <imagegen/spend/ledger_export.hpp>
#include <imagegen/testing/contract/ledger_contract.hpp>
#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

/// \file Purchases whose answer fills several slots.
namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

const std::vector<PurchasePlace>& three_places() {
  static const std::vector<PurchasePlace> kPlaces = {{"a", "m/a"}, {"it's \"ünï\"", "m/it's \"ünï\""}, {"c"}};
  return kPlaces;
}

}  // namespace

PurchaseIntent LedgerContract::set_of(const std::string& job, const std::vector<PurchasePlace>& places) {
  auto made = intent(job, places.front().slot, 0.12);
  made.master_key = places.front().master_key;
  made.also.assign(places.begin() + 1, places.end());
  made.images = static_cast<int>(places.size());
  return made;
}

std::string LedgerContract::blocker(const std::string& job, const std::string& slot) {
  const auto found = ledger().blocking(job, slot).value();
  return found ? found->id : "";
}

// Here, because this file needs the one with the other tests: whoever needs this one has both.
void LedgerContract::SetUpTestSuite() {}
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(LedgerContract);

TEST_P(LedgerContract, ASetBlocksEachOfItsPlaces) {
  const auto set = set_of("j", three_places());
  const auto made = ledger().reserve(set, {}, at(0)).value();
  EXPECT_EQ(made.id, "j/a/1");
  EXPECT_EQ(made.also, set.also);
  for (const PurchasePlace& place : three_places()) {
    const auto found = ledger().blocking("j", place.slot).value();
    ASSERT_TRUE(found) << place.slot;
    EXPECT_EQ(found->id, made.id);
    EXPECT_EQ(found->slot, "a");
    EXPECT_EQ(found->also, set.also);
    EXPECT_EQ(found->images, 3);
    if (place.master_key.empty()) continue;
    const auto by_key = ledger().blocking_master(place.master_key).value();
    ASSERT_TRUE(by_key) << place.master_key;
    EXPECT_EQ(by_key->id, made.id);
    EXPECT_EQ(by_key->also, set.also);
  }
  EXPECT_EQ(ledger().find(made.id).value().also, set.also);
  EXPECT_EQ(blocker("k", "c"), "") << "of another job";
  EXPECT_FALSE(ledger().blocking_master("").value());
}

TEST_P(LedgerContract, NoPlaceOfASetIsBoughtTwice) {
  ASSERT_THAT(ledger().reserve(set_of("j", three_places()), {}, at(0)), IsOk());
  EXPECT_THAT(ledger().reserve(intent("j", "c"), {}, at(1)),
              FailsSaying(Errc::already_exists, AllOf(HasSubstr("j/a/1"), HasSubstr("slot \"c\""))));
  EXPECT_THAT(ledger().reserve(set_of("j", {{"x", "m/x"}, {"y", "m/y"}, {"c"}}), {}, at(1)),
              FailsSaying(Errc::already_exists, AllOf(HasSubstr("j/a/1"), HasSubstr("slot \"c\""))));
  auto same_key = intent("k", "0");
  same_key.master_key = three_places()[1].master_key;
  EXPECT_THAT(ledger().reserve(same_key, {}, at(1)),
              FailsSaying(Errc::already_exists, AllOf(HasSubstr("j/a/1"), HasSubstr(same_key.master_key))));
  EXPECT_THAT(ledger().reserve(set_of("k", {{"0", "m/x"}, {"1", "m/a"}}), {}, at(1)),
              FailsSaying(Errc::already_exists, AllOf(HasSubstr("j/a/1"), HasSubstr("\"m/a\""))));
  EXPECT_EQ(used("total"), usd(0.12)) << "nothing was reserved for the others";
  EXPECT_EQ(used("job:k"), Usd{});
  EXPECT_EQ(ledger().list({}).value().purchases.size(), 1U);
  for (const auto* slot : {"x", "y"}) EXPECT_EQ(blocker("j", slot), "");
  for (const auto* key : {"m/x", "m/y"}) EXPECT_FALSE(ledger().blocking_master(key).value()) << key;
}

TEST_P(LedgerContract, ASetIsNotBoughtWhileOneOfItsPlacesIs) {
  reserve("j", "c");
  EXPECT_THAT(ledger().reserve(set_of("j", three_places()), {}, at(1)),
              FailsSaying(Errc::already_exists, AllOf(HasSubstr("j/c/1"), HasSubstr("slot \"c\""))));
  EXPECT_EQ(blocker("j", "a"), "");
  EXPECT_FALSE(ledger().blocking_master("m/a").value());
  EXPECT_EQ(used("total"), usd(0.04));
  EXPECT_EQ(only("j").id, "j/c/1");
}

TEST_P(LedgerContract, ASetThatNoBudgetTakesBlocksNothing) {
  Budgets budgets;
  budgets.job = usd(0.11);
  EXPECT_THAT(ledger().reserve(set_of("j", three_places()), budgets, at(0)), FailsWith(Errc::budget_exceeded));
  for (const PurchasePlace& place : three_places()) EXPECT_EQ(blocker("j", place.slot), "");
  EXPECT_EQ(used("job:j"), Usd{});
}

TEST_P(LedgerContract, OfManySetsThatMeetInOneSlotOneIsBought) {
  std::atomic<int> admitted{0}, refused{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([this, t, &admitted, &refused] {
        const auto made = ledger().reserve(set_of("j", {{"s" + std::to_string(t)}, {"shared"}}), {}, at(0));
        admitted += made ? 1 : 0;
        refused += !made && made.error().code == Errc::already_exists ? 1 : 0;
      });
  }
  EXPECT_EQ(admitted, 1);
  EXPECT_EQ(refused, 15);
  EXPECT_EQ(used("total"), usd(0.12));
  int blocked = 0;
  for (int t = 0; t < 16; ++t) blocked += blocker("j", "s" + std::to_string(t)).empty() ? 0 : 1;
  EXPECT_EQ(blocked, 1);
  EXPECT_EQ(blocker("j", "shared"), only("j").id);
}

TEST_P(LedgerContract, OfManySetsThatMeetInOneKeyOneIsBought) {
  std::atomic<int> admitted{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 16; ++t)
      threads.emplace_back([this, t, &admitted] {
        const auto own = std::to_string(t);
        // As the first key of some and as the last of others.
        const std::vector<PurchasePlace> places = {{"0", t % 2 == 0 ? "m/shared" : "m/" + own},
                                                   {"1", t % 2 == 0 ? "m/" + own : "m/shared"}};
        admitted += ledger().reserve(set_of("j" + own, places), {}, at(0)) ? 1 : 0;
      });
  }
  EXPECT_EQ(admitted, 1);
  EXPECT_EQ(used("total"), usd(0.12));
}

TEST_P(LedgerContract, FreeingASetFreesAllOfIt) {
  const auto id = ledger().reserve(set_of("j", three_places()), {}, at(0)).value().id;
  settle(id, {PurchaseState::settled, usd(0.10), CostSource::usage, "the pictures are lost", false});
  for (const PurchasePlace& place : three_places()) EXPECT_EQ(blocker("j", place.slot), "");
  for (const auto* key : {"m/a", "m/it's \"ünï\""}) EXPECT_FALSE(ledger().blocking_master(key).value()) << key;
  EXPECT_EQ(used("total"), usd(0.10));
  EXPECT_FALSE(ledger().find(id).value().blocks);
  EXPECT_EQ(ledger().find(id).value().also.size(), 2U) << "what it was for stays known";
  EXPECT_EQ(reserve("j", "c").id, "j/c/2") << "the second purchase for that slot";
}

TEST_P(LedgerContract, ReleasingASetFreesAllOfIt) {
  const auto set = set_of("j", three_places());
  settle(ledger().reserve(set, {}, at(0)).value().id, {PurchaseState::released});
  EXPECT_EQ(used("total"), Usd{});
  EXPECT_EQ(ledger().reserve(set, {}, at(6)).value().id, "j/a/2");
  EXPECT_EQ(blocker("j", "c"), "j/a/2");
  settle("j/a/1", {PurchaseState::released}, 7);
  EXPECT_EQ(blocker("j", "c"), "j/a/2") << "the same again frees nothing of others";
}

TEST_P(LedgerContract, ASettledSetStaysBought) {
  const auto id = ledger().reserve(set_of("j", three_places()), {}, at(0)).value().id;
  ASSERT_THAT(ledger().remember(id, "task-7", "", at(1)), IsOk());
  EXPECT_EQ(ledger().blocking("j", "c").value()->remote_id, "task-7");
  settle(id, {PurchaseState::settled, usd(0.10), CostSource::usage});
  for (const PurchasePlace& place : three_places())
    EXPECT_EQ(ledger().blocking("j", place.slot).value()->state, PurchaseState::settled) << place.slot;
  EXPECT_THAT(ledger().reserve(intent("j", "c"), {}, at(9)), FailsWith(Errc::already_exists));
  for (const auto* scope : {"job:j", "user:u", "day:2026-11-21", "total"}) EXPECT_EQ(used(scope), usd(0.10));
}

TEST_P(LedgerContract, ASetIsOnePurchaseInEveryList) {
  ASSERT_THAT(ledger().reserve(set_of("j", three_places()), {}, at(0)), IsOk());
  reserve("j", "d", 0.04, 0);
  ASSERT_THAT(ledger().reserve(set_of("k", {{"0"}, {"1"}}), {}, at(0)), IsOk());
  settle("j/a/1", {PurchaseState::settled});
  LedgerQuery query;
  query.limit = 1;
  std::vector<Purchase> listed;
  do {
    const auto page = ledger().list(query).value();
    listed.insert(listed.end(), page.purchases.begin(), page.purchases.end());
    query.after = page.next;
  } while (!query.after.empty() && listed.size() < 9);
  ASSERT_EQ(listed.size(), 3U);
  EXPECT_EQ(listed[0].id, "j/a/1");
  EXPECT_EQ(listed[0].also, set_of("j", three_places()).also);
  EXPECT_EQ(listed[1].id, "j/d/1");
  EXPECT_EQ(listed[2].id, "k/0/1");
  EXPECT_EQ(sum_up(listed).held, usd(0.28));
  EXPECT_EQ(sum_up(listed).images, 3);
  LedgerQuery settled_ones;
  settled_ones.state = PurchaseState::settled;
  EXPECT_EQ(ledger().list(settled_ones).value().purchases.size(), 1U);
  for (const auto* no_purchase : {"j/c/1", "j/a/1/1"})
    EXPECT_THAT(ledger().find(no_purchase), FailsWith(Errc::not_found)) << no_purchase;
}

TEST_P(LedgerContract, RefusesASetOutOfItsLimits) {
  const auto refuses = [this](const std::vector<PurchasePlace>& places, const std::string& what) {
    EXPECT_THAT(ledger().reserve(set_of("j", places), {}, at(0)),
                FailsSaying(Errc::invalid_argument, HasSubstr(what)));
  };
  refuses({{"0"}, {"0"}}, "each slot once, got \"0\" twice");
  refuses({{"0"}, {"1"}, {"1"}}, "each slot once, got \"1\" twice");
  refuses({{"0", "m"}, {"1", "m"}}, "got \"m\" twice");
  refuses({{"0"}, {""}}, "expected a slot");
  refuses({{"0"}, {"1/2"}}, "without '/'");
  refuses({{"0"}, {std::string(257, 's')}}, "256 bytes, got 257");
  refuses({{"0"}, {"1", std::string(1025, 'k')}}, "1024 bytes, got 1025");
  refuses({{"0"}, {"\xFF"}}, "UTF-8");
  refuses({{"0"}, {"1", "\xFF"}}, "UTF-8");
  std::vector<PurchasePlace> places;
  for (int i = 0; i < 65; ++i) places.push_back({std::to_string(i), "m/" + std::to_string(i)});
  refuses(places, "at most 64 slots, got 65");
  auto too_few = set_of("j", {{"0"}, {"1"}, {"2"}});
  too_few.images = 2;
  EXPECT_THAT(ledger().reserve(too_few, {}, at(0)),
              FailsSaying(Errc::invalid_argument, HasSubstr("each of 3 slots, got 2")));
  EXPECT_TRUE(ledger().list({}).value().purchases.empty());
  EXPECT_EQ(used("total"), Usd{});
  places.pop_back();
  ASSERT_THAT(ledger().reserve(set_of("j", places), {}, at(0)), IsOk());
  EXPECT_EQ(blocker("j", "63"), "j/0/1");
}

}  // namespace imagegen::test
