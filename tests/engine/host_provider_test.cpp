// Providers of the host: what they are asked with, and several of them beside each other.
#include <gmock/gmock.h>

#include <algorithm>

#include "engine/engine_host.hpp"
#include "engine/host_part.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kTwoModels = R"({"provider": "mine", "takesTaskId": true, "models": [{"model": "plain"},
  {"model": "rich", "quality": "low", "qualities": ["low", "high"], "takesNegative": true, "takesSeed": true,
   "takesStrength": true, "takesGuidance": true, "takesSteps": true, "takesExtras": true, "takesMask": true,
   "maxReferences": 2}]})";

// A provider of the host without an engine. It answers at once, and keeps what it was asked.
struct AskedProvider {
  std::shared_ptr<HostCalls> calls = std::make_shared<HostCalls>(kPatience);
  std::optional<Question> asked = {};
  std::unique_ptr<ImageProvider> provider = {};

  explicit AskedProvider(std::string_view capability) {
    HostRoute route{[this](InboxEvent event) {
      asked = question_of(std::move(event));
      HostAnswer answer;
      answer.bytes.emplace_back(to_bytes("a picture"));
      EXPECT_THAT(calls->resolve(asked->token, std::move(answer)), IsOk());
    }};
    auto made = make_host_provider({calls, std::move(route), "provider"}, js::parse(capability));
    provider = std::move(made.value());
  }

  Result<Submission> submit(ImageRequest request) {
    return run_task(provider->submit(std::move(request), CallContext()));
  }
};

ImageRequest small_request(std::string model = "") {
  ImageRequest request;
  request.model = std::move(model);
  request.prompt.text = "a cat";
  request.size = PixelSize{64, 64};
  return request;
}

SharedBytes png_called(std::string_view name) {
  return SharedBytes(to_bytes(std::string("\x89PNG\r\n\x1A\n").append(name)));
}

std::vector<std::string> texts_of(const std::vector<SharedBytes>& files) {
  std::vector<std::string> texts;
  for (const auto& file : files) texts.emplace_back(as_text(file.view()));
  return texts;
}

TEST(HostProvider, GetsAllThatIsAskedAndTheFilesBesideIt) {
  AskedProvider host(kTwoModels);
  auto request = small_request("rich");
  request.quality = "high";
  request.prompt.negative = "fog";
  request.seed = UINT64_MAX;
  request.strength = 0.5F, request.guidance = 7.5F, request.steps = 30;
  request.extras_json = R"({"loras": [{"scale": 0.25}]})";
  request.references.push_back({png_called("first")});
  request.references.push_back({png_called("second")});
  request.mask = png_called("mask");
  request.user = "u-1", request.task_id = "t-1";
  ASSERT_THAT(host.submit(std::move(request)), IsOk());
  ASSERT_TRUE(host.asked);
  EXPECT_EQ(host.asked->method, "submit");
  EXPECT_EQ(host.asked->arguments, js::parse(R"({"provider": "mine", "model": "rich", "quality": "high",
    "prompt": "a cat", "negativePrompt": "fog", "width": 64, "height": 64, "count": 1, "seed": "18446744073709551615",
    "strength": 0.5, "guidance": 7.5, "steps": 30, "extras": {"loras": [{"scale": 0.25}]}, "references": 2,
    "mask": true, "user": "u-1", "taskId": "t-1"})")
                                       .as_object());
  EXPECT_THAT(texts_of(host.asked->bytes),
              ElementsAre(HasSubstr("first"), HasSubstr("second"), HasSubstr("mask")));
}

TEST(HostProvider, GetsNoMoreThanWasAsked) {
  AskedProvider host(kTwoModels);
  ASSERT_THAT(host.submit(small_request()), IsOk());
  ASSERT_TRUE(host.asked);
  EXPECT_EQ(host.asked->arguments, js::parse(R"({"provider": "mine", "model": "plain", "prompt": "a cat", "width": 64,
    "height": 64, "count": 1})")
                                       .as_object());
  EXPECT_TRUE(host.asked->bytes.empty());
}

TEST(HostProvider, IsNotAskedForWhatTheModelThatIsMeantDoesNotTake) {
  AskedProvider host(kTwoModels);
  auto edit = small_request("plain");
  edit.references.push_back({png_called("first")});
  EXPECT_THAT(host.submit(std::move(edit)), FailsSaying(Errc::invalid_argument, HasSubstr("references")));
  auto best = small_request("rich");
  best.quality = "best";
  EXPECT_THAT(host.submit(std::move(best)), FailsSaying(Errc::invalid_argument, HasSubstr("best")));
  EXPECT_THAT(host.submit(small_request("other")), FailsSaying(Errc::invalid_argument, HasSubstr("other")));
  EXPECT_FALSE(host.asked);
}

TEST(HostProvider, ItsModelsAreDescribed) {
  const auto engine = open_engine("{}", {{"provider", std::string(kTwoModels)}});
  const auto described = document_of(engine->run("provider.describe", R"({"provider": "mine"})"));
  EXPECT_EQ(described.at("model"), "plain");
  ASSERT_EQ(described.at("models").as_array().size(), 2U);
  const auto& rich = described.at("models").at(1);
  EXPECT_EQ(rich.at("qualities"), (js::array{"low", "high"}));
  EXPECT_EQ(rich.at("maxReferences").as_int64(), 2);
  EXPECT_TRUE(rich.at("takesMask").as_bool() && rich.at("takesExtras").as_bool());
}

