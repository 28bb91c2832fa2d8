// One job shape for every system: one purchase may fill several slots, and every picture that is paid for lands.
#include "workflow/image_job/image_job.hpp"

#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <map>

#include "support/matchers.hpp"
#include "workflow/fake_prices.hpp"
#include "workflow/image_job/replay_files.hpp"
#include "workflow/pictures.hpp"
#include "workflow/recorded_job.hpp"

namespace imagegen::test {
namespace {

using Source = SlotOutcome::Source;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ImageJob : public testing::Test {
 protected:
  ImageJob() {
    fake_.model().max_images = 4;
    fake_.model().sizes = SizeList{{{32, 16}}};
  }

  WorkServices services() {
    WorkServices made{providers_, store_, *ledger_, pool_, clock_, prices_};
    made.spool = spool_.get(), made.places = places_, made.assets = records_.get();
    return made;
  }
  ImageJobPlan plan(int slots, int together) {
    ImageJobPlan made;
    made.job_id = "j", made.attempt = 1, made.together = together;
    for (int i = 0; i < slots; ++i) {
      const auto name = std::to_string(i);
      ImageSlot slot{name, {{"slot", i}}, {}, {}, ObjectKey::parse("masters/j-" + name).value()};
      slot.request.prompt.text = "a boat", slot.request.size = PixelSize{32, 16};
      FilePlan file;
      file.key = ObjectKey::parse("out/" + name + ".webp").value();
      file.size = PixelSize{16, 8}, file.record_place = name;
      slot.publish.files.push_back(file);
      made.slots.push_back(std::move(slot));
    }
    return made;
  }
  ImageJobOutcome run(ImageJobPlan wanted) {
    ImageJobHooks hooks;
    hooks.save = [this](JobUpdate update) -> Task<Result<void>> {
      for (auto& note : update.notes) notes_.push_back(std::move(note));
      co_return Result<void>();
    };
    auto task = run_image_job(services(), std::move(wanted), std::move(hooks));
    return io_.run(std::move(task));
  }
  // What the provider makes of one call.
  void answer_with(int count) {
    GeneratedImages made;
    for (int i = 0; i < count; ++i) made.images.push_back({picture({32, 16}, ++made_), {}});
    made.usage = BilledUsage{Usd::from_dollars(0.12)};
    fake_.answer_with(Submission{std::move(made)});
  }
  std::vector<std::string> keys(const std::string& prefix) {
    std::vector<std::string> names;
    for (const auto& object : io_.run(memory_->list(prefix, 1000, "")).value())
      if (!object.key.ends_with(".json")) names.push_back(object.key);
    return names;
  }
  std::vector<Purchase> purchases() { return ledger_->list({}).value().purchases; }
  static std::vector<Source> sources(const ImageJobOutcome& outcome) {
    std::vector<Source> all;
    for (const auto& slot : outcome.slots) all.push_back(slot.source);
    return all;
  }

  IoRunner io_;
  ThreadPool pool_{1};
  ManualClock clock_{ManualClock::Mode::jumping};
  FakeProvider fake_{[](PixelSize) { return picture({32, 16}, 1); }};
  ProviderSet providers_{fake_};
  std::unique_ptr<ObjectStore> memory_ = make_memory_store();
  FaultyStore store_{*memory_};
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  std::unique_ptr<Spool> spool_ = make_memory_spool();
  PriceTable prices_ = fake_prices();
  std::unique_ptr<AssetStore> records_ = make_memory_asset_store();
  Places* places_ = nullptr;
  std::vector<JobNote> notes_;
  int made_ = 0;
};

TEST_F(ImageJob, OnePurchaseFillsSeveralSlots) {
  answer_with(4);
  answer_with(2);
  const auto outcome = run(plan(6, 4));
  EXPECT_THAT(sources(outcome), Each(Source::bought));
  EXPECT_THAT(keys("out/"), SizeIs(6));
  EXPECT_THAT(keys("masters/"), SizeIs(6));
  ASSERT_THAT(purchases(), SizeIs(2));
  EXPECT_THAT(purchases()[0].also, SizeIs(3));
  EXPECT_EQ(purchases()[0].estimate, Usd::from_dollars(0.16));
  EXPECT_THAT(fake_.requests, SizeIs(2));
  EXPECT_EQ(fake_.requests[1].count, 2);
  EXPECT_EQ(outcome.slots[0].cost, Usd::from_dollars(0.03)) << "a quarter of what the call did cost";
  EXPECT_EQ(outcome.slots[3].purchase_id, "j/0/1");
}

TEST_F(ImageJob, WhatIsThereIsNotBoughtAgain) {
  answer_with(4);
  run(plan(4, 4));
  const auto again = run(plan(4, 4));
  EXPECT_THAT(sources(again), Each(Source::kept));
  EXPECT_EQ(fake_.accepted, 1);
  EXPECT_EQ(again.slots[2].purchase_id, "j/0/1");
}

TEST_F(ImageJob, OneThatIsMissingIsBoughtAlone) {
  answer_with(4);
  run(plan(4, 4));
  ledger_ = make_memory_ledger();  // which knows of nothing
  io_.run(memory_->remove(ObjectKey::parse("masters/j-2").value())).value();
  answer_with(1);
  const auto outcome = run(plan(4, 4));
  EXPECT_THAT(sources(outcome), ElementsAre(Source::kept, Source::kept, Source::bought, Source::kept));
  EXPECT_EQ(fake_.requests.back().count, 1);
}

TEST_F(ImageJob, FewerPicturesThanWereAskedForAreAllPublishedAndTheRestSaysSo) {
  answer_with(3);
  const auto outcome = run(plan(4, 4));
  EXPECT_THAT(keys("out/"), SizeIs(3));
  ASSERT_TRUE(outcome.slots[3].has_failed);
  EXPECT_THAT(outcome.slots[3].failures[0].error.message, HasSubstr("fewer pictures than were asked for"));
  EXPECT_EQ(billing_of(outcome.slots[3].failures[0].error), Billing::yes);
}

TEST_F(ImageJob, MorePicturesThanWereAskedForAreKept) {
  answer_with(3);
  run(plan(2, 2));
  EXPECT_THAT(keys("out/"), SizeIs(2));
  EXPECT_THAT(keys("masters/further/"), SizeIs(1));
}

TEST_F(ImageJob, OneThatCannotBeReadDoesNotTakeItsSiblingsWithIt) {
  GeneratedImages made;
  made.images.push_back({picture({32, 16}, 1), {}});
  auto broken = picture({32, 16}, 2);
  broken.resize(broken.size() / 2);
  made.images.push_back({std::move(broken), {}});
  made.images.push_back({picture({32, 16}, 3), {}});
  fake_.answer_with(Submission{made});
  const auto outcome = run(plan(3, 3));
  EXPECT_THAT(keys("out/"), ElementsAre("out/0.webp", "out/2.webp"));
  ASSERT_TRUE(outcome.slots[1].has_failed);
  EXPECT_EQ(outcome.slots[1].failures[0].error.code, Errc::corrupt_data);
  EXPECT_THAT(keys("masters/rejected/"), SizeIs(1));
}

TEST_F(ImageJob, OneThatNoStoreTakesLiesInTheSpoolAndItsSiblingsArePublished) {
  answer_with(3);
  store_.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call == "put" && key == "masters/j-1") return Error{Errc::permission_denied, "not this one"};
    return std::nullopt;
  };
  const auto cut_off = run(plan(3, 3));
  EXPECT_THAT(keys("out/"), ElementsAre("out/0.webp", "out/2.webp"));
  EXPECT_TRUE(cut_off.slots[1].has_failed);
  store_.fault = {};
  const auto outcome = run(plan(3, 3));
  EXPECT_THAT(keys("out/"), SizeIs(3));
  EXPECT_EQ(fake_.accepted, 1) << "it was paid for";
  EXPECT_THAT(sources(outcome), Each(Source::kept));
}

