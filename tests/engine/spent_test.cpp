// `spent` says that money may have been spent: on what a provider was asked for, and on nothing else.
#include <gmock/gmock.h>

#include "engine/engine_host.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace test;

struct Failing {
  const char* name;
  const char* part;
  const char* operation;
  std::string request;
};

void PrintTo(const Failing& failing, std::ostream* out) {
  *out << failing.name;
}

class FailingPart : public ::testing::TestWithParam<Failing> {
 protected:
  js::object error_when_it(const HostThread::Answer& answers, std::string config = "{}") {
    const auto engine = open_engine(std::move(config), {{GetParam().part, "{}"}});
    const HostThread host(*engine, answers);
    std::vector<SharedBytes> inputs;
    if (std::string(GetParam().operation) == "store.put") inputs.emplace_back(to_bytes("data"));
    return document_of(engine->run(GetParam().operation, GetParam().request, std::move(inputs)));
  }
  static void expect_nothing_spent(const js::object& error) {
    ASSERT_TRUE(error.contains("spent")) << error;
    EXPECT_FALSE(error.at("spent").as_bool()) << error;
    const auto* body = error.at("body").if_object();
    const auto* failed = body ? body->if_contains("failed") : nullptr;
    for (const auto& failure : failed ? failed->as_array() : js::array())
      EXPECT_FALSE(failure.at("maybe_spent").as_bool()) << error;
  }
};

TEST_P(FailingPart, HasCostNothingWhateverItSays) {
  for (const auto* delivery : {"unknown", "not_sent", "nonsense"}) {
    SCOPED_TRACE(delivery);
    const auto rejection = R"({"code": "UNAVAILABLE", "delivery": ")" + std::string(delivery) + "\"}";
    expect_nothing_spent(error_when_it(
        [&](Engine& engine, const Question& asked) { static_cast<void>(engine.reject(asked.token, rejection)); }));
  }
}

TEST_P(FailingPart, HasCostNothingWhenItDoesNotAnswer) {
  expect_nothing_spent(
      error_when_it([](Engine&, const Question&) {}, R"({"hostTimeoutMs": 30, "prompts": {"enhanceTimeoutMs": 30}})"));
}

TEST_P(FailingPart, HasCostNothingWhenItsAnswerIsNone) {
  expect_nothing_spent(error_when_it([](Engine& engine, const Question& asked) {
    static_cast<void>(engine.resolve(
        asked.token, R"({"object": 5, "assets": 5, "asset": 5, "pack": 5, "prompt": 5, "objects": 5, "etag": 5})", {}));
  }));
}

INSTANTIATE_TEST_SUITE_P(
    Spent, FailingPart,
    ::testing::Values(Failing{"put", "store", "store.put", R"({"key": "a"})"},
                      Failing{"get", "store", "store.get", R"({"key": "a"})"},
                      Failing{"heroes_store", "store", "heroes.generate", generate_request()},
                      Failing{"heroes_packs", "lifestylePacks", "heroes.generate", R"({"workItemId": "w"})"},
                      Failing{"assets", "assets", "assets.list", "{}"},
                      Failing{"enhance", "enhancer", "prompts.enhance", R"({"intent": "hero", "prompt": "a boat"})"}),
    [](const auto& tried) { return tried.param.name; });


// A store that fails before the provider was asked is no reason to fear for money, though the provider takes some.
TEST(Spent, NothingIsWhenAStoreFailsBeforeTheProviderIsAsked) {
  const auto engine = open_engine("{}", {{"provider", kProvider}, {"store", "{}"}});
  const HostThread host(*engine, [](Engine& asked_by, const Question& asked) {
    EXPECT_EQ(asked.part, "store");
    static_cast<void>(asked_by.reject(asked.token, R"({"code": "UNAVAILABLE"})"));
  });
  const auto error = document_of(engine->run("heroes.generate", generate_request()));
  EXPECT_FALSE(error.at("spent").as_bool()) << error;
}

TEST(Spent, NothingIsByAskingWhetherTheProviderIsThere) {
  const auto engine = open_engine("{}", {{"provider", kProvider}});
  const HostThread host(*engine, [](Engine& asked_by, const Question& asked) {
    static_cast<void>(asked_by.reject(asked.token, R"({"code": "UNAVAILABLE"})"));
  });
  EXPECT_FALSE(document_of(engine->run("provider.check", "{}")).at("spent").as_bool());
  EXPECT_TRUE(document_of(engine->run("provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024,
                                                           "height": 1024})"))
                  .at("spent")
                  .as_bool());
}

}  // namespace
}  // namespace imagegen
