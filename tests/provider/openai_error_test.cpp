#include "provider/openai/openai_error.hpp"

#include <imagegen/testing/fake_http.hpp>

#include <gmock/gmock.h>

#include "openai_fixtures.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;

const std::chrono::system_clock::time_point kNow{std::chrono::seconds(1'795'248'000)};  // Sat, 21 Nov 2026 08:00:00 GMT

std::string body_of(std::string_view code, std::string_view type = "invalid_request_error",
                    std::string_view message = "theirs") {
  const auto quoted = code.empty() ? "null" : "\"" + std::string(code) + "\"";
  return R"({"error":{"message":")" + std::string(message) + R"(","type":")" + std::string(type) +
         R"(","param":null,"code":)" + quoted + "}}";
}

Error error_for(int status, std::string_view body, std::vector<HttpHeader> headers = {}) {
  const auto asked = parse_url("https://api.test/v1/images/generations").value();
  return openai_error(fake_response(status, body, std::move(headers)), asked, Secret(std::string(kKey)), kNow);
}

struct Case {
  int status;
  std::string body;
  Errc code;
};

TEST(OpenAiError, IsClassifiedByCodeThenTypeThenStatus) {
  const Case cases[] = {
      {400, body_of("moderation_blocked", "image_generation_user_error"), Errc::content_refused},
      {400, body_of("content_policy_violation"), Errc::content_refused},
      {400, body_of("billing_hard_limit_reached"), Errc::quota_exceeded},
      {400, body_of("billing_hard_limit_reached", "image_generation_user_error"), Errc::quota_exceeded},
      {400, body_of("insufficient_quota"), Errc::quota_exceeded},
      {429, body_of("insufficient_quota", "insufficient_quota"), Errc::quota_exceeded},
      {429, body_of("", "insufficient_quota"), Errc::quota_exceeded},
      {429, body_of("rate_limit_exceeded", "images"), Errc::rate_limited},
      {429, body_of("", "tokens"), Errc::rate_limited},
      // Words of gateways, and of Azure.
      {429,
       R"({"error":{"message":"Budget has been exceeded! Current cost: 26.075","type":"budget_exceeded","code":"429"}})",
       Errc::quota_exceeded},
      {403, body_of("insufficient_user_quota", "new_api_error"), Errc::quota_exceeded},
      {400, body_of("429", "None", "ExceededBudget: BudgetExceeded"), Errc::quota_exceeded},
      {429, body_of("429", "", "You exceeded your current quota, please check your plan"), Errc::quota_exceeded},
      {429, R"({"code":"insufficient_balance","message":"m"})", Errc::quota_exceeded},
      {429, body_of("429", "rate_limit", "Too many requests"), Errc::rate_limited},
      {400, body_of("400", "", "litellm.ContentPolicyViolationError: AzureException - Your request was rejected"),
       Errc::content_refused},
      {400, body_of("Content_Filter"), Errc::content_refused},
      {400, R"({"error":{"code":"BadRequest","innererror":{"code":"ResponsibleAIPolicyViolation"}}})",
       Errc::content_refused},
      {400, body_of("400", "", "the side must be divisible by 16"), Errc::invalid_argument},
      {400, "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"caf\xE9 \\ud83d\"}}", Errc::quota_exceeded},
      {400, body_of("unknown_parameter"), Errc::invalid_argument},
      {400, body_of("invalid_value"), Errc::invalid_argument},
      {400, body_of(""), Errc::invalid_argument},
      {400, body_of("", "image_generation_user_error"), Errc::invalid_argument},
      {401, body_of("invalid_api_key"), Errc::permission_denied},
      {403, body_of(""), Errc::permission_denied},
      {404, body_of("model_not_found"), Errc::not_found},
      {500, body_of("server_error", "server_error"), Errc::unavailable},
      {400, body_of("", "server_error"), Errc::unavailable},
      {402, "", Errc::quota_exceeded},
      {404, "nginx", Errc::not_found},
      {408, "", Errc::unavailable},
      {409, "", Errc::unavailable},
      {413, "<html>", Errc::limit_exceeded},
      {429, "slow down", Errc::rate_limited},
      {502, "<html>", Errc::unavailable},
      {599, "", Errc::unavailable},
      {302, "", Errc::bad_answer},
      {418, "", Errc::bad_answer},
  };
  for (const auto& [status, body, code] : cases) {
    EXPECT_EQ(error_for(status, body).code, code) << status << ' ' << body << " became " << error_for(status, body);
  }
}

TEST(OpenAiError, AMessageDecidesOnlyWhereThereIsNoCode) {
  const auto* const text = "Your request was rejected by the safety system.";
  EXPECT_EQ(error_for(400, body_of("", "invalid_request_error", text)).code, Errc::content_refused);
  EXPECT_EQ(error_for(400, body_of("invalid_value", "invalid_request_error", text)).code, Errc::invalid_argument);
  EXPECT_EQ(error_for(500, body_of("", "", text)).code, Errc::unavailable);
}

