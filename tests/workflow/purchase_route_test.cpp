// Who is asked, one after the other, and who never is.
#include "workflow/purchase_fixture.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PurchaseRoute : public PurchaseTest {
 protected:
  PurchaseRoute() {
    auto second = std::make_unique<FakeProvider>(some_picture);
    second_ = second.get();
    second_->capability_.provider = "second", second_->model().model = "second-1";
    providers_.add(std::move(second)).value();
    prices_ = PriceTable::parse(R"({"models":[
        {"provider":"fake","model":"fake-1","date":"2026-11-01","source":"a test","per_image":0.04},
        {"provider":"second","model":"second-1","date":"2026-11-01","source":"a test","per_image":0.06}]})")
                  .value();
  }
  PurchaseOrder routed() {
    auto made = order();
    made.route.order = {{"fake"}, {"second"}};
    return made;
  }
  std::vector<std::string> asked() {
    std::vector<std::string> names;
    for (const auto& purchase : ledger_->list({}).value().purchases) names.push_back(purchase.provider);
    return names;
  }

  FakeProvider* second_;
};

TEST_F(PurchaseRoute, TheNextIsAskedWhereTheOneBeforeCannotBeHad) {
  for (const auto code : {Errc::unavailable, Errc::rate_limited, Errc::quota_exceeded, Errc::permission_denied,
                          Errc::not_found, Errc::unsupported}) {
    ledger_ = make_memory_ledger();
    auto refusal = error_of_provider(code, Delivery::answered);
    refusal.billing = Billing::no;
    fake_.answer_with(refusal);
    const auto bought = buy(routed());
    ASSERT_THAT(bought, IsOk()) << to_string(code);
    EXPECT_EQ(bought->from->purchase.provider, "second") << to_string(code);
    EXPECT_EQ(bought->from->purchase.model, "second-1");
    EXPECT_EQ(bought->from->sent->request.model, "second-1");
    EXPECT_EQ(bought->actual, Usd::from_dollars(0.06));
    EXPECT_THAT(states(), ElementsAre(PurchaseState::released, PurchaseState::settled)) << to_string(code);
  }
}

TEST_F(PurchaseRoute, NobodyElseIsAskedPastARefusalOrWhereSomethingMayBeOwed) {
  for (const auto code : {Errc::content_refused, Errc::invalid_argument, Errc::cancelled, Errc::bad_answer}) {
    ledger_ = make_memory_ledger();
    fake_.answer_with(error_of_provider(code, Delivery::answered));
    EXPECT_THAT(buy(routed()), FailsWith(code));
  }
  ledger_ = make_memory_ledger();
  fake_.answer_with(error_of_provider(Errc::unavailable, Delivery::unknown));
  EXPECT_THAT(buy(routed()), FailsWith(Errc::unavailable));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown));
  EXPECT_THAT(second_->requests, IsEmpty());
}

TEST_F(PurchaseRoute, WhereNobodyCanBeHadAllAreNamedWithWhatTheySaid) {
  auto away = error_of_provider(Errc::unavailable, Delivery::not_sent);
  away.message = "the first is away";
  auto broke = error_of_provider(Errc::quota_exceeded, Delivery::answered);
  broke.message = "the second has no credit";
  fake_.answer_with(away), second_->answer_with(broke);
  EXPECT_THAT(buy(routed()), FailsSaying(Errc::quota_exceeded, ::testing::MatchesRegex("second: .*no credit.*asked before it, fake: .*is away.*")));
}

TEST_F(PurchaseRoute, AFailureOfOneThatTakesNoMoneyLeavesNothingOwed) {
  fake_.capability_.paid = false;
  fake_.answer_with(error_of_provider(Errc::bad_answer, Delivery::answered));
  const auto failed = buy(order());
  ASSERT_THAT(failed, FailsWith(Errc::bad_answer));
  EXPECT_EQ(billing_of(failed.error()), Billing::no);
}

TEST_F(PurchaseRoute, NobodyIsAskedAboveTheApprovedPrice) {
  auto refusal = error_of_provider(Errc::unavailable, Delivery::not_sent);
  fake_.answer_with(refusal);
  auto cheap = routed();
  cheap.route.approved = Usd::from_dollars(0.05);
  EXPECT_THAT(buy(cheap), FailsWith(Errc::unavailable)) << "the error of the one that was asked";
  EXPECT_THAT(second_->requests, IsEmpty());
  fake_.answer_with(refusal);
  cheap.route.approved = Usd::from_dollars(0.06);
  EXPECT_THAT(buy(cheap), IsOk());
}

