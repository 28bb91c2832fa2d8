#include "provider/openai/openai_exchange.hpp"

#include <imagegen/testing/fake_http.hpp>

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kCharged = "may have been charged";

/// An exchange, and the http client's part in it.
struct Talk {
  explicit Talk(int count = 1, const std::string& model = "gpt-image-2")
      : settings(settings_for(model)),
        exchange(settings, adapted(request_for("a cat", {1024, 1024}, count), model), {}, {}) {
    sent = std::get<Send>(exchange.start()).request;
  }

  Step answer(int status, std::string_view body, std::vector<HttpHeader> headers = {}) {
    auto response = fake_response(status, body, std::move(headers));
    if (status / 100 == 2) {
      EXPECT_THAT(sent.sink->on_data(response.body), IsOk());
      response.body.clear();
    }
    return exchange.on_response(response);
  }

  OpenAiSettings settings;
  OpenAiExchange exchange;
  HttpRequest sent;
};

Result<GeneratedImages> result_of(Step step) {
  auto ended = std::get<Done>(std::move(step)).result;
  if (!ended) return ended.error();
  return std::get<GeneratedImages>(*std::move(ended));
}

TEST(OpenAiExchange, PostsOneJsonBody) {
  Talk talk;
  EXPECT_EQ(talk.sent.method, "POST");
  EXPECT_EQ(talk.sent.url.target, "/v1/images/generations");
  EXPECT_EQ(talk.sent.headers.get("Content-Type"), "application/json");
  EXPECT_THAT(as_text(talk.sent.body), HasSubstr("\"prompt\":\"a cat\""));
  EXPECT_FALSE(talk.sent.public_addresses_only) << "a gateway may be on a private network";
  EXPECT_TRUE(talk.sent.fresh_connection) << "one that the server is closing would leave the purchase unknown";
}

TEST(OpenAiExchange, TheAnswerMayBeAsLargeAsItsImages) {
  Talk talk(4);
  EXPECT_GT(talk.sent.max_response_bytes, 4 * talk.settings.options.max_image_bytes / 3 * 4);
}

TEST(OpenAiExchange, GivesTheImagesWithUsageAndRequestId) {
  Talk talk;
  const auto body = R"({"data":[{"b64_json":")" + png64() +
                    R"(","revised_prompt":"A nice cat"}],"usage":{"input_tokens":5,"output_tokens":100}})";
  const auto images = result_of(talk.answer(200, body, {{"x-request-id", "req_9"}})).value();
  ASSERT_THAT(images.images, SizeIs(1));
  EXPECT_EQ(images.images[0].file, to_bytes(png()));
  EXPECT_EQ(images.images[0].revised_prompt, "A nice cat");
  EXPECT_EQ(images.usage, Usage(TokenUsage{5, 0, 100, 0}));
  EXPECT_EQ(images.request_id, "req_9");
}

TEST(OpenAiExchange, KeepsAsManyImagesAsWereAsked) {
  const auto entry = R"({"b64_json":")" + png64() + "\"}";
  Talk two(2), three(3);
  EXPECT_THAT(result_of(two.answer(200, answer_with(entry + "," + entry + "," + entry))).value().images, SizeIs(2));
  EXPECT_THAT(result_of(three.answer(200, answer_with(entry))).value().images, SizeIs(1));
}

TEST(OpenAiExchange, KeepsTheGoodOnesOfASpoiltAnswer) {
  Talk talk(2);
  const auto images =
      result_of(talk.answer(200, answer_with(R"({"b64_json":"!!"},{"b64_json":")" + png64() + "\"}"))).value();
  ASSERT_THAT(images.images, SizeIs(1));
  EXPECT_EQ(images.images[0].file, to_bytes(png()));
}

TEST(OpenAiExchange, WhenNoneIsGoodTheFirstFaultSpeaks) {
  Talk talk(2);
  const auto result = result_of(talk.answer(200, answer_with(R"({"b64_json":"PGh0bWw+"},{"b64_json":"!!"})")));
  EXPECT_THAT(result,
              FailsSaying(Errc::corrupt_data, AllOf(HasSubstr("data[0]"), HasSubstr("got html"), HasSubstr(kCharged))));
  EXPECT_EQ(result.error().retry, Retry::never);
}

TEST(OpenAiExchange, AnUnreadable200SaysWhyAndThatItMayCost) {
  const auto said = [](std::string_view body, std::vector<HttpHeader> headers) {
    headers.push_back({"x-request-id", "req_7"});
    const auto error = result_of(Talk().answer(200, body, std::move(headers))).error();
    EXPECT_EQ(error.code, Errc::bad_answer);
    EXPECT_EQ(error.retry, Retry::never);
    EXPECT_THAT(error.message, AllOf(HasSubstr(kCharged), HasSubstr("req_7")));
    return error.message;
  };
  EXPECT_THAT(said("", {}), HasSubstr("is empty"));
  EXPECT_THAT(said("<html>", {{"Content-Type", "text/html; charset=utf-8"}}),
              AllOf(HasSubstr("HTML"), HasSubstr("text/html")));
  EXPECT_THAT(said("\x89PNG", {{"Content-Type", "image/png"}}), HasSubstr("its Content-Type is image/png"));
  EXPECT_THAT(said("\x1F\x8B", {{"Content-Encoding", "gzip"}}), HasSubstr("Content-Encoding"));
  EXPECT_THAT(said("oops", {{"Content-Type", "a b\nc"}}), Not(HasSubstr("b\nc")));
}

