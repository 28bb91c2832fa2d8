#include "provider/openai/openai_answer.hpp"

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

struct Read {
  Result<OpenAiAnswer> answer = Error{};
  std::optional<ForeignError> error;
};

Read read_in_pieces(std::string_view body, std::size_t piece, OpenAiAnswerLimits limits = {10, 1000}) {
  OpenAiAnswerReader reader(limits);
  for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) {
    if (auto fed = reader.on_data(as_bytes(body.substr(0, piece))); !fed) return {fed.error(), reader.error_body()};
  }
  Read out{reader.finish(), {}};
  out.error = reader.error_body();
  return out;
}

Result<OpenAiAnswer> read(std::string_view body, OpenAiAnswerLimits limits = {10, 1000}) {
  return read_in_pieces(body, 1U << 20U, limits).answer;
}

FoundImage first_image(std::string_view entry) {
  return read(answer_with(entry)).value().images.at(0);
}

TEST(OpenAiAnswer, IsTheSameHoweverItIsCut) {
  const std::string body =
      R"({"created":1789000000,"quality":"high","extra":{"data":[{"b64_json":"AAAA"}],"deep":[[{}]]},"data":[)"
      R"({"b64_json":")" +
      png64("one") +
      R"(","revised_prompt":"A \"caté\" \ud83d\ude00"},)"
      R"({"url":"https:\/\/cdn.test\/a.png?sig=a%2Fb"}],)"
      R"("usage":{"input_tokens":41,"input_tokens_details":{"text_tokens":40,"image_tokens":1},"output_tokens":1568,)"
      R"("output_tokens_details":{"image_tokens":1500,"text_tokens":68},"total_tokens":1609}})";
  for (std::size_t piece = 1; piece <= 64; ++piece) {
    SCOPED_TRACE("pieces of " + std::to_string(piece));
    const auto answer = read_in_pieces(body, piece).answer.value();
    ASSERT_THAT(answer.images, SizeIs(2));
    EXPECT_EQ(answer.images[0].file, to_bytes(png("one")));
    EXPECT_EQ(answer.images[0].revised_prompt, "A \"caté\" 😀");
    EXPECT_EQ(answer.images[1].url, "https://cdn.test/a.png?sig=a%2Fb");
    EXPECT_EQ(answer.usage, (TokenUsage{40, 1, 1500, 68}));
  }
}

TEST(OpenAiAnswer, ToleratesAByteOrderMarkHoweverItIsCut) {
  for (std::size_t piece = 1; piece <= 8; ++piece) {
    EXPECT_THAT(read_in_pieces("\xEF\xBB\xBF\r\n " + answer_with_png(), piece).answer, IsOk()) << piece;
  }
}

TEST(OpenAiAnswer, IgnoresWhatFollowsTheDocument) {
  EXPECT_THAT(read(answer_with_png() + "\n\n{garbage"), IsOk());
}

TEST(OpenAiAnswer, ASecondDocumentIsNotRead) {
  const auto document = answer_with_png() + "\n";
  for (std::size_t piece = 1; piece <= 2 * document.size(); ++piece) {
    EXPECT_THAT(read_in_pieces(document + document + document, piece).answer.value().images, SizeIs(1)) << piece;
  }
}

TEST(OpenAiAnswer, EmptyAndBlankBodiesSaySo) {
  EXPECT_THAT(read(""), FailsSaying(Errc::bad_answer, HasSubstr("is empty")));
  EXPECT_THAT(read(" \r\n"), FailsSaying(Errc::bad_answer, HasSubstr("is blank")));
}

TEST(OpenAiAnswer, HtmlSaysSo) {
  EXPECT_THAT(read("\n<html><body>hello</body></html>"), FailsSaying(Errc::bad_answer, HasSubstr("HTML")));
}

TEST(OpenAiAnswer, AnArraySaysSo) {
  EXPECT_THAT(read("[" + answer_with_png() + "]"),
              FailsSaying(Errc::bad_answer, HasSubstr("array, expected an object")));
}