TEST_F(PurchaseRoute, NobodyElseIsAskedForWhatIsNoFaultOfAProvider) {
  auto stopped = routed();
  stopped.may_buy = []() -> Task<Result<void>> { co_return Error{Errc::unavailable, "the job store is away"}; };
  EXPECT_THAT(buy(stopped), FailsWith(Errc::unavailable));
  EXPECT_THAT(asked(), ElementsAre("fake"));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::released));
  EXPECT_TRUE(fake_.requests.empty() && second_->requests.empty());
}

TEST_F(PurchaseRoute, TheNextIsAskedWhereTheBudgetHasRoomForThatOnly) {
  auto dear_first = order();
  dear_first.route.order = {{"second"}, {"fake"}};
  dear_first.budgets.total = Usd::from_dollars(0.05);
  const auto bought = buy(dear_first);
  ASSERT_THAT(bought, IsOk());
  EXPECT_EQ(bought->from->purchase.provider, "fake");
  EXPECT_THAT(second_->requests, IsEmpty());
}

TEST_F(PurchaseRoute, NobodyStandsInLineForEverWhereThereIsAnotherToAsk) {
  const auto permits = make_memory_permit_store();
  ASSERT_TRUE(permits->acquire({"x/1", {{"provider:fake", 1, 0}}})->granted);
  ManualClock jumping{ManualClock::Mode::jumping};
  PermitLimits limits;
  limits.each_provider = {1, 0};
  PermitGate gate(*permits, pool_, jumping, "w", limits);
  PurchaseServices with{providers_, *ledger_, pool_, jumping, prices_};
  with.permits = &gate;
  auto wanted = routed();
  wanted.deadline = deadline_after(jumping, std::chrono::seconds(600));
  auto task = buy_image(with, wanted, keep());
  const auto bought = io_.run(std::move(task));
  ASSERT_THAT(bought, IsOk());
  EXPECT_EQ(bought->from->purchase.provider, "second");
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PurchaseRoute, TheFirstMakesTheApprovedSizeOrNothing) {
  fake_.model().sizes = SizeList{{{512, 512}}};
  auto wanted = routed();
  wanted.approved_size = PixelSize{1024, 1024};
  ASSERT_THAT(buy(wanted), IsOk());
  EXPECT_THAT(asked(), ElementsAre("second"));
  ledger_ = make_memory_ledger();
  wanted.route.order = {{"fake"}};
  EXPECT_THAT(buy(wanted), FailsSaying(Errc::unsupported, HasSubstr("approved at 1024x1024 px, and fake-1 makes one of 512x512")));
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PurchaseRoute, APriceOfItsOwnNameGoesBeforeThatOfItsHost) {
  fake_.capability_.provider = "gateway", fake_.capability_.host = "fake";
  EXPECT_EQ(buy()->actual, Usd::from_dollars(0.04));
  prices_ = PriceTable::parse(R"({"models":[
      {"provider":"fake","model":"fake-1","date":"2026-11-01","source":"a test","per_image":0.04},
      {"provider":"gateway","model":"fake-1","date":"2026-11-01","source":"a test","per_image":0.2}]})")
                .value();
  EXPECT_EQ(buy(order("1"))->actual, Usd::from_dollars(0.2));
}

TEST_F(PurchaseRoute, AnEntryWhoseModelIsRetiredIsPassedOver) {
  fake_.model().retirement = {std::chrono::floor<std::chrono::days>(clock_.wall_now()), "fake-2"};
  EXPECT_THAT(buy(routed()), IsOk());
  EXPECT_THAT(asked(), ElementsAre("second"));
  ledger_ = make_memory_ledger();
  EXPECT_THAT(buy(), FailsSaying(Errc::unsupported, AllOf(HasSubstr("fake-1 was retired on"), HasSubstr("use fake-2"))));
  EXPECT_THAT(states(), IsEmpty()) << "nothing is reserved for it";
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PurchaseRoute, AnEntryThatCannotDoWhatIsWishedForIsPassedOver) {
  second_->model().prompt.most = 3;
  fake_.answer_with(error_of_provider(Errc::unavailable, Delivery::not_sent));
  EXPECT_THAT(buy(routed()), FailsWith(Errc::unavailable));
  EXPECT_THAT(second_->requests, IsEmpty());
}

