// Several providers in one runtime, and models that come to their end.
#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/testing/fake_provider.hpp>
#include <imagegen/workflow/heroes.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <map>

#include "runtime/openai_options.hpp"
#include "runtime/two_shots.hpp"
#include "storage/support/temp_folder.hpp"
#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"
#include "workflow/pictures.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using test::IsOk;
using test::openai_options;
using test::picture;
using test::two_shots;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::unique_ptr<FakeProvider> fake(const std::string& name) {
  auto made = std::make_unique<FakeProvider>([](PixelSize size) { return picture(size); });
  made->capability_.provider = name, made->capability_.paid = false;
  made->model().model = name + "-1";
  return made;
}

std::string names_of(const Runtime& runtime) {
  std::string names;
  for (const auto* provider : runtime.providers().all()) names += provider->capability().provider + " ";
  return names;
}

Result<void> opened(const RuntimeConfig& config) {
  const auto runtime = Runtime::open(config);
  return runtime ? Result<void>() : Result<void>(runtime.error());
}

// Of the host "openai": when it stops serving a model.
std::string retiring(const std::string& model, std::chrono::days from_now) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(system_clock().wall_now()) + from_now);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()));
  return R"({"models": [{"host": "openai", "id": ")" + model + R"(", "retires": ")" + text +
         R"(", "replacement": "the-next"}]})";
}

TEST(Providers, AreOpenedWhereTheyAreNamed) {
  RuntimeConfig config;
  openai_options(config).api_key = Secret("sk-that-lies-about");
  EXPECT_EQ(names_of(*Runtime::open(config).value()), "placeholder ") << "a key alone opens nothing";
  config.route = {{"openai"}};
  config.providers["draft"].kind = "placeholder";
  EXPECT_EQ(names_of(*Runtime::open(config).value()), "placeholder draft openai ");
  config.provider = "draft";
  EXPECT_EQ(names_of(*Runtime::open(config).value()), "draft openai ");
}

TEST(Providers, ThatCannotBeMeantAreRefused) {
  RuntimeConfig config;
  config.provider = "nobody";
  EXPECT_THAT(opened(config), FailsSaying(Errc::invalid_argument, HasSubstr("expected one of placeholder, openai")));
  config = {};
  config.providers["draft"].kind = "painter";
  EXPECT_THAT(opened(config), FailsSaying(Errc::invalid_argument, HasSubstr("providers.draft.kind")));
  config.providers["draft"].kind = "openai";
  EXPECT_THAT(opened(config), FailsSaying(Errc::invalid_argument, HasSubstr("provider draft")));
  config = {};
  EXPECT_THAT(apply_json(config, R"({"openai": {"model": "a"}, "providers": {"openai": {"kind": "openai"}}})"), SizeIs(1));
  config.route = {{"placeholder", "placeholder-9"}};
  EXPECT_THAT(opened(config), FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("route"), HasSubstr("placeholder-1"))));
}

TEST(Providers, AreAskedForModelsThatNoTableHasWhereTheRouteNamesThem) {
  RuntimeConfig config;
  openai_options(config).api_key = Secret("sk-1");
  config.route = {{"openai", "gpt-image-9-of-tomorrow"}};
  const auto runtime = Runtime::open(config);
  ASSERT_THAT(runtime, IsOk());
  const auto* openai = (*runtime)->providers().find("openai");
  ASSERT_NE(openai, nullptr);
  EXPECT_FALSE(find_model(openai->capability(), "gpt-image-9-of-tomorrow")->known);
}

TEST(Providers, TheOneOfTheSectionOpenaiHasTheKeyOfTheEnvironmentAtItsOwnAddressOnly) {
  RuntimeConfig config;
  const auto variables = [](std::string_view name) {
    return name == "OPENAI_API_KEY" ? std::optional<std::string>("sk-of-the-environment") : std::nullopt;
  };
  EXPECT_THAT(apply_environment(config, variables), IsEmpty());
  config.provider = "openai";
  EXPECT_THAT(apply_json(config, R"({"providers": {"openai": {"kind": "openai"}}})"), IsEmpty());
  EXPECT_THAT(opened(config), IsOk());
  EXPECT_THAT(apply_json(config, R"({"providers": {"openai": {"baseUrl": "http://127.0.0.1:9/v1"}}})"), IsEmpty());
  EXPECT_THAT(opened(config), FailsSaying(Errc::permission_denied, HasSubstr("OPENAI_API_KEY")));
}

TEST(Providers, ThePlaceholderIsWhatItsRowSays) {
  RuntimeConfig config;
  config.models_json = R"({"models": [{"host": "placeholder", "id": "placeholder-1", "max_images": 2},
                                      {"host": "placeholder", "id": "draft", "sizes": {"list": ["64x64"]}}]})";
  const auto runtime = Runtime::open(config).value();
  const auto& models = runtime->provider().capability().models;
  ASSERT_THAT(models, SizeIs(2));
  EXPECT_EQ(models[0].max_images, 2);
  EXPECT_EQ(models[1].sizes, SizeOffer(SizeList{{{64, 64}}}));
}

