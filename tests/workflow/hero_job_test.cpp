#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>
#include <imagegen/workflow/heroes/hero_replay.hpp>

#include <boost/json.hpp>

#include "support/claimed_job.hpp"
#include "support/matchers.hpp"
#include "workflow/hero_fixture.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class HeroJob : public test::HeroFixture {
 protected:
  void add(const HeroRequest& request = {}) {
    add_input(to_json(hero_order(options_, "wi-1", test::example_pack(), request)));
  }
  void add_input(std::string input) {
    NewJob job{hero_job_id("wi-1"), std::string(kHeroJobKind), "ada", std::move(input)};
    ASSERT_THAT(jobs_->add(job, now()), test::IsOk());
  }
  // Claims the job and does it once.
  JobResult work(HeroWatcher watcher = {}) {
    JobClaimRequest request;
    request.worker = "w", request.kinds = {std::string(kHeroJobKind)};
    const Job job = jobs_->claim(request, now()).value().at(0);
    test::ClaimedJob claimed(*jobs_, job, now());
    auto all = services();
    all.places = &places_;
    auto handler = hero_job_handler(all, worker_options_, std::move(watcher));
    return io_.run(handler(claimed));
  }
  // As the worker ends it.
  void end(const JobResult& result) {
    JobUpdate update;
    update.state = result.state, update.output = result.output;
    const Job job = jobs_->find(hero_job_id("wi-1")).value().value();
    ASSERT_THAT(jobs_->update(claim_of(job), update, now()), test::IsOk());
  }
  Replay replayed() { return io_.run(replay_hero_job(services(), options_, *jobs_, hero_job_id("wi-1"))).value(); }
  static Timestamp now() { return to_timestamp(system_clock().wall_now()); }

  std::unique_ptr<JobStore> jobs_ = make_memory_job_store();
  HeroOptions worker_options_;
  Places places_{1};
};

TEST_F(HeroJob, DoesWhatWasOrderedAndNotWhatIsConfiguredNow) {
  options_.provenance = HeroProvenance::detailed;
  add({{"OL-2"}});
  worker_options_.prompt_template = "something else.";
  const auto done = work();
  EXPECT_EQ(done.state, JobState::succeeded) << done.error;
  ASSERT_THAT(provider_.requests, SizeIs(1));
  EXPECT_EQ(provider_.requests[0].prompt.text, "A card for OL-2 on a breakfast table.");
  const auto output = boost::json::parse(*done.output);
  EXPECT_EQ(output.at("workItemId").as_string(), "wi-1");
  EXPECT_EQ(output.at("generated").as_array().size(), 3U);
}

TEST_F(HeroJob, ThatWasOrderedFromAnotherIsLeftForAWorkerThatHasThatOne) {
  provider_.model().qualities = {"high"};
  for (const auto& asked : {ProviderModel{"placeholder", "draws", ""}, ProviderModel{"openai", "gpt-image-9", "high"},
                            ProviderModel{"openai", "gpt-image-1", "low"}}) {
    jobs_ = make_memory_job_store();
    add_input(to_json(hero_order(options_, "wi-1", test::example_pack(), {}, {asked})));
    const auto done = work();
    EXPECT_TRUE(done.declined) << to_string(asked);
    EXPECT_THAT(done.error, HasSubstr("it was ordered from " + to_string(asked)));
  }
  EXPECT_THAT(provider_.requests, SizeIs(0));
}

TEST_F(HeroJob, IsBoughtAtTheOrderedQualityWhateverIsConfiguredNow) {
  add_input(to_json(hero_order(options_, "wi-1", test::example_pack(), {{"OL-2"}}, {{"openai", "gpt-image-1", "low"}})));
  EXPECT_EQ(work().state, JobState::succeeded);
  ASSERT_THAT(provider_.requests, SizeIs(1));
  EXPECT_EQ(provider_.requests[0].quality, "low");
}

TEST_F(HeroJob, OfAnotherProviderIsEndedByACallerThatWaitsForItsOwn) {
  add_input(to_json(hero_order(options_, "wi-1", test::example_pack(), {}, {{"placeholder", "draws", ""}})));
  HeroWatcher watcher;
  watcher.input = "its own order";
  const auto done = work(std::move(watcher));
  EXPECT_FALSE(done.declined);
  EXPECT_EQ(done.state, JobState::failed);
  EXPECT_THAT(provider_.requests, SizeIs(0));
}

