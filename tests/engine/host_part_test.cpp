#include <gmock/gmock.h>

#include "engine/host_part.hpp"
#include "engine/engine_host.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"

namespace imagegen {
namespace {

using namespace test;
using Kind = InboxEvent::Kind;
using ::testing::HasSubstr;

constexpr const char* kSubmit = R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024})";
constexpr const char* kGetA = R"({"key": "a"})";

std::unique_ptr<Engine> with_store(std::string capability = "{}", std::string config = "{}") {
  return open_engine(std::move(config), {{"store", std::move(capability)}});
}

TEST(HostPart, IsAskedWithItsArgumentsAndAnswersWithBytes) {
  const auto engine = with_store();
  engine->start("store.get", R"({"key": "a/b", "maxBytes": 10})").value();
  const auto asked = await_question(*engine);
  EXPECT_EQ(asked.part + "." + asked.method, "store.get");
  EXPECT_EQ(asked.arguments, js::parse(R"({"key": "a/b", "maxBytes": 10})").as_object());
  EXPECT_THAT(engine->resolve(asked.token, "{}", {SharedBytes(to_bytes("hello"))}), IsOk());
  EXPECT_EQ(as_text(await(*engine, Kind::done).bytes.at(0).view()), "hello");
}

TEST(HostPart, GetsTheBytesOfAPut) {
  const auto engine = with_store();
  CallOptions options;
  options.inputs = {SharedBytes(to_bytes("data"))};
  engine->start("store.put", R"({"key": "a", "contentType": "text/plain", "onlyIfAbsent": true})", options).value();
  const auto asked = await_question(*engine);
  EXPECT_EQ(as_text(asked.bytes.at(0).view()), "data");
  EXPECT_TRUE(asked.arguments.at("onlyIfAbsent").as_bool());
  engine->resolve(asked.token, R"({"etag": "e1", "url": "https://cdn/a"})", {}).value();
  const auto stored = js::parse(await(*engine, Kind::done).json).at("result");
  EXPECT_EQ(stored.at("url"), "https://cdn/a");
  EXPECT_EQ(stored.at("sizeBytes").as_int64(), 4) << "what the host does not say is filled in";
}

TEST(HostPart, AnObjectThatIsWrittenAnewIsNoLongerWhereTheOldOneWas) {
  const auto engine = with_store();
  const auto put = [&](std::string answer) {
    CallOptions options;
    options.inputs = {SharedBytes(to_bytes("data"))};
    engine->start("store.put", kGetA, options).value();
    engine->resolve(await_question(*engine).token, std::move(answer), {}).value();
    return std::string(js::parse(await(*engine, Kind::done).json).at("result").at("url").as_string());
  };
  EXPECT_EQ(put(R"({"url": "https://cdn/a?v=1"})"), "https://cdn/a?v=1");
  EXPECT_EQ(put("{}"), "host:a");
}

TEST(HostPart, ARefusalIsTheErrorOfTheCall) {
  const auto engine = with_store();
  engine->start("store.get", kGetA).value();
  engine->reject(await_question(*engine).token, R"({"code": "NOT_FOUND", "message": "no a here"})").value();
  const auto error = js::parse(await(*engine, Kind::done).json).at("error");
  EXPECT_EQ(error.at("code"), "NOT_FOUND");
  EXPECT_THAT(std::string(error.at("message").as_string()),
              ::testing::AllOf(HasSubstr("store.get"), HasSubstr("no a here")));
}

TEST(HostPart, ARefusalWithoutACodeIsADefectOfTheHost) {
  const auto engine = with_store();
  engine->start("store.get", kGetA).value();
  engine->reject(await_question(*engine).token, "no json").value();
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::internal);
}

struct OddFailure {
  const char* name;
  std::string fields;
};

class OddFailureTest : public ::testing::TestWithParam<OddFailure> {};

TEST_P(OddFailureTest, KeepsItsCodeAndDelivery) {
  const auto engine = with_store();
  engine->start("store.get", kGetA).value();
  const auto text =
      R"({"code": "RATE_LIMITED", )" + GetParam().fields + R"(, "delivery": "answered", "retryable": true})";
  engine->reject(await_question(*engine).token, text).value();
  const auto error = js::parse(await(*engine, Kind::done).json).at("error");
  EXPECT_EQ(error.at("code"), "RATE_LIMITED");
  EXPECT_EQ(error.at("delivery"), "not_sent") << "a store cannot have been paid, whatever it says";
  EXPECT_EQ(parse_host_failure(text).delivery, Delivery::answered) << "of a provider it would be believed";
  EXPECT_TRUE(error.at("retryable").as_bool());
  EXPECT_LE(error.at("message").as_string().size(), 4200U);
  const auto* after = error.as_object().if_contains("retryAfterMs");
  EXPECT_LE(after ? after->as_int64() : 0, 3'600'000);
}

INSTANTIATE_TEST_SUITE_P(
    HostPart, OddFailureTest,
    ::testing::Values(OddFailure{"Infinity", R"("retryAfterMs": Infinity)"},
                      OddFailure{"Minus", R"("retryAfterMs": -Infinity)"},
                      OddFailure{"NaN", R"("retryAfterMs": NaN)"}, OddFailure{"Inf", R"("retryAfterMs": inf)"},
                      OddFailure{"Huge", R"("retryAfterMs": 1e300)"},
                      OddFailure{"TooHuge", R"("retryAfterMs": 1e99999)"},
                      OddFailure{"Negative", R"("retryAfterMs": -5)"},
                      OddFailure{"Text", R"("retryAfterMs": "inf")"},
                      OddFailure{"List", R"("retryAfterMs": [1, {}])"},
                      OddFailure{"HighHalf", R"("message": "a\ud800b")"},
                      OddFailure{"LowHalf", R"("message": "\udc00")"},
                      OddFailure{"HalfAtTheEnd", R"("providerText": "x\ud83d")"},
                      OddFailure{"BadUtf8", "\"message\": \"caf\xE9 \xED\xA0\x80\""},
                      OddFailure{"Control", "\"message\": \"a\nb\x01\""},
                      OddFailure{"BadEscape", R"("message": "a\xb\u12")"},
                      OddFailure{"Long", "\"message\": \"" + std::string(1U << 20U, 'x') + "\""},
                      OddFailure{"Endless", "\"message\": \"" + std::string(17U << 20U, 'x') + "\""},
                      OddFailure{"LongProviderText", "\"providerText\": \"" + std::string(3U << 20U, 'y') + "\""},
                      OddFailure{"NotText", R"("message": 7, "providerText": {"a": null})"}),
    [](const auto& each) { return each.param.name; });

TEST(HostPart, WhatIsRepairedOfAFailureKeepsItsText) {
  const auto engine = with_store();
  engine->start("store.get", kGetA).value();
  const auto text = R"({"message": "a\ud83d\ude00\ud800 \"b\" ä", "retryAfterMs": NaN})";
  engine->reject(await_question(*engine).token, text).value();
  const auto error = js::parse(await(*engine, Kind::done).json).at("error");
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr("a\xF0\x9F\x98\x80\xEF\xBF\xBD \"b\" ä"));
}