TEST(Providers, ThatAHostBringsAreAskedByTheRoute) {
  RuntimeConfig config;
  config.route = {{"placeholder"}};
  const auto open = [&config](const std::string& name) {
    RuntimeParts parts;
    parts.providers.push_back(fake(name));
    const auto runtime = Runtime::open(config, std::move(parts));
    return runtime ? Result<void>() : Result<void>(runtime.error());
  };
  EXPECT_THAT(open("mine"), FailsSaying(Errc::invalid_argument, HasSubstr("expected the host's provider \"mine\"")));
  config.route.push_back({"mine"});
  EXPECT_THAT(open("mine"), IsOk());
}

TEST(Providers, OfAHostMayHaveTheNameOfAKind) {
  RuntimeConfig config;
  config.route = {{"openai"}, {"placeholder"}};
  RuntimeParts parts;
  parts.providers.push_back(fake("openai"));
  const auto runtime = Runtime::open(config, std::move(parts));
  ASSERT_THAT(runtime, IsOk());
  EXPECT_EQ(names_of(**runtime), "openai placeholder ");
  EXPECT_EQ((*runtime)->provider().capability().models.at(0).model, "openai-1");
}

TEST(Providers, OfTheEnvironmentGoBeforeARoute) {
  RuntimeConfig config;
  config.route = {{"openai"}, {"placeholder"}};
  const auto variables = [](std::string_view name) -> std::optional<std::string> {
    if (name == "IMAGEGEN_PROVIDER") return "placeholder";
    return std::nullopt;
  };
  EXPECT_THAT(apply_environment(config, variables), IsEmpty());
  EXPECT_THAT(config.route, IsEmpty());
}

TEST(Providers, HaveSectionsLimitsAndARouteInTheDocument) {
  RuntimeConfig config;
  const auto faults = apply_json(config, R"({
    "provider": "openai",
    "openai": {"apiKey": "sk-1", "limits": {"maxConcurrent": 3}, "modelLimits": {"gpt-image-2": {"perMinute": 5}}},
    "providers": {"gateway": {"kind": "openai", "apiKey": "sk-2", "baseUrl": "http://127.0.0.1:9/v1", "model": "m",
                              "limits": {"maxConcurrent": 7}}},
    "providerLimits": {"maxConcurrent": 9},
    "route": [{"provider": "openai", "model": "gpt-image-2", "quality": "low"}, {"provider": "gateway"}]})");
  ASSERT_THAT(faults, IsEmpty());
  EXPECT_THAT(config.route, ElementsAre(ProviderModel{"openai", "gpt-image-2", "low"}, ProviderModel{"gateway"}));
  EXPECT_EQ(config.limits.each_provider.max_concurrent, 9);
  EXPECT_EQ(config.limits.providers.at("openai").max_concurrent, 3);
  EXPECT_EQ(config.limits.providers.at("gateway").max_concurrent, 7);
  EXPECT_EQ(config.limits.models.at("openai/gpt-image-2").per_minute, 5);
  EXPECT_EQ(names_of(*Runtime::open(config).value()), "openai gateway ");
  const auto wrong = apply_json(config, R"({"providers": {"x": {"kid": 1}}, "route": [{"model": "m"}]})");
  ASSERT_THAT(wrong, SizeIs(2));
  EXPECT_EQ(wrong[0].path, "providers.x.kid");
  EXPECT_EQ(wrong[1].path, "route[0].provider");
}

