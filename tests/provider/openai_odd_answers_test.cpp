#include "provider/openai/openai_answer.hpp"

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"

/// \file Answers of gateways, in other shapes than the contract's: a whole picture in them is a picture.
namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// Reads `body` whole and in small pieces, which must come to the same.
Result<OpenAiAnswer> read_odd(std::string_view body, std::size_t images = 1) {
  const auto by = [&](std::size_t step) {
    OpenAiAnswerReader reader({images, 1000});
    for (auto rest = body; !rest.empty(); rest.remove_prefix(std::min(step, rest.size())))
      EXPECT_THAT(reader.on_data(as_bytes(rest.substr(0, step))), IsOk());
    return reader.finish();
  };
  auto whole = by(body.size() + 1);
  for (const std::size_t step : {1U, 7U}) {
    const auto dripped = by(step);
    EXPECT_EQ(whole.has_value(), dripped.has_value()) << body;
    if (!whole || !dripped) continue;
    EXPECT_EQ(whole->images.size(), dripped->images.size()) << body;
    EXPECT_EQ(whole->images[0].file, dripped->images[0].file) << body;
  }
  return whole;
}

BodyState state_after(std::string_view body) {
  OpenAiAnswerReader reader({1, 1000});
  EXPECT_THAT(reader.on_data(as_bytes(body)), IsOk());
  return reader.state();
}

std::string event(std::string_view name, std::string_view data) {
  return "event: " + std::string(name) + "\ndata: " + std::string(data) + "\n\n";
}
std::string lone(std::string_view type, std::string_view tail) {
  return R"({"type":")" + std::string(type) + R"(","b64_json":")" + png64(tail) + "\"}";
}

TEST(OpenAiOddAnswer, ADataUrlInUrlIsThePicture) {
  for (const auto* const head : {"data:image/png;base64,", "DATA:image/png;charset=x;Base64,"}) {
    const auto answer = read_odd(answer_with(R"({"url":")" + std::string(head) + png64() + "\"}")).value();
    EXPECT_EQ(answer.images[0].file, to_bytes(png())) << head;
    EXPECT_EQ(answer.images[0].url, "");
  }
}

TEST(OpenAiOddAnswer, ABrokenDataUrlNamesItsField) {
  const auto answer = read_odd(answer_with(R"({"url":"data:image/png;base64,!!!"})")).value();
  EXPECT_THAT(answer.images[0].fault->message, HasSubstr("url: "));
}

TEST(OpenAiOddAnswer, EitherFieldMayHoldEitherThing) {
  EXPECT_EQ(read_odd(answer_with(R"({"b64_json":"https://cdn.test/a.png"})")).value().images[0].url,
            "https://cdn.test/a.png");
  EXPECT_EQ(read_odd(answer_with(R"({"url":")" + png64() + "\"}")).value().images[0].file, to_bytes(png()));
  EXPECT_EQ(read_odd(answer_with(R"({"url":"/9j/not-base64.png"})")).value().images[0].url, "/9j/not-base64.png");
  EXPECT_EQ(read_odd(answer_with(R"({"url":"a.png"})")).value().images[0].url, "a.png");
}

TEST(OpenAiOddAnswer, DataMayBeOneEntryAndTheEntryMayStandAlone) {
  EXPECT_EQ(read_odd(R"({"data":{"b64_json":")" + png64() + "\"}}").value().images[0].file, to_bytes(png()));
  EXPECT_EQ(read_odd(lone("image_generation.completed", "alone")).value().images[0].file, to_bytes(png("alone")));
}

TEST(OpenAiOddAnswer, EventsThatNobodyAskedForHaveThePicture) {
  const auto done = event("image_generation.completed", lone("image_generation.completed", "last"));
  const auto partial =
      event("image_generation.partial_image", R"({"b64_json":")" + png64("half") + R"(","partial_image_index":0})");
  for (const auto& body :
       {done, done.substr(0, done.size() - 2), ": ping\n\n" + done + "data: [DONE]\n\n", partial + partial + done,
        "data: " + lone("image_generation.partial_image", "half") + "\n\n" + done,
        "data: " + answer_with_png("last") + "\r\n\r\n", "\xEF\xBB\xBF\r\n" + done,
        event("image_edit.completed", lone("image_edit.completed", "last"))}) {
    const auto answer = read_odd(body);
    ASSERT_THAT(answer, IsOk()) << body;
    ASSERT_THAT(answer->images, SizeIs(1)) << body;
    EXPECT_EQ(answer->images[0].file, to_bytes(png("last"))) << body;
  }
}

TEST(OpenAiOddAnswer, EventsTellTheUsage) {
  const auto data = R"({"b64_json":")" + png64() + R"(","usage":{"input_tokens":5,"output_tokens":100}})";
  EXPECT_EQ(read_odd(event("image_generation.completed", data)).value().usage, (TokenUsage{5, 0, 100, 0}));
}

TEST(OpenAiOddAnswer, EventsWithoutAWholePictureHaveNone) {
  const auto partial = event("image_generation.partial_image", lone("image_generation.partial_image", "half"));
  EXPECT_THAT(read_odd(partial), FailsSaying(Errc::bad_answer, HasSubstr("events have no picture")));
  EXPECT_THAT(read_odd(partial + "data: [DONE]\n\n"), FailsWith(Errc::bad_answer));
  EXPECT_THAT(read_odd("event: image_generation.completed\ndata: {\"b64_json\":\"" + png64().substr(0, 12)),
              FailsWith(Errc::bad_answer));
}

