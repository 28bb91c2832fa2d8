#include "support/openai/generation_rules.hpp"

#include <gtest/gtest.h>

#include <string>

/// \file The fake must be as strict as the service, or it proves nothing.
namespace imagegen::test {
namespace {

std::string code_for(const std::string& fields) {
  const auto checked = check_generation("{" + fields + "}");
  const auto* const refusal = std::get_if<Refusal>(&checked);
  return refusal == nullptr ? "accepted" : refusal->code;
}

std::string base(const std::string& model) {
  return R"("model":")" + model + R"(","prompt":"a cat")";
}

TEST(GenerationRules, AcceptTheLeastAndTheMost) {
  EXPECT_EQ(code_for(base("gpt-image-2")), "accepted");
  EXPECT_EQ(code_for(base("gpt-image-2") +
                     R"(,"n":10,"size":"3840x2160","quality":"high","output_format":"webp",)"
                     R"("output_compression":80,"background":"transparent","moderation":"low","user":"u")"),
            "accepted");
  EXPECT_EQ(code_for(base("dall-e-3") +
                     R"(,"n":1,"size":"1792x1024","quality":"hd","response_format":"b64_json","style":"natural")"),
            "accepted");
}

TEST(GenerationRules, UnknownFieldsAreErrors) {
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"seed":1)"), "unknown_parameter");
  EXPECT_EQ(code_for(base("gpt-image-1") + R"(,"response_format":"b64_json")"), "unknown_parameter");
  EXPECT_EQ(code_for(base("dall-e-3") + R"(,"output_format":"png")"), "unknown_parameter");
  EXPECT_EQ(code_for(base("dall-e-2") + R"(,"style":"vivid")"), "unknown_parameter");
}

TEST(GenerationRules, TypesAreExact) {
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"n":"1")"), "invalid_type");
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"n":1.0)"), "invalid_type");
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"size":1024)"), "invalid_type");
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"user":null)"), "accepted");
}

TEST(GenerationRules, SizesBelongToTheirModel) {
  const auto size = [](const std::string& model, const std::string& text) {
    return code_for(base(model) + R"(,"size":")" + text + "\"");
  };
  EXPECT_EQ(size("gpt-image-1", "1792x1024"), "invalid_value");
  EXPECT_EQ(size("dall-e-3", "1536x1024"), "invalid_value");
  EXPECT_EQ(size("dall-e-2", "auto"), "invalid_value");
  EXPECT_EQ(size("gpt-image-2", "1000x1024"), "invalid_value");
  EXPECT_EQ(size("gpt-image-2", "2048x512"), "invalid_value");
  EXPECT_EQ(size("gpt-image-2", "3840x2176"), "invalid_value");
  EXPECT_EQ(size("gpt-image-2", "01024x1024"), "invalid_value");
  EXPECT_EQ(size("gpt-image-2", "1920x1088"), "accepted");
}

TEST(GenerationRules, CountsQualitiesAndPromptsHaveBounds) {
  EXPECT_EQ(code_for(base("dall-e-3") + R"(,"n":2)"), "invalid_value");
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"n":11)"), "invalid_value");
  EXPECT_EQ(code_for(base("gpt-image-2") + R"(,"quality":"hd")"), "invalid_value");
  EXPECT_EQ(code_for(R"("model":"dall-e-2","prompt":")" + std::string(1001, 'p') + "\""), "string_above_max_length");
  EXPECT_EQ(code_for(R"("model":"dall-e-2")"), "missing_required_parameter");
}

TEST(GenerationRules, AModelMustBeNamedAndKnown) {
  EXPECT_EQ(code_for(R"("prompt":"a cat")"), "missing_required_parameter");
  EXPECT_EQ(code_for(base("gpt-image-9")), "model_not_found");
  EXPECT_EQ(code_for(base("gateway-flux")), "accepted");
}

}  // namespace
}  // namespace imagegen::test
