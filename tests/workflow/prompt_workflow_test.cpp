#include <imagegen/core/digest.hpp>
#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/provenance.hpp>
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/storage/stores.hpp>
#include <imagegen/testing/contract/io_runner.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/testing/faulty_store.hpp>
#include <imagegen/testing/manual_clock.hpp>
#include <imagegen/workflow/prompts/prompt_replay.hpp>
#include <imagegen/workflow/prompts/prompt_workflow.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include <string>
#include <vector>

#include "support/claimed_job.hpp"
#include "support/matchers.hpp"
#include "workflow/fake_prices.hpp"
#include "workflow/pictures.hpp"

namespace imagegen::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class PromptWorkflow : public testing::Test {
 protected:
  PromptServices services() {
    PromptServices made{{providers_, *store_, *ledger_, pool_, clock_, prices_}, enhancer_};
    made.jobs = jobs_.get();
    made.on_step = [this](std::string_view step) { steps_.emplace_back(step); };
    return made;
  }
  std::string execute(int images, const std::string& prompt = "a red boat") {
    const auto body = boost::json::serialize(boost::json::object{
        {"intent", "hero"}, {"rawPrompt", "boat"}, {"finalPrompt", prompt}, {"imageCount", images}});
    const auto answer = io_.run(execute_prompt(services(), options_, "u-1", body));
    EXPECT_EQ(answer.status, 202) << answer.body;
    return std::string(boost::json::parse(answer.body).at("jobId").as_string());
  }
  // Claims the job that waits and does it, as a worker would.
  JobResult work() {
    JobClaimRequest request;
    request.worker = "w", request.kinds = {"prompt"};
    auto claimed = jobs_->claim(request, now()).value();
    ClaimedJob run(*jobs_, claimed.at(0), now());
    auto handler = prompt_job_handler(services(), options_);
    const auto result = io_.run(handler(run));
    JobUpdate end;
    end.state = result.state, end.error = result.error;
    EXPECT_THAT(jobs_->update(claim_of(claimed[0]), end, now()), IsOk());
    return result;
  }
  Timestamp now() const { return to_timestamp(clock_.wall_now()); }
  boost::json::value status(const std::string& id) {
    return boost::json::parse(io_.run(prompt_job_status(services(), id)).body);
  }
  std::vector<std::string> urls(const std::string& id) {
    std::vector<std::string> urls;
    const auto shown = status(id);
    for (const auto& url : shown.at("cdnUrls").as_array()) urls.emplace_back(url.as_string());
    return urls;
  }
  std::vector<std::string> keys(const std::string& prefix) {
    std::vector<std::string> keys;
    for (const auto& object : io_.run(store_->list(prefix, 100, "")).value()) {
      if (!object.key.ends_with(".json")) keys.push_back(object.key);  // not the answers beside masters
    }
    return keys;
  }
  Bytes file(const std::string& key) { return io_.run(store_->get(ObjectKey::parse(key).value(), 1U << 24U)).value(); }

  static PromptOptions small() {
    PromptOptions options;
    options.size = {48, 32};
    return options;
  }

  IoRunner io_;
  ThreadPool pool_{1};
  ManualClock clock_;
  int made_ = 0;
  FakeProvider fake_{[this](PixelSize size) { return picture(size, ++made_); }};
  ProviderSet providers_{fake_};
  std::unique_ptr<ObjectStore> store_ = make_memory_store();
  std::unique_ptr<JobStore> jobs_ = make_memory_job_store();
  std::unique_ptr<Ledger> ledger_ = make_memory_ledger();
  std::shared_ptr<PromptEnhancer> enhancer_ = make_local_enhancer();
  PriceTable prices_ = fake_prices();
  PromptOptions options_ = small();
  std::vector<std::string> steps_;
};

TEST_F(PromptWorkflow, EnhancingShowsThePromptAndThePricesAndBuysNothing) {
  const auto answer = io_.run(enhance_prompt(services(), options_, R"({"intent":"hero","prompt":"a boat"})"));
  EXPECT_EQ(answer.status, 200);
  const auto body = boost::json::parse(answer.body);
  EXPECT_THAT(std::string(body.at("finalPrompt").as_string()), HasSubstr("a boat"));
  EXPECT_EQ(body.at("estimates").as_array().size(), 5U);
  EXPECT_DOUBLE_EQ(body.at("estimates").at(4).to_number<double>(), 0.2);
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_TRUE(jobs_->list({})->jobs.empty());
}