TEST_F(PurchaseRoute, EachIsSentWhatItsModelTakes) {
  fake_.answer_with(error_of_provider(Errc::unavailable, Delivery::not_sent));
  fake_.model().seed = SeedRange{};
  second_->model().sizes = SizeList{{{512, 512}}};
  auto wish = routed();
  wish.request.seed = 7;
  const auto bought = buy(wish);
  ASSERT_THAT(bought, IsOk());
  ASSERT_THAT(second_->requests, SizeIs(1));
  EXPECT_EQ(pixels_of(fake_.requests[0]), (PixelSize{1024, 1024}));
  EXPECT_EQ(fake_.requests[0].seed, 7U);
  EXPECT_EQ(pixels_of(second_->requests[0]), (PixelSize{512, 512}));
  EXPECT_FALSE(second_->requests[0].seed);
  EXPECT_THAT(bought->from->sent->adaptations, SizeIs(3)) << "size, seed, and who is asked";
}

TEST_F(PurchaseRoute, WhatWasBegunIsGoneOnWithThereWhateverIsAskedFirstNow) {
  reserved("t1");
  fake_.answer_with_task("t1", {made()});
  auto turned = order();
  turned.route.order = {{"second"}, {"fake"}};
  const auto bought = buy(turned);
  ASSERT_THAT(bought, IsOk());
  EXPECT_EQ(bought->from->purchase.provider, "fake");
  EXPECT_TRUE(bought->resumed);
  EXPECT_THAT(fake_.resumed, ElementsAre("t1"));
  EXPECT_THAT(second_->requests, IsEmpty());
  EXPECT_THAT(asked(), ElementsAre("fake"));
}

TEST_F(PurchaseRoute, WhatWasBegunElsewhereIsNotBoughtHereWhenItsProviderIsAway) {
  reserved("t1");
  auto away = error_of_provider(Errc::unavailable, Delivery::answered);
  away.retry = Retry::later;
  fake_.answer_with_task("t1", {away});
  EXPECT_THAT(buy(routed()), FailsWith(Errc::unavailable));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::submitted));
  EXPECT_THAT(second_->requests, IsEmpty());
}

TEST_F(PurchaseRoute, LimitsHoldForEachProvider) {
  const auto permits = make_memory_permit_store();
  PermitLimits limits;
  limits.providers["fake"] = {1, 0}, limits.providers["second"] = {2, 0};
  limits.models["second/second-1"] = {1, 0};
  PermitGate gate(*permits, pool_, clock_, "w", limits);
  auto with_permits = services();
  with_permits.permits = &gate;
  fake_.answer_with(error_of_provider(Errc::unavailable, Delivery::not_sent));
  std::vector<std::string> held;
  second_->on_submit([&](const ImageRequest&) -> Task<void> {
    held.emplace_back(permits->acquire({"x/1", {{"provider:fake", 1, 0}}})->granted ? "fake is free" : "fake is held");
    held.emplace_back(permits->acquire({"x/2", {{"model:second/second-1", 1, 0}}})->granted ? "free" : "held");
    co_return;
  });
  auto task = buy_image(with_permits, routed(), keep());
  ASSERT_THAT(io_.run(std::move(task)), IsOk());
  EXPECT_THAT(held, ElementsAre("fake is free", "held"));
}

TEST(ProviderSet, KnowsEachNameOnce) {
  ProviderSet providers;
  EXPECT_EQ(providers.find(""), nullptr);
  const auto add = [&providers](const std::string& name) {
    auto fake = std::make_unique<FakeProvider>(some_picture);
    fake->capability_.provider = name;
    return providers.add(std::move(fake));
  };
  EXPECT_THAT(add("a"), IsOk());
  EXPECT_THAT(add("b"), IsOk());
  EXPECT_THAT(add("a"), FailsSaying(Errc::invalid_argument, HasSubstr("\"a\" twice")));
  EXPECT_THAT(add(""), FailsWith(Errc::invalid_argument));
  EXPECT_EQ(providers.find("")->capability().provider, "a");
  EXPECT_THAT(choose(providers, {"c"}), FailsSaying(Errc::invalid_argument, HasSubstr("expected one of a, b, got \"c\"")));
  EXPECT_THAT(choose(providers, {"b", "none"}), FailsSaying(Errc::invalid_argument, HasSubstr("model: expected one of")));
}

}  // namespace
}  // namespace imagegen::test
