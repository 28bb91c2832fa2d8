// What a work item comes to when something goes wrong.
#include <boost/json.hpp>

#include "support/matchers.hpp"
#include "workflow/hero_fixture.hpp"

namespace imagegen {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

using HeroFaults = test::HeroFixture;

Error refused() {
  Error error{Errc::content_refused, "openai: the prompt was refused"};
  error.delivery = Delivery::answered;
  return error;
}

TEST_F(HeroFaults, OneShotThatFailsLeavesTheOthersAndTheNextRunBuysOnlyThatOne) {
  provider_.answer_with(refused());
  options_.max_concurrent_shots = 1;
  const auto first = result();
  EXPECT_THAT(first.generated, SizeIs(6));
  ASSERT_THAT(first.failed, SizeIs(1));
  EXPECT_EQ(first.failed[0].shot_id, "OL-1");
  EXPECT_EQ(first.failed[0].error.code, Errc::content_refused);
  EXPECT_TRUE(first.failed[0].maybe_spent);
  const auto second = result();
  EXPECT_THAT(second.generated, SizeIs(3));
  EXPECT_EQ(provider_.requests.size(), 4U);
}

TEST_F(HeroFaults, AWorkItemOfWhichEveryShotFailedIsRefusedWithTheReasons) {
  for (int i = 0; i < 3; ++i) provider_.answer_with(refused());
  const auto failed = refusal();
  EXPECT_EQ(failed.status, 502);
  EXPECT_EQ(failed.error, "GENERATION_FAILED");
  EXPECT_THAT(failed.failed, SizeIs(3));
  EXPECT_THAT(emitted_, SizeIs(1)) << "analytics count failures too";
}

TEST_F(HeroFaults, NothingIsBoughtWhenTheStoreCannotSayWhatExists) {
  store_.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call == "head" && key.find("OL-2") != key.npos) return Error{Errc::unavailable, "the store does not answer"};
    return std::nullopt;
  };
  const auto made = result();
  EXPECT_THAT(made.generated, SizeIs(6));
  EXPECT_EQ(provider_.requests.size(), 2U);
  ASSERT_THAT(made.failed, SizeIs(1));
  EXPECT_EQ(made.failed[0].error.code, Errc::unavailable);
  EXPECT_FALSE(made.failed[0].maybe_spent);
}

TEST_F(HeroFaults, ThePaidPictureIsStoredBeforeAnythingElseIsDoneWithIt) {
  result({{"OL-1"}});
  ASSERT_THAT(store_.puts, SizeIs(5));
  EXPECT_THAT(store_.puts[0], StartsWith("masters/")) << "what its answer told";
  EXPECT_THAT(store_.puts[1], StartsWith("masters/"));
}

TEST_F(HeroFaults, AFailureToStoreAFileNeverCostsASecondPicture) {
  store_.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call == "put" && key.starts_with("fcc/")) return Error{Errc::storage_failed, "disk full"};
    return std::nullopt;
  };
  EXPECT_EQ(refusal({{"OL-1"}}).failed.size(), 3U);
  store_.fault = nullptr;
  EXPECT_THAT(result({{"OL-1"}}).generated, SizeIs(3));
  EXPECT_EQ(provider_.requests.size(), 1U);
}

TEST_F(HeroFaults, FilesAreMadeEvenIfTheMasterCannotBeKeptAndTheReportSaysSo) {
  store_.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call == "put" && key.starts_with("masters/")) return Error{Errc::limit_exceeded, "413: too large"};
    return std::nullopt;
  };
  const auto made = result({{"OL-1"}});
  EXPECT_THAT(made.generated, SizeIs(3));
  ASSERT_THAT(made.failed, SizeIs(1));
  EXPECT_THAT(made.failed[0].filename, StartsWith("masters/"));
}

TEST_F(HeroFaults, ALoserOfARaceForAFileIsSkippedNotFailed) {
  const std::string key = "fcc/lifestyle/OL-1_Tablet_60x30.webp";
  const Bytes theirs = to_bytes("the other run's file");
  store_.before_put = [&](const ObjectKey& about_to_be_put) -> Task<void> {
    if (about_to_be_put.str() != key) co_return;
    PutOptions options;
    static_cast<void>(co_await memory_->put(about_to_be_put, theirs, options));
  };
  const auto made = result({{"OL-1"}});
  EXPECT_THAT(made.generated, SizeIs(2));
  ASSERT_THAT(made.skipped_existing, SizeIs(1));
  EXPECT_EQ(made.skipped_existing[0].filename, key);
  EXPECT_THAT(made.failed, IsEmpty());
  EXPECT_EQ(file(key), theirs);
}

