// A call that is drained: what it has begun is finished, and nothing more is begun or bought.
#include <gmock/gmock.h>

#include <vector>

#include "embed/embed_host.hpp"

namespace imagegen {
namespace drain_test {
namespace {

using namespace test;
using Kind = InboxEvent::Kind;

SharedBytes a_picture() {
  const auto made = open_engine()->run(
      "provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024})");
  return std::get<OperationResult>(made).bytes.at(0);
}

std::unique_ptr<Engine> engine_with_provider(const char* config = R"({"worker": {"pollMs": 20}})") {
  return open_engine(config, {{"provider", kProvider}});
}

void deliver(Engine& engine, const Question& asked) {
  ASSERT_TRUE(engine.resolve(asked.token, "{}", {a_picture()}));
}

void queue(Engine& engine, int jobs) {
  for (int i = 0; i < jobs; ++i)
    ASSERT_EQ(code_of(engine.run("prompts.execute",
                                 R"({"intent": "hero", "rawPrompt": "a cat", "finalPrompt": "A cat"})")),
              "OK");
}

std::size_t jobs_in(Engine& engine, const std::string& state) {
  return document_of(engine.run("jobs.list", R"({"state": ")" + state + R"("})")).at("jobs").as_array().size();
}

// The end of the only call; a question that comes before it is a failure of the test.
js::object end_without_questions(Engine& engine) {
  for (;;) {
    auto pulled = engine.inbox().pull(kPatience);
    auto* event = std::get_if<InboxEvent>(&pulled);
    if (event && event->kind == Kind::progress) continue;
    if (event && event->kind == Kind::done) return js::parse(event->json).as_object();
    ADD_FAILURE() << (event ? event->json : "no end");
    return {};
  }
}

TEST(Draining, AWorkerFinishesTheTwoThatRunAndLeavesTheThirdInTheQueue) {
  const auto engine = engine_with_provider();
  queue(*engine, 3);
  const auto call = engine->start("worker.run", R"({"concurrency": 2})").value();
  const auto first = await_question(*engine);
  const auto second = await_question(*engine);
  engine->drain(call);
  deliver(*engine, first);
  deliver(*engine, second);
  const auto done = end_without_questions(*engine);
  ASSERT_TRUE(done.at("ok").as_bool()) << done;
  const auto& result = done.at("result").as_object();
  EXPECT_TRUE(result.at("drained").as_bool());
  EXPECT_EQ(result.at("jobs"), 2);
  EXPECT_EQ(result.at("succeeded"), 2);
  EXPECT_EQ(jobs_in(*engine, "succeeded"), 2U);
  EXPECT_EQ(jobs_in(*engine, "queued"), 1U);
}

TEST(Draining, AWorkerCanBeCancelledAfterwardsAndItsJobGoesBack) {
  const auto engine = engine_with_provider();
  queue(*engine, 1);
  const auto call = engine->start("worker.run", "{}").value();
  await_question(*engine);  // which nobody answers
  engine->drain(call);
  engine->cancel(call);
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::cancelled);
}

TEST(Draining, AWorkerWithoutWorkEndsAtOnce) {
  const auto engine = engine_with_provider();
  const auto call = engine->start("worker.run", "{}").value();
  engine->drain(call);
  const auto done = end_without_questions(*engine);
  EXPECT_EQ(done.at("result").at("jobs"), 0) << done;
}

TEST(Draining, HeroesBuyNoFurtherPicture) {
  const auto engine = engine_with_provider(R"({"heroes": {"maxConcurrentShots": 1}})");
  auto pack = js::parse(one_file_pack()).as_object();
  for (const auto* list : {"export_plan", "shot_boards"}) {
    auto second = pack.at(list).as_array().at(0).as_object();
    second["shot_id"] = "B";
    if (second.contains("filename")) second["filename"] = "b.webp";
    pack.at(list).as_array().push_back(second);
  }
  const auto call = engine->start("heroes.generate", js::serialize(js::object{{"workItemId", "wi-1"}, {"pack", pack}}));
  const auto asked = await_question(*engine);
  engine->drain(call.value());
  deliver(*engine, asked);
  const auto done = end_without_questions(*engine);
  ASSERT_TRUE(done.at("ok").as_bool()) << done;
  EXPECT_EQ(done.at("result").at("generated").as_array().size(), 1U);
  EXPECT_EQ(done.at("result").at("failed").at(0).at("error"), "CANCELLED");
}

TEST(Draining, WhatDoesNotKnowHowIsCancelled) {
  const auto engine = open_engine("{}", {{"store", "{}"}});
  const auto call = engine->start("store.get", R"({"key": "a"})").value();
  await_question(*engine);
  engine->drain(call);
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::cancelled);
  engine->drain(call);
}

TEST(Draining, WhatAProgressAsksForHoldsBeforeTheNextJob) {
  const auto engine = open_engine(R"({"prompts": {"width": 64, "height": 64}})");
  queue(*engine, 3);
  std::stop_source drain;
  std::vector<std::string> stages;
  RunOptions options;
  options.drain = drain.get_token();
  options.on_progress = [&](std::string_view step) {
    const auto document = js::parse(step).as_object();
    stages.emplace_back(document.at("stage").as_string());
    if (stages.back() != "written") return;
    EXPECT_EQ(document.at("state"), "succeeded");
    drain.request_stop();
  };
  const auto result = document_of(engine->run("worker.run", R"({"concurrency": 1})", std::move(options)));
  EXPECT_EQ(result.at("jobs"), 1) << result;
  EXPECT_THAT(stages, ::testing::ElementsAre("working", "written"));
}

}  // namespace
}  // namespace drain_test
}  // namespace imagegen
