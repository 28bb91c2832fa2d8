// What a work item comes to when nothing goes wrong.
#include <imagegen/core/digest.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/workflow/heroes.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

#include "support/matchers.hpp"
#include "workflow/hero_fixture.hpp"

namespace imagegen {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using HeroWorkflow = test::HeroFixture;

const std::string kDesktop1 = "fcc/lifestyle/OL-1_Desktop_96x40.webp";

TEST_F(HeroWorkflow, MakesEveryRowOfThePackFromOneMasterAShot) {
  const auto made = result();
  ASSERT_THAT(made.generated, SizeIs(9));
  EXPECT_EQ(provider_.requests.size(), 3U);
  EXPECT_THAT(made.failed, IsEmpty());
  for (const auto& output : made.generated) {
    const auto decoded = decode_image(file(output.filename));
    ASSERT_THAT(decoded, test::IsOk()) << output.filename;
    EXPECT_EQ(decoded->size, output.size);
    EXPECT_EQ(file(output.filename).size(), output.size_bytes);
  }
}

TEST_F(HeroWorkflow, StoresFilesUnderTheirKeysWithTheTypeOfTheirFormat) {
  result();
  const auto info = io_.run(memory_->head(ObjectKey::parse(kDesktop1).value())).value();
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->content_type, "image/webp");
}

TEST_F(HeroWorkflow, AsksForThePromptOfTheBoardInASizeOfTheOffer) {
  result({{"OL-2"}});
  ASSERT_THAT(provider_.requests, SizeIs(1));
  EXPECT_EQ(provider_.requests[0].prompt.text, "A card for OL-2 on a breakfast table.");
  EXPECT_EQ(pixels_of(provider_.requests[0]), (PixelSize{96, 64}));
  EXPECT_EQ(provider_.requests[0].count, 1);
}

TEST_F(HeroWorkflow, AMasterOfAnotherSizeThanAskedSaysSo) {
  provider_.answer_with_file(test::picture({48, 32}));
  const auto made = result({{"OL-1"}});
  ASSERT_THAT(made.shots, SizeIs(1));
  EXPECT_THAT(made.shots[0].master_notes, ElementsAre("the provider was asked for 96x64 px and made 48x32 px"));
  EXPECT_THAT(result({{"OL-2"}}).shots.at(0).master_notes, IsEmpty());
}

TEST_F(HeroWorkflow, HasAsManyMastersInMemoryAsThereArePlaces) {
  Places places(1);
  std::vector<std::size_t> files;  // that were stored when each master began to arrive
  provider_.on_submit([&](const ImageRequest&) -> Task<void> {
    co_await provider_.context().room();
    files.push_back((co_await memory_->list("fcc/", 100, "")).value().size());
  });
  auto with_places = services();
  with_places.places = &places;
  io_.run(run_heroes(with_places, options_, "wi-1", test::example_pack(), {}));
  EXPECT_THAT(files, ElementsAre(0U, 3U, 6U));
}

TEST_F(HeroWorkflow, APictureThatCouldNotWaitIsCutWhenThereIsAPlace) {
  Places places(1);
  auto with_places = services();
  with_places.places = &places;
  std::vector<std::string> order;
  const HeroProgressFn note = [&](const HeroProgress& progress) {
    if (progress.kind == HeroProgress::Kind::have_master) order.push_back(progress.shot_id);
    if (progress.kind == HeroProgress::Kind::file_done) order.push_back(progress.shot_id);
  };
  io_.run(run_heroes(with_places, options_, "wi-1", test::example_pack(), {}, note));
  EXPECT_THAT(order, SizeIs(12));
  order.erase(std::unique(order.begin(), order.end()), order.end());
  EXPECT_THAT(order, SizeIs(3)) << "the files of one shot are done before the next is begun";
}

TEST_F(HeroWorkflow, BuysAndWritesNothingWhenEverythingIsThere) {
  result();
  store_.puts.clear();
  const auto again = result();
  EXPECT_EQ(provider_.requests.size(), 3U);
  EXPECT_THAT(store_.puts, IsEmpty());
  EXPECT_THAT(again.generated, IsEmpty());
  EXPECT_THAT(again.skipped_existing, SizeIs(9));
  EXPECT_EQ(again.cost.estimated, Usd{});
}