TEST_F(HeroFaults, ALoserOfARaceForAMasterCutsFromTheWinnersPicture) {
  const auto winner = test::picture({120, 80});
  store_.before_put = [&](const ObjectKey& key) -> Task<void> {
    if (!key.str().starts_with("masters/")) co_return;
    PutOptions options;
    static_cast<void>(co_await memory_->put(key, winner, options));
  };
  const auto made = result({{"OL-1"}});
  EXPECT_THAT(made.generated, SizeIs(3));
  EXPECT_EQ(made.shots[0].master_size, (PixelSize{120, 80}));
  EXPECT_EQ(file(keys("masters/").at(0)), winner);
}

TEST_F(HeroFaults, AMasterThatCannotBeDecodedIsPutAsideSoThatTheNextRunMayBuyAnother) {
  auto cut_short = test::picture({96, 64});
  cut_short.resize(cut_short.size() / 2);
  provider_.answer_with_file(cut_short);
  const auto failed = refusal({{"OL-1"}});
  EXPECT_EQ(failed.failed.at(0).error.code, Errc::corrupt_data);
  EXPECT_TRUE(failed.failed.at(0).maybe_spent);
  ASSERT_THAT(keys("masters/"), SizeIs(1));
  EXPECT_THAT(keys("masters/")[0], StartsWith("masters/rejected/"));
  EXPECT_EQ(file(keys("masters/")[0]), cut_short) << "it was paid for";
  EXPECT_THAT(result({{"OL-1"}}).generated, SizeIs(3));
}

TEST_F(HeroFaults, APackThatCannotBePromptedIsRefusedBeforeAnythingIsSpent) {
  options_.prompt_template = "{notes}.";
  const auto wrong = refusal();
  EXPECT_EQ(wrong.status, 400);
  EXPECT_THAT(wrong.faults, SizeIs(3));
  EXPECT_THAT(provider_.requests, IsEmpty());
  options_.prompt_template = "{scenery}";
  EXPECT_THAT(refusal().faults.at(0).message, HasSubstr("unknown placeholder {scenery}"));
}

TEST_F(HeroFaults, AnEmptyShotIdIsRefused) {
  EXPECT_EQ(refusal({{""}}).faults.at(0).path, "shotIds[0]");
}

TEST_F(HeroFaults, ABudgetThatTheWholeWorkItemDoesNotFitBuysNothing) {
  provider_.model().sizes = SizeList{{{1024, 1024}}};
  options_.budget = Usd::from_dollars(0.5);
  const auto over = refusal();
  EXPECT_EQ(over.status, 402);
  EXPECT_EQ(over.remaining, Usd::from_dollars(0.5));
  EXPECT_GT(over.estimated, Usd::from_dollars(0.5));
  EXPECT_THAT(provider_.requests, IsEmpty());
  options_.budget = over.estimated;
  EXPECT_THAT(result().generated, SizeIs(9));
}

TEST_F(HeroFaults, AnUnknownPriceIsRefusedUnderABudgetUnlessAllowed) {
  provider_.model().model = "nobody-knows";
  options_.budget = Usd::from_dollars(100);
  EXPECT_EQ(refusal().error, "BUDGET_EXCEEDED");
  EXPECT_THAT(provider_.requests, IsEmpty());
  options_.allow_unknown_price = true;
  EXPECT_THAT(result().generated, SizeIs(9));
}

TEST_F(HeroFaults, StoppingBeforeAPurchaseBuysNoMoreButFinishesWhatWasBought) {
  std::stop_source stop;
  options_.stop_buying = stop.get_token();
  options_.max_concurrent_shots = 1;
  provider_.on_submit([&](const ImageRequest&) -> Task<void> {
    stop.request_stop();
    co_return;
  });
  const auto made = result();
  EXPECT_THAT(made.generated, SizeIs(3));
  EXPECT_EQ(provider_.requests.size(), 1U);
  ASSERT_THAT(made.failed, SizeIs(2));
  EXPECT_EQ(made.failed[0].error.code, Errc::cancelled);
}

TEST_F(HeroFaults, AFormatThatThisBuildCannotWriteIsRefusedBeforeAnythingIsSpent) {
  auto document = test::example_pack_json();
  auto& row = document.at("export_plan").as_array()[0].as_object();
  row["filename"] = "a.avif", row["format"] = "avif";
  const auto outcome = run(test::parse_pack(document));
  if (can_encode(ImageFormat::avif)) {  // every format can be written, so there is none to refuse
    EXPECT_THAT(std::get<HeroResult>(outcome).generated, SizeIs(9));
    return;
  }
  const auto wrong = std::get<HeroRefusal>(outcome);
  EXPECT_EQ(wrong.faults.at(0).path, "export_plan[0].format");
  EXPECT_THAT(provider_.requests, IsEmpty());
}

}  // namespace
}  // namespace imagegen