constexpr std::string_view kInTheWordsOfTheTable = R"({"provider": "mine", "model": "m-1", "fields": {
  "sizes": {"ratios": {"1K": {"1:1": "1024x1024", "16:9": "1376x768"}}}, "seed": [0, 4294967295], "max_images": 4,
  "references": {"most": 3, "max_bytes": 1000000, "by_url": true, "formats": ["png"]}, "formats": ["png", "jpeg"],
  "mask": {"polarity": "black_edits"}, "prompt": {"most": 800, "unit": "bytes"}, "retires": "2030-01-31",
  "replacement": "m-2"}})";

TEST(HostProvider, SaysOfAModelWhatTheTableOfModelsCanSay) {
  AskedProvider host(kInTheWordsOfTheTable);
  const auto& model = host.provider->capability().models.front();
  EXPECT_EQ(model.sizes, SizeOffer(RatioList{{{"1:1", "1K", {1024, 1024}}, {"16:9", "1K", {1376, 768}}}}));
  EXPECT_EQ(model.seed, (SeedRange{0, 4294967295}));
  EXPECT_EQ(model.mask.sense, MaskSense::black_edits);
  EXPECT_EQ(model.prompt, (PromptLimit{800, LengthUnit::bytes}));
  EXPECT_EQ(model.retirement.replacement, "m-2");
  EXPECT_EQ(model.references.max_bytes, 1'000'000U);
  auto request = small_request();
  request.size = PixelSize{1376, 768};
  request.format = ImageFormat::jpeg;
  request.references = {{{}, "https://example.com/a.png"}, {png_called("first")}};
  ASSERT_THAT(host.submit(std::move(request)), IsOk());
  EXPECT_EQ(host.asked->arguments.at("referenceUrls"), js::parse(R"(["https://example.com/a.png", null])"));
  EXPECT_EQ(host.asked->arguments.at("references"), 1);
  EXPECT_EQ(host.asked->arguments.at("format"), "jpeg");
  EXPECT_THAT(texts_of(host.asked->bytes), ElementsAre(HasSubstr("first")));
}

TEST(HostProvider, IsDescribedInTheWordsOfTheTableToo) {
  const auto engine = open_engine("{}", {{"provider", std::string(kInTheWordsOfTheTable)}});
  const auto described = document_of(engine->run("provider.describe", R"({"provider": "mine"})"));
  const auto& fields = described.at("fields").as_object();
  EXPECT_EQ(fields.at("sizes"), js::parse(R"({"ratios": {"1K": {"1:1": "1024x1024", "16:9": "1376x768"}}})"));
  EXPECT_EQ(fields.at("retires"), "2030-01-31");
  EXPECT_EQ(described.at("priceForm"), "unknown");
  auto again = js::object{{"provider", "mine"}, {"model", "m-1"}, {"fields", fields}};
  AskedProvider same(js::serialize(again)), host(kInTheWordsOfTheTable);
  EXPECT_EQ(same.provider->capability().models, host.provider->capability().models);
}

TEST(HostProvider, AWrongFieldOfAModelIsNamedByItsPath) {
  const auto calls = std::make_shared<HostCalls>(kPatience);
  const auto wrong = js::parse(R"({"provider": "mine", "model": "m", "fields": {"sizes": {"list": []}, "colour": 1}})");
  EXPECT_THAT(make_host_provider({calls, {}, "provider"}, wrong),
              FailsSaying(Errc::invalid_argument, ::testing::AllOf(HasSubstr("fields.sizes.list"), HasSubstr("fields.colour"))));
}

std::string provider_called(std::string_view name) {
  return R"({"provider": ")" + std::string(name) +
         R"(", "model": "m-1", "paid": false, "sizes": {"fixed": [[64, 64]]}})";
}

std::vector<HostPart> first_and_second() {
  return {{"provider", provider_called("first")}, {"provider", provider_called("second")}};
}

constexpr const char* kFallsOver = R"({"route": [{"provider": "first"}, {"provider": "second"}],
  "retry": {"maxAttempts": 1}, "prompts": {"width": 64, "height": 64}})";

SharedBytes square() {
  const Bytes pixels(64 * 64 * 3, 90);
  const auto made = open_engine()->run(
      "images.encode", R"({"width": 64, "height": 64, "channels": 3, "format": "png"})", {SharedBytes(pixels)});
  return std::get<OperationResult>(made).bytes.at(0);
}

// The first cannot be had; the second draws, at once or as a task.
struct TwoProviders {
  bool as_task = false;
  SharedBytes drawn = square();
  std::vector<std::string> asked = {};  // "first.submit"