TEST_F(PromptWorkflow, ABadRequestIs400AndQueuesNothing) {
  const auto answer = io_.run(execute_prompt(services(), options_, "", R"({"intent":"hero","cdn":true})"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, testing::AllOf(HasSubstr("rawPrompt"), HasSubstr("finalPrompt"), HasSubstr("cdn")));
  EXPECT_TRUE(jobs_->list({})->jobs.empty());
}

TEST_F(PromptWorkflow, APromptThatTheProviderWouldNotTakeIs400) {
  fake_.model().prompt.most = 5;
  const auto answer =
      io_.run(execute_prompt(services(), options_, "", R"({"intent":"i","rawPrompt":"r","finalPrompt":"a red boat"})"));
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, HasSubstr("finalPrompt"));
}

TEST_F(PromptWorkflow, ExecutingAnswersAtOnceAndAWorkerDoesTheRest) {
  const auto id = execute(3);
  EXPECT_TRUE(id.starts_with("imgjob_")) << id;
  EXPECT_EQ(status(id).at("status"), "QUEUED");
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_EQ(work().state, JobState::succeeded);
  EXPECT_EQ(status(id).at("status"), "DONE");
  EXPECT_EQ(urls(id).size(), 3U);
  EXPECT_EQ(fake_.accepted, 3);
  EXPECT_EQ(ledger_->used("user:u-1").value().used, Usd::from_dollars(0.12));
}

TEST_F(PromptWorkflow, ReservesByTheCharactersOfThePromptAndNotByItsBytes) {
  prices_ = PriceTable::parse(R"({"models":[{"provider":"fake","model":"fake-1","date":"2026-11-01","source":"a test",
                                  "per_image":0.04,"per_million_tokens":{"input_text":1000}}]})")
                .value();
  const auto id = execute(1, "K\u00e4rtchen");  // 8 characters are 2 tokens; 9 bytes would be 3
  EXPECT_EQ(work().state, JobState::succeeded);
  EXPECT_EQ(ledger_->find(id + "/0/1").value().estimate, Usd::from_dollars(0.042));
}

TEST_F(PromptWorkflow, TheApprovedPromptReachesTheProviderByteForByte) {
  const std::string prompt = "  A \"red\" boat,\n\tünïcode \xF0\x9F\x9A\xA2 and a tail  ";
  execute(1, prompt);
  work();
  EXPECT_EQ(fake_.requests.at(0).prompt.text, prompt);
}

TEST_F(PromptWorkflow, EachPictureHasASeedOfItsOwnWhereSeedsAreTaken) {
  fake_.model().seed = SeedRange{};
  execute(2);
  work();
  ASSERT_EQ(fake_.requests.size(), 2U);
  EXPECT_TRUE(fake_.requests[0].seed);
  EXPECT_NE(fake_.requests[0].seed, fake_.requests[1].seed);
}

TEST_F(PromptWorkflow, TheRecordProvesWhatWasApprovedAndSent) {
  const auto id = execute(1);
  work();
  const auto events = jobs_->events(id).value();
  EXPECT_THAT(verify_events(jobs_->find(id).value().value(), events), IsOk());
  const auto bought = std::find_if(events.begin(), events.end(), [](auto& e) { return e.name == "image_bought"; });
  ASSERT_NE(bought, events.end());
  const auto detail = boost::json::parse(bought->detail);
  const auto hash = to_hex(sha256("a red boat"));
  EXPECT_EQ(detail.at("approvedPromptSha256").as_string(), hash);
  EXPECT_EQ(detail.at("sentPromptSha256").as_string(), hash);
  EXPECT_EQ(detail.at("purchase").as_string(), id + "/0/1");
  EXPECT_EQ(detail.at("usd"), "0.04");
}

TEST_F(PromptWorkflow, APromptThatWasChangedBehindItsBackIsNotBought) {
  NewJob job{"imgjob_x", "prompt", "", prompt_job_input({"i", "r", "approved", 1}), 0};
  job.input.replace(job.input.find("approved"), 8, "tampered");
  ASSERT_THAT(jobs_->add(job, now()), IsOk());
  EXPECT_THAT(work().error, HasSubstr("SHA-256"));
  EXPECT_THAT(fake_.requests, IsEmpty());
}

