#include <imagegen/testing/contract/ledger_contract.hpp>

#include <imagegen/testing/contract/matchers.hpp>

#include <gmock/gmock.h>

namespace imagegen::test {

TEST_P(LedgerContract, AnErasedPurchaseKeepsItsAmountsAndNoText) {
  const auto made = reserve("j", "0");
  ASSERT_THAT(ledger().remember(made.id, "task-7", "https://pictures.test/a-fox.png", at(1)), IsOk());
  Settlement unknown;
  unknown.state = PurchaseState::outcome_unknown, unknown.note = "it said: a fox in the snow";
  settle(made.id, unknown, 2);
  Settlement paid;
  paid.actual = usd(0.05), paid.source = CostSource::provider, paid.note = "seen at https://pictures.test/a-fox.png";
  settle(made.id, paid, 3);
  ASSERT_THAT(ledger().erase(made.id, at(9)), IsOk());
  const Purchase after = only("j");
  EXPECT_TRUE(is_erased(after));
  EXPECT_EQ(after.state, PurchaseState::settled);
  EXPECT_EQ(after.estimate, usd(0.04));
  EXPECT_EQ(after.actual, usd(0.05));
  EXPECT_EQ(after.actual_source, CostSource::provider);
  EXPECT_EQ(after.user, "u");
  EXPECT_EQ(after.provider, "openai");
  EXPECT_EQ(after.remote_id, "task-7");
  EXPECT_EQ(after.created, at(0));
  EXPECT_EQ(after.resume_url, "");
  EXPECT_EQ(after.note, kErasedNote);
  for (const PurchaseReason& reason : after.history) EXPECT_EQ(reason.note, kErasedNote);
  EXPECT_EQ(after.history.front().time, at(2));
  EXPECT_EQ(used("user:u"), usd(0.05));
}

TEST_P(LedgerContract, WhatAnErasedPurchaseWasForMayBeBoughtAgain) {
  auto wanted = intent("j", "0");
  wanted.master_key = "masters/a", wanted.also = {{"1", "masters/b"}}, wanted.images = 2;
  const auto made = ledger().reserve(wanted, {}, at(0)).value();
  settle(made.id, {});
  ASSERT_THAT(ledger().erase(made.id, at(9)), IsOk());
  wanted.job_id = "k";
  EXPECT_THAT(ledger().reserve(wanted, {}, at(10)), IsOk());
  EXPECT_EQ(used("total"), usd(0.08));
}

TEST_P(LedgerContract, AnErasedPurchaseThatWasUnderWayHoldsItsEstimate) {
  const auto made = reserve("j", "0");
  ASSERT_THAT(ledger().erase(made.id, at(9)), IsOk());
  EXPECT_EQ(only("j").state, PurchaseState::outcome_unknown);
  EXPECT_EQ(used("total"), usd(0.04));
  EXPECT_EQ(blocker("j", "0"), "");
}

TEST_P(LedgerContract, ErasingAPurchaseAgainChangesNothing) {
  const auto made = reserve("j", "0");
  EXPECT_THAT(ledger().erase("k/0/1", at(1)), FailsWith(Errc::not_found));
  ASSERT_THAT(ledger().erase(made.id, at(9)), IsOk());
  ASSERT_THAT(ledger().erase(made.id, at(20)), IsOk());
  EXPECT_EQ(only("j").updated, at(9));
  EXPECT_THAT(only("j").history, testing::SizeIs(1));
}

}  // namespace imagegen::test