TEST(HostPart, OneThatNeverAnswersMeetsItsTimeLimitAndIsTold) {
  const auto engine = with_store("{}", R"({"hostTimeoutMs": 20})");
  engine->start("store.get", kGetA).value();
  const auto asked = await_question(*engine);
  EXPECT_EQ(await(*engine, Kind::host_cancel).id, asked.token);
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::deadline_exceeded);
  EXPECT_THAT(engine->resolve(asked.token, "{}", {}), FailsWith(Errc::not_found));
}

TEST(HostPart, ASecondAnswerIsRefused) {
  const auto engine = with_store();
  engine->start("store.head", kGetA).value();
  const auto token = await_question(*engine).token;
  EXPECT_THAT(engine->resolve(token, "{}", {}), IsOk());
  EXPECT_THAT(engine->resolve(token, "{}", {}), FailsWith(Errc::not_found));
  EXPECT_THAT(engine->reject(token, "{}"), FailsWith(Errc::not_found));
}

TEST(HostPart, ACancelledCallTellsThePart) {
  const auto engine = with_store();
  const auto call = engine->start("store.get", kGetA).value();
  const auto asked = await_question(*engine);
  engine->cancel(call);
  EXPECT_EQ(await(*engine, Kind::host_cancel).id, asked.token);
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::cancelled);
}

