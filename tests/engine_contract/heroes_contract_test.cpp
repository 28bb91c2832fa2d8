#include <boost/json.hpp>

#include <condition_variable>
#include <future>
#include <mutex>

#include "engine_contract/wishes.hpp"
#include "engine_contract/workflow_contract.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;
using testing::Contains;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class Heroes : public WorkflowContract {};
INSTANTIATE_TEST_SUITE_P(Language, Heroes, testing::ValuesIn(all_cases()), case_name);

class HostHeroes : public HostWorkflowContract {};
INSTANTIATE_TEST_SUITE_P(Language, HostHeroes, testing::ValuesIn(cases_of_the_host()), case_name);

TEST_P(Heroes, ADryRunTellsWhatWouldBeMadeAndMakesNothing) {
  const auto made = result("heroes.generate", heroes({{"dryRun", true}}));
  EXPECT_TRUE(made.at("dryRun").as_bool());
  EXPECT_EQ(count(made.at("generated")), 3U);
  EXPECT_FALSE(made.at("generated").at(0).as_object().contains("sha256"));
  EXPECT_EQ(count(result("store.list").at("objects")), 0U);
  EXPECT_EQ(count(result("spend.list").at("purchases")), 0U);
}

TEST_P(Heroes, EveryFileIsInTheStoreUnderItsNameAndInItsSize) {
  const auto made = result("heroes.generate", heroes());
  ASSERT_EQ(count(made.at("generated")), 3U);
  for (const auto& file : made.at("generated").as_array()) {
    const auto got = run("store.get", {{"key", file.at("filename")}});
    ASSERT_EQ(got.files.size(), 1U);
    EXPECT_EQ(got.files[0].size(), file.at("bytes").to_number<std::size_t>());
    const auto inspected = result("images.inspect", {}, got.files);
    EXPECT_EQ(inspected.at("format"), "webp");
    EXPECT_EQ(inspected.at("width"), file.at("width"));
    EXPECT_EQ(inspected.at("height"), file.at("height"));
  }
}

TEST_P(Heroes, ARunThatIsRepeatedSkipsAllAndBuysNothing) {
  EXPECT_EQ(result("heroes.generate", heroes()).at("cost").at("imagesBought"), 2);
  const auto again = result("heroes.generate", heroes());
  EXPECT_EQ(count(again.at("generated")), 0U);
  EXPECT_EQ(each(again.at("skippedExisting"), "reason"), std::vector<std::string>(3, "EXISTS"));
  EXPECT_EQ(again.at("cost").at("imagesBought"), 0);
}

TEST_P(Heroes, OverwritingMakesFilesAgainFromKeptPictures) {
  const auto first = result("heroes.generate", heroes());
  const auto again = result("heroes.generate", heroes({{"overwrite", true}}));
  EXPECT_EQ(each(again.at("generated"), "sha256"), each(first.at("generated"), "sha256"));
  EXPECT_EQ(again.at("cost").at("imagesBought"), 0);
}

TEST_P(Heroes, FreshOnesAreBoughtAgain) {
  result("heroes.generate", heroes());
  const auto again = result("heroes.generate", heroes({{"overwrite", true}, {"fresh", true}}));
  EXPECT_EQ(again.at("cost").at("imagesBought"), 2);
}

TEST_P(Heroes, ShotsThatAreNotInThePackAreMissing) {
  const auto made = result("heroes.generate", heroes({{"shotIds", js::array{"B", "Z"}}}));
  EXPECT_THAT(each(made.at("generated"), "shot_id"), ElementsAre("B"));
  EXPECT_EQ(made.at("missingShots"), js::array{"Z"});
}

TEST_P(Heroes, ABadPackIsRefusedWithEveryFaultByItsPath) {
  auto bad = pack();
  auto& rows = bad.at("export_plan").as_array();
  rows[0].as_object()["width"] = 0;
  rows[1].as_object()["filename"] = "../out.webp";
  bad.at("shot_boards").at(1).as_object().erase("lighting");
  const auto refused = error("heroes.generate", heroes({{"lifestylePack", bad}}));
  EXPECT_EQ(refused.at("code"), "INVALID_ARGUMENT");
  EXPECT_EQ(refused.at("httpStatus"), 400);
  EXPECT_EQ(refused.at("body").at("error"), "INVALID_REQUEST");
  EXPECT_THAT(each(refused.at("faults"), "path"),
              UnorderedElementsAre("export_plan[0].width", "export_plan[1].filename", "shot_boards[1].lighting"));
  const auto& told = refused.at("body").at("details").at("fieldErrors").as_object();
  EXPECT_TRUE(told.contains("export_plan[0].width") && told.contains("shot_boards[1].lighting")) << told;
}

TEST_P(Heroes, AWorkItemWithoutAPackIsNotFound) {
  const auto refused = error("heroes.generate", {{"workItemId", "wi-none"}});
  EXPECT_EQ(refused.at("code"), "NOT_FOUND");
  EXPECT_EQ(refused.at("httpStatus"), 404);
  EXPECT_EQ(refused.at("body").at("error"), "LIFESTYLE_PACK_NOT_FOUND");
}

TEST_P(Heroes, UnknownAndWrongFieldsAreRefusedTogether) {
  const auto refused = error("heroes.generate", heroes({{"dryrun", true}, {"overwrite", 1}, {"budget", -1}}));
  EXPECT_EQ(refused.at("httpStatus"), 400);
  EXPECT_THAT(each(refused.at("faults"), "path"), UnorderedElementsAre("dryrun", "overwrite", "budget"));
}

