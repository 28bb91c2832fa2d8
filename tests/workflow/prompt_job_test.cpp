#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/prompts/prompt_job.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <string>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ExecuteRequest executed(const std::string& text) {
  const auto parsed = parse_execute_request(text);
  EXPECT_TRUE(std::holds_alternative<ExecuteRequest>(parsed)) << text;
  return std::get<ExecuteRequest>(parsed);
}

std::vector<std::string> fault_paths(const std::string& text) {
  std::vector<std::string> paths;
  const auto parsed = parse_execute_request(text);
  if (const auto* faults = std::get_if<std::vector<FieldFault>>(&parsed))
    for (const auto& fault : *faults) paths.push_back(fault.path);
  return paths;
}

Job job_of(const ExecuteRequest& request, JobState state = JobState::queued) {
  Job job;
  job.id = "imgjob_1", job.kind = kPromptJobKind, job.state = state;
  job.input = prompt_job_input(request);
  return job;
}

std::string enhanced(const EnhanceRequest& request) {
  const auto enhancer = make_local_enhancer();
  boost::asio::io_context io;
  std::string made;
  auto ask = [&]() -> Task<void> {
    auto asked = request;
    made = (co_await enhancer->enhance(std::move(asked), Deadline::never())).value();
  };
  boost::asio::co_spawn(io, ask(), boost::asio::detached);
  io.run();
  return made;
}

TEST(ExecuteRequest, IsReadAsItWasSent) {
  const auto request =
      executed(R"({"intent":"hero","rawPrompt":" a boat ","finalPrompt":"a red\nboat  ü","imageCount":3})");
  EXPECT_EQ(request.intent, "hero");
  EXPECT_EQ(request.raw_prompt, " a boat ");
  EXPECT_EQ(request.final_prompt, "a red\nboat  ü");
  EXPECT_EQ(request.image_count, 3);
}

TEST(ExecuteRequest, ClampsTheNumberOfImages) {
  const auto count = [](const std::string& value) {
    return executed(R"({"intent":"i","rawPrompt":"r","finalPrompt":"f")" + value + "}").image_count;
  };
  EXPECT_EQ(count(""), 1);
  EXPECT_EQ(count(R"(,"imageCount":0)"), 1);
  EXPECT_EQ(count(R"(,"imageCount":-7)"), 1);
  EXPECT_EQ(count(R"(,"imageCount":6)"), 5);
  EXPECT_EQ(count(R"(,"imageCount":1e300)"), 5);
  EXPECT_EQ(count(R"(,"imageCount":2.9)"), 2);
}

TEST(ExecuteRequest, NamesEveryFault) {
  EXPECT_THAT(fault_paths(R"({"intent":"","rawPrompt":3,"imageCount":"2","size":"big"})"),
              testing::UnorderedElementsAre("intent", "rawPrompt", "finalPrompt", "imageCount", "size"));
  EXPECT_THAT(fault_paths("no JSON"), ElementsAre(""));
  EXPECT_THAT(fault_paths(R"({"intent":"i","rawPrompt":"r","finalPrompt":")" + std::string(32'001, 'x') + "\"}"),
              ElementsAre("finalPrompt"));
}

TEST(PromptJob, HoldsThePromptByteForByteAndItsHash) {
  const std::string prompt = "  \"quoted\" \\ \xF0\x9F\x9A\xA2\n\ttabs ";
  const auto job = read_prompt_job(job_of({"hero", "raw", prompt, 2})).value();
  EXPECT_EQ(job.request.final_prompt, prompt);
  EXPECT_EQ(job.request.image_count, 2);
  EXPECT_EQ(job.final_prompt_sha256, to_hex(sha256(prompt)));
}

TEST(PromptJob, KnowsItsImages) {
  Job job = job_of({"hero", "raw", "final", 3});
  job.output = prompt_job_output({{1, "https://cdn.test/b", "images/b.webp", "bb", "imgjob_1/1/1", "revised"}});
  const auto read = read_prompt_job(job).value();
  EXPECT_FALSE(read.has(0));
  EXPECT_TRUE(read.has(1));
  EXPECT_EQ(read.images[0].key, "images/b.webp");
  EXPECT_EQ(read.images[0].purchase_id, "imgjob_1/1/1");
  EXPECT_EQ(read.images[0].revised_prompt, "revised");
}

TEST(PromptJob, RefusesWhatIsNone) {
  Job job = job_of({"hero", "raw", "final", 3});
  job.kind = "heroes";
  EXPECT_THAT(read_prompt_job(job), FailsWith(Errc::corrupt_data));
  job = job_of({"hero", "raw", "final", 3});
  job.input = "{";
  EXPECT_THAT(read_prompt_job(job), FailsWith(Errc::corrupt_data));
}

TEST(PromptJob, IsShownInTheWordsOfItsCallers) {
  Job job = job_of({"hero", "raw", "final", 2}, JobState::failed);
  job.output = prompt_job_output({{0, "https://cdn.test/a", "images/a.webp", "aa", "p", {}}});
  job.error = "UNAVAILABLE: image 2: gone";
  job.created = from_unix_ms(1'795'219'200'000);
  const auto shown = boost::json::parse(prompt_job_json(job));
  EXPECT_EQ(shown.at("jobId"), "imgjob_1");
  EXPECT_EQ(shown.at("status"), "FAILED");
  EXPECT_EQ(shown.at("cdnUrls"), boost::json::array({"https://cdn.test/a"}));
  EXPECT_EQ(shown.at("error"), "UNAVAILABLE: image 2: gone");
  EXPECT_EQ(shown.at("createdAt"), "2026-11-21T00:00:00.000Z");
  EXPECT_EQ(shown.at("imageCount"), 2);
}

TEST(PromptJob, HasFourStates) {
  EXPECT_EQ(prompt_status(JobState::queued), "QUEUED");
  EXPECT_EQ(prompt_status(JobState::running), "RUNNING");
  EXPECT_EQ(prompt_status(JobState::succeeded), "DONE");
  for (const auto state : {JobState::partly_succeeded, JobState::failed, JobState::cancelled})
    EXPECT_EQ(prompt_status(state), "FAILED");
}

TEST(LocalEnhancer, AddsWhatThePromptDoesNotSpeakOf) {
  const auto made = enhanced({"hero image", "  a red   boat\non a lake "});
  EXPECT_TRUE(made.starts_with("a red boat on a lake. ")) << made;
  EXPECT_THAT(made, HasSubstr("light"));
  EXPECT_THAT(made, HasSubstr("No text"));
  EXPECT_TRUE(made.ends_with("Made for: hero image.")) << made;
}

TEST(LocalEnhancer, LeavesAloneWhatIsSpokenOf) {
  const auto made = enhanced({"poster", "Wide shot at SUNSET, watercolour, with the text OPEN."});
  EXPECT_EQ(made, "Wide shot at SUNSET, watercolour, with the text OPEN. Made for: poster.");
}

TEST(LocalEnhancer, IsTheSameEveryTime) {
  EXPECT_EQ(enhanced({"hero", "a boat"}), enhanced({"hero", "a boat"}));
  EXPECT_NE(enhanced({"hero", "a boat"}), enhanced({"hero", "a ship"}));
}

}  // namespace
}  // namespace imagegen::test