class TwoProviders : public ::testing::Test {
 protected:
  // A process of its own, with the state and the store of the others.
  std::unique_ptr<Runtime> open(std::vector<std::string> names) {
    RuntimeParts parts;
    for (const auto& name : names) {
      auto made = fake(name);
      fakes_[name] = made.get();
      parts.providers.push_back(std::move(made));
    }
    RuntimeConfig config;
    config.store = "file:" + (folder_.path() / "out").string();
    config.state.url = Secret("sqlite:" + (folder_.path() / "state.db").string());
    config.of<HeroConfig>().options.max_concurrent_shots = 1;
    config.retry.max_attempts = 1;
    for (const auto& name : names) config.route.push_back({name});
    return Runtime::open(std::move(config), std::move(parts)).value();
  }
  static Error refusal(Errc code, Delivery delivery) {
    Error error(code, "the fake says no");
    error.delivery = delivery;
    return error;
  }
  std::vector<std::string> bought(Runtime& runtime) {
    std::vector<std::string> rows;
    for (const auto& row : runtime.state().value()->ledger->list({}).value().purchases)
      rows.push_back(row.provider + " " + std::string(to_string(row.state)));
    return rows;
  }

  test::TempFolder folder_;
  std::map<std::string, FakeProvider*> fakes_;
};

TEST_F(TwoProviders, ARouteFallsOverAndTheRecordsNameWhoMadeIt) {
  const auto runtime = open({"first", "second"});
  fakes_["first"]->answer_with(refusal(Errc::unavailable, Delivery::not_sent));
  const auto result = std::get<HeroResult>(run_heroes(*runtime, "wi-1", two_shots(), {}));
  EXPECT_THAT(result.generated, SizeIs(2));
  EXPECT_THAT(bought(*runtime), ElementsAre("first released", "second settled", "first settled"));
  std::vector<std::string> makers;
  auto listing = runtime->state().value()->assets->list({});
  for (const auto& record : runtime->wait(std::move(listing)).value().assets) makers.push_back(record.provider + " " + record.model);
  EXPECT_THAT(makers, ::testing::UnorderedElementsAre("second second-1", "first first-1"));
}

TEST_F(TwoProviders, WhatWasBegunIsGoneOnWithAtTheSameWhateverIsFirstNow) {
  const std::string order = R"({"intent": "hero", "rawPrompt": "a boat", "finalPrompt": "A boat."})";
  {
    const auto cut_off = open({"first", "second"});
    auto away = refusal(Errc::unavailable, Delivery::answered);
    away.retry = Retry::later;
    fakes_["first"]->answer_with_task("t-1", {away});
    const auto services = prompt_services(*cut_off).value();
    ASSERT_EQ(cut_off->wait(execute_prompt(services, prompt_options(*cut_off), "", order)).status, 202);
    auto worker = cut_off->config().worker;
    worker.until_idle = true, worker.most_tries = 1;
    static_cast<void>(cut_off->work(worker, {}));
    EXPECT_THAT(bought(*cut_off), ElementsAre("first submitted")) << "nobody else is asked meanwhile";
    EXPECT_THAT(fakes_["second"]->requests, IsEmpty());
  }
  const auto runtime = open({"second", "first"});
  GeneratedImages made;
  made.images.push_back({picture({64, 32}), {}});
  fakes_["first"]->answer_with_task("t-1", {made});
  const auto services = prompt_services(*runtime).value();
  const auto id = runtime->state().value()->jobs->list({}).value().jobs.at(0).id;
  ASSERT_EQ(runtime->wait(retry_prompt_job(services, id)).status, 200);
  auto worker = runtime->config().worker;
  worker.until_idle = true;
  ASSERT_THAT(runtime->work(worker, {}), IsOk());
  EXPECT_THAT(fakes_["first"]->resumed, ElementsAre("t-1"));
  EXPECT_THAT(fakes_["second"]->requests, IsEmpty());
  EXPECT_THAT(bought(*runtime), ElementsAre("first settled"));
}

TEST_F(TwoProviders, AnOrderOfBothIsLeftToAWorkerThatHasBoth) {
  const auto both = open({"first", "second"});
  const auto services = prompt_services(*both).value();
  const std::string order = R"({"intent": "hero", "rawPrompt": "a boat", "finalPrompt": "A boat."})";
  ASSERT_EQ(both->wait(execute_prompt(services, prompt_options(*both), "", order)).status, 202);
  const auto one = open({"first"});
  auto worker = one->config().worker;
  worker.until_idle = true;
  static_cast<void>(one->work(worker, {}));
  EXPECT_THAT(fakes_["first"]->requests, IsEmpty());
  const auto job = one->state().value()->jobs->list({}).value().jobs.at(0);
  EXPECT_EQ(job.state, JobState::queued);
}