TEST(OpenAiAnswer, OtherThingsThatAreNoObjectSaySo) {
  for (const auto* const body : {"\"text\"", "123", "null", "true", "oops", "\x89PNG\r\n"}) {
    EXPECT_THAT(read(body), FailsSaying(Errc::bad_answer, HasSubstr("is not JSON"))) << body;
  }
}

TEST(OpenAiAnswer, AZeroByteIsAByteHoweverItIsCut) {
  for (std::size_t piece = 1; piece <= 4; ++piece) {
    EXPECT_THAT(read_in_pieces(std::string_view("\0{\\u", 4), piece).answer,
                FailsSaying(Errc::bad_answer, HasSubstr("is not JSON")));
  }
}

TEST(OpenAiAnswer, EveryTruncationSaysHowMuchCame) {
  const auto body = answer_with_png();
  for (std::size_t size = 1; size < body.size() - 3; ++size) {
    EXPECT_THAT(read(body.substr(0, size)), FailsSaying(Errc::bad_answer, HasSubstr("stops in the middle, after " +
                                                                                    std::to_string(size) + " bytes")));
  }
}

TEST(OpenAiAnswer, BrokenJsonSaysSo) {
  EXPECT_THAT(read(R"({"data":[}])"), FailsSaying(Errc::bad_answer, HasSubstr("broken JSON")));
  EXPECT_THAT(read(R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}"),
              FailsSaying(Errc::bad_answer, HasSubstr("broken JSON")));
}

TEST(OpenAiAnswer, MissingAndEmptyDataAreToldApart) {
  EXPECT_THAT(read(R"({"created":1})"), FailsSaying(Errc::bad_answer, HasSubstr("has no data")));
  EXPECT_THAT(read(R"({"data":null})"), FailsSaying(Errc::bad_answer, HasSubstr("has no data")));
  EXPECT_THAT(read(R"({"data":"AAAA"})"), FailsSaying(Errc::bad_answer, HasSubstr("has no data")));
  EXPECT_THAT(read(R"({"data":[]})"), FailsSaying(Errc::bad_answer, HasSubstr("data is empty")));
  EXPECT_THAT(read(R"({"data":["text",null,[{}]]})"), FailsSaying(Errc::bad_answer, HasSubstr("data is empty")));
}

TEST(OpenAiAnswer, AnEntryWithoutAFileSaysSo) {
  for (const auto* const entry : {"{}", R"({"b64_json":null,"url":null})", R"({"b64_json":12})", R"({"x":"AAAA"})"}) {
    const auto image = first_image(entry);
    ASSERT_TRUE(image.fault.has_value()) << entry;
    EXPECT_EQ(image.fault->code, Errc::bad_answer);
  }
}

TEST(OpenAiAnswer, ASpoiltEntryLeavesTheOthersWhole) {
  const auto answer =
      read(answer_with(R"({"b64_json":"!!!!"},{"b64_json":")" + png64() + R"("},{"b64_json":"PGh0bWw+"})")).value();
  ASSERT_THAT(answer.images, SizeIs(3));
  EXPECT_EQ(answer.images[0].fault->code, Errc::corrupt_data);
  EXPECT_EQ(answer.images[1].file, to_bytes(png()));
  EXPECT_THAT(answer.images[2].fault->message, HasSubstr("got html"));
}

TEST(OpenAiAnswer, EntriesBeyondTheLimitArePassedOverUnread) {
  const auto entry = R"({"b64_json":")" + png64() + "\"}";
  const auto answer = read(answer_with(entry + "," + entry + R"(,{"b64_json":"!!"})"), {2, 1000}).value();
  ASSERT_THAT(answer.images, SizeIs(2));
  EXPECT_FALSE(answer.images[1].fault.has_value());
}

TEST(OpenAiAnswer, AnImageAboveTheLimitIsNotKept) {
  const auto answer = read(answer_with_png("0123456789"), {1, 17}).value();
  EXPECT_TRUE(answer.images[0].file.empty());
  EXPECT_EQ(answer.images[0].fault->code, Errc::limit_exceeded);
}