TEST(HostPart, ClosingFailsWhatIsOpen) {
  const auto engine = with_store();
  engine->start("store.get", kGetA).value();
  await_question(*engine);
  engine->close();
  EXPECT_EQ(await(*engine, Kind::done).failure, Errc::cancelled);
}

struct WrongAnswer {
  const char* operation;
  const char* request;
  const char* answer;
  const char* message;
};

class WrongAnswerTest : public ::testing::TestWithParam<WrongAnswer> {};

TEST_P(WrongAnswerTest, IsABadAnswerThatNamesTheField) {
  const auto& wrong = GetParam();
  const auto engine =
      open_engine("{}", {{"store", "{}"}, {"provider", kProvider}, {"assets", "{}"}, {"lifestylePacks", "{}"}});
  engine->start(wrong.operation, wrong.request).value();
  engine->resolve(await_question(*engine).token, wrong.answer, {}).value();
  const auto error = js::parse(await(*engine, Kind::done).json).at("error");
  EXPECT_EQ(error.at("code"), "BAD_ANSWER");
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr(wrong.message));
}

INSTANTIATE_TEST_SUITE_P(
    HostPart, WrongAnswerTest,
    ::testing::Values(WrongAnswer{"store.get", kGetA, "{}", "expected the object's bytes"},
                      WrongAnswer{"store.get", kGetA, "[1]", "JSON object"},
                      WrongAnswer{"store.head", kGetA, R"({"object": {"sizeBytes": "x"}})", "sizeBytes"},
                      WrongAnswer{"store.list", "{}", "{}", "objects"},
                      WrongAnswer{"store.list", "{}", R"({"objects": [{}]})", "objects[0].key"},
                      WrongAnswer{"provider.submit", kSubmit, "{}", "expected at least one picture"},
                      WrongAnswer{"provider.submit", kSubmit, R"({"task": {}})", "id"},
                      WrongAnswer{"assets.get", R"({"id": "x"})", R"({"asset": {"id": "x"}})", "asset.kind"},
                      WrongAnswer{"assets.list", "{}", R"({"assets": 1})", "assets"},
                      WrongAnswer{"heroes.generate", R"({"workItemId": "w"})", R"({"pack": 7})", "pack"}));

TEST(HostProvider, TheLedgerTakesAFailureThatSaysNothingForAPossiblePurchase) {
  const auto engine = open_engine("{}", {{"provider", kProvider}});
  const HostThread host(*engine, [](Engine& asked_by, const Question& asked) {
    static_cast<void>(asked_by.reject(asked.token, R"({"message": "the socket broke"})"));
  });
  const auto error = document_of(engine->run("heroes.generate", generate_request()));
  EXPECT_TRUE(error.at("spent").as_bool());
  const auto again = document_of(engine->run("heroes.generate", generate_request()));
  EXPECT_EQ(again.at("code"), "OUTCOME_UNKNOWN");
}

TEST(HostProvider, AFailureThatWasCertainlyNotSentCostsNothing) {
  const auto engine = open_engine(R"({"retry": {"maxAttempts": 1}})", {{"provider", kProvider}});
  const HostThread host(*engine, [](Engine& asked_by, const Question& asked) {
    static_cast<void>(
        asked_by.reject(asked.token, R"({"code": "UNAVAILABLE", "delivery": "not_sent", "retryable": true})"));
  });
  EXPECT_FALSE(document_of(engine->run("heroes.generate", generate_request())).at("spent").as_bool());
}

TEST(HostProvider, IsAskedAgainWhereThatCannotBuyTwice) {
  const auto engine =
      open_engine(R"({"retry": {"maxAttempts": 3, "baseDelayMs": 1, "maxDelayMs": 1}})", {{"provider", kProvider}});
  int asked_for = 0;
  {
    const HostThread host(*engine, [&](Engine& asked_by, const Question& asked) {
      ++asked_for;
      static_cast<void>(asked_by.reject(
          asked.token, R"({"code": "RATE_LIMITED", "delivery": "answered", "retryable": true, "retryAfterMs": 1})"));
    });
    engine->run("provider.submit", kSubmit);
  }
  EXPECT_EQ(asked_for, 3);
}