TEST_F(PromptWorkflow, IsBoughtAsItWasApprovedOrNotAtAll) {
  fake_.capability_.provider = "fake", fake_.model().model = "fake-1";
  const auto id = execute(1);
  options_.size = {4096, 4096};
  fake_.model().default_quality = "dearer", fake_.model().qualities = {"dearer"};
  const auto declined = work();
  EXPECT_TRUE(declined.declined);
  EXPECT_THAT(declined.error, HasSubstr("it was ordered from"));
  EXPECT_THAT(fake_.requests, IsEmpty());
  fake_.model().qualities = {"dearer", "high"};
  EXPECT_EQ(io_.run(retry_prompt_job(services(), id)).status, 200);
  EXPECT_EQ(work().state, JobState::succeeded);
  ASSERT_EQ(fake_.requests.size(), 1U);
  EXPECT_EQ(pixels_of(fake_.requests[0]), (PixelSize{48, 32})) << "and not what is configured now";
  EXPECT_EQ(fake_.requests[0].quality, "high");
}

TEST_F(PromptWorkflow, BuysNothingAfterACancelWasRecorded) {
  const auto id = execute(3);
  fake_.on_submit([&](const ImageRequest&) -> Task<void> {
    static_cast<void>(jobs_->cancel(id, now()));
    co_return;
  });
  work();
  EXPECT_EQ(fake_.requests.size(), 1U);
  EXPECT_EQ(keys("masters/").size(), 1U) << "what was bought is kept";
}

TEST_F(PromptWorkflow, WhatTheProviderMadeOfThePromptIsRecorded) {
  GeneratedImages images;
  images.images.push_back({picture({48, 32}, 1), "A crimson boat"});
  fake_.answer_with(Submission{images});
  const auto id = execute(1);
  work();
  const auto events = jobs_->events(id).value();
  EXPECT_THAT(events, Contains(testing::Field(&JobEvent::detail, HasSubstr("A crimson boat"))));
}

TEST_F(PromptWorkflow, KeysComeFromTheContentAndFilesSayWhereTheyAreFrom) {
  const auto id = execute(1);
  work();
  const auto published = keys("images/");
  ASSERT_EQ(published.size(), 1U);
  const auto bytes = file(published[0]);
  EXPECT_EQ(published[0], "images/" + to_hex(sha256(bytes)) + ".webp");
  EXPECT_EQ(inspect_image(bytes)->size, (PixelSize{48, 32}));
  EXPECT_EQ(find_provenance(bytes).digital_source_type, "trainedAlgorithmicMedia");
  EXPECT_THAT(urls(id), ElementsAre(store_->url(ObjectKey::parse(published[0]).value())));
}

TEST_F(PromptWorkflow, ARetryBuysOnlyWhatIsMissing) {
  fake_.answer_with_file(picture({48, 32}, 1));
  fake_.answer_with_file(picture({48, 32}, 2));
  Error refused(Errc::content_refused, "the provider's rules");
  refused.delivery = Delivery::answered;
  fake_.answer_with(refused);
  const auto id = execute(3);
  const auto result = work();
  EXPECT_EQ(result.state, JobState::failed);
  EXPECT_THAT(result.error, HasSubstr("image 3: the provider's rules"));
  EXPECT_FALSE(result.again_after);
  EXPECT_EQ(status(id).at("status"), "FAILED");
  EXPECT_EQ(urls(id).size(), 2U);
  EXPECT_EQ(io_.run(retry_prompt_job(services(), id)).status, 200);
  EXPECT_EQ(work().state, JobState::succeeded);
  EXPECT_EQ(urls(id).size(), 3U);
  EXPECT_EQ(fake_.accepted, 3);
}

TEST_F(PromptWorkflow, APictureThatWasPaidForBeforeACrashIsUsed) {
  const auto id = execute(1);
  const auto key = ObjectKey::parse("masters/prompts/" + id + "-0").value();
  const auto kept = picture({48, 32}, 9);
  ASSERT_THAT(io_.run(store_->put(key, kept, {})), IsOk());
  PurchaseIntent intent;
  intent.job_id = id, intent.slot = "0", intent.provider = "fake", intent.estimate = Usd::from_dollars(0.04);
  ASSERT_THAT(ledger_->reserve(intent, {}, now()), IsOk());
  EXPECT_EQ(work().state, JobState::succeeded);
  EXPECT_THAT(fake_.requests, IsEmpty());
  EXPECT_EQ(ledger_->list({})->purchases[0].state, PurchaseState::settled);
}