TEST_F(ImageJob, ATaskThatWasBegunForASetFillsItWhateverIsBoughtTogetherNow) {
  GeneratedImages images;
  for (int i = 0; i < 3; ++i) images.images.push_back({picture({32, 16}, i), {}});
  Error away(Errc::unavailable, "gone for a while");
  away.delivery = Delivery::answered, away.retry = Retry::later;
  fake_.answer_with_task("t", {away, images});
  EXPECT_THAT(sources(run(plan(3, 3))), Each(Source::none));
  const auto outcome = run(plan(3, 1));
  EXPECT_THAT(keys("out/"), SizeIs(3));
  EXPECT_EQ(fake_.accepted, 1);
  EXPECT_THAT(sources(outcome), ElementsAre(Source::bought, Source::kept, Source::kept));
}

TEST_F(ImageJob, WhatIsMissingOfATaskIsFetchedAgain) {
  GeneratedImages images;
  for (int i = 0; i < 3; ++i) images.images.push_back({picture({32, 16}, i), {}});
  fake_.answer_with_task("t", {images, images});
  run(plan(3, 3));
  io_.run(memory_->remove(ObjectKey::parse("masters/j-1").value())).value();
  const auto outcome = run(plan(3, 3));
  EXPECT_THAT(sources(outcome), ElementsAre(Source::kept, Source::bought, Source::kept));
  EXPECT_EQ(fake_.accepted, 1);
  EXPECT_THAT(keys("masters/"), SizeIs(3));
  for (const auto& slot : outcome.slots)
    EXPECT_EQ(slot.answer.size, (PixelSize{32, 16})) << "it says what was sent for three, and not for the one";
}

