#include "provider/openai/openai_chat.hpp"

#include <gmock/gmock.h>

#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::HasSubstr;

std::string answer(std::string_view message, std::string_view finish = "\"stop\"") {
  return R"({"choices":[{"index":0,"message":)" + std::string(message) + R"(,"finish_reason":)" + std::string(finish) +
         "}]}";
}

TEST(OpenAiChat, BodyOfTheDefaultModelIsExactlyThis) {
  EXPECT_EQ(openai_chat_body({}, {"Do it.", "A \"cat\"\n"}),
            R"({"model":"gpt-6-luna","messages":[{"role":"system","content":"Do it."},)"
            R"({"role":"user","content":"A \"cat\"\n"}],"max_completion_tokens":800,"reasoning_effort":"none"})");
}

TEST(OpenAiChat, BodyOfAnotherModelHasOnlyWhatWasConfigured) {
  OpenAiTextOptions options;
  options.model = "local-7b", options.max_tokens = 5;
  EXPECT_EQ(openai_chat_body(options, {"", "x"}),
            R"({"model":"local-7b","messages":[{"role":"user","content":"x"}],"max_completion_tokens":5})");
  options.reasoning_effort = "low", options.temperature = 0.5, options.seed = 9'007'199'254'740'993;
  EXPECT_THAT(openai_chat_body(options, {"", "x"}),
              HasSubstr(R"("reasoning_effort":"low","temperature":5E-1,"seed":9007199254740993})"));
}

TEST(OpenAiChat, ReadsTheTextAsItIs) {
  EXPECT_EQ(read_openai_chat(answer(R"({"role":"assistant","content":" A b\u00fcg \n","refusal":null})")).value(),
            " A büg \n");
  EXPECT_EQ(read_openai_chat("\xEF\xBB\xBF" + answer(R"({"content":"x"})", "null")).value(), "x");
  EXPECT_EQ(read_openai_chat(R"({"choices":[{"message":{"content":""}}]})").value(), "");
}

TEST(OpenAiChat, ARefusalIsOneAndKeepsItsWordsApart) {
  const auto refused = read_openai_chat(answer(R"({"content":null,"refusal":"I will not draw that."})"));
  EXPECT_THAT(refused, FailsSaying(Errc::content_refused, "the model declined"));
  EXPECT_EQ(refused.error().provider_text, "I will not draw that.");
}

TEST(OpenAiChat, WhatWasHeldBackOrCutOffIsNoPrompt) {
  EXPECT_THAT(read_openai_chat(answer(R"({"content":"A cat on"})", "\"length\"")),
              FailsSaying(Errc::limit_exceeded, HasSubstr("cut off")));
  EXPECT_THAT(read_openai_chat(answer(R"({"content":"A cat"})", "\"content_filter\"")),
              FailsSaying(Errc::content_refused, HasSubstr("filter")));
}

TEST(OpenAiChat, WhatIsNoUnicodeCostsALetter) {
  EXPECT_EQ(read_openai_chat("{\"choices\":[{\"message\":{\"content\":\"caf\xFF \\ud83d\"}}]}").value(), "caf\uFFFD \uFFFD");
}

TEST(OpenAiChat, WhateverIsNoChatCompletionIsABadAnswer) {
  for (const auto* body :
       {"", " ", "null", "[]", "{", "<html>", "{}", R"({"choices":null})", R"({"choices":{}})", R"({"choices":[]})",
        R"({"choices":[1]})", R"({"choices":[{}]})", R"({"choices":[{"message":"x"}]})",
        R"({"choices":[{"message":{}}]})", R"({"choices":[{"message":{"content":7}}]})",
        R"({"choices":[{"message":{"content":["x"]}}]})", R"({"choices":[{"message":{"tool_calls":[]}}]})"})
    EXPECT_THAT(read_openai_chat(body), FailsWith(Errc::bad_answer)) << body;
  EXPECT_THAT(read_openai_chat(std::string(100'000, '[')), FailsWith(Errc::bad_answer));
}

}  // namespace
}  // namespace imagegen::test