TEST(HostProvider, GetsASeedThatNoDoubleHoldsAsText) {
  const auto engine = open_engine("{}", {{"provider", R"({"provider": "mine", "model": "m-1", "takesSeed": true})"}});
  engine
      ->start("provider.submit", R"({"outsideTheLedger": true, "prompt": "a cat", "width": 1024, "height": 1024,
    "seed": "18446744073709551615"})")
      .value();
  EXPECT_EQ(await_question(*engine).arguments.at("seed"), "18446744073709551615");
}

TEST(HostPart, AFunctionInPlaceOfTheInboxMayThrow) {
  HostPart part{"store", "{}"};
  part.on_event = [](InboxEvent) { throw std::runtime_error("not today"); };
  const auto engine = open_engine("{}", {part});
  const auto error = document_of(engine->run("store.get", kGetA));
  EXPECT_EQ(error.at("code"), "INTERNAL");
  EXPECT_THAT(std::string(error.at("message").as_string()), HasSubstr("not today"));
}

TEST(HostPart, AFunctionMayAskTheEngineForMore) {
  Engine* back = nullptr;
  HostPart part{"enhancer", "{}"};
  part.on_event = [&](InboxEvent event) {
    const auto token = event.id;
    CallOptions options;
    options.on_event = [&back, token](InboxEvent) { back->resolve(token, R"({"prompt": "better"})", {}).value(); };
    back->start("runtime.describe", "{}", std::move(options)).value();
  };
  const auto engine = open_engine("{}", {part});
  back = engine.get();
  const auto better = document_of(engine->run("prompts.enhance", R"({"intent": "hero", "prompt": "cat"})"));
  EXPECT_EQ(better.at("finalPrompt"), "better");
}

TEST(HostPart, PacksMayComeAsObjectOrText) {
  const auto engine = open_engine("{}", {{"lifestylePacks", "{}"}});
  bool as_text = false;
  const HostThread host(*engine, [&](Engine& asked_by, const Question& asked) {
    EXPECT_EQ(asked.arguments.at("workItemId"), "wi-1");
    const auto pack = as_text ? js::serialize(js::value(one_file_pack())) : one_file_pack();
    asked_by.resolve(asked.token, R"({"pack": )" + pack + "}", {}).value();
  });
  for (const bool text : {false, true}) {
    as_text = text;
    EXPECT_EQ(code_of(engine->run("heroes.generate", R"({"workItemId": "wi-1"})")), "OK");
  }
}

TEST(HostPart, WhatAnEnhancerSaysOfItsFailureReachesTheCaller) {
  const auto engine = open_engine("{}", {{"enhancer", "{}"}});
  engine->start("prompts.enhance", R"({"intent": "hero", "prompt": "a boat"})").value();
  const auto refusal = R"({"code": "RATE_LIMITED", "retryAfterMs": 7000, "retryable": true, "delivery": "answered"})";
  engine->reject(await_question(*engine).token, refusal).value();
  const auto error = js::parse(await(*engine, Kind::done).json).at("error");
  EXPECT_EQ(error.at("code"), "RATE_LIMITED");
  EXPECT_EQ(error.at("httpStatus"), 502);
  EXPECT_EQ(error.at("retryAfterMs"), 7000);
  EXPECT_EQ(error.at("delivery"), "answered");
}

TEST(HostPart, AnEnhancerThatDoesNotAnswerIsNotWaitedFor) {
  const auto engine = open_engine(R"({"prompts": {"enhanceTimeoutMs": 50}})", {{"enhancer", "{}"}});
  engine->start("prompts.enhance", R"({"intent": "hero", "prompt": "a boat"})").value();
  const auto error = js::parse(await(*engine, Kind::done).json).at("error");
  EXPECT_EQ(error.at("code"), "DEADLINE_EXCEEDED");
  EXPECT_EQ(error.at("httpStatus"), 504);
  EXPECT_FALSE(error.at("spent").as_bool()) << "no provider was asked";
}

