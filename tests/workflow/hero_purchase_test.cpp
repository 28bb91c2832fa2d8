// What a work item buys, over all the calls that it takes.
#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <algorithm>

#include "support/matchers.hpp"
#include "workflow/hero_fixture.hpp"

namespace imagegen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class HeroPurchase : public test::HeroFixture {
 protected:
  std::vector<Purchase> purchases() { return ledger_->list({}).value().purchases; }
  std::vector<PurchaseState> states() {
    std::vector<PurchaseState> all;
    for (const Purchase& purchase : purchases()) all.push_back(purchase.state);
    return all;
  }
  // The connection breaks when the request is out.
  void lose_an_answer() {
    Error lost{Errc::unavailable, "the connection broke"};
    lost.delivery = Delivery::unknown;
    provider_.answer_with(lost);
  }
  static GeneratedImages answer() {
    GeneratedImages images;
    images.images.push_back({test::picture({96, 64}), {}});
    return images;
  }
  const HeroRequest one_{{"OL-1"}};
};

TEST_F(HeroPurchase, StandsInTheLedgerUnderTheJobOfTheWorkItem) {
  options_.booking.user = "ada";
  result();
  ASSERT_THAT(purchases(), SizeIs(3));
  EXPECT_THAT(states(), ::testing::Each(PurchaseState::settled));
  EXPECT_EQ(purchases()[0].job_id, hero_job_id("wi-1"));
  EXPECT_EQ(purchases()[0].user, "ada");
  EXPECT_THAT(purchases()[0].slot, StartsWith("OL-"));
}

TEST_F(HeroPurchase, ReservesToTheLastCentWhatTheDryRunNamedWhateverTheScriptOfItsTexts) {
  auto document = test::example_pack_json();
  for (auto& board : document.at("shot_boards").as_array())
    board.as_object()["scenario"] = "Zw\u00f6lf gr\u00fcne K\u00e4rtchen, \u8a95\u751f\u65e5";
  const auto pack = test::parse_pack(document);
  const auto named = std::get<HeroResult>(run(pack, {{}, true, false})).cost.estimated;
  run(pack);
  ASSERT_THAT(purchases(), SizeIs(3));
  Usd reserved;
  for (const Purchase& purchase : purchases()) reserved += purchase.estimate.value();
  EXPECT_EQ(named, reserved);
  EXPECT_GT(reserved, Usd{});
}

TEST_F(HeroPurchase, GoesOnWithATaskThatWasBegun) {
  provider_.answer_with_task("t-1", {Error{Errc::unavailable, "no answer"}, answer()});
  EXPECT_EQ(refusal(one_).failed.at(0).error.code, Errc::unavailable);
  EXPECT_THAT(result(one_).generated, SizeIs(3));
  EXPECT_THAT(provider_.requests, SizeIs(1));
  EXPECT_THAT(provider_.resumed, ElementsAre("t-1", "t-1"));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
}

TEST_F(HeroPurchase, IsNotMadeAgainWhereTheAnswerWasLostUnlessThatIsAllowed) {
  lose_an_answer();
  EXPECT_TRUE(refusal(one_).failed.at(0).maybe_spent);
  const auto second = refusal(one_);
  EXPECT_EQ(second.failed.at(0).error.code, Errc::outcome_unknown);
  EXPECT_TRUE(second.failed.at(0).maybe_spent);
  EXPECT_THAT(provider_.requests, SizeIs(1));
  options_.again_when_unknown = true;
  EXPECT_THAT(result(one_).generated, SizeIs(3));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::outcome_unknown, PurchaseState::settled));
}

TEST_F(HeroPurchase, IsMadeAgainWithoutAskingWhereItCostsNothing) {
  provider_.capability_.paid = false;
  lose_an_answer();
  refusal(one_);
  EXPECT_THAT(result(one_).generated, SizeIs(3));
}

TEST_F(HeroPurchase, IsSettledLaterWhenTheProcessEndedBetweenStoringAndSettling) {
  result(one_);
  const auto bought = purchases().at(0);
  ledger_ = make_memory_ledger();
  PurchaseIntent intent = bought;
  ASSERT_THAT(ledger_->reserve(intent, {}, bought.created), test::IsOk());
  remove("fcc/lifestyle/OL-1_Tablet_60x30.webp");
  EXPECT_THAT(result(one_).generated, SizeIs(1));
  EXPECT_THAT(states(), ElementsAre(PurchaseState::settled));
  EXPECT_THAT(provider_.requests, SizeIs(1));
}

TEST_F(HeroPurchase, OfAPictureThatIsGoneIsNotRepeatedUnasked) {
  result(one_);
  for (const auto& key : keys("")) remove(key);
  const auto failed = refusal(one_).failed.at(0);
  EXPECT_EQ(failed.error.code, Errc::conflict);
  EXPECT_THAT(failed.error.message, HasSubstr("let it be bought again"));
  options_.fresh_masters = true;
  EXPECT_THAT(result(one_).generated, SizeIs(3));
}

TEST_F(HeroPurchase, OfAFreePictureThatIsGoneIsRepeated) {
  provider_.capability_.paid = false;
  result(one_);
  for (const auto& key : keys("")) remove(key);
  EXPECT_THAT(result(one_).generated, SizeIs(3));
}

TEST_F(HeroPurchase, OfAFreshMasterIsMadeOnceForEachWish) {
  result(one_);
  options_.fresh_masters = true;
  options_.booking.fresh = "wish1";
  result(one_);
  const auto again = result(one_);
  EXPECT_EQ(again.shots.at(0).master, MasterSource::kept);
  EXPECT_THAT(provider_.requests, SizeIs(2));
  options_.booking.fresh = "wish2";
  result(one_);
  EXPECT_THAT(provider_.requests, SizeIs(3));
  EXPECT_THAT(keys("masters/"), SizeIs(1)) << "each takes the place of the one before";
}