TEST(OpenAiExchange, APaidAnswerUnderTheWrongContentTypeIsRead) {
  EXPECT_THAT(result_of(Talk().answer(200, answer_with_png(), {{"Content-Type", "text/plain"}})), IsOk());
}

TEST(OpenAiExchange, AnErrorIn200IsClassifiedAndNeverRepeated) {
  const auto result =
      result_of(Talk().answer(200, R"({"error":{"code":"rate_limit_exceeded","message":"m","type":"t"}})"));
  EXPECT_THAT(result, FailsSaying(Errc::rate_limited, HasSubstr(kCharged)));
  EXPECT_EQ(result.error().retry, Retry::never);
  EXPECT_EQ(result.error().provider_text, "m");
}

TEST(OpenAiExchange, ARedirectIsNotFollowed) {
  const auto result = result_of(Talk().answer(307, "", {{"Location", "https://elsewhere.test/"}}));
  EXPECT_THAT(result, FailsSaying(Errc::bad_answer, AllOf(HasSubstr("HTTP 307"), HasSubstr("elsewhere.test/"))));
  EXPECT_EQ(result.error().billing, Billing::no);
}

TEST(OpenAiExchange, OnlyFailuresThatMayCostSayThatTheyMay) {
  EXPECT_THAT(result_of(Talk().answer(500, "")).error().message, HasSubstr(kCharged));
  EXPECT_THAT(result_of(Talk().answer(429, "")).error().message, Not(HasSubstr(kCharged)));
  EXPECT_THAT(result_of(Talk().answer(400, "")).error().message, Not(HasSubstr(kCharged)));
  EXPECT_THAT(result_of(Talk().answer(503, "", {{"Retry-After", "1"}})).error().message, Not(HasSubstr(kCharged)));
  EXPECT_THAT(result_of(Talk().answer(400, R"({"error":{"code":"moderation_blocked"}})")).error().message,
              HasSubstr(kCharged));
}

TEST(OpenAiExchange, ALostConnectionMayCostUnlessNothingWasSent) {
  Talk talk;
  const auto lost = result_of(talk.exchange.on_error(error_of(Errc::unavailable, Delivery::unknown))).error();
  EXPECT_THAT(lost.message, AllOf(HasSubstr("openai: "), HasSubstr(kCharged)));
  const auto refused = result_of(talk.exchange.on_error(error_of(Errc::unavailable, Delivery::not_sent))).error();
  EXPECT_THAT(refused.message, Not(HasSubstr(kCharged)));
}

