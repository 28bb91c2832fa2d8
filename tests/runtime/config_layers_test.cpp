// One layer over the other: who counts where several say something.
#include <imagegen/runtime/runtime_config.hpp>

#include <gmock/gmock.h>

#include <bit>
#include <map>

namespace imagegen {
namespace layers_test {
namespace {

using ::testing::ElementsAre;
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
