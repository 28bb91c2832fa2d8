// One layer over the other: who counts where several say something.
#include <imagegen/runtime/runtime.hpp>
#include <imagegen/runtime/runtime_config.hpp>

#include <gmock/gmock.h>

#include <bit>
#include <map>

#include "runtime/openai_options.hpp"

namespace imagegen {
namespace layers_test {
namespace {

using test::openai_options;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Variables = std::map<std::string, std::string, std::less<>>;

EnvironmentLookup lookup_of(Variables variables) {
  return [variables = std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

RuntimeConfig config_of(const ConfigLayers& layers) {
  auto made = layered_config(layers);
  const auto* faults = std::get_if<std::vector<FieldFault>>(&made);
  EXPECT_EQ(faults, nullptr) << to_error("", *faults).message;
  return faults ? RuntimeConfig() : std::get<RuntimeConfig>(std::move(made));
}

TEST(ConfigLayers, TheFirstThatSaysSomethingCounts) {
  const std::string values[] = {"file:a", "file:b", "file:c", "file:d"};
  for (std::size_t said = 0; said < 16; ++said) {
    const auto json = [&](std::size_t layer) {
      return (said >> layer & 1U) != 0 ? R"({"store":")" + values[layer] + "\"}" : std::string("{}");
    };
    Variables variables;
    if ((said & 2U) != 0) variables["IMAGEGEN_STORE"] = values[1];
    const auto config = config_of({json(0), lookup_of(variables), json(2), json(3)});
    const auto first = static_cast<std::size_t>(std::countr_zero(said));
    EXPECT_EQ(config.store, said == 0 ? "memory:" : values[first]) << said;
  }
}

TEST(ConfigLayers, ALayerThatNamesOneAsksThatOneAloneUnlessItHasARoute) {
  const std::string route = R"({"route": [{"provider": "openai"}, {"provider": "placeholder"}]})";
  EXPECT_EQ(config_of({"{}", {}, route, "{}"}).route.size(), 2U);
  for (const auto* one : {R"({"provider": "openai"})", R"({"openai": {"model": "m"}})", R"({"openai": {"quality": "low"}})"})
    EXPECT_THAT(config_of({one, {}, route, "{}"}).route, IsEmpty()) << one;
  EXPECT_THAT(config_of({"{}", lookup_of({{"IMAGEGEN_QUALITY", "low"}}), route, "{}"}).route, IsEmpty());
  EXPECT_EQ(config_of({"{}", lookup_of({{"IMAGEGEN_QUALITY", ""}}), route, "{}"}).route.size(), 2U)
      << "an empty variable is not set";
  EXPECT_EQ(config_of({R"({"openai": {"apiKey": "k"}})", {}, route, "{}"}).route.size(), 2U);
  EXPECT_EQ(config_of({"{}", {}, R"({"provider": "openai", "route": [{"provider": "a"}]})", "{}"}).route.size(), 1U);
}

// What is opened and asked, whichever of its two names a layer has used.
std::pair<std::string, Secret> openai_of(const ConfigLayers& layers) {
  auto config = config_of(layers);
  config.provider = "openai";
  const auto runtime = Runtime::open(std::move(config));
  if (!runtime) return {runtime.error().message, {}};
  return {default_choice((*runtime)->provider().capability()).model, openai_options((*runtime)->config()).api_key};
}

TEST(ConfigLayers, OpenaiAndProvidersOpenaiAreOnePlace) {
  const std::string document = R"({"providers": {"openai": {"kind": "openai", "apiKey": "k", "model": "gpt-image-2.5-flare"}}})";
  const auto model_of = [&](const char* overrides, Variables variables, const std::string& defaults) {
    return openai_of({overrides, lookup_of(std::move(variables)), document, defaults}).first;
  };
  EXPECT_EQ(model_of("{}", {}, "{}"), "gpt-image-2.5-flare");
  EXPECT_EQ(model_of(R"({"openai": {"model": "gpt-image-2.6-flare"}})", {}, "{}"), "gpt-image-2.6-flare");
  EXPECT_EQ(model_of("{}", {{"IMAGEGEN_MODEL", "gpt-image-2.6-flare"}}, "{}"), "gpt-image-2.6-flare");
  EXPECT_EQ(model_of("{}", {}, R"({"openai": {"model": "gpt-image-2.6-flare"}})"), "gpt-image-2.5-flare");
  const std::string section = R"({"openai": {"apiKey": "k", "model": "gpt-image-2.5-flare"}})";
  const std::string named = R"({"providers": {"openai": {"kind": "openai", "model": "gpt-image-2.6-flare"}}})";
  EXPECT_EQ(openai_of({named, {}, section, "{}"}).first, "gpt-image-2.6-flare");
  const std::string route = R"({"route": [{"provider": "openai"}, {"provider": "placeholder"}]})";
  EXPECT_THAT(config_of({named, {}, route, "{}"}).route, IsEmpty()) << "it names one, as openai.model does";
}

TEST(ConfigLayers, AnAddressOfProvidersOpenaiHasNoKeyButItsOwn) {
  const auto variables = lookup_of({{"OPENAI_API_KEY", "of-the-environment"}});
  const auto named = [](const std::string& more) {
    return R"({"providers": {"openai": {"kind": "openai", "baseUrl": "http://127.0.0.1:9/v1")" + more + "}}}";
  };
  EXPECT_THAT(openai_of({"{}", variables, named(""), "{}"}).first, HasSubstr("expected a key"));
  EXPECT_THAT(openai_of({named(""), variables, "{}", "{}"}).first, HasSubstr("expected a key"));
  EXPECT_EQ(openai_of({"{}", variables, named(R"(, "apiKey": "own")"), "{}"}).second.reveal(), "own");
  const auto elsewhere = lookup_of({{"OPENAI_BASE_URL", "http://127.0.0.1:8/v1"}});
  EXPECT_THAT(openai_of({"{}", elsewhere, named(R"(, "apiKey": "own")"), "{}"}).first, HasSubstr("expected a key"));
  const std::string without = R"({"providers": {"openai": {"kind": "openai"}}})";
  EXPECT_EQ(openai_of({"{}", variables, without, "{}"}).second.reveal(), "of-the-environment");
}

TEST(ConfigLayers, WhatTheDocumentSaysOfThePathStyleHoldsWhoeverNamesTheEndpoint) {
  const auto endpoint = lookup_of({{"AWS_ENDPOINT_URL", "http://e"}});
  EXPECT_TRUE(config_of({"{}", endpoint, "{}", "{}"}).s3.path_style);
  EXPECT_FALSE(config_of({"{}", endpoint, R"({"s3": {"pathStyle": false}})", "{}"}).s3.path_style);
  const std::string own = R"({"s3": {"endpoint": "http://e", "pathStyle": false}})";
  EXPECT_FALSE(config_of({"{}", lookup_of({{"AWS_REGION", "r"}}), own, "{}"}).s3.path_style);
  EXPECT_TRUE(config_of({"{}", lookup_of({{"IMAGEGEN_S3_PATH_STYLE", "1"}}), own, "{}"}).s3.path_style);
}

TEST(ConfigLayers, NameEveryFaultOfEveryLayer) {
  const auto made = layered_config({R"({"threads": 0})", lookup_of({{"IMAGEGEN_THREADS", "many"}}), R"({"stor": "x"})", "[]"});
  std::vector<std::string> paths;
  for (const auto& fault : std::get<std::vector<FieldFault>>(made)) paths.push_back(fault.path);
  EXPECT_THAT(paths, ElementsAre("defaults", "stor", "IMAGEGEN_THREADS", "overrides.threads"));
}

}  // namespace
}  // namespace layers_test
}  // namespace imagegen