TEST_F(HeroPurchase, OfAFreshMasterGoesOnWhereItWasInterrupted) {
  result(one_);
  const auto before = file(keys("masters/").at(0));
  options_.fresh_masters = true;
  options_.booking.fresh = "wish";
  provider_.answer_with_file(test::picture({48, 32}));
  const auto final_key = keys("masters/").at(0);
  store_.fault = [&](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call == "put" && key == final_key) return Error{Errc::unavailable, "gone"};
    return std::nullopt;
  };
  result(one_);
  EXPECT_EQ(file(final_key), before);
  store_.fault = nullptr;
  result(one_);
  EXPECT_EQ(file(final_key), test::picture({48, 32}));
  EXPECT_THAT(keys("masters/"), ElementsAre(final_key));
  EXPECT_THAT(provider_.requests, SizeIs(2));
}

TEST_F(HeroPurchase, OfAFreshMasterThatCannotBeUsedLeavesTheOneBefore) {
  result(one_);
  const auto key = keys("masters/").at(0);
  const auto before = file(key);
  auto cut_short = test::picture({96, 64});
  cut_short.resize(cut_short.size() / 2);
  provider_.answer_with_file(cut_short);
  options_.fresh_masters = true;
  options_.booking.fresh = "wish";
  EXPECT_EQ(refusal(one_).failed.at(0).error.code, Errc::corrupt_data);
  EXPECT_EQ(file(key), before);
  EXPECT_THAT(keys("masters/rejected/"), SizeIs(1));
  EXPECT_THAT(result(one_).generated, SizeIs(3)) << "the wish may be fulfilled by another";
  options_.fresh_masters = false;
  EXPECT_THAT(provider_.requests, SizeIs(3));
}

TEST_F(HeroPurchase, ThatIsMadeAgainCountsAgainstTheBudgetOfTheCall) {
  provider_.model().sizes = SizeList{{{1024, 1024}}};
  lose_an_answer();
  refusal(one_);
  options_.again_when_unknown = true;
  options_.budget = Usd{};
  EXPECT_EQ(refusal(one_).error, "BUDGET_EXCEEDED");
  EXPECT_THAT(provider_.requests, SizeIs(1));
}

TEST_F(HeroPurchase, FitsWhatAllCallsTogetherMaySpend) {
  provider_.model().sizes = SizeList{{{1024, 1024}}};
  const auto planned = std::get<HeroPlan>(plan_heroes(services(), options_, test::example_pack(), {}));
  const Usd price = *planned.shots.at(0).estimate.amount;
  options_.budgets.total = price + price;
  const auto all = refusal();
  EXPECT_EQ(all.error, "BUDGET_EXCEEDED");
  EXPECT_EQ(all.remaining, price + price);
  EXPECT_THAT(provider_.requests, IsEmpty());
  result({{"OL-1", "OL-2"}});
  EXPECT_EQ(refusal({{"OL-3"}}).remaining, Usd{});
  EXPECT_THAT(provider_.requests, SizeIs(2));
}

TEST_F(HeroPurchase, ThatWasBegunIsEndedThoughTheBudgetIsUsedUp) {
  provider_.model().sizes = SizeList{{{1024, 1024}}};
  const auto planned = std::get<HeroPlan>(plan_heroes(services(), options_, test::example_pack(), {}));
  options_.budgets.total = planned.shots.at(0).estimate.amount;
  provider_.answer_with_task("t-1", {Error{Errc::unavailable, "no answer"}, answer()});
  refusal(one_);
  EXPECT_THAT(result(one_).generated, SizeIs(3));
}

TEST_F(HeroPurchase, IsWrittenIntoTheJobBeforeAnyFileIsMade) {
  std::vector<std::string> notes;
  options_.booking.note = [&](JobNote note) -> Task<Result<void>> {
    notes.push_back(note.name + " after " + std::to_string(store_.puts.size()));
    co_return Result<void>();
  };
  result(one_);
  EXPECT_THAT(notes, ElementsAre("image_bought after 2", "files_stored after 5"));
}

TEST_F(HeroPurchase, IsKeptButNoFileIsMadeWhenTheJobWasLost) {
  options_.booking.note = [](JobNote) -> Task<Result<void>> { co_return Error{Errc::lease_lost, "another has it"}; };
  EXPECT_EQ(refusal(one_).failed.at(0).error.code, Errc::lease_lost);
  ASSERT_THAT(store_.puts, SizeIs(2)) << "the picture, and what its answer told";
  EXPECT_THAT(store_.puts, Each(StartsWith("masters/")));
}

TEST_F(HeroPurchase, LeavesARecordOfEveryFile) {
  result(one_);
  AssetQuery query;
  query.job_id = hero_job_id("wi-1");
  const auto assets = io_.run(assets_->list(query)).value().assets;
  ASSERT_THAT(assets, SizeIs(3));
  for (const auto& asset : assets) {
    EXPECT_EQ(asset.sha256, to_hex(sha256(file(asset.object_key))));
    EXPECT_EQ(asset.size_bytes, file(asset.object_key).size());
    EXPECT_EQ(asset.model, "gpt-image-1");
    EXPECT_THAT(asset.extra, HasSubstr("\"shot\":\"OL-1\""));
  }
}

TEST_F(HeroPurchase, AWishForFreshMastersIsOfLettersAndDigits) {
  options_.booking.fresh = "a/b";
  EXPECT_EQ(refusal(one_).faults.at(0).path, "fresh");
}

}  // namespace
}  // namespace imagegen