TEST(OpenAiOddAnswer, AnErrorEventIsAnError) {
  OpenAiAnswerReader reader({1, 1000});
  EXPECT_THAT(reader.on_data(as_bytes(event("error", R"({"error":{"code":"moderation_blocked","message":"no"}})"))),
              IsOk());
  EXPECT_THAT(reader.finish(), FailsWith(Errc::bad_answer));
  EXPECT_EQ(reader.error_body()->code, "moderation_blocked");
}

TEST(OpenAiOddAnswer, AWholePictureInADocumentThatBreaksOffIsTaken) {
  const auto body = answer_with_png();
  const auto whole_at = body.find("\"}]}") + 1;
  for (auto size = whole_at; size < body.size(); ++size) EXPECT_THAT(read_odd(body.substr(0, size)), IsOk()) << size;
  EXPECT_THAT(read_odd(body.substr(0, whole_at - 1)), FailsWith(Errc::bad_answer));
  EXPECT_THAT(read_odd(body.substr(0, whole_at) + ",,,}"), IsOk());
  const auto two = answer_with(R"({"b64_json":")" + png64("1") + R"("},{"b64_json":")" + png64("2"));
  EXPECT_EQ(read_odd(two.substr(0, two.size() - 4), 2).value().images[0].file, to_bytes(png("1")));
}

TEST(OpenAiOddAnswer, TextsThatAreNoUnicodeCostALetter) {
  const auto with_text = [](std::string_view text) {
    const auto answer =
        read_odd(answer_with(R"({"b64_json":")" + png64() + R"(","revised_prompt":")" + std::string(text) + "\"}"));
    return answer ? answer->images[0].revised_prompt : answer.error().message;
  };
  EXPECT_EQ(with_text(R"(A cup \ud83d)"), "A cup \uFFFD");
  EXPECT_EQ(with_text("caf\xE9"), "caf\uFFFD");
  EXPECT_EQ(with_text("two\nlines"), "two\nlines");
  EXPECT_THAT(read_odd("{\"k\xE9y\\ud83d\":1," + answer_with_png().substr(1)), IsOk());
  EXPECT_THAT(read_odd(answer_with("{\"id\":\"\xFF\",\"b64_json\":\"" + png64() + "\"}")), IsOk());
}

TEST(OpenAiOddAnswer, SaysHowFarItHasCome) {
  const auto body = answer_with_png();
  const auto begins = body.find("iVBOR");
  for (const auto* const text : {" ", "\n", "\xEF\xBB\xBF", ": ping\n\n", "{\"created\":1,"})
    EXPECT_EQ(state_after(text), BodyState::waiting) << text;
  EXPECT_EQ(state_after(body.substr(0, begins)), BodyState::waiting);
  EXPECT_EQ(state_after(body.substr(0, begins + 12)), BodyState::under_way);
  EXPECT_EQ(state_after("<html>"), BodyState::under_way);
  EXPECT_EQ(state_after(body.substr(0, body.size() - 1)), BodyState::enough);
  EXPECT_EQ(state_after(body), BodyState::complete);
  EXPECT_EQ(state_after(R"({"data":[]})"), BodyState::complete);
  const auto partial = event("image_generation.partial_image", lone("image_generation.partial_image", "half"));
  EXPECT_EQ(state_after(partial), BodyState::waiting);
  EXPECT_EQ(state_after(partial + event("x.completed", lone("x.completed", ""))), BodyState::complete);
  EXPECT_EQ(state_after("data: [DONE]\n\n"), BodyState::complete);
  const auto whole = "data: " + body;
  EXPECT_EQ(state_after(whole), BodyState::complete);
  EXPECT_EQ(state_after(whole.substr(0, whole.size() - 1)), BodyState::enough);
  EXPECT_EQ(state_after(whole.substr(0, whole.find("iVBOR") + 12)), BodyState::under_way)
      << "the last of its pictures may take long to arrive";
  const auto refusal = event("error", R"({"error":{"code":"moderation_blocked"}})");
  EXPECT_EQ(state_after(refusal), BodyState::enough) << "nothing else has to come as it should";
  EXPECT_EQ(state_after(refusal.substr(0, refusal.size() - 5)), BodyState::waiting);
}

TEST(OpenAiOddAnswer, KeepsWhatAnAnswerWithoutAPictureTells) {
  const auto told = [](std::string_view body) {
    OpenAiAnswerReader reader({1, 1000});
    EXPECT_THAT(reader.on_data(as_bytes(body)), IsOk());
    static_cast<void>(reader.finish());
    return reader.told();
  };
  EXPECT_EQ(told(R"({"data":[],"error":"CUDA out of memory"})").error, "CUDA out of memory");
  const auto task = told(R"({"code":200,"data":[{"status":"submitted","task_id":"task_01ABCDEF"}]})");
  EXPECT_EQ(task.task, "task_01ABCDEF");
  EXPECT_EQ(task.status, "submitted");
  EXPECT_EQ(told(R"({"id":"gen-1","polling_url":"https://x.test/1"})").task, "gen-1");
  EXPECT_EQ(told(R"({"id":"gen-1","polling_url":"https://x.test/1"})").place, "https://x.test/1");
  EXPECT_EQ(told("out of credits").text, "out of credits");
}

}  // namespace
}  // namespace imagegen::test