TEST_F(HeroJob, IsBoughtAtTheOrderedSizeAndNotAboveTheOrderedPrice) {
  provider_.model().sizes = SizeList{{{1024, 1024}, {1536, 1024}}};
  const std::vector<ProviderModel> route{default_choice(provider_.capability_)};
  auto plan = std::get<HeroPlan>(plan_heroes(services(), options_, test::example_pack(), {{"OL-1"}}));
  plan.shots.at(0).master_size = {1024, 1024};
  plan.shots.at(0).estimate.amount = Usd::from_dollars(0.001);
  add_input(to_json(hero_order(options_, "wi-1", test::example_pack(), {{"OL-1"}}, route, plan)));
  EXPECT_THAT(work().output.value_or(""), HasSubstr("BUDGET_EXCEEDED"));
  EXPECT_THAT(provider_.requests, SizeIs(0));
  jobs_ = make_memory_job_store();
  plan.shots.at(0).estimate.amount = Usd::from_dollars(10);
  add_input(to_json(hero_order(options_, "wi-1", test::example_pack(), {{"OL-1"}}, route, plan)));
  work();
  ASSERT_THAT(provider_.requests, SizeIs(1));
  EXPECT_EQ(pixels_of(provider_.requests[0]), (PixelSize{1024, 1024}));
}

TEST_F(HeroJob, BuysNothingAfterACancelWasRecorded) {
  options_.max_concurrent_shots = worker_options_.max_concurrent_shots = 1;
  add();
  provider_.on_submit([this](const ImageRequest&) -> Task<void> {
    static_cast<void>(jobs_->cancel(hero_job_id("wi-1"), now()));
    co_return;
  });
  work();
  EXPECT_THAT(provider_.requests, SizeIs(1)) << "the one that was under way when it was recorded";
  EXPECT_THAT(keys("masters/"), SizeIs(1)) << "and that one is kept";
}

TEST(HeroOrders, ThatWantTheSameAreKnownWhateverTheirWishIsCalled) {
  HeroOptions fresh;
  fresh.fresh_masters = true;
  const auto first = hero_order(fresh, "wi-1", test::example_pack(), {});
  const auto second = hero_order(fresh, "wi-1", test::example_pack(), {});
  EXPECT_NE(first.fresh, second.fresh);
  EXPECT_TRUE(same_wish(first, second));
  EXPECT_FALSE(same_wish(first, hero_order({}, "wi-1", test::example_pack(), {})));
  EXPECT_FALSE(same_wish(first, hero_order(fresh, "wi-1", test::example_pack(), {{"OL-1"}})));
}

TEST_F(HeroJob, BooksUnderItsIdAttemptAndOwner) {
  add({{"OL-1"}});
  work();
  const auto bought = ledger_->list({}).value().purchases.at(0);
  EXPECT_EQ(bought.job_id, hero_job_id("wi-1"));
  EXPECT_EQ(bought.user, "ada");
  EXPECT_EQ(bought.attempt, 1);
}

TEST_F(HeroJob, ItsMastersTakeThePlacesOfTheHost) {
  provider_.on_submit([this](const ImageRequest&) -> Task<void> {
    EXPECT_TRUE(provider_.context().room);
    co_return;
  });
  add({{"OL-1"}});
  work();
  EXPECT_THAT(provider_.requests, SizeIs(1));
}

TEST_F(HeroJob, TellsInItsEventsWhatWasBoughtAndStored) {
  add({{"OL-1"}});
  work();
  const auto events = jobs_->events(hero_job_id("wi-1")).value();
  std::vector<std::string> names;
  for (const auto& event : events) names.push_back(event.name);
  EXPECT_THAT(names, ElementsAre("created", "claimed", "image_bought", "files_stored"));
  EXPECT_THAT(events[3].detail, HasSubstr("fcc/lifestyle/OL-1_Tablet_60x30.webp"));
  EXPECT_THAT(verify_events(**jobs_->find(hero_job_id("wi-1")), events), test::IsOk());
}

TEST_F(HeroJob, AnnouncesItsEventUnderAnIdOfItsOwn) {
  add({{"OL-1"}});
  const auto announced = work().announcements;
  ASSERT_THAT(announced, SizeIs(1));
  EXPECT_EQ(announced[0].id, hero_job_id("wi-1") + ".1");
  const auto event = parse_event(announced[0].text).value();
  EXPECT_EQ(event.name, "lifestyle_heroes_generated");
  EXPECT_EQ(event.id, announced[0].id);
  EXPECT_THAT(emitted_, ::testing::IsEmpty()) << "it would be there twice";
}