std::string url_entries(int count) {
  std::string entries;
  for (int i = 0; i < count; ++i) {
    entries += (i > 0 ? "," : "") + std::string(R"({"url":"https://cdn.test/)") + std::to_string(i) + ".png\"}";
  }
  return answer_with(entries);
}

TEST(OpenAiExchange, FetchesUrlsOneAfterTheOther) {
  Talk talk(2, "dall-e-2");
  const auto first = std::get<Fetch>(talk.answer(200, url_entries(2)));
  EXPECT_EQ(first.url, "https://cdn.test/0.png");
  EXPECT_EQ(first.max_bytes, talk.settings.options.max_image_bytes);
  EXPECT_EQ(std::get<Fetch>(talk.exchange.on_fetched(to_bytes(png("0")))).url, "https://cdn.test/1.png");
  const auto images = result_of(talk.exchange.on_fetched(to_bytes(png("1")))).value();
  ASSERT_THAT(images.images, SizeIs(2));
  EXPECT_EQ(images.images[1].file, to_bytes(png("1")));
}

TEST(OpenAiExchange, FetchesAUrlWhereTheFileBesideItIsSpoilt) {
  Talk talk;
  const auto step = talk.answer(200, answer_with(R"({"b64_json":"!!","url":"https://cdn.test/0.png"})"));
  EXPECT_EQ(std::get<Fetch>(step).url, "https://cdn.test/0.png");
  EXPECT_THAT(result_of(talk.exchange.on_fetched(to_bytes(png()))), IsOk());
}

TEST(OpenAiExchange, TriesADownloadFiveTimesBecauseItIsPaidFor) {
  Talk talk(1, "dall-e-2");
  auto down = error_of(Errc::unavailable, Delivery::answered);
  down.retry = Retry::later;
  talk.answer(200, url_entries(1));
  for (const auto pause : {milliseconds(500), milliseconds(1000), milliseconds(2000), milliseconds(4000)}) {
    EXPECT_EQ(std::get<Wait>(talk.exchange.on_fetched(down)).delay, pause);
    EXPECT_EQ(std::get<Fetch>(talk.exchange.on_wake()).url, "https://cdn.test/0.png");
  }
  const auto result = result_of(talk.exchange.on_fetched(down));
  EXPECT_THAT(result, FailsSaying(Errc::unavailable, AllOf(HasSubstr("data[0]: url"), HasSubstr(kCharged))));
  EXPECT_EQ(result.error().retry, Retry::never);
}

TEST(OpenAiExchange, WaitsForADownloadAsLongAsItIsAskedTo) {
  Talk talk(1, "dall-e-2");
  talk.answer(200, url_entries(1));
  auto busy = error_of(Errc::bad_answer, Delivery::answered);
  busy.retry = Retry::later;
  busy.retry_after = milliseconds(3000);
  EXPECT_EQ(std::get<Wait>(talk.exchange.on_fetched(busy)).delay, milliseconds(3000));
  EXPECT_EQ(std::get<Wait>(talk.exchange.on_fetched(Bytes())).delay, milliseconds(1000)) << "empty is not there yet";
  EXPECT_THAT(result_of(talk.exchange.on_fetched(to_bytes(png()))), IsOk());
}

TEST(OpenAiExchange, AnAnswerWithoutAPictureKeepsItsWordsAndTheIdOfItsTask) {
  const auto failed = [](std::string_view body) { return result_of(Talk().answer(200, body)).error(); };
  auto error = failed(R"({"created":1,"data":[],"error":"CUDA out of memory while decoding latents"})");
  EXPECT_EQ(error.provider_text, "CUDA out of memory while decoding latents");
  EXPECT_THAT(error.message, AllOf(HasSubstr("data is empty"), HasSubstr(kCharged)));
  error = failed(R"({"code":200,"data":[{"status":"submitted","task_id":"task_01ABCDEF"}]})");
  EXPECT_THAT(error.message, AllOf(HasSubstr("task task_01ABCDEF"), HasSubstr("status submitted")));
  EXPECT_THAT(error.provider_text, HasSubstr("submitted"));
  error = failed(R"({"id":"gen-1","polling_url":"https://x.test/gen-1"})");
  EXPECT_EQ(error.where_to_look, "https://x.test/gen-1");
  error = failed(R"({"data":[{"error":{"code":"moderation_blocked","message":"theirs"}}]})");
  EXPECT_EQ(error.code, Errc::content_refused);
  EXPECT_EQ(error.provider_text, "theirs");
  EXPECT_EQ(error.billing, Billing::maybe);
  EXPECT_EQ(failed("out of credits").provider_text, "out of credits");
}

TEST(OpenAiExchange, DoesNotRepeatADownloadThatIsRefused) {
  Talk talk(1, "dall-e-2");
  talk.answer(200, url_entries(1));
  EXPECT_THAT(result_of(talk.exchange.on_fetched(error_of(Errc::permission_denied, Delivery::not_sent))),
              FailsWith(Errc::permission_denied));
}

TEST(OpenAiExchange, AfterA2xxEveryFailureMayBeBilled) {
  const auto billing = [](const Step& step) { return result_of(step).error().billing; };
  for (const auto* const body : {"", "<html>", "{}", R"({"data":[]})", R"({"data":[{"b64_json":"!!"}]})",
                                 R"({"error":{"code":"invalid_api_key"}})"})
    EXPECT_EQ(billing(Talk().answer(200, body)), Billing::maybe) << body;
  const Error failures[] = {error_of(Errc::not_found, Delivery::answered),
                            error_of(Errc::permission_denied, Delivery::not_sent),
                            error_of(Errc::invalid_argument, Delivery::not_sent),
                            error_of(Errc::limit_exceeded, Delivery::answered)};
  for (const auto& failure : failures) {
    Talk fetched(1, "dall-e-2"), ended(1, "dall-e-2");
    fetched.answer(200, url_entries(1));
    ended.answer(200, url_entries(1));
    EXPECT_EQ(billing(fetched.exchange.on_fetched(failure)), Billing::maybe) << failure;
    EXPECT_EQ(billing(ended.exchange.on_error(failure)), Billing::maybe) << failure;
  }
  Talk page(1, "dall-e-2");
  page.answer(200, url_entries(1));
  EXPECT_EQ(billing(page.exchange.on_fetched(to_bytes("<html>expired"))), Billing::maybe);
}

TEST(OpenAiExchange, AFetchedPageIsNoImage) {
  Talk talk(1, "dall-e-2");
  talk.answer(200, url_entries(1));
  EXPECT_THAT(result_of(talk.exchange.on_fetched(to_bytes("<html>expired"))),
              FailsSaying(Errc::corrupt_data, HasSubstr("html")));
}

TEST(OpenAiExchange, AnInterruptedDownloadKeepsTheImagesThatCame) {
  Talk talk(2, "dall-e-2");
  talk.answer(200, url_entries(2));
  talk.exchange.on_fetched(to_bytes(png("0")));
  const auto images = result_of(talk.exchange.on_error(error_of(Errc::deadline_exceeded, Delivery::answered))).value();
  EXPECT_THAT(images.images, SizeIs(1));
}

}  // namespace
}  // namespace imagegen::test
