#include <gmock/gmock.h>

#include <sstream>

#include "openai_rig.hpp"
#include "support/matchers.hpp"

/// \file The key comes back on every path that a hostile or careless server has, and must not get further.
namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Fault answer(std::string name, std::function<Reply(const std::string& key)> reply) {
  return {std::move(name), true, [reply](const Answering& answering) { return reply(answering.key); }};
}

std::vector<Fault> echoes() {
  return {
      answer("message",
             [](const auto& key) { return Reply::json(error_json("bad key " + key, "t", "invalid_api_key"), 401); }),
      answer("code", [](const auto& key) { return Reply::json(error_json("m", "t", key), 400); }),
      answer("type", [](const auto& key) { return Reply::json(error_json("m", key, ""), 400); }),
      answer("param", [](const auto& key) { return Reply::json(error_json("m", "t", "invalid_value", key), 400); }),
      answer("param with more",
             [](const auto& key) { return Reply::json(error_json("m", "t", "c", "a." + key), 400); }),
      answer("stage",
             [](const auto& key) {
               return Reply::json(
                   R"({"error":{"code":"moderation_blocked","moderation_details":{"moderation_stage":")" + key +
                       "\"}}}",
                   400);
             }),
      answer("beginning",
             [](const auto& key) { return Reply::json(error_json(key.substr(0, 12) + "***", "t", "c"), 401); }),
      answer(
          "end",
          [](const auto& key) { return Reply::json(error_json("***" + key.substr(key.size() - 12), "t", "c"), 401); }),
      answer("page", [](const auto& key) { return Reply::of(502, "<html>Authorization: Bearer " + key + "</html>"); }),
      answer("long page", [](const auto& key) { return Reply::of(500, std::string(4090, '.') + key + key); }),
      answer("request id",
             [](const auto& key) {
               return Reply::of(500, "", {{"x-request-id", key}});
             }),
      answer("content type",
             [](const auto& key) {
               return Reply::of(200, "oops", {{"Content-Type", key}});
             }),
      answer("error with 200", [](const auto& key) { return Reply::json(error_json(key, key, key, key)); }),
      answer("redirect",
             [](const auto& key) {
               return Reply::of(302, key, {{"Location", "https://a.test/" + key}});
             }),
      answer("status line",
             [](const auto& key) {
               Reply reply;
               reply.raw = "HTTP/1.1 500 " + key + "\r\nContent-Length: 0\r\n\r\n";
               return reply;
             }),
      answer("no HTTP",
             [](const auto& key) {
               Reply reply;
               reply.raw = key + "\r\n\r\n";
               reply.ending = Ending::close;
               return reply;
             }),
      answer("image", [](const auto& key) { return Reply::json(answer_with(entry_of(to_base64(as_bytes(key))))); }),
      answer(
          "url",
          [](const auto& key) { return Reply::json(answer_with(entry_of("http://" + key + ".test/" + key, "url"))); }),
      answer("url with credentials",
             [](const auto& key) { return Reply::json(answer_with(entry_of("http://" + key + "@a.test/", "url"))); }),
  };
}

// Any eight characters of an end of the key are too many.
void expect_no_key(const std::string& where, const std::string& text) {
  EXPECT_THAT(text, Not(HasSubstr(std::string(kKey.substr(0, 8))))) << where;
  EXPECT_THAT(text, Not(HasSubstr(std::string(kKey.substr(kKey.size() - 8))))) << where;
}

class OpenAiSecrets : public ::testing::TestWithParam<Fault> {};

TEST_P(OpenAiSecrets, AreNotInTheError) {
  OpenAiRig rig;
  rig.fake.fail_always(GetParam());
  const auto result = rig.submit();
  ASSERT_TRUE(result.has_error());
  std::ostringstream printed;
  printed << result.error();
  expect_no_key("printed", printed.str());
  expect_no_key("message", result.error().message);
  expect_no_key("provider_text", result.error().provider_text);
}

INSTANTIATE_TEST_SUITE_P(Each, OpenAiSecrets, ::testing::ValuesIn(echoes()), [](const auto& each) {
  std::string name = each.param.name;
  std::replace(name.begin(), name.end(), ' ', '_');
  return name;
});

TEST(OpenAiSecretsInResults, AreTakenOut) {
  OpenAiRig rig;
  rig.fake.fail_next(answer("success", [](const auto& key) {
    auto reply = Reply::json(answer_with(R"({"revised_prompt":"say )" + key + R"(","b64_json":")" + png64() + "\"}"));
    reply.headers.emplace_back("x-request-id", key);
    return reply;
  }));
  const auto result = rig.submit();
  ASSERT_THAT(result, IsOk());
  expect_no_key("request_id", images_of(result).request_id);
  expect_no_key("revised_prompt", images_of(result).images.at(0).revised_prompt);
}

TEST(OpenAiSecretsInResults, AreNotInTheErrorOfACheck) {
  OpenAiRig rig;
  auto options = rig.options();
  options.api_key = Secret("sk-0a1b2c3d4e5f6g7h8i9j");
  rig.connect(options);
  const auto error = rig.io.run(rig.provider->check(Deadline::never())).error();
  EXPECT_THAT(error.message + error.provider_text, Not(HasSubstr("sk-0a1b2")));
}

// Beside the key: what else of the account is configured.
TEST(OpenAiSecretsInErrors, NothingOfTheAccountIsTold) {
  const std::vector<std::string> secrets{"org-0123456789abc", "proj_zyxwvu98765", "q-signature/1", "q-signature%2F1"};
  auto account = small_pictures();
  account.organization = secrets[0];
  account.project = secrets[1];
  account.query = "api-version=2026-01-01&sig=" + secrets[3];
  OpenAiRig rig(account);
  auto options = rig.options();
  options.organization = secrets[0];
  options.project = secrets[1];
  options.base_url += "?" + account.query;
  rig.connect(options);
  const auto echo = [&](const auto&) {
    std::string all = "api-version 2026-01-01";
    for (const auto& secret : secrets) all += " " + secret;
    return Reply::json(error_json(all, "t", secrets[0], secrets[1]), 400);
  };
  rig.fake.fail_always({"echo", true, echo});
  const auto error = rig.submit().error();
  for (const auto& secret : secrets) {
    EXPECT_THAT(error.message, Not(HasSubstr(secret)));
    EXPECT_THAT(error.provider_text, Not(HasSubstr(secret)));
  }
  EXPECT_THAT(error.provider_text, HasSubstr("2026-01-01"));
}

}  // namespace
}  // namespace imagegen::test
