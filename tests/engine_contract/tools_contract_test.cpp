#include <boost/json.hpp>

#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>

#include "engine_contract/host_parts.hpp"
#include "engine_contract/wishes.hpp"
#include "engine_contract/workflow_contract.hpp"

namespace imagegen::test {
namespace {

namespace js = boost::json;
using testing::HasSubstr;

class Tools : public WorkflowContract {};
INSTANTIATE_TEST_SUITE_P(Language, Tools, testing::ValuesIn(all_cases()), case_name);

class HostTools : public HostWorkflowContract {};
INSTANTIATE_TEST_SUITE_P(Language, HostTools, testing::ValuesIn(cases_of_the_host()), case_name);

std::string message_of(const js::object& error) {
  return std::string(error.at("message").as_string());
}

TEST_P(Tools, ObjectsAreFoundUnderTheUrlThatPutSays) {
  const auto stored = result("store.put", {{"key", "a b/c.webp"}, {"contentType", "image/webp"}}, {Bytes{1, 2, 3}});
  EXPECT_EQ(result("store.url", {{"key", "a b/c.webp"}}).at("url"), stored.at("url"));
  EXPECT_EQ(result("store.head", {{"key", "a b/c.webp"}}).at("object").at("etag"), stored.at("etag"));
  EXPECT_EQ(run("store.get", {{"key", "a b/c.webp"}}).files.at(0), (Bytes{1, 2, 3}));
}

TEST_P(Tools, AKeyThatCanBeNoneIsAFault) {
  const auto refused = error("store.put", {{"key", "../a"}}, {Bytes{1}});
  EXPECT_EQ(refused.at("httpStatus"), 400);
  EXPECT_THAT(each(refused.at("faults"), "path"), testing::ElementsAre("key"));
}

TEST_P(Tools, AMissingFileIsNamed) {
  EXPECT_THAT(message_of(error("images.inspect")), HasSubstr("expected one, the file, got 0"));
}

// By the one table of routes, whatever the host is written in: its body may be a text, or a file.
TEST_P(Tools, HttpRequestsAreAnswered) {
  const js::object signed_in{{"user", "ann"}, {"roles", js::array{"ops"}}};
  const js::object queue{{"method", "POST"}, {"path", "/image/execute-prompt"}, {"identity", signed_in}};
  const std::string body = R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A \u00fc cat."})";
  const auto queued = result("http.answer", queue, {Bytes(body.begin(), body.end())});
  EXPECT_EQ(queued.at("status"), 202);
  EXPECT_EQ(queued.at("headers").at("Cache-Control"), "no-store");
  const std::string id(js::parse(queued.at("body").as_string()).at("jobId").as_string());
  js::object look{{"method", "GET"}, {"path", "/image/job-status/" + id}, {"identity", signed_in}, {"body", ""}};
  const auto found = result("http.answer", look);
  EXPECT_EQ(js::parse(found.at("body").as_string()).at("finalPrompt"), "A \u00fc cat.");
  look["identity"] = nullptr;
  EXPECT_EQ(result("http.answer", look).at("status"), 401);
}

TEST_P(Tools, PixelsComeBackAsTheyWereEncoded) {
  const auto file = picture(33, 17);
  const auto decoded = run("images.decode", {}, {file});
  ASSERT_FALSE(decoded.error);
  EXPECT_EQ(decoded.result.at("strideBytes"), 33 * 3);
  ASSERT_EQ(decoded.files.at(0).size(), 33U * 17U * 3U);
  EXPECT_EQ(decoded.files[0][100], static_cast<std::uint8_t>(700));
}

TEST_P(Tools, OneRenditionThatFailsLeavesTheOthers) {
  const js::array renditions{{{"width", 20}, {"height", 10}, {"format", "jpeg"}},
                             {{"width", 16'000}, {"height", 16'400}, {"format", "webp"}}};
  const auto made = run("images.render", {{"renditions", renditions}}, {picture(40, 30)});
  ASSERT_FALSE(made.error) << js::serialize(*made.error);
  EXPECT_EQ(made.result.at("renditions").at(0).at("format"), "jpeg");
  EXPECT_EQ(made.result.at("renditions").at(1).at("error").at("code"), "LIMIT_EXCEEDED");
  EXPECT_FALSE(made.files.at(0).empty());
  EXPECT_TRUE(made.files.at(1).empty());
}

TEST_P(Tools, BytesThatAreNoPictureAreRefused) {
  const auto refused = error("images.inspect", {}, {Bytes(100, 7)});
  EXPECT_EQ(refused.at("code"), "UNSUPPORTED");
  EXPECT_EQ(refused.at("httpStatus"), 415);
}

TEST_P(Tools, ABareProviderCallHasToSaySo) {
  const auto refused = error("provider.submit", {{"prompt", "a"}, {"width", 64}, {"height", 64}});
  EXPECT_THAT(each(refused.at("faults"), "path"), testing::ElementsAre("outsideTheLedger"));
  EXPECT_FALSE(refused.at("spent").as_bool());
}

TEST_P(Tools, AnOperationThatDoesNotExistIsNotFound) {
  const auto refused = error("heroes.paint");
  EXPECT_EQ(refused.at("code"), "NOT_FOUND");
  EXPECT_THAT(message_of(refused), HasSubstr("heroes.paint"));
}

TEST_P(Tools, TheRuntimeTellsWhatItIs) {
  const auto described = result("runtime.describe");
  EXPECT_EQ(described.at("provider").at("name"), GetParam().parts_of_the_host ? "contract" : "placeholder");
  EXPECT_EQ(described.at("store"), GetParam().parts_of_the_host ? "contract" : "memory");
}

TEST_P(Tools, AnExaminationTriesTheStore) {
  EXPECT_THAT(js::serialize(result("runtime.examine").at("findings")), HasSubstr("writes, reads and removes"));
}

TEST_P(Tools, AWrongConfigurationOpensNothingAndNamesItsField) {
  auto opened = language().open(with_config({{"provider", "nobody"}, {"thread", 3}}, GetParam().manner));
  ASSERT_TRUE(opened.error);
  EXPECT_EQ(opened.error->at("code"), "INVALID_ARGUMENT");
  EXPECT_THAT(message_of(*opened.error), HasSubstr("thread"));
}

TEST_P(Tools, AHundredCallsAtOnceAllEnd) {
  constexpr int kCalls = 100;
  std::mutex mutex;
  std::condition_variable changed;
  int ended = 0, good = 0;
  for (int i = 0; i < kCalls; ++i) {
    js::object request{{"key", "many/" + std::to_string(i)}};
    runtime().start("store.put", std::move(request), {Bytes(1000, 1)}, [&](const CallOutcome& outcome) {
      const std::lock_guard lock(mutex);
      good += outcome.error ? 0 : 1;
      if (++ended == kCalls) changed.notify_one();
    });
  }
  std::unique_lock lock(mutex);
  ASSERT_TRUE(changed.wait_for(lock, std::chrono::minutes(1), [&] { return ended == kCalls; })) << ended;
  EXPECT_EQ(good, kCalls);
  EXPECT_EQ(count(result("store.list", {{"prefix", "many/"}}).at("objects")), 100U);
}

js::object failure(std::string_view code, int retry_after_ms) {
  return {{"code", code},           {"message", "slow down"},
          {"retryable", true},      {"retryAfterMs", retry_after_ms},
          {"delivery", "answered"}, {"providerText", "their own words"}};
}

js::object submission() {
  return {{"outsideTheLedger", true}, {"prompt", "a"}, {"width", 64}, {"height", 64}};
}

// Longer than retry.maxRetryAfterMs, so it is the caller's to wait.
TEST_P(HostTools, WhatTheHostSaysOfItsFailureReachesTheCaller) {
  runtime().fail_next(failure("RATE_LIMITED", 200'000));
  const auto refused = error("provider.submit", submission());
  EXPECT_EQ(refused.at("code"), "RATE_LIMITED");
  EXPECT_THAT(message_of(refused), HasSubstr("slow down"));
  EXPECT_TRUE(refused.at("retryable").as_bool());
  EXPECT_EQ(refused.at("retryAfterMs"), 200'000);
  EXPECT_EQ(refused.at("delivery"), "answered");
  EXPECT_EQ(refused.at("providerText"), "their own words");
  EXPECT_FALSE(refused.at("spent").as_bool());
  EXPECT_EQ(refused.at("httpStatus"), 429);
}

TEST_P(HostTools, ATaskOfTheHostIsResumedUntilItIsCancelled) {
  auto asked = submission();
  asked["prompt"] = HostParts::kAsATask;
  const js::object task{{"task", result("provider.submit", std::move(asked)).at("task")}};
  const auto resumed = run("provider.resume", task);
  ASSERT_FALSE(resumed.error) << js::serialize(*resumed.error);
  EXPECT_EQ(resumed.files.size(), 1U);
  result("provider.cancel", task);
  EXPECT_EQ(error("provider.resume", task).at("code"), "NOT_FOUND");
}

TEST_P(HostTools, AFailureThatIsWorthItIsRetried) {
  runtime().fail_next(failure("UNAVAILABLE", 10));
  result("provider.submit", submission());
  EXPECT_EQ(runtime().submits(), 2);
}

TEST_P(HostTools, ARuntimeClosesWhileItsProviderIsBusy) {
  runtime().hold_next();
  std::promise<CallOutcome> ended;
  runtime().start("provider.submit", submission(), {},
                  [&](CallOutcome outcome) { ended.set_value(std::move(outcome)); });
  wait_for_submits(1);
  close();
  EXPECT_EQ(ended.get_future().get().error.value().at("code"), "CANCELLED");
}

}  // namespace
}  // namespace imagegen::test