TEST_F(PromptWorkflow, WhatMayGoBetterIsSaidSo) {
  Error busy(Errc::rate_limited, "slow down");
  busy.delivery = Delivery::answered, busy.retry_after = std::chrono::seconds(7);
  fake_.answer_with(busy);
  execute(1);
  EXPECT_EQ(work().again_after, std::chrono::milliseconds(7000));
}

TEST_F(PromptWorkflow, WhatIsOverTheBudgetIsNotBought) {
  options_.budgets.user = Usd::from_dollars(0.09);
  const auto id = execute(3);
  const auto result = work();
  EXPECT_THAT(result.error, HasSubstr("BUDGET_EXCEEDED: image 3"));
  EXPECT_FALSE(result.again_after);
  EXPECT_EQ(urls(id).size(), 2U);
}

TEST_F(PromptWorkflow, APictureThatCannotBeReadIsKeptAsideAndBoughtAnewOnRetry) {
  fake_.answer_with_file(to_bytes("\x89PNG\r\n\x1a\n and then rubbish"));
  const auto id = execute(1);
  EXPECT_EQ(work().state, JobState::failed);
  EXPECT_EQ(keys("masters/rejected/").size(), 1U);
  io_.run(retry_prompt_job(services(), id));
  EXPECT_EQ(work().state, JobState::succeeded);
  EXPECT_EQ(fake_.accepted, 2);
}

TEST_F(PromptWorkflow, OnlyFailedJobsAreRetried) {
  const auto id = execute(1);
  EXPECT_EQ(io_.run(retry_prompt_job(services(), id)).status, 409);
  EXPECT_EQ(io_.run(retry_prompt_job(services(), "imgjob_none")).status, 404);
  EXPECT_EQ(io_.run(prompt_job_status(services(), "imgjob_none")).status, 404);
}

TEST_F(PromptWorkflow, AReplayMakesTheSameFilesWithoutAskingAnybody) {
  const auto id = execute(2);
  work();
  options_.encoding.quality = 20;  // what is configured now is not what was then
  const auto replay = io_.run(replay_prompt_job(services(), options_, id)).value();
  EXPECT_TRUE(replay.same());
  EXPECT_EQ(replay.files.size(), 2U);
  EXPECT_EQ(fake_.requests.size(), 2U);
}

TEST_F(PromptWorkflow, AReplayNoticesAnotherPicture) {
  const auto id = execute(1);
  work();
  ASSERT_THAT(io_.run(store_->put(ObjectKey::parse("masters/prompts/" + id + "-0").value(), picture({48, 32}, 5), {})),
              IsOk());
  const auto replay = io_.run(replay_prompt_job(services(), options_, id)).value();
  EXPECT_FALSE(replay.same());
  EXPECT_TRUE(replay.files.at(0).same_request);
  EXPECT_FALSE(replay.files.at(0).same_file);
  EXPECT_THAT(io_.run(replay_prompt_job(services(), options_, "imgjob_none")), FailsWith(Errc::not_found));
}

TEST_F(PromptWorkflow, ListsTheNewestFirst) {
  const auto first = execute(1);
  clock_.advance(std::chrono::seconds(1));
  const auto second = execute(1);
  const auto list = boost::json::parse(io_.run(list_prompt_jobs(services(), {})).body);
  EXPECT_EQ(list.at("jobs").at(0).at("jobId").as_string(), second);
  EXPECT_EQ(list.at("jobs").at(1).at("jobId").as_string(), first);
}

TEST_F(PromptWorkflow, WhatNobodySeesIsNotApproved) {
  for (const std::string unseen : {"\\u001b[2J", "\\r", "\xC2\x9B", "\xE2\x80\xAE", "\xF3\xA0\x81\xA1"}) {
    for (const std::string field : {"intent", "rawPrompt", "finalPrompt"}) {
      boost::json::object body{{"intent", "i"}, {"rawPrompt", "r"}, {"finalPrompt", "f"}};
      body[field] = boost::json::parse("\"a" + unseen + "\"");
      const auto answer = io_.run(execute_prompt(services(), options_, "", boost::json::serialize(body)));
      EXPECT_EQ(answer.status, 400) << field;
      EXPECT_THAT(answer.body, HasSubstr(field + "\",\"message\":\"expected text without control characters"));
    }
    const auto answer = io_.run(enhance_prompt(services(), options_, R"({"intent":"i","prompt":"a)" + unseen + "\"}"));
    EXPECT_EQ(answer.status, 400);
  }
}

}  // namespace
}  // namespace imagegen::test
