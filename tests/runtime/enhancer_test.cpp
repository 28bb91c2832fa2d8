// Which enhancer a configuration comes to, and what it does in a runtime.
#include <imagegen/runtime/doctor.hpp>
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/workflow/prompts.hpp>

#include <gmock/gmock.h>

#include "runtime/openai_options.hpp"
#include "workflow/prompts/open_enhancer.hpp"
#include "support/matchers.hpp"
#include "support/openai/fake_openai.hpp"
#include "support/openai/faults.hpp"

namespace imagegen {
namespace {

using test::FailsSaying;
using test::openai_options;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

RuntimeConfig config_of(std::string_view json) {
  RuntimeConfig config;
  EXPECT_EQ(apply_json(config, json), std::vector<FieldFault>{});
  return config;
}

std::string kind_of(std::string_view json) {
  return enhancer_kind(config_of(json)).value();
}

TEST(EnhancerConfig, IsLocalUnlessAKeyOrAServerIsKnown) {
  EXPECT_EQ(kind_of("{}"), "local");
  EXPECT_EQ(kind_of(R"({"openai":{"baseUrl":"http://gateway/v1"}})"), "local");
  EXPECT_EQ(kind_of(R"({"openai":{"apiKey":"sk-1"}})"), "openai");
  EXPECT_EQ(kind_of(R"({"enhancer":{"apiKey":"sk-2"}})"), "openai");
  EXPECT_EQ(kind_of(R"({"enhancer":{"baseUrl":"http://127.0.0.1:8080/v1"}})"), "openai");
}

TEST(EnhancerConfig, WhatIsNamedIsTaken) {
  EXPECT_EQ(kind_of(R"({"openai":{"apiKey":"sk-1"},"enhancer":{"kind":"local"}})"), "local");
  EXPECT_EQ(kind_of(R"({"enhancer":{"kind":"openai"}})"), "openai");
  EXPECT_THAT(enhancer_kind(config_of(R"({"enhancer":{"kind":"magic"}})")),
              FailsSaying(Errc::invalid_argument, "enhancer: expected local or openai, got \"magic\""));
}

TEST(EnhancerConfig, TakesTheAccountOfThePicturesAtTheSameAddress) {
  const auto options = enhancer_options(config_of(
      R"({"openai":{"apiKey":"sk-1","baseUrl":"http://g/v1","organization":"o","project":"p","model":"gpt-image-2","keyHeader":"api-key","apiVersion":"v"}})"));
  EXPECT_EQ(options.api_key.reveal(), "sk-1");
  EXPECT_EQ(options.base_url, "http://g/v1");
  EXPECT_EQ(options.organization, "o");
  EXPECT_EQ(options.project, "p");
  EXPECT_EQ(options.key_header + options.api_version, "api-keyv");
  EXPECT_EQ(options.model, "");
}

TEST(EnhancerConfig, AKeyGoesToNoOtherAddressThanItWasGivenFor) {
  const auto options = enhancer_options(
      config_of(R"({"openai":{"apiKey":"sk-1","organization":"o"},"enhancer":{"baseUrl":"http://elsewhere/v1"}})"));
  EXPECT_EQ(options.base_url, "http://elsewhere/v1");
  EXPECT_TRUE(options.api_key.empty());
  EXPECT_EQ(options.organization, "");
}

TEST(EnhancerConfig, EveryFieldOfTheDocumentArrives) {
  const auto [kind, instructions, openai] =
      config_of(R"({"enhancer":{"kind":"openai","instructions":"Be brief.","apiKey":"sk-2","baseUrl":"http://e/v1",
          "organization":"o","project":"p","model":"local-1","reasoningEffort":"low","temperature":0.5,
          "seed":-9007199254740993,"maxTokens":50,"maxAnswerBytes":2048}})")
          .of<PromptConfig>()
          .enhancer;
  EXPECT_EQ(kind, "openai");
  EXPECT_EQ(instructions, "Be brief.");
  EXPECT_EQ(openai.api_key.reveal(), "sk-2");
  EXPECT_EQ(openai.base_url, "http://e/v1");
  EXPECT_EQ(openai.organization + openai.project, "op");
  EXPECT_EQ(openai.model, "local-1");
  EXPECT_EQ(openai.reasoning_effort, "low");
  EXPECT_EQ(openai.temperature, 0.5);
  EXPECT_EQ(openai.seed, -9'007'199'254'740'993);
  EXPECT_EQ(openai.max_tokens, 50);
  EXPECT_EQ(openai.max_answer_bytes, 2048U);
}

TEST(EnhancerConfig, TheEnvironmentSaysItToo) {
  const std::map<std::string, std::string, std::less<>> variables{{"IMAGEGEN_ENHANCER", "openai"},
                                                                  {"IMAGEGEN_ENHANCER_MODEL", "local-1"},
                                                                  {"IMAGEGEN_ENHANCER_BASE_URL", "http://e/v1"},
                                                                  {"IMAGEGEN_ENHANCER_API_KEY", "sk-2"}};
  RuntimeConfig config;
  apply_environment(config, [&](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
  EXPECT_EQ(config.of<PromptConfig>().enhancer.kind, "openai");
  EXPECT_EQ(config.of<PromptConfig>().enhancer.openai.model, "local-1");
  EXPECT_EQ(config.of<PromptConfig>().enhancer.openai.base_url, "http://e/v1");
  EXPECT_EQ(config.of<PromptConfig>().enhancer.openai.api_key.reveal(), "sk-2");
}

TEST(EnhancerConfig, WhatCannotWorkIsRefusedWhenARuntimeOpens) {
  EXPECT_THAT(Runtime::open(config_of(R"({"enhancer":{"kind":"openai"}})")),
              FailsSaying(Errc::permission_denied, HasSubstr("OPENAI_API_KEY")));
  EXPECT_THAT(Runtime::open(config_of(R"({"enhancer":{"baseUrl":"ftp://x"}})")),
              FailsSaying(Errc::invalid_argument, HasSubstr("enhancer: base_url")));
  EXPECT_THAT(Runtime::open(config_of(R"({"enhancer":{"apiKey":"sk-secret\n"}})")),
              FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("api_key"), Not(HasSubstr("sk-secret")))));
}

class RuntimeEnhancer : public testing::Test {
 protected:
  std::unique_ptr<Runtime> open(std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
    RuntimeConfig config;
    openai_options(config).api_key = Secret(openai_.api_key());
    openai_options(config).base_url = openai_.base_url();
    config.of<PromptConfig>().enhancer.instructions = "Be brief.";
    config.of<PromptConfig>().options.enhance_timeout = timeout;
    return Runtime::open(config).value();
  }
  static PromptAnswer enhance(Runtime& runtime) {
    const auto services = prompt_services(runtime).value();
    const auto& options = prompt_options(runtime);
    return runtime.wait(enhance_prompt(services, options, R"({"intent":"hero","prompt":"a boat"})"));
  }

  test::FakeOpenAi openai_;
};

TEST_F(RuntimeEnhancer, AsksTheServerOnceAndWritesNothing) {
  const auto runtime = open();
  const auto answer = enhance(*runtime);
  EXPECT_EQ(answer.status, 200) << answer.body;
  EXPECT_THAT(answer.body, HasSubstr("Enhanced: "));
  ASSERT_EQ(openai_.chats().size(), 1U);
  EXPECT_EQ(openai_.chats()[0].system, "Be brief.");
  const auto& state = *runtime->state().value();
  EXPECT_TRUE(state.ledger->list({})->purchases.empty());
  EXPECT_TRUE(state.jobs->list({})->jobs.empty());
}

TEST_F(RuntimeEnhancer, ASilentOrSlowServerIs504AndTheRuntimeEndsAllTheSame) {
  for (const auto& fault : {test::faults::silence(), test::faults::drip(std::chrono::milliseconds(20))}) {
    openai_.fail_next_chat(fault);
    const auto runtime = open(std::chrono::milliseconds(150));
    EXPECT_EQ(enhance(*runtime).status, 504) << fault.name;
  }
}

TEST_F(RuntimeEnhancer, AServerThatFailsIs502WithoutTheKey) {
  openai_.fail_always_chat(test::openai::key_echo("Bearer " + openai_.api_key()));
  const auto answer = enhance(*open());
  EXPECT_EQ(answer.status, 502);
  EXPECT_THAT(answer.body, AllOf(HasSubstr("ENHANCE_FAILED"), Not(HasSubstr(openai_.api_key()))));
}

TEST(EnhancerConfig, OneThatNobodyAskedForFailsAloneAndByName) {
  RuntimeConfig config;
  openai_options(config).api_key = Secret("a key\nof two lines");
  const auto runtime = Runtime::open(config).value();
  const auto answer = runtime->wait(
      enhance_prompt(prompt_services(*runtime).value(), config.of<PromptConfig>().options, R"({"intent": "hero", "prompt": "a boat"})"));
  EXPECT_EQ(answer.status, 502);
  EXPECT_THAT(answer.body, Not(HasSubstr("two lines")));
}

TEST_F(RuntimeEnhancer, TheDoctorNamesIt) {
  RuntimeConfig config;
  config.of<PromptConfig>().enhancer.openai.base_url = openai_.base_url(), config.of<PromptConfig>().enhancer.openai.model = "local-1";
  std::string found;
  for (const auto& finding : examine(config)) found += finding.subject + ": " + finding.text + "\n";
  EXPECT_THAT(found, HasSubstr("enhancer: openai: asks " + openai_.host() + ", model local-1"));
  EXPECT_TRUE(openai_.chats().empty());
}

}  // namespace
}  // namespace imagegen
