#include <boost/json.hpp>

#include <future>

#include "engine_contract/workflow_contract.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;
using testing::ElementsAre;

class PromptJobs : public WorkflowContract {};
INSTANTIATE_TEST_SUITE_P(Language, PromptJobs, testing::ValuesIn(all_cases()), case_name);

TEST_P(PromptJobs, EnhancingWritesNothing) {
  const auto better = result("prompts.enhance", {{"intent", "hero image"}, {"prompt", "a red boat"}});
  EXPECT_NE(better.at("finalPrompt"), "");
  EXPECT_EQ(count(better.at("estimates")), 5U);
  EXPECT_EQ(count(result("jobs.list").at("jobs")), 0U);
}

TEST_P(PromptJobs, ExactlyTheApprovedPromptIsExecuted) {
  const auto id = queue_job();
  EXPECT_EQ(result("prompts.get", {{"jobId", id}}).at("status"), "QUEUED");
  work_until_idle();
  const auto job = result("prompts.get", {{"jobId", id}});
  EXPECT_EQ(job.at("status"), "DONE");
  EXPECT_EQ(job.at("finalPrompt"), "A red boat, \"Möwe\"");
  EXPECT_EQ(job.at("imageCount"), 2);
  EXPECT_EQ(count(job.at("cdnUrls")), 2U);
}

TEST_P(PromptJobs, FilesAreWhereTheirRecordsSay) {
  const auto id = queue_job("u-7");
  work_until_idle();
  const auto listed = result("assets.list", {{"jobId", id}, {"kind", "rendition"}});
  ASSERT_EQ(count(listed.at("assets")), 2U);
  for (const auto& asset : listed.at("assets").as_array()) {
    EXPECT_EQ(asset.at("owner"), "u-7");
    const auto got = run("store.get", {{"key", asset.at("objectKey")}});
    ASSERT_EQ(got.files.size(), 1U);
    EXPECT_EQ(got.files[0].size(), asset.at("sizeBytes").to_number<std::size_t>());
  }
}

TEST_P(PromptJobs, AreListedForTheirOwnerPageByPage) {
  const auto first = queue_job("u-7");
  queue_job("u-8");
  const auto second = queue_job("u-7");
  EXPECT_EQ(count(result("prompts.list").at("jobs")), 3U);
  auto page = result("prompts.list", {{"owner", "u-7"}, {"limit", 1}});
  auto ids = each(page.at("jobs"), "jobId");
  page = result("prompts.list", {{"owner", "u-7"}, {"limit", 1}, {"after", page.at("next")}});
  for (const auto& id : each(page.at("jobs"), "jobId")) ids.push_back(id);
  EXPECT_THAT(ids, testing::UnorderedElementsAre(first, second));
  EXPECT_EQ(page.at("next"), "");
}

TEST_P(PromptJobs, AJobThatIsDoneIsNotRetried) {
  const auto id = queue_job();
  work_until_idle();
  const auto refused = error("prompts.retry", {{"jobId", id}});
  EXPECT_EQ(refused.at("code"), "CONFLICT");
  EXPECT_EQ(refused.at("httpStatus"), 409);
}

TEST_P(PromptJobs, AJobThatIsNotThereIsNotFound) {
  for (const auto* operation : {"prompts.get", "prompts.retry", "prompts.cancel"}) {
    const auto refused = error(operation, {{"jobId", "imgjob_none"}});
    EXPECT_EQ(refused.at("code"), "NOT_FOUND") << operation;
    EXPECT_EQ(refused.at("httpStatus"), 404) << operation;
  }
  for (const auto* operation : {"jobs.get", "jobs.cancel", "jobs.retry", "jobs.events", "jobs.replay"})
    EXPECT_EQ(error(operation, {{"id", "imgjob_none"}}).at("code"), "NOT_FOUND") << operation;
}