TEST_F(HeroWorkflow, MakesADeletedFileAgainWithTheSameBytesAndBuysNothing) {
  result();
  const auto before = file(kDesktop1);
  remove(kDesktop1);
  const auto again = result();
  ASSERT_THAT(again.generated, SizeIs(1));
  EXPECT_EQ(again.generated[0].filename, kDesktop1);
  EXPECT_EQ(file(kDesktop1), before);
  EXPECT_EQ(provider_.requests.size(), 3U);
  EXPECT_EQ(again.shots[0].master, MasterSource::kept);
}

TEST_F(HeroWorkflow, CutsOtherSizesFromTheKeptMasterWithoutBuying) {
  result();
  auto document = test::example_pack_json();
  auto& row = document.at("export_plan").as_array()[0].as_object();
  row["filename"] = "new/name.png", row["format"] = "png", row["width"] = 30, row["height"] = 30;
  const auto again = std::get<HeroResult>(run(test::parse_pack(document)));
  ASSERT_THAT(again.generated, SizeIs(1));
  EXPECT_EQ(decode_image(file("new/name.png"))->size, (PixelSize{30, 30}));
  EXPECT_EQ(provider_.requests.size(), 3U);
}

TEST_F(HeroWorkflow, SaysInEveryFileThatAModelMadeIt) {
  for (const auto& output : result().generated) {
    const auto found = find_provenance(file(output.filename));
    EXPECT_EQ(found.digital_source_type, "trainedAlgorithmicMedia") << output.filename;
    EXPECT_EQ(found.model + found.prompt_sha256, "") << output.filename;
  }
}

TEST_F(HeroWorkflow, NamesModelAndPromptInTheFilesOnlyWhenAsked) {
  options_.provenance = HeroProvenance::detailed;
  const auto made = result();
  const auto found = find_provenance(file(made.generated[0].filename));
  EXPECT_EQ(found.model, provider_.model().model);
  EXPECT_EQ(found.prompt_sha256, to_hex(sha256(made.shots[0].prompt)));
}

TEST_F(HeroWorkflow, DoesNotClaimAModelForWhatAPlainAlgorithmDrew) {
  provider_.model().trained = false;
  EXPECT_EQ(find_provenance(file(result().generated[0].filename)).digital_source_type, "algorithmicMedia");
}

TEST_F(HeroWorkflow, WritesNoProvenanceWhenToldNotTo) {
  options_.provenance = HeroProvenance::none;
  EXPECT_EQ(find_provenance(file(result().generated[0].filename)), FoundProvenance());
}

TEST_F(HeroWorkflow, OverwritesFromKeptMastersWhenAsked) {
  result();
  store_.puts.clear();
  const auto again = result({{}, false, true});
  EXPECT_THAT(again.generated, SizeIs(9));
  EXPECT_THAT(store_.puts, SizeIs(9));
  EXPECT_EQ(provider_.requests.size(), 3U);
}

TEST_F(HeroWorkflow, BuysAnewOnlyWhenFreshMastersAreAskedFor) {
  result();
  options_.fresh_masters = true;
  EXPECT_THAT(result({{"OL-1"}}).generated, SizeIs(3));
  EXPECT_EQ(provider_.requests.size(), 4U);
}

TEST_F(HeroWorkflow, PlansWithoutCallingOrWritingInADryRun) {
  const auto plan = result({{}, true, false});
  EXPECT_THAT(provider_.requests, IsEmpty());
  EXPECT_THAT(store_.puts, IsEmpty());
  ASSERT_THAT(plan.generated, SizeIs(9));
  EXPECT_EQ(plan.generated[0].crop, (PixelRect{0, 12, 96, 40}));
  EXPECT_EQ(plan.shots[0].prompt, "A card for OL-1 on a breakfast table.");
  EXPECT_EQ(plan.shots[0].master, MasterSource::to_buy);
}

TEST_F(HeroWorkflow, PricesOnlyWhatIsNotThereYetInADryRun) {
  provider_.model().sizes = SizeList{{{1024, 1024}}};
  const auto one = Usd::from_dollars(0.167) + Usd::from_dollars(10 * 5e-6);  // 37 characters are 10 tokens
  EXPECT_EQ(result({{}, true, false}).cost.estimated, one * 3);
  result({{"OL-1"}});
  EXPECT_EQ(result({{}, true, false}).cost.estimated, one * 2);
}