TEST(HostPart, EventsAreDeliveredUntilTheyAreTaken) {
  const auto engine = open_engine("{}", {{"events", "{}"}});
  std::vector<js::object> taken;
  {
    const HostThread host(*engine, [&](Engine& asked_by, const Question& asked) {
      taken.push_back(asked.arguments);
      asked_by.resolve(asked.token, "{}", {}).value();
    });
    engine->run("heroes.generate", generate_request());
  }
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken.front().at("event"), "lifestyle_heroes_generated");
}

// One thread is all there is, and the file store writes on it.
TEST(HostPart, ASinkThatTakesItsTimeHoldsNoThreadOfTheWork) {
  const TempFolder folder;
  const js::object config{{"threads", 1}, {"store", "file:" + folder.path().string()}};
  const auto engine = open_engine(js::serialize(config), {{"events", "{}"}});
  engine->start("heroes.generate", generate_request()).value();
  const auto asked = await_question(*engine);
  EXPECT_EQ(asked.method, "deliver");
  CallOptions options;
  options.inputs = {SharedBytes(to_bytes("data"))};
  engine->start("store.put", kGetA, options).value();
  EXPECT_THAT(await(*engine, Kind::done).json, HasSubstr("sizeBytes"));
  EXPECT_THAT(engine->resolve(asked.token, "{}", {}), IsOk()) << "it had not been given up";
}

TEST(HostPart, RecordsGoToTheHost) {
  const auto engine = open_engine("{}", {{"assets", "{}"}});
  std::vector<std::string> keys;
  {
    const HostThread host(*engine, [&](Engine& asked_by, const Question& asked) {
      if (asked.method == "put") keys.emplace_back(asked.arguments.at("asset").at("objectKey").as_string());
      asked_by.resolve(asked.token, "{}", {}).value();
    });
    engine->run("heroes.generate", generate_request());
  }
  EXPECT_THAT(keys, ::testing::Contains("a.webp"));
}

TEST(HostPart, ThoseThatWereCalledOtherwiseAreAskedByTheNameThatTheyGive) {
  const auto engine = open_engine("{}", {{"metadata", "{}"}, {"packs", "{}"}});
  std::vector<std::string> asked_for;
  {
    const HostThread host(*engine, [&](Engine& asked_by, const Question& asked) {
      asked_for.push_back(asked.part + "." + asked.method);
      const auto answer = asked.part == "packs" ? R"({"pack": )" + one_file_pack() + "}" : "{}";
      asked_by.resolve(asked.token, answer, {}).value();
    });
    EXPECT_EQ(code_of(engine->run("heroes.generate", R"({"workItemId": "wi-1"})")), "OK");
  }
  EXPECT_THAT(asked_for, ::testing::IsSupersetOf({"packs.find", "metadata.put"}));
  EngineOptions options;
  options.parts = {{"assets", "{}"}, {"metadata", "{}"}};
  EXPECT_THAT(Engine::open(options), FailsSaying(Errc::invalid_argument, HasSubstr("got two")));
}

TEST(HostPart, ADoubleKindAndAnUnknownOneAreRefused) {
  EngineOptions options;
  options.parts = {{"store", "{}"}, {"store", "{}"}};
  EXPECT_THAT(Engine::open(options), FailsSaying(Errc::invalid_argument, HasSubstr("got two")));
  options.parts = {{"sink", "{}"}};
  EXPECT_THAT(Engine::open(options), FailsSaying(Errc::invalid_argument,
                                                 HasSubstr("provider, store, records, assets, events, lifestylePacks, enhancer, got \"sink\"")));
}

TEST(HostPart, AWrongCapabilityIsRefusedWithAllItsFaults) {
  EngineOptions options;
  options.parts = {{"provider", R"({"provider": "p", "sizes": {"fixed": [[0, 1]]}, "colour": 1})"}};
  EXPECT_THAT(Engine::open(options),
              FailsSaying(Errc::invalid_argument,
                          ::testing::AllOf(HasSubstr("model"), HasSubstr("sizes.fixed"), HasSubstr("colour"))));
}

}  // namespace
}  // namespace imagegen
