// A call that is drained: what it has begun is finished, and nothing more is begun or bought.
#include <imagegen/state/state.hpp>
#include <imagegen/workflow/heroes/hero_job.hpp>

#include <gmock/gmock.h>

#include <algorithm>
#include <vector>

#include "engine/engine_host.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace drain_test {
namespace {

using namespace test;
using Kind = InboxEvent::Kind;

std::unique_ptr<Engine> engine_with_provider(const char* config = R"({"worker": {"pollMs": 20}})") {
  return open_engine(config, {{"provider", kProvider}});
}

void deliver(Engine& engine, const Question& asked) {
  ASSERT_TRUE(engine.resolve(asked.token, "{}", {a_provider_picture()}));
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
  EXPECT_EQ(jobs_in(*engine, "queued"), 1U);
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
  const js::object request{{"workItemId", "wi-1"}, {"lifestylePack", two_shot_pack()}};
  const auto call = engine->start("heroes.generate", js::serialize(request));
  const auto asked = await_question(*engine);
  engine->drain(call.value());
  deliver(*engine, asked);
  const auto done = end_without_questions(*engine);
  ASSERT_TRUE(done.at("ok").as_bool()) << done;
  EXPECT_EQ(done.at("result").at("generated").as_array().size(), 1U);
  EXPECT_EQ(done.at("result").at("failed").at(0).at("error"), "CANCELLED");
}

// What another caller has ordered of the work item, and nobody has begun.
void leave_order(const std::string& url) {
  ThreadPool pool(1);
  const auto state = open_state({Secret(url)}, pool).value();
  auto pack = std::get<LifestylePack>(parse_lifestyle_pack(js::serialize(two_shot_pack())));
  NewJob job;
  job.id = hero_job_id("wi-1"), job.kind = kHeroJobKind, job.owner = "bob";
  job.input = to_json(hero_order({}, "wi-1", std::move(pack), {}));
  ASSERT_THAT(state.jobs->add(job, to_timestamp(system_clock().wall_now())), IsOk());
}

TEST(Draining, HeroesBuyNoFurtherPictureForTheOrderOfAnotherAndLeaveItInTheQueue) {
  const TempFolder folder;
  const auto url = "sqlite:" + folder / "state.db";
  leave_order(url);
  const js::object config{{"state", url}, {"heroes", {{"maxConcurrentShots", 1}}}};
  const auto engine = engine_with_provider(js::serialize(config).c_str());
  const js::object request{{"workItemId", "wi-1"}, {"lifestylePack", two_shot_pack()}, {"shotIds", {"B"}}};
  const auto call = engine->start("heroes.generate", js::serialize(request)).value();
  const auto asked = await_question(*engine);  // of A, for bob
  engine->drain(call);
  deliver(*engine, asked);
  const auto done = end_without_questions(*engine);
  EXPECT_EQ(done.at("error").at("code"), "CANCELLED") << done;
  const js::object job{{"id", hero_job_id("wi-1")}};
  const auto shown = document_of(engine->run("jobs.get", js::serialize(job))).at("job");
  EXPECT_EQ(shown.at("state"), "queued");
  EXPECT_EQ(shown.at("owner"), "bob");
  const auto told = document_of(engine->run("jobs.events", js::serialize(job)));
  EXPECT_THAT(js::serialize(told), ::testing::HasSubstr(R"("event":"released")")) << "which counts as no try";
  const auto bought = document_of(engine->run("spend.list", "{}")).at("purchases").as_array();
  const auto is_owed = [](const js::value& purchase) { return purchase.at("state") != "released"; };
  EXPECT_EQ(std::ranges::count_if(bought, is_owed), 1);
}

TEST(Draining, WhatDoesNotKnowHowIsCancelled) {
  const auto engine = open_engine("{}", {{"store", "{}"}});
  const auto call = engine->start("store.get", R"({"key": "a"})").value();
  await_question(*engine);
  engine->drain(call);
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::cancelled);
  engine->drain(call);
}

// As whoever has pressed Ctrl-C before anything was asked.
TEST(Draining, WhatIsDrainedBeforeItStartsBeginsNothing) {
  const auto engine = open_engine(R"({"worker": {"pollMs": 20}})", {{"provider", kProvider}});
  queue(*engine, 1);
  std::stop_source drain;
  drain.request_stop();
  const auto run = [&](const char* operation, const std::string& request) {
    RunOptions options;
    options.drain = drain.get_token();
    return engine->run(operation, request, std::move(options));
  };
  constexpr const char* kPicture = R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024})";
  EXPECT_EQ(code_of(run("provider.submit", kPicture)), "CANCELLED");
  EXPECT_EQ(code_of(run("heroes.generate", generate_request())), "CANCELLED");
  EXPECT_EQ(document_of(run("worker.run", "{}")).at("jobs"), 0);
  const auto told = engine->inbox().pull(std::chrono::milliseconds(0));
  EXPECT_FALSE(std::holds_alternative<InboxEvent>(told)) << "the provider was asked";
  EXPECT_EQ(jobs_in(*engine, "queued"), 1U);
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