TEST_F(HeroWorkflow, FlagsRowsThatAreLargerThanTheMaster) {
  provider_.model().sizes = SizeList{{{64, 48}}};
  const auto made = result({{"OL-1"}});
  EXPECT_TRUE(made.generated[0].upscaled) << "96 px wide from 64";
  EXPECT_FALSE(made.generated[1].upscaled) << "60x30 from 64x32";
  EXPECT_EQ(made.generated[0].upscaled, result({{"OL-2"}, true, false}).generated[0].upscaled)
      << "the dry run says the same";
}

TEST_F(HeroWorkflow, ReportsMissingShotsAndMakesTheOthers) {
  const auto made = result({{"ZZ", "OL-1"}});
  EXPECT_THAT(made.missing_shots, ElementsAre("ZZ"));
  EXPECT_THAT(made.generated, SizeIs(3));
}

TEST_F(HeroWorkflow, EmitsOneEventForTheWorkItem) {
  remove(kDesktop1);
  result();
  ASSERT_THAT(emitted_, SizeIs(1));
  EXPECT_EQ(emitted_[0].name, "lifestyle_heroes_generated");
  const auto line = to_json_line(emitted_[0]);
  EXPECT_THAT(line, ::testing::HasSubstr(
                        R"("work_item_id":"wi-1","shots_generated":3,"sizes_generated":9,"sizes_skippedExisting":0,)"
                        R"("dryRun":false,"overwrite":false,"failed":0,"duration_ms":)"));
}

TEST_F(HeroWorkflow, TellsWhatItIsAtInEveryWordThatThereIs) {
  using Kind = HeroProgress::Kind;
  provider_.answer_with(Error(Errc::bad_answer, "no picture"));
  std::vector<Kind> told;
  const auto note = [&](const HeroProgress& step) { told.push_back(step.kind); };
  io_.run(run_heroes(services(), options_, "wi-1", test::example_pack(), {}, note));
  EXPECT_EQ(told.front(), Kind::planned);
  EXPECT_THAT(told, ::testing::Contains(Kind::shot_failed));
  told.clear();
  io_.run(run_heroes(services(), options_, "wi-2", test::example_pack(), {}, note));
  EXPECT_EQ(told.front(), Kind::planned);
  for (const Kind kind : {Kind::buying_master, Kind::have_master, Kind::file_done})
    EXPECT_THAT(told, ::testing::Contains(kind));
}

TEST_F(HeroWorkflow, TellsItsProgressUpToTheLastFile) {
  std::size_t last = 0, total = 0;
  auto progress = [&](const HeroProgress& step) { last = step.files_done, total = step.files_total; };
  io_.run(run_heroes(services(), options_, "wi-1", test::example_pack(), {}, progress));
  EXPECT_EQ(last, 9U);
  EXPECT_EQ(total, 9U);
}

TEST_F(HeroWorkflow, RunsNoMoreShotsAtATimeThanAllowed) {
  int running = 0, most = 0;
  provider_.on_submit([&](const ImageRequest&) -> Task<void> {
    most = std::max(most, ++running);
    // Until another one is there; it asks the ledger first, on a thread of its own.
    for (int i = 0; i < 100'000 && most < 2; ++i) co_await boost::asio::post(boost::asio::use_awaitable);
    for (int i = 0; i < 5; ++i) co_await boost::asio::post(boost::asio::use_awaitable);
    --running;
  });
  options_.max_concurrent_shots = 2;
  result();
  EXPECT_EQ(most, 2);
}

TEST_F(HeroWorkflow, SumsUpWhatTheProviderBilled) {
  for (int i = 0; i < 3; ++i) {
    GeneratedImages images;
    images.images.push_back({test::picture({96, 64}), ""});
    images.usage = TokenUsage{100, 0, 1000, 0};
    provider_.answer_with(Submission{images});
  }
  const auto made = result();
  EXPECT_EQ(made.cost.images_bought, 3);
  EXPECT_EQ(made.cost.actual, (Usd::from_dollars(100 * 5e-6) + Usd::from_dollars(1000 * 4e-5)) * 3);
}

}  // namespace
}  // namespace imagegen