TEST_F(HeroJob, EndsAsItsOutcomeSays) {
  provider_.answer_with(Error{Errc::content_refused, "refused"});
  worker_options_.max_concurrent_shots = 1;
  add({{"OL-1", "OL-2"}});
  const auto partly = work();
  EXPECT_EQ(partly.state, JobState::partly_succeeded);
  EXPECT_THAT(partly.error, HasSubstr("OL-1"));
  EXPECT_THAT(partly.error, HasSubstr("CONTENT_REFUSED"));
}

TEST_F(HeroJob, ThatCameToNothingHasFailed) {
  provider_.answer_with(Error{Errc::content_refused, "refused"});
  add({{"OL-1"}});
  EXPECT_EQ(work().state, JobState::failed);
}

TEST_F(HeroJob, ThatWasCutShortIsCancelled) {
  std::stop_source stop;
  stop.request_stop();
  worker_options_.stop_buying = stop.get_token();
  add({{"OL-1"}});
  EXPECT_EQ(work().state, JobState::cancelled);
}

TEST_F(HeroJob, HoldsTheTighterOfTwoBudgets) {
  options_.budget = Usd::from_dollars(1);
  worker_options_.budget = Usd{};
  provider_.model().sizes = SizeList{{{1024, 1024}}};
  add();
  const auto done = work();
  EXPECT_EQ(done.state, JobState::failed);
  EXPECT_THAT(done.error, HasSubstr("BUDGET_EXCEEDED"));
}

TEST_F(HeroJob, IsReplayedFromItsRecordWithoutAskingAnybody) {
  options_.provenance = HeroProvenance::detailed;
  add({{"OL-1", "OL-3"}});
  const auto done = work();
  end(done);
  provider_.model().model = "another-model";
  const auto replay = replayed();
  EXPECT_THAT(replay.files, SizeIs(6));
  EXPECT_TRUE(replay.same()) << to_json(replay);
  EXPECT_THAT(provider_.requests, SizeIs(2));
}

TEST_F(HeroJob, IsReplayedWithTheFilesOfAllTimesThatTheSameWasAskedFor) {
  add({{"OL-1"}});
  end(work());
  JobRetry again;
  again.input = jobs_->find(hero_job_id("wi-1")).value()->input;
  ASSERT_THAT(jobs_->retry(hero_job_id("wi-1"), again, now()), test::IsOk());
  end(work());  // finds everything there
  EXPECT_THAT(replayed().files, SizeIs(3));
  again.input = to_json(hero_order(options_, "wi-1", test::example_pack(), {{"OL-2"}}));
  ASSERT_THAT(jobs_->retry(hero_job_id("wi-1"), again, now()), test::IsOk());
  EXPECT_THAT(replayed().files, SizeIs(3)) << "nothing was made of what is asked for now, and the rest is still there";
  EXPECT_TRUE(replayed().same());
}

TEST_F(HeroJob, IsReplayedWithWhatEarlierInputsHadMade) {
  add({{"OL-1"}});
  end(work());
  auto other = test::example_pack();
  // Another prompt and another size for what the first input had made; the files of that are still as they were.
  for (auto& board : other.shot_boards) board.fields["scenario"] = "A desk at night.";
  for (auto& row : other.export_plan) row.size.width += 16;
  std::erase_if(other.export_plan, [](const ExportRow& row) { return row.shot_id == "OL-1"; });
  std::erase_if(other.shot_boards, [](const ShotBoard& board) { return board.shot_id == "OL-1"; });
  JobRetry again;
  again.input = to_json(hero_order(options_, "wi-1", other, {{"OL-2"}}));
  ASSERT_THAT(jobs_->retry(hero_job_id("wi-1"), again, now()), test::IsOk());
  const auto done = work();
  ASSERT_EQ(done.state, JobState::succeeded) << done.error;
  end(done);
  const auto replay = replayed();
  EXPECT_THAT(replay.files, SizeIs(6));
  EXPECT_TRUE(replay.same()) << to_json(replay);
}

