// A call that is cancelled at any moment: what it waits for is left at once, and nothing more is bought.
#include <gmock/gmock.h>

#include <atomic>
#include <map>

#include "engine/engine_host.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace test;
using Kind = InboxEvent::Kind;


Bytes a_master() {
  const auto engine = open_engine();
  const auto made = engine->run(
      "provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024})");
  const auto view = std::get<OperationResult>(made).bytes.at(0).view();
  return {view.begin(), view.end()};
}

// Makes every part of a runtime, in memory.
class WholeHost {
 public:
  static std::vector<HostPart> parts() {
    return {{"provider", kProvider}, {"store", "{}"}, {"assets", "{}"}, {"lifestylePacks", "{}"}, {"events", "{}"}};
  }

  void answer(Engine& engine, const Question& asked) {
    const auto name = asked.part + "." + asked.method;
    if (name == "provider.submit") ++submits;
    std::vector<SharedBytes> bytes;
    if (name == "provider.submit") bytes.emplace_back(Bytes(master_));
    if (name == "store.get" && !objects_.contains(key_of(asked))) {
      static_cast<void>(engine.reject(asked.token, R"({"code": "NOT_FOUND"})"));
      return;
    }
    if (name == "store.get") bytes.push_back(objects_.at(key_of(asked)));
    static_cast<void>(engine.resolve(asked.token, document(name, asked), std::move(bytes)));
  }

  int submits = 0;

 private:
  static std::string key_of(const Question& asked) { return std::string(asked.arguments.at("key").as_string()); }
  std::string document(const std::string& name, const Question& asked) {
    if (name == "lifestylePacks.find") return R"({"pack": )" + one_file_pack() + "}";
    if (name == "store.put") objects_[key_of(asked)] = asked.bytes.at(0);
    if (name == "store.remove") objects_.erase(key_of(asked));
    if (name == "store.head") return objects_.contains(key_of(asked)) ? R"({"object": {}})" : R"({"object": null})";
    if (name == "store.list") return R"({"objects": []})";
    return name == "assets.list" ? R"({"assets": []})" : "{}";
  }

  Bytes master_ = a_master();
  std::map<std::string, SharedBytes> objects_;
};

// What was bought is brought to a safe place whatever happens, so these are waited for.
bool is_a_write(const Question& asked) {
  return asked.part + "." + asked.method == "store.put" || asked.part + "." + asked.method == "store.remove";
}

struct Stopped {
  std::string at;  // the question at which it was cancelled; empty: there were not so many
  std::string code;
  int bought_later = 0;
};

Stopped cancelled_at(int question) {
  WholeHost host;
  const auto engine = open_engine("{}", WholeHost::parts());
  const auto call = engine->start("heroes.generate", R"({"workItemId": "wi-1"})").value();
  Stopped stopped;
  int submits = 0;
  for (int number = 0;;) {
    auto pulled = engine->inbox().pull(kPatience);
    auto* event = std::get_if<InboxEvent>(&pulled);
    if (!event) return stopped.code = "it did not end after " + stopped.at, stopped;
    if (event->kind == Kind::done) {
      const auto document = js::parse(event->json).as_object();
      stopped.code = document.at("ok").as_bool() ? "OK" : document.at("error").at("code").as_string().c_str();
      stopped.bought_later = stopped.at.empty() ? 0 : host.submits - submits;
      return stopped;
    }
    if (event->kind != Kind::host_call) continue;
    const auto asked = question_of(std::move(*event));
    if (number++ == question) {
      stopped.at = asked.part + "." + asked.method;
      submits = host.submits;
      engine->cancel(call);
      if (!is_a_write(asked)) continue;  // never answered
    }
    host.answer(*engine, asked);
  }
}

TEST(Stopping, AtAnyQuestionToTheHostEndsTheCallAndBuysNothingMore) {
  std::vector<std::string> asked;
  for (int question = 0; question < 100; ++question) {
    const auto stopped = cancelled_at(question);
    if (stopped.at.empty()) break;
    SCOPED_TRACE("at question " + std::to_string(question) + ", " + stopped.at);
    asked.push_back(stopped.at);
    EXPECT_EQ(stopped.bought_later, 0);
    // Its events are told when everything else is done.
    if (stopped.at != "events.deliver") {
      EXPECT_THAT(stopped.code, ::testing::AnyOf("CANCELLED", "OK"));
    }
    if (stopped.at == "lifestylePacks.find" || stopped.at == "provider.submit") {
      EXPECT_EQ(stopped.code, "CANCELLED");
    }
  }
  for (const auto* part : {"lifestylePacks.find", "store.head", "provider.submit", "store.put", "assets.put"})
    EXPECT_THAT(asked, ::testing::Contains(part));
}

TEST(Stopping, AsSoonAsItHasBegunIsObeyed) {
  for (int i = 0; i < 200; ++i) {
    const auto engine = open_engine();
    const auto call =
        engine->start("prompts.execute", R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat"})").value();
    for (int wait = 0; wait < i * 20; ++wait) std::atomic_signal_fence(std::memory_order_seq_cst);
    engine->cancel(call);
    const auto done = await(*engine, Kind::done);
    const auto jobs = document_of(engine->run("jobs.list", "{}")).at("jobs").as_array().size();
    EXPECT_EQ(jobs, done.failure == Errc::cancelled ? 0U : 1U);
  }
}

TEST(Stopping, BeforeItHasBegunIsObeyed) {
  const auto engine = open_engine();
  std::stop_source stop;
  stop.request_stop();
  const auto execute = R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat"})";
  const auto refused = document_of(engine->run("prompts.execute", execute, {}, stop.get_token()));
  EXPECT_EQ(refused.at("code"), "CANCELLED");
  EXPECT_FALSE(refused.at("spent").as_bool());
  EXPECT_TRUE(document_of(engine->run("jobs.list", "{}")).at("jobs").as_array().empty());
}

class NoTimeLeft : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(NoTimeLeft, AsksNobody) {
  const auto [operation, request] = GetParam();
  const auto error = document_of(open_engine()->run(operation, request));
  EXPECT_EQ(error.at("code"), "DEADLINE_EXCEEDED") << error;
  EXPECT_FALSE(error.at("spent").as_bool());
}

INSTANTIATE_TEST_SUITE_P(
    Stopping, NoTimeLeft,
    ::testing::Values(std::pair("provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024,
                                                       "height": 1024, "timeoutMs": 0})"),
                      std::pair("provider.resume", R"({"task": {"provider": "p", "id": "1"}, "timeoutMs": 0})"),
                      std::pair("provider.cancel", R"({"task": {"provider": "p", "id": "1"}, "timeoutMs": 0})"),
                      std::pair("provider.check", R"({"timeoutMs": 0})")));

}  // namespace
}  // namespace imagegen
