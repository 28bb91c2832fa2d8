// What an answer leaves owed, and that one picture is bought once over all jobs.
#include "workflow/purchase_fixture.hpp"

namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(PurchaseTest, ARefusalThatIsFreeIsNotOwed) {
  auto refusal = error_of_provider(Errc::content_refused, Delivery::answered);
  refusal.billing = Billing::no;
  fake_.answer_with(refusal);
  const auto bought = buy();
  ASSERT_THAT(bought, FailsWith(Errc::content_refused));
  EXPECT_EQ(bought.error().delivery, Delivery::not_sent) << "the ledger holds nothing";
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released));
  EXPECT_EQ(used(), Usd{});
}

TEST_F(PurchaseTest, ARefusalThatMayBeBilledKeepsItsEstimate) {
  fake_.answer_with(error_of_provider(Errc::content_refused, Delivery::answered));
  const auto refused = buy();
  ASSERT_THAT(refused, FailsWith(Errc::content_refused));
  EXPECT_EQ(refused.error().retry, Retry::never);
  EXPECT_EQ(billing_of(refused.error()), Billing::maybe);
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown));
  EXPECT_EQ(used(), Usd::from_dollars(0.04));
  EXPECT_THAT(buy(), IsOk()) << "whoever asks again knows what came";
  EXPECT_EQ(used(), Usd::from_dollars(0.08));
}

TEST_F(PurchaseTest, WhatARefusalCostsIsARowOfTheTableOfPrices) {
  const auto states_with = [this](const std::string& billed) {
    ledger_ = make_memory_ledger();
    prices_ = PriceTable::parse(R"({"models":[{"provider":"fake","model":"fake-1","date":"2026-11-01","source":"a test","per_image":0.04}],
                                    "hosts":[{"provider":"fake","billed_on_failure":)" + billed + "}]}")
                  .value();
    fake_.answer_with(error_of_provider(Errc::content_refused, Delivery::answered));
    EXPECT_THAT(buy(), FailsWith(Errc::content_refused));
    return states();
  };
  EXPECT_THAT(states_with(R"("no")"), ElementsAre(PurchaseState::released));
  EXPECT_THAT(states_with(R"("yes")"), ElementsAre(PurchaseState::outcome_unknown));
  EXPECT_THAT(states_with(R"({"prompt_refused": "no", "result_refused": "maybe"})"), ElementsAre(PurchaseState::outcome_unknown))
      << "nobody tells when it was refused";
}

TEST_F(PurchaseTest, AnUnknownOutcomeSaysWhy) {
  fake_.answer_with(error_of_provider(Errc::bad_answer, Delivery::answered));
  EXPECT_THAT(buy(), FailsWith(Errc::bad_answer));
  EXPECT_THAT(buy(), FailsSaying(Errc::outcome_unknown, HasSubstr("the fake says no")));
  EXPECT_EQ(fake_.requests.size(), 1U);
}

TEST_F(PurchaseTest, APictureThatCannotBeHadAfterTheAnswerIsNotReleased) {
  for (const auto code : {Errc::not_found, Errc::unavailable, Errc::limit_exceeded, Errc::corrupt_data}) {
    auto gone = error_of_provider(code, Delivery::answered);
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

TEST_F(PurchaseTest, WhatAnAnswerSaidIsInTheLedgerAndInNoMessage) {
  auto error = error_of_provider(Errc::bad_answer, Delivery::answered);
  error.provider_text = "CUDA out of\nmemory for anna's cat " + std::string(2000, 'x');
  error.where_to_look = "https://pictures.example.com/task?signed";
  fake_.answer_with(error);
  ASSERT_THAT(buy(), FailsWith(Errc::bad_answer));
  const auto row = ledger_->blocking("j", "0").value();
  ASSERT_TRUE(row);
  EXPECT_THAT(row->note, HasSubstr("what the provider said: CUDA out of memory for anna's cat xx"));
  EXPECT_LT(row->note.size(), 800U);
  const auto again = buy();
  ASSERT_THAT(again, FailsWith(Errc::outcome_unknown));
  EXPECT_THAT(again.error().message, testing::Not(testing::AnyOf(HasSubstr("CUDA"), HasSubstr("signed"))));
}

TEST_F(PurchaseTest, AReasonIsNotOverwrittenByALaterOne) {
  fake_.answer_with(error_of_provider(Errc::bad_answer, Delivery::answered));
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
  dear.route.approved = Usd::from_dollars(0.039);
  EXPECT_THAT(buy(dear), FailsSaying(Errc::budget_exceeded, HasSubstr("approved for at most 0.039")));
  EXPECT_THAT(fake_.requests, IsEmpty());
  dear.route.approved = Usd::from_dollars(0.04);
  EXPECT_THAT(buy(dear), IsOk());
}

// A process that is killed between two tries owes nothing, and the slot is free.
TEST_F(PurchaseTest, WhatIsNotInFlightIsNotHeld) {
  std::vector<std::string> rows;
  fake_.on_submit([&](const ImageRequest&) -> Task<void> {
    const auto flight = fake_.context().flight;
    if (!flight) co_return;
    static_cast<void>(co_await flight(false));
    rows.emplace_back(ledger_->blocking("j", "0").value() ? "blocked" : "free");
    static_cast<void>(co_await flight(true));
    rows.emplace_back(ledger_->blocking("j", "0").value() ? "blocked" : "free");
  });
  const auto bought = buy();
  ASSERT_THAT(bought, IsOk());
  EXPECT_THAT(rows, ElementsAre("free", "blocked"));
  EXPECT_EQ(bought->from->purchase.id, "j/0/2") << "each try is a purchase of its own";
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released, PurchaseState::settled));
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
  EXPECT_EQ(bought->from->purchase.id, begun.id);
  EXPECT_THAT(fake_.requests, IsEmpty()) << "it was resumed";
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

}  // namespace
}  // namespace imagegen::test