  HostThread::Answer answer() {
    return [this](Engine& engine, const Question& question) {
      const std::string name(question.arguments.at("provider").as_string());
      asked.push_back(name + "." + question.method);
      if (name == "first") {
        static_cast<void>(engine.reject(question.token, R"({"code": "UNAVAILABLE", "delivery": "not_sent"})"));
      } else if (as_task && question.method == "submit") {
        static_cast<void>(engine.resolve(question.token, R"({"task": {"id": "t-1"}})", {}));
      } else {
        static_cast<void>(engine.resolve(question.token, "{}", {drawn}));
      }
    };
  }

  // Who made the picture of a prompt job, by its record.
  std::string maker_of_a_job() {
    const auto engine = open_engine(kFallsOver, first_and_second());
    const HostThread host(*engine, answer());
    const auto queued = document_of(
        engine->run("prompts.execute", R"({"intent": "hero", "rawPrompt": "cat", "finalPrompt": "A cat"})"));
    engine->run("worker.run", R"({"untilIdle": true})");
    const auto record =
        document_of(engine->run("jobs.events", js::serialize(js::object{{"id", queued.at("jobId")}})));
    std::string makers;
    for (const auto& event : record.at("events").as_array()) {
      if (event.at("event") != "image_bought") continue;
      makers.append(std::string_view(event.at("detail").at("provider").as_string()));
    }
    return makers;
  }
};

TEST(HostProviders, ARouteGoesOnToTheSecondAndTheRecordNamesIt) {
  TwoProviders two;
  EXPECT_EQ(two.maker_of_a_job(), "second");
  EXPECT_THAT(two.asked, ElementsAre("first.submit", "second.submit"));
}

TEST(HostProviders, APurchaseIsResumedAtTheOneThatHasIt) {
  TwoProviders two{.as_task = true};
  EXPECT_EQ(two.maker_of_a_job(), "second");
  EXPECT_THAT(two.asked, ElementsAre("first.submit", "second.submit", "second.resume"));
}

TEST(HostProviders, ABareCallAsksTheOneThatIsNamedAndElseTheFirst) {
  TwoProviders two;
  {
    const auto engine = open_engine(R"({"retry": {"maxAttempts": 1}})", first_and_second());
    const HostThread host(*engine, two.answer());
    const std::string wanted = R"({"outsideTheLedger": true, "prompt": "a", "width": 64, "height": 64)";
    EXPECT_EQ(code_of(engine->run("provider.submit", wanted + R"(, "provider": "second"})")), "OK");
    EXPECT_EQ(code_of(engine->run("provider.submit", wanted + "}")), "UNAVAILABLE");
    EXPECT_EQ(code_of(engine->run("provider.submit", wanted + R"(, "provider": "third"})")), "INVALID_ARGUMENT");
    EXPECT_EQ(code_of(engine->run("provider.resume", R"({"task": {"provider": "second", "id": "t-1"}})")), "OK");
    EXPECT_EQ(document_of(engine->run("provider.describe", R"({"provider": "second"})")).at("provider"), "second");
    EXPECT_EQ(document_of(engine->run("provider.describe", "{}")).at("provider"), "first");
  }
  EXPECT_THAT(two.asked, ElementsAre("second.submit", "first.submit", "second.resume"));
}

TEST(HostProviders, EachHasANameOfItsOwn) {
  EngineOptions options;
  options.parts = {{"provider", provider_called("twin")}, {"provider", provider_called("twin")}};
  EXPECT_THAT(Engine::open(options), FailsSaying(Errc::invalid_argument, HasSubstr("twin")));
}

TEST(HostProviders, ALenientCallListsWhatItSendsOtherwise) {
  const auto drawn = square();
  const auto engine = open_engine("{}", {{"provider", provider_called("mine")}});
  const HostThread host(*engine, [&](Engine& asked_by, const Question& asked) {
    EXPECT_EQ(asked.arguments.at("width").as_int64(), 64);
    EXPECT_FALSE(asked.arguments.contains("steps") || asked.arguments.contains("seed"));
    static_cast<void>(asked_by.resolve(asked.token, "{}", {drawn}));
  });
  const std::string wanted = R"({"outsideTheLedger": true, "prompt": "a", "seed": 7, "width": 60, "height": 60)";
  EXPECT_EQ(code_of(engine->run("provider.submit", wanted + R"(, "steps": 5})")), "INVALID_ARGUMENT");
  const auto made = document_of(engine->run("provider.submit", wanted + R"(, "steps": 5, "strict": false})"));
  std::vector<std::string> told;
  for (const auto& difference : made.at("adaptations").as_array())
    told.emplace_back(difference.at("field").as_string());
  EXPECT_THAT(told, ElementsAre("size", "seed", "steps"));
  EXPECT_EQ(made.at("adaptations").at(0).at("sent"), "64x64");
  EXPECT_TRUE(made.at("adaptations").at(1).at("sent").is_null());
  const auto exact = document_of(engine->run(
      "provider.submit", R"({"outsideTheLedger": true, "prompt": "a", "seed": 7, "width": 64, "height": 64})"));
  ASSERT_EQ(exact.at("adaptations").as_array().size(), 1U) << "a seed that is of no use is no error";
  EXPECT_EQ(exact.at("adaptations").at(0).at("field"), "seed");
}

}  // namespace
}  // namespace imagegen