TEST(OpenAiAnswer, LongTextsAreDroppedAndTheImageKept) {
  const auto entry = R"({"revised_prompt":")" + std::string(70'000, 'r') + R"(","b64_json":")" + png64() + "\"}";
  EXPECT_EQ(first_image(entry).revised_prompt, "");
  EXPECT_EQ(first_image(entry).file, to_bytes(png()));
}

TEST(OpenAiAnswer, BadUtf8InATextCostsALetterAndNotTheImage) {
  const auto image = first_image("{\"revised_prompt\":\"\xC3(\",\"b64_json\":\"" + png64() + "\"}");
  EXPECT_EQ(image.revised_prompt, "\uFFFD(");
  EXPECT_EQ(image.file, to_bytes(png()));
}

TEST(OpenAiAnswer, AUrlAboveTheLimitIsAFault) {
  const auto image = first_image(R"({"url":"https://cdn.test/)" + std::string(9000, 'u') + "\"}");
  EXPECT_EQ(image.url, "");
  EXPECT_EQ(image.fault->code, Errc::limit_exceeded);
}

TEST(OpenAiAnswer, TheFirstOfTwoFilesCounts) {
  EXPECT_EQ(first_image(R"({"b64_json":")" + png64("one") + R"(","b64_json":")" + png64("two") + "\"}").file,
            to_bytes(png("one")));
}

TEST(OpenAiAnswer, KeysThatOnlyBeginLikeAKnownOneAreNotIt) {
  EXPECT_THAT(read(R"({"data_":[{}],"dat":[{}],"data)" + std::string(100, 'x') + R"(":[{}]})"),
              FailsSaying(Errc::bad_answer, HasSubstr("has no data")));
}

TEST(OpenAiAnswer, UsageMayBeAbsentOrPartial) {
  EXPECT_EQ(read(answer_with_png()).value().usage, std::nullopt);
  const auto data = R"({"data":[{"b64_json":")" + png64() + R"("}],"usage":)";
  EXPECT_EQ(read(data + "null}").value().usage, std::nullopt);
  EXPECT_EQ(read(data + R"({"input_tokens":5,"output_tokens":100}})").value().usage, (TokenUsage{5, 0, 100, 0}));
  EXPECT_EQ(read(data + R"({"input_tokens":-5,"output_tokens":1e30}})").value().usage, std::nullopt);
}

TEST(OpenAiAnswer, UsagePartsAddUpToTheTotalsThatAreBilled) {
  const auto usage =
      read(R"({"data":[{"b64_json":")" + png64() +
           R"("}],"usage":{"input_tokens":100,"input_tokens_details":{"text_tokens":10,"image_tokens":60},)"
           R"("output_tokens":50,"output_tokens_details":{"text_tokens":10}}})")
          .value()
          .usage;
  EXPECT_EQ(usage, (TokenUsage{40, 60, 40, 10}));
}

TEST(OpenAiAnswer, AnErrorObjectIsHandedOver) {
  const auto body = R"({"error":{"message":"no","type":"t","param":null,"code":"moderation_blocked",)"
                    R"("moderation_details":{"moderation_stage":"output","categories":["violence"]}}})";
  for (std::size_t piece = 1; piece <= 64; ++piece) {
    const auto got = read_in_pieces(body, piece);
    ASSERT_TRUE(got.error.has_value());
    EXPECT_EQ(got.error->code, "moderation_blocked");
    EXPECT_EQ(got.error->message, "no");
    EXPECT_EQ(got.error->stage, "output");
    EXPECT_THAT(got.answer, FailsWith(Errc::bad_answer));
  }
}

TEST(OpenAiAnswer, StopsReadingWhatItCannotRead) {
  OpenAiAnswerReader reader({1, 1000});
  const std::string page = "<html>" + std::string(600'000, '.');
  EXPECT_THAT(reader.on_data(as_bytes(page)), IsOk());
  EXPECT_THAT(reader.on_data(as_bytes(page)), IsOk());
  EXPECT_THAT(reader.on_data(as_bytes(page)), FailsSaying(Errc::bad_answer, HasSubstr("HTML")));
}

}  // namespace
}  // namespace imagegen::test