TEST_F(ImageJob, WhatAnEarlierPurchaseWasNotMadeForIsBought) {
  Error away(Errc::unavailable, "gone for a while");
  away.delivery = Delivery::answered, away.retry = Retry::later;
  GeneratedImages first;
  first.images.push_back({picture({32, 16}, 100), {}});
  fake_.answer_with_task("t", {away, first});
  EXPECT_THAT(sources(run(plan(1, 1))), Each(Source::none));
  answer_with(2);
  EXPECT_THAT(sources(run(plan(3, 3))), Each(Source::bought));
  EXPECT_THAT(fake_.resumed, SizeIs(2));
  EXPECT_EQ(fake_.requests.back().count, 2);
  EXPECT_THAT(keys("out/"), SizeIs(3));
}

TEST_F(ImageJob, WhatAProviderDidNotMakeIsBoughtAgainWhereAnOperatorSaysSo) {
  answer_with(3);
  EXPECT_TRUE(run(plan(4, 4)).slots[3].has_failed);
  EXPECT_THAT(run(plan(4, 4)).slots[3].failures[0].error.message, HasSubstr("was not made with the others"));
  Settlement again;
  again.blocks = false;
  ASSERT_THAT(ledger_->settle("j/0/1", again, Timestamp{}), IsOk());
  answer_with(1);
  EXPECT_THAT(sources(run(plan(4, 4))), ElementsAre(Source::kept, Source::kept, Source::kept, Source::bought));
  EXPECT_EQ(fake_.requests.back().count, 1);
}

TEST_F(ImageJob, AllOfASetThatIsFoundInPartShareAPlace) {
  answer_with(3);
  run(plan(3, 3));
  ledger_ = make_memory_ledger();  // which knows of nothing
  io_.run(memory_->remove(ObjectKey::parse("masters/j-0").value())).value();
  Places one(1);
  places_ = &one;
  answer_with(1);
  EXPECT_THAT(sources(run(plan(3, 3))), ElementsAre(Source::bought, Source::kept, Source::kept));
}

TEST_F(ImageJob, WhatIsSaidOfAPurchaseStandsThoughWhatIsKeptCannotBeReadAnyMore) {
  answer_with(2);
  run(plan(2, 2));
  Error cut(Errc::unavailable, "the line broke");
  cut.delivery = Delivery::unknown;
  fake_.answer_with(cut);
  fake_.on_submit([this](const ImageRequest&) -> Task<void> {
    store_.fault = [](std::string_view, std::string_view) { return Error{Errc::unavailable, "the store is away"}; };
    co_return;
  });
  const auto outcome = run(plan(3, 3));
  EXPECT_EQ(billing_of(outcome.slots[2].failures[0].error), Billing::maybe);
  EXPECT_EQ(billing_of(outcome.slots[0].failures[0].error), Billing::no);
}

TEST_F(ImageJob, APriceIsApprovedForEachPictureOfASet) {
  auto wanted = plan(3, 3);
  for (auto& slot : wanted.slots) slot.approved = ApprovedPicture{{32, 16}, Usd::from_dollars(0.04)};
  answer_with(3);
  EXPECT_THAT(sources(run(wanted)), Each(Source::bought));
  auto dearer = plan(3, 3);
  dearer.job_id = "k";
  for (std::size_t i = 0; i < 3; ++i) {
    dearer.slots[i].master = ObjectKey::parse("masters/k-" + std::to_string(i)).value();
    dearer.slots[i].approved = ApprovedPicture{{32, 16}, Usd::from_dollars(i == 1 ? 0.03 : 0.04)};
  }
  const auto refused = run(dearer);
  EXPECT_THAT(sources(refused), Each(Source::none));
  EXPECT_THAT(refused.slots[0].failures[0].error.message, HasSubstr("3 pictures were approved for at most 0.09 USD"));
}