class Retiring : public ::testing::Test {
 protected:
  Retiring() {
    config_.provider = "openai";
    openai_options(config_).api_key = Secret(openai_.api_key());
    openai_options(config_).base_url = openai_.base_url();
    openai_options(config_).host = "openai";
  }
  HeroOutcome dry_run() {
    HeroRequest request;
    request.dry_run = true;
    return run_heroes(*Runtime::open(config_).value(), "wi-1", two_shots(), request);
  }
  Finding finding() {
    for (auto& found : examine(config_))
      if (found.subject == "model") return found;
    return {Finding::Verdict::good, "model", ""};
  }

  test::FakeOpenAi openai_;
  test::TempFolder folder_;
  RuntimeConfig config_;
};

TEST_F(Retiring, AModelThatStaysIsNotSpokenOf) {
  EXPECT_THAT(std::get<HeroResult>(dry_run()).warnings, IsEmpty());
  EXPECT_EQ(finding().text, "");
}

TEST_F(Retiring, OneThatGoesSoonIsWarnedOf) {
  config_.models_json = retiring("gpt-image-2", std::chrono::days(10));
  EXPECT_THAT(std::get<HeroResult>(dry_run()).warnings,
              ElementsAre(AllOf(HasSubstr("gpt-image-2 will be retired on"), HasSubstr("use the-next"))));
  EXPECT_EQ(finding().verdict, Finding::Verdict::warning);
}

TEST_F(Retiring, OneThatIsGoneIsRefusedBeforeAnythingIsSpent) {
  config_.models_json = retiring("gpt-image-2", std::chrono::days(0));
  EXPECT_THAT(std::get<HeroRefusal>(dry_run()).message, HasSubstr("gpt-image-2 was retired on"));
  EXPECT_EQ(finding().verdict, Finding::Verdict::broken);
  const auto runtime = Runtime::open(config_).value();
  EXPECT_EQ(http_status(run_heroes(*runtime, "wi-1", two_shots(), {})), 400);
  const auto services = prompt_services(*runtime).value();
  const std::string order = R"({"intent": "hero", "rawPrompt": "a boat", "finalPrompt": "A boat."})";
  const auto refused = runtime->wait(execute_prompt(services, prompt_options(*runtime), "", order));
  EXPECT_EQ(refused.status, 503);
  EXPECT_THAT(refused.body, HasSubstr("use the-next"));
  EXPECT_EQ(openai_.generations(), 0);
  EXPECT_THAT(runtime->state().value()->ledger->list({}).value().purchases, IsEmpty());
}

TEST_F(Retiring, WhatIsPaidForIsCutAllTheSame) {
  config_.store = "file:" + (folder_.path() / "out").string();
  config_.state.url = Secret("sqlite:" + (folder_.path() / "state.db").string());
  ASSERT_EQ(http_status(run_heroes(*Runtime::open(config_).value(), "wi-1", two_shots(), {{"A"}})), 200);
  ASSERT_EQ(openai_.accepted(), 1);
  std::filesystem::remove(folder_.path() / "out" / "a.webp");
  config_.models_json = retiring("gpt-image-2", std::chrono::days(0));
  const auto runtime = Runtime::open(config_).value();
  const auto result = std::get<HeroResult>(run_heroes(*runtime, "wi-1", two_shots(), {}));
  EXPECT_THAT(result.generated, SizeIs(1)) << "of the master that is kept";
  ASSERT_THAT(result.failed, SizeIs(1));
  EXPECT_EQ(result.failed[0].error.code, Errc::unsupported);
  EXPECT_FALSE(result.failed[0].maybe_spent);
  EXPECT_EQ(openai_.accepted(), 1);
}

TEST_F(Retiring, AGatewayHasDatesOfItsOwn) {
  config_.models_json = retiring("gpt-image-2", std::chrono::days(0));
  openai_options(config_).host.clear();
  EXPECT_EQ(http_status(dry_run()), 200) << "nobody said whose models it serves";
}

TEST_F(Retiring, AUserWhoKnowsBetterSaysSo) {
  openai_options(config_).model = "gpt-image-1";
  EXPECT_EQ(http_status(dry_run()), 400);
  config_.models_json = R"({"models": [{"host": "openai", "id": "gpt-image-1", "retires": null}]})";
  EXPECT_EQ(http_status(dry_run()), 200);
}

}  // namespace
}  // namespace imagegen