TEST_P(Heroes, ProgressIsToldToTheLastFile) {
  const auto outcome = run("heroes.generate", heroes());
  ASSERT_FALSE(outcome.progress.empty());
  for (const auto& step : outcome.progress) EXPECT_EQ(step.at("filesTotal"), 3);
  EXPECT_EQ(outcome.progress.back().at("filesDone"), 3);
}

TEST_P(Heroes, AContactSheetComesAsFiles) {
  const auto outcome = run("heroes.generate", heroes({{"contactSheet", true}}));
  ASSERT_EQ(outcome.files.size(), 2U);
  EXPECT_TRUE(as_text(outcome.files[0]).find("shop/A_96x40.webp") != std::string_view::npos);
  EXPECT_EQ(result("images.inspect", {}, {outcome.files[1]}).at("format"), "png");
}

TEST_P(Heroes, EveryFileHasARecord) {
  const auto made = result("heroes.generate", heroes({{"user", "u-7"}}));
  const auto listed = result("assets.list", {{"kind", "rendition"}, {"owner", "u-7"}});
  EXPECT_THAT(each(listed.at("assets"), "objectKey"),
              testing::UnorderedElementsAreArray(each(made.at("generated"), "filename")));
}

TEST_P(Heroes, PurchasesStandInTheLedgerOfTheirUser) {
  result("heroes.generate", heroes({{"user", "u-7"}}));
  const auto bought = result("spend.list", {{"user", "u-7"}});
  EXPECT_EQ(each(bought.at("purchases"), "state"), std::vector<std::string>(2, "settled"));
  EXPECT_EQ(result("spend.used", {{"scope", "user:u-7"}}).at("used"), 0);
  EXPECT_EQ(count(result("spend.list", {{"user", "u-8"}}).at("purchases")), 0U);
}

TEST_P(Heroes, TheirJobIsReplayedToTheSameFiles) {
  result("heroes.generate", heroes());
  const auto jobs = result("jobs.list").at("jobs").as_array();
  ASSERT_EQ(jobs.size(), 1U);
  const auto replayed = result("jobs.replay", {{"id", jobs[0].at("id")}});
  EXPECT_TRUE(replayed.at("same").as_bool()) << replayed;
  EXPECT_EQ(count(replayed.at("files")), 3U);
  EXPECT_TRUE(result("jobs.events", {{"id", jobs[0].at("id")}}).at("intact").as_bool());
}

TEST_P(Heroes, ManyWorkItemsAreMadeAtOnce) {
  constexpr std::size_t kItems = 12;
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<CallOutcome> outcomes;
  for (std::size_t i = 0; i < kItems; ++i) {
    auto more = pack();
    for (auto& file : more.at("export_plan").as_array())
      file.as_object()["filename"] = std::to_string(i) + "/" + std::string(file.at("filename").as_string());
    auto request = heroes({{"workItemId", "wi-" + std::to_string(i)}, {"lifestylePack", more}});
    runtime().start("heroes.generate", std::move(request), {}, [&](CallOutcome outcome) {
      const std::lock_guard lock(mutex);
      outcomes.push_back(std::move(outcome));
      changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return outcomes.size() == kItems; });
  for (const auto& outcome : outcomes) {
    ASSERT_FALSE(outcome.error) << js::serialize(*outcome.error);
    EXPECT_EQ(count(outcome.result.at("generated")), 3U) << js::serialize(outcome.result);
  }
}

// Before anybody is asked: there is nobody at that address.
TEST_P(Heroes, WhatABudgetDoesNotFitIsNotBought) {
  const auto priced = open_runtime(with_config(
      {{"provider", "openai"}, {"openai", {{"apiKey", "key-of-a-test"}, {"baseUrl", "http://127.0.0.1:1/v1"}}}},
      GetParam().manner));
  const auto refused = priced->call("heroes.generate", heroes({{"budget", 0.001}})).error.value();
  EXPECT_EQ(refused.at("code"), "BUDGET_EXCEEDED");
  EXPECT_EQ(refused.at("httpStatus"), 402);
  EXPECT_GT(refused.at("body").at("details").at("estimated").to_number<double>(), 0.001);
  EXPECT_FALSE(refused.at("spent").as_bool());
  EXPECT_EQ(refused.at("delivery"), "not_sent");
}

TEST_P(HostHeroes, WhatIsCancelledWhileItIsBoughtMayHaveCostMoney) {
  runtime().hold_next();
  std::promise<CallOutcome> ended;
  const auto call = runtime().start("heroes.generate", heroes({{"shotIds", js::array{"B"}}}), {},
                                    [&](CallOutcome outcome) { ended.set_value(std::move(outcome)); });
  wait_for_submits(1);
  runtime().cancel(call);
  const auto refused = ended.get_future().get().error.value();
  EXPECT_EQ(refused.at("code"), "CANCELLED");
  EXPECT_EQ(refused.at("httpStatus"), 499);
  EXPECT_TRUE(refused.at("spent").as_bool());
  EXPECT_EQ(refused.at("delivery"), "unknown");
}

TEST_P(HostHeroes, AShotThatTheProviderRefusesLeavesTheOtherFinished) {
  runtime().fail_next({{"code", "CONTENT_REFUSED"},
                       {"message", "not this one"},
                       {"retryable", false},
                       {"retryAfterMs", 0},
                       {"delivery", "answered"},
                       {"providerText", ""}});
  const auto made = result("heroes.generate", heroes());
  EXPECT_THAT(each(made.at("failed"), "error"), ElementsAre("CONTENT_REFUSED"));
  EXPECT_GE(count(made.at("generated")), 1U);
}

}  // namespace
}  // namespace imagegen::test