TEST_F(ImageJob, TheSeedOfASetIsThatOfItsFirstSlot) {
  fake_.model().seed = SeedRange{};
  auto wanted = plan(3, 3);
  for (std::size_t i = 0; i < 3; ++i) wanted.slots[i].request.seed = 70 + i;
  answer_with(2);
  run(wanted);
  ledger_ = make_memory_ledger();  // which knows of nothing
  answer_with(1);
  run(wanted);
  EXPECT_EQ(fake_.requests.at(0).seed, 70U);
  EXPECT_EQ(fake_.requests.at(1).seed, 72U) << "with that of the first it would paint the first again";
}

TEST_F(ImageJob, OneThatIsRejectedFreesNothingThatIsStillToBeFetched) {
  auto broken = picture({32, 16}, 1);
  broken.resize(broken.size() / 2);
  GeneratedImages set;
  set.images = {{picture({32, 16}, 1), {}}, {broken, {}}, {picture({32, 16}, 3), {}}};
  fake_.answer_with_task("t", {set, set});
  spool_.reset();
  store_.fault = [](std::string_view call, std::string_view key) -> std::optional<Error> {
    if (call == "put" && key == "masters/j-2") return Error{Errc::permission_denied, "not this one"};
    return std::nullopt;
  };
  const auto cut_off = run(plan(3, 3));
  EXPECT_THAT(cut_off.slots[1].failures[0].error.message, HasSubstr("still booked"));
  store_.fault = {};
  EXPECT_EQ(run(plan(3, 3)).slots[2].source, Source::bought);
  EXPECT_EQ(fake_.accepted, 1) << "the third was paid for with the others";
}

TEST_F(ImageJob, WhatIsMissingOfAnAnswerThatCannotBeHadAgainIsNotBoughtTwice) {
  answer_with(3);
  run(plan(3, 3));
  io_.run(memory_->remove(ObjectKey::parse("masters/j-1").value())).value();
  const auto outcome = run(plan(3, 3));
  EXPECT_THAT(sources(outcome), ElementsAre(Source::kept, Source::none, Source::kept));
  EXPECT_THAT(outcome.slots[1].failures[0].error.message, HasSubstr("it is paid for"));
  EXPECT_EQ(fake_.accepted, 1);
}

TEST_F(ImageJob, ThePicturesOfOnePurchaseShareAPlace) {
  Places one(1);
  places_ = &one;
  answer_with(2);
  run(plan(2, 2));
  EXPECT_THAT(sources(run(plan(2, 2))), Each(Source::kept)) << "found, both in memory";
  answer_with(1);
  EXPECT_THAT(sources(run(plan(3, 3))), ElementsAre(Source::kept, Source::kept, Source::bought));
}

TEST_F(ImageJob, StopsBeforeTheNextSlotWhereThePolicySaysSo) {
  Error refusal(Errc::content_refused, "no");
  refusal.delivery = Delivery::answered;
  auto wanted = plan(3, 1);
  wanted.on_failure = FailurePolicy::stop;
  fake_.answer_with(refusal);
  EXPECT_THAT(sources(run(wanted)), Each(Source::none));
  EXPECT_THAT(fake_.requests, SizeIs(1));
  fake_.answer_with(refusal);
  wanted.on_failure = FailurePolicy::go_on;
  EXPECT_THAT(sources(run(wanted)), ElementsAre(Source::none, Source::bought, Source::bought));
}

TEST_F(ImageJob, NotesWhoWasAskedForWhatAndWhatWasMade) {
  answer_with(1);
  run(plan(1, 1));
  ASSERT_THAT(notes_, SizeIs(2));
  EXPECT_EQ(notes_[0].name, "image_bought");
  const auto bought = boost::json::parse(notes_[0].detail);
  EXPECT_EQ(bought.at("slot"), 0);
  EXPECT_EQ(bought.at("provider"), "fake");
  EXPECT_EQ(bought.at("purchase"), "j/0/1");
  EXPECT_EQ(bought.at("usd"), "0.12");
  EXPECT_EQ(notes_[1].name, "files_stored");
  const auto stored = boost::json::parse(notes_[1].detail);
  EXPECT_EQ(stored.at_pointer("/files/0/key"), "out/0.webp");
  EXPECT_EQ(stored.at("digitalSourceType"), "trainedAlgorithmicMedia");
}