TEST_P(PromptJobs, AJobOfAnotherOwnerIsNotFoundByAnyOperation) {
  const auto id = queue_job("u-7");
  for (const auto* operation : {"prompts.get", "prompts.retry", "prompts.cancel"}) {
    for (const auto* owner : {"u-8", ""}) {
      const auto refused = error(operation, {{"jobId", id}, {"owner", owner}});
      EXPECT_EQ(refused.at("code"), "NOT_FOUND") << operation;
      EXPECT_EQ(refused.at("httpStatus"), 404) << operation;
    }
  }
  for (const auto* operation : {"jobs.get", "jobs.cancel", "jobs.retry", "jobs.events", "jobs.replay"}) {
    const auto refused = error(operation, {{"id", id}, {"owner", "u-8"}});
    EXPECT_EQ(refused.at("code"), "NOT_FOUND") << operation;
    EXPECT_EQ(refused.at("httpStatus"), 404) << operation;
  }
  EXPECT_EQ(result("jobs.get", {{"id", id}, {"owner", "u-7"}}).at("job").at("state"), "queued") << "nothing was done to it";
  EXPECT_EQ(result("prompts.cancel", {{"jobId", id}, {"owner", "u-7"}}).at("status"), "FAILED");
  EXPECT_EQ(error("prompts.cancel", {{"jobId", id}, {"owner", "u-7"}}).at("httpStatus"), 409);
  EXPECT_EQ(result("prompts.retry", {{"jobId", id}, {"owner", "u-7"}}).at("status"), "QUEUED");
}

TEST_P(PromptJobs, FaultsComeByTheirPaths) {
  const auto refused = error("prompts.execute", {{"intent", ""}, {"rawPrompt", "a"}, {"count", 1}});
  EXPECT_EQ(refused.at("httpStatus"), 400);
  EXPECT_EQ(refused.at("body").at("error"), "INVALID_REQUEST");
  EXPECT_THAT(each(refused.at("faults"), "path"), testing::UnorderedElementsAre("intent", "finalPrompt", "count"));
}

TEST_P(PromptJobs, TheRecordOfAJobIsIntact) {
  const auto id = queue_job();
  work_until_idle();
  const auto told = result("jobs.events", {{"id", id}});
  EXPECT_TRUE(told.at("intact").as_bool());
  EXPECT_GE(count(told.at("events")), 3U);
}

TEST_P(PromptJobs, AreReplayedToTheSameFiles) {
  const auto id = queue_job();
  work_until_idle();
  const auto replayed = result("jobs.replay", {{"id", id}});
  EXPECT_TRUE(replayed.at("same").as_bool()) << replayed;
  EXPECT_EQ(replayed.at("jobId").as_string(), std::string_view(id));
}

TEST_P(PromptJobs, ACancelledJobIsDoneWhenItIsQueuedAgain) {
  const auto id = queue_job();
  EXPECT_EQ(result("jobs.cancel", {{"id", id}}).at("job").at("state"), "cancelled");
  work_until_idle();
  EXPECT_EQ(result("jobs.get", {{"id", id}}).at("job").at("state"), "cancelled");
  EXPECT_EQ(result("jobs.retry", {{"id", id}}).at("job").at("state"), "queued");
  work_until_idle();
  EXPECT_EQ(result("jobs.get", {{"id", id}}).at("job").at("state"), "succeeded");
}

TEST_P(PromptJobs, AWorkerRunsUntilItIsCancelled) {
  std::promise<CallOutcome> ended;
  const auto worker = runtime().start("worker.run", {{"concurrency", 2}}, {},
                                      [&](CallOutcome outcome) { ended.set_value(std::move(outcome)); });
  auto outcome = ended.get_future();
  EXPECT_EQ(outcome.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
  runtime().cancel(worker);
  EXPECT_EQ(outcome.get().error.value().at("code"), "CANCELLED");
}

TEST_P(PromptJobs, PurchasesCountForTheirJob) {
  const auto id = queue_job();
  work_until_idle();
  EXPECT_EQ(count(result("spend.list", {{"jobId", id}}).at("purchases")), 2U);
  EXPECT_EQ(result("spend.used", {{"scope", "job:" + id}}).at("currency"), "USD");
}

}  // namespace
}  // namespace imagegen::test