TEST(OpenAiError, RepeatsOnlyWhatTheAnswerItselfAllows) {
  const auto retry = [](int status, std::string_view code, std::vector<HttpHeader> headers = {}) {
    return error_for(status, body_of(code, ""), std::move(headers)).retry;
  };
  EXPECT_EQ(retry(429, "rate_limit_exceeded"), Retry::later);
  EXPECT_EQ(retry(429, "rate_limit_exceeded", {{"x-should-retry", "false"}}), Retry::never);
  EXPECT_EQ(retry(503, "", {{"Retry-After", "1"}}), Retry::later);
  EXPECT_EQ(retry(503, ""), Retry::never);
  EXPECT_EQ(retry(503, "", {{"Retry-After", "soon"}}), Retry::never);
  EXPECT_EQ(retry(503, "", {{"Retry-After", "1"}, {"x-should-retry", "false"}}), Retry::never);
  EXPECT_EQ(retry(500, "server_error"), Retry::never);
  EXPECT_EQ(retry(500, "server_error", {{"Retry-After", "1"}}), Retry::never);
  for (const int status : {408, 500, 502, 503, 504, 599})
    EXPECT_EQ(retry(status, "", {{"x-should-retry", "true"}}), Retry::never) << status << " may have done work";
  EXPECT_EQ(retry(502, ""), Retry::never);
  EXPECT_EQ(retry(504, ""), Retry::never);
  EXPECT_EQ(retry(408, ""), Retry::never);
  EXPECT_EQ(retry(400, "", {{"x-should-retry", "true"}}), Retry::later);
  EXPECT_EQ(retry(401, "invalid_api_key"), Retry::never);
}

TEST(OpenAiError, NoHeaderMakesASettledRefusalWorthRepeating) {
  for (const auto* const code : {"insufficient_quota", "billing_hard_limit_reached", "moderation_blocked"}) {
    const auto error = error_for(429, body_of(code), {{"x-should-retry", "true"}, {"Retry-After", "1"}});
    EXPECT_EQ(error.retry, Retry::never) << code;
  }
}

TEST(OpenAiError, NoHeaderMakesASuccessOrARedirectWorthRepeating) {
  for (const int status : {200, 302}) {
    const auto error = error_for(status, body_of("rate_limit_exceeded"), {{"x-should-retry", "true"}});
    EXPECT_EQ(error.retry, Retry::never) << status;
  }
}

TEST(OpenAiError, SaysWhatEachOutcomeLeavesOwed) {
  struct Row {
    int status;
    std::string body;
    Billing billing;
    std::vector<HttpHeader> headers = {};
  };
  const std::vector<HttpHeader> wait = {{"Retry-After", "1"}}, again = {{"x-should-retry", "true"}};
  const Row rows[] = {
      {301, "", Billing::no},
      {302, "", Billing::no},
      {303, "", Billing::no},
      {307, "", Billing::no},
      {308, "", Billing::no},
      {400, body_of("invalid_value"), Billing::no},
      {400, body_of("billing_hard_limit_reached"), Billing::no},
      {401, body_of("invalid_api_key"), Billing::no},
      {402, "", Billing::no},
      {403, "", Billing::no},
      {404, body_of("model_not_found"), Billing::no},
      {409, "", Billing::no},
      {413, "<html>", Billing::no},
      {422, "", Billing::no},
      {429, body_of("rate_limit_exceeded"), Billing::no},
      {429, body_of("insufficient_quota"), Billing::no},
      {503, "", Billing::no, wait},
      // The contract page does not say that a refusal by moderation is free, and its stage may be the output.
      {400, body_of("moderation_blocked"), Billing::maybe},
      {400, body_of("content_policy_violation"), Billing::maybe},
      {408, "", Billing::maybe},
      {418, "", Billing::maybe},
      {500, body_of("server_error"), Billing::maybe},
      {500, "", Billing::maybe, wait},
      {500, "", Billing::maybe, again},
      {502, "<html>", Billing::maybe},
      {503, "", Billing::maybe},
      {503, "", Billing::maybe, {{"Retry-After", "soon"}}},
      {504, "", Billing::maybe},
      // A 2xx that holds an error: work may have been done whatever the error says.
      {200, body_of("rate_limit_exceeded"), Billing::maybe},
      {200, body_of("invalid_api_key"), Billing::maybe},
      {202, "", Billing::maybe},
  };
  for (const auto& row : rows)
    EXPECT_EQ(error_for(row.status, row.body, row.headers).billing, row.billing) << row.status << ' ' << row.body;
}