TEST_F(ImageJob, AThumbnailOfAnyShapeIsPublishedBesideThePicture) {
  answer_with(1);
  auto wanted = plan(1, 1);
  FilePlan thumbnail;
  thumbnail.key = ObjectKey::parse("out/0-small.webp").value(), thumbnail.record_place = "0-small";
  thumbnail.size = PixelSize{8, 8}, thumbnail.fit = Fit::inside;
  wanted.slots[0].publish.files.push_back(thumbnail);
  const auto outcome = run(wanted);
  ASSERT_THAT(outcome.slots[0].files, SizeIs(2));
  EXPECT_EQ(outcome.slots[0].files[0].made->size, (PixelSize{16, 8}));
  EXPECT_EQ(outcome.slots[0].files[1].made->size, (PixelSize{8, 4})) << "all of it, and nothing around it";
  EXPECT_EQ(outcome.slots[0].files[1].made->crop, (PixelRect{0, 0, 32, 16}));
}

TEST_F(ImageJob, OfASlotThatPublishesNothingThePictureIsKept) {
  answer_with(1);
  auto wanted = plan(1, 1);
  wanted.slots[0].publish.files.clear();
  const auto outcome = run(wanted);
  EXPECT_THAT(sources(outcome), ElementsAre(Source::bought));
  EXPECT_FALSE(outcome.slots[0].has_failed);
  EXPECT_THAT(keys(""), ElementsAre("masters/j-0"));
  ASSERT_THAT(notes_, SizeIs(1));
  EXPECT_EQ(notes_[0].name, "image_bought");
}

TEST_F(ImageJob, WhatItsEventsSayIsEnoughToMakeEveryFileAgain) {
  answer_with(2);
  auto wanted = plan(2, 2);
  wanted.slots[1].publish.provenance = ProvenanceWish::detailed;
  auto& thumbnail = wanted.slots[1].publish.files.emplace_back(wanted.slots[1].publish.files[0]);
  thumbnail.key.reset(), thumbnail.record_place = "1-small";
  thumbnail.size = PixelSize{7, 7}, thumbnail.fit = Fit::inside, thumbnail.encoding.format = ImageFormat::jpeg;
  run(wanted);
  RecordedJob recorded;
  for (const auto& note : notes_) {
    JobEvent event;
    event.name = note.name, event.detail = note.detail;
    recorded.events.push_back(std::move(event));
  }
  std::size_t files = 0;
  const auto with = services();
  const ImageLimits limits;
  for (auto& [slot, of_slot] : recorded_files(recorded, "slot", true)) {
    ReplayRules rules;
    rules.is_same_request = [](const RecordedFile&) { return true; };
    rules.name = [](const RecordedFile& file) { return file.key; };
    auto task = replay_files(with, limits, std::move(of_slot), rules);
    for (const auto& file : io_.run(std::move(task))) {
      EXPECT_TRUE(file.same_file) << file.name << ": " << file.fault;
      ++files;
    }
  }
  EXPECT_EQ(files, 3U);
}

TEST_F(ImageJob, IsDescribedByItsPurchaseWhateverIsAskedFirstNow) {
  auto second = std::make_unique<FakeProvider>([](PixelSize) { return picture({32, 16}, 9); });
  second->capability_.provider = "second", second->model().model = "second-1";
  providers_.add(std::move(second)).value();
  Error away(Errc::unavailable, "gone for a while");
  away.delivery = Delivery::answered, away.retry = Retry::later;
  GeneratedImages made;
  made.images.push_back({picture({32, 16}, 5), "as the model understood it"});
  fake_.answer_with_task("t", {away, made});
  auto wanted = plan(1, 1);
  wanted.route = {{"fake"}};
  EXPECT_THAT(sources(run(wanted)), ElementsAre(Source::none));
  wanted.route = {{"second"}, {"fake"}};
  const auto outcome = run(wanted);
  EXPECT_EQ(outcome.slots[0].answer.provider + " " + outcome.slots[0].answer.model, "fake fake-1");
  EXPECT_EQ(outcome.slots[0].answer.revised_prompt, "as the model understood it");
  const auto records = io_.run(records_->list({})).value().assets;
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].provider + " " + records[0].model, "fake fake-1");
  EXPECT_EQ(boost::json::parse(notes_.front().detail).at("provider"), "fake");
}

TEST_F(ImageJob, PublishesUnderTheHashOfTheContentWhereNoKeyIsGiven) {
  answer_with(1);
  auto wanted = plan(1, 1);
  auto& file = wanted.slots[0].publish.files[0];
  file.key.reset(), file.size.reset();
  const auto outcome = run(wanted);
  const auto& made = outcome.slots[0].files[0].made.value();
  EXPECT_EQ(made.key.str(), "images/" + made.sha256 + ".webp");
  EXPECT_EQ(made.size, (PixelSize{32, 16}));
  EXPECT_THAT(run(wanted).slots[0].files[0].made, ::testing::Ne(std::nullopt)) << "the same file is no other";
}

}  // namespace
}  // namespace imagegen::test