TEST_F(HeroJob, IsReplayedThoughAnotherRunWasFirstWithTheMaster) {
  const auto winner = test::picture({120, 80});
  store_.before_put = [&](const ObjectKey& key) -> Task<void> {
    const bool is_master = key.str().starts_with("masters/") && !key.str().ends_with(".json");
    const PutOptions options;  // named: GCC 12 destroys an unnamed one twice
    if (is_master) static_cast<void>(co_await memory_->put(key, winner, options));
  };
  add({{"OL-1"}});
  const auto done = work();
  ASSERT_EQ(done.state, JobState::succeeded) << done.error;
  store_.before_put = {};
  end(done);
  const auto hash = to_hex(sha256(winner));
  const auto events = jobs_->events(hero_job_id("wi-1")).value();
  const auto bought = std::ranges::find(events, "image_bought", &JobEvent::name);
  ASSERT_NE(bought, events.end());
  EXPECT_EQ(boost::json::parse(bought->detail).at("sha256").as_string(), hash) << "it names the picture that is kept, not the one that it bought";
  const auto replay = replayed();
  EXPECT_THAT(replay.files, SizeIs(3));
  EXPECT_TRUE(replay.same()) << to_json(replay);
}

TEST_F(HeroJob, AnEmptyFileDoesNotCountAsOneThatIsThere) {
  add({{"OL-1"}});
  end(work());
  const auto name = replayed().files.at(0).name;
  const auto whole = file(name);
  ASSERT_THAT(io_.run(memory_->put(ObjectKey::parse(name).value(), ByteView(), {})), test::IsOk());
  JobRetry again;
  again.input = jobs_->find(hero_job_id("wi-1")).value()->input;
  ASSERT_THAT(jobs_->retry(hero_job_id("wi-1"), again, now()), test::IsOk());
  end(work());
  EXPECT_TRUE(file(name) == whole);
  EXPECT_THAT(provider_.requests, SizeIs(1)) << "from the kept picture";
}

TEST_F(HeroJob, ThatIsReplayedShowsAMasterThatWasExchanged) {
  add({{"OL-1"}});
  end(work());
  const auto key = ObjectKey::parse(keys("masters/").at(0)).value();
  ASSERT_THAT(io_.run(memory_->put(key, test::picture({48, 32}), {})), test::IsOk());
  const auto replay = replayed();
  ASSERT_THAT(replay.files, SizeIs(3));
  EXPECT_TRUE(replay.files[0].same_request);
  EXPECT_FALSE(replay.files[0].same_file);
  remove(key.str());
  EXPECT_THAT(replayed().files[0].fault, HasSubstr("as it was bought"));
}

TEST_F(HeroJob, OfAnotherKindIsNotReplayed) {
  EXPECT_THAT(io_.run(replay_hero_job(services(), options_, *jobs_, "nobody")), FailsWith(Errc::not_found));
}

TEST_F(HeroJob, RefusesAnInputThatIsNoOrder) {
  add_input(R"({"workItemId": "wi-1"})");
  EXPECT_THAT(work().error, HasSubstr("input of a heroes job"));
}

TEST(HeroOrder, IsReadAsItWasWritten) {
  HeroOptions options;
  options.prompt_template = "{scenario} \"quoted\"";
  options.provenance = HeroProvenance::none;
  options.budget = Usd{123'456'789};
  options.fresh_masters = true;
  auto pack = test::example_pack();
  pack.export_plan[1].position = CropPosition{CropRule::focal_point, {0.3F, 0.7F}};
  pack.shot_boards[0].position = parse_crop_position("attention").value();
  const auto order = hero_order(options, "wi-1", pack, {{"OL-1"}, false, true});
  const auto read = parse_hero_order(to_json(order)).value();
  EXPECT_EQ(to_json(read), to_json(order));
  EXPECT_EQ(read.budget, options.budget);
  EXPECT_EQ(read.provenance, HeroProvenance::none);
  EXPECT_EQ(read.prompt_template, options.prompt_template);
  EXPECT_TRUE(read.request.overwrite);
  EXPECT_EQ(read.fresh.size(), 32U) << "a wish of its own";
  EXPECT_EQ(read.pack.export_plan[1].position, pack.export_plan[1].position);
  EXPECT_EQ(read.pack.shot_boards[0].position, pack.shot_boards[0].position);
  EXPECT_EQ(read.pack.shot_boards[2].fields, pack.shot_boards[2].fields);
  EXPECT_EQ(read.pack.export_plan[8].filename, pack.export_plan[8].filename);
}

TEST(HeroOrder, ThatIsDamagedIsNamed) {
  EXPECT_THAT(parse_hero_order("{"), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(parse_hero_order("[]"), FailsWith(Errc::corrupt_data));
  auto text = to_json(hero_order({}, "wi-1", test::example_pack(), {}));
  text.replace(text.find("\"source\""), 8, "\"forged\"");
  EXPECT_THAT(parse_hero_order(text), FailsWith(Errc::corrupt_data));
}

}  // namespace
}  // namespace imagegen