TEST(OpenAiError, ReadsHowLongToWait) {
  const auto wait = [](std::vector<HttpHeader> headers) { return error_for(429, "", std::move(headers)).retry_after; };
  EXPECT_EQ(wait({{"Retry-After", "7"}}), milliseconds(7000));
  EXPECT_EQ(wait({{"Retry-After", "0"}}), milliseconds(0));
  EXPECT_EQ(wait({{"Retry-After", "3600"}}), milliseconds(3'600'000));
  EXPECT_EQ(wait({{"Retry-After", "Sat, 21 Nov 2026 08:00:20 GMT"}}), milliseconds(20'000));
  EXPECT_EQ(wait({{"Retry-After", "7"}, {"retry-after-ms", "250"}}), milliseconds(250));
  EXPECT_EQ(wait({}), std::nullopt);
}

TEST(OpenAiError, SaysWhatCameAndWhereToAsk) {
  const auto error =
      error_for(400, R"({"error":{"message":"theirs","type":"t","param":"size","code":"invalid_value"}})",
                {{"x-request-id", "req_123"}});
  EXPECT_EQ(error.message, "openai: HTTP 400 invalid_value, param size (request req_123)");
  EXPECT_EQ(error.provider_text, "theirs");
  EXPECT_EQ(error.delivery, Delivery::answered);
}

TEST(OpenAiError, ARedirectNamesItsHostAndPathAndNothingElse) {
  const auto said = [](std::string location) {
    return error_for(308, "", {{"Location", std::move(location)}}).message;
  };
  EXPECT_THAT(said("https://gateway.example.com/v1/images/generations?sig=hunter2"),
              ::testing::AllOf(HasSubstr("HTTP 308"), HasSubstr("gateway.example.com/v1/images/generations,"),
                               Not(HasSubstr("hunter2"))));
  EXPECT_THAT(said("/v2/images/generations"), HasSubstr("redirected to api.test/v2/images/generations,"));
  EXPECT_THAT(said("//other.test"), HasSubstr("redirected to other.test/,"));
  EXPECT_THAT(said("/a b\xC3\xA4\r\nx"), HasSubstr("redirected to api.test/a%20b%C3%A4%0D%0Ax,"));
  EXPECT_THAT(said("/" + std::string(kKey)), Not(HasSubstr(std::string(kKey).substr(3))));
  EXPECT_LT(said("/" + std::string(5000, 'a')).size(), 500U);
  for (const auto* const odd : {"", "file:///etc/passwd", "https://user:hunter2@host/", "mailto:x"})
    EXPECT_THAT(said(odd), ::testing::AllOf(HasSubstr("not to an http(s) URL"), Not(HasSubstr("hunter2")))) << odd;
}

TEST(OpenAiError, NamesTheStageThatRefused) {
  const auto error =
      error_for(400, R"({"error":{"code":"moderation_blocked","moderation_details":{"moderation_stage":"output"}}})");
  EXPECT_THAT(error.message, HasSubstr("moderation_blocked, stage output"));
}

TEST(OpenAiError, PutsNoFreeTextOfTheirsIntoOurMessage) {
  const auto error =
      error_for(400, R"({"error":{"message":"the prompt","type":"a b","param":"<x>","code":"draw a cat"}})",
                {{"x-request-id", "req 1\"; DROP"}});
  EXPECT_EQ(error.message, "openai: HTTP 400");
  EXPECT_THAT(error_for(400, R"({"error":{"code":")" + std::string(500, 'c') + "\"}}").message, Not(HasSubstr("cc")));
}

TEST(OpenAiError, KeepsOddBodiesAsText) {
  EXPECT_EQ(error_for(502, "<html>bad</html>").provider_text, "<html>bad</html>");
  EXPECT_EQ(error_for(400, R"({"error":"plain"})").provider_text, R"({"error":"plain"})");
  EXPECT_EQ(error_for(400, R"({"error":{"message":12,"code":429}})").provider_text, "");
  EXPECT_EQ(error_for(400, "\xEF\xBB\xBF" + body_of("invalid_value")).provider_text, "theirs");
}

TEST(OpenAiError, KeepsNoMoreThanFourKilobytesOfGoodUtf8) {
  const auto text = error_for(500, "x" + std::string(4094, 'y') + "é and more").provider_text;
  EXPECT_EQ(text.size(), 4095U) << "cut before the letter that does not fit";
  EXPECT_EQ(error_for(500, "caf\xE9").provider_text, "caf?");
}

TEST(OpenAiError, TakesTheKeyOutBeforeItCutsTheText) {
  const auto text = error_for(500, std::string(4090, 'y') + std::string(kKey)).provider_text;
  EXPECT_THAT(text, Not(HasSubstr("sk-t")));
}

}  // namespace
}  // namespace imagegen::test
