#include "provider/openai/openai_request.hpp"

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"

namespace imagegen::test {
namespace {

// Of a request as the provider adapts it.
std::string body_of(OpenAiSettings settings, ImageRequest request) {
  const auto model = settings.options.model;
  return openai_body(settings, adapted(std::move(request), model));
}

TEST(OpenAiRequest, GptImage2BodyIsExactlyThis) {
  EXPECT_EQ(
      body_of(settings_for("gpt-image-2"), request_for("A cat, \"big\"\n", {2560, 1440}, 2)),
      R"({"model":"gpt-image-2","prompt":"A cat, \"big\"\n","n":2,"size":"2560x1440","quality":"high","output_format":"png"})");
}

TEST(OpenAiRequest, GptImage1BodyWithEverything) {
  auto settings = settings_for("gpt-image-1");
  settings.options.moderation = "low";
  settings.options.background = "transparent";
  auto request = request_for("Ünï", {1024, 1536});
  request.user = "u-1", request.quality = "low";
  EXPECT_EQ(body_of(settings, request),
            R"({"model":"gpt-image-1","prompt":"Ünï","n":1,"size":"1024x1536","quality":"low","output_format":"png",)"
            R"("moderation":"low","background":"transparent","user":"u-1"})");
}

TEST(OpenAiRequest, DallE3BodyIsExactlyThis) {
  EXPECT_EQ(
      body_of(settings_for("dall-e-3"), request_for("a cat", {1792, 1024})),
      R"({"model":"dall-e-3","prompt":"a cat","n":1,"size":"1792x1024","quality":"standard","response_format":"b64_json"})");
}

TEST(OpenAiRequest, DallE2BodyIsExactlyThis) {
  EXPECT_EQ(
      body_of(settings_for("dall-e-2"), request_for("a cat", {256, 256}, 10)),
      R"({"model":"dall-e-2","prompt":"a cat","n":10,"size":"256x256","quality":"standard","response_format":"b64_json"})");
}

TEST(OpenAiRequest, UnknownModelBodyFollowsTheGptImageFamily) {
  EXPECT_EQ(
      body_of(settings_for("acme/painter-1"), request_for("a cat")),
      R"({"model":"acme/painter-1","prompt":"a cat","n":1,"size":"1024x1024","quality":"high","output_format":"png"})");
}

TEST(OpenAiRequest, ASeedIsNeverSent) {
  auto request = adapted(request_for("a cat"), "gpt-image-2");
  request.seed = 42;
  EXPECT_EQ(openai_body(settings_for("gpt-image-2"), request).find("seed"), std::string::npos);
}

TEST(OpenAiRequest, GoesBelowTheBaseUrlWithTheKey) {
  auto settings = settings_for("gpt-image-2");
  settings.base = parse_url("http://gateway.test:8080/openai/v1/").value();
  const auto request = openai_request(settings, "POST", "/images/generations");
  EXPECT_EQ(request.url.str(), "http://gateway.test:8080/openai/v1/images/generations");
  EXPECT_EQ(request.headers.get("Authorization"), "Bearer " + std::string(kKey));
  EXPECT_FALSE(request.headers.has("OpenAI-Organization"));
  EXPECT_FALSE(request.headers.has("Idempotency-Key")) << "the service has none, so it must not look as if it had";
}

TEST(OpenAiRequest, AzureGetsTheKeyInAHeaderAndAVersionInTheQuery) {
  auto settings = settings_for("gpt-image-2");
  settings.options.key_header = "api-key";
  const auto base = parse_url("https://r.openai.azure.com/openai/deployments/d").value();
  settings.base = with_api_version(base, "2025-04-01-preview");
  const auto request = openai_request(settings, "POST", "/images/generations");
  EXPECT_EQ(request.url.target, "/openai/deployments/d/images/generations?api-version=2025-04-01-preview");
  EXPECT_EQ(request.headers.get("api-key"), kKey);
  EXPECT_FALSE(request.headers.has("Authorization"));
}

TEST(OpenAiRequest, AVersionGoesBesideWhatTheQueryHas) {
  const auto with = [](std::string_view url) { return with_api_version(parse_url(url).value(), "a b").str(); };
  EXPECT_EQ(with("https://h.test/v1"), "https://h.test/v1?api-version=a%20b");
  EXPECT_EQ(with("https://h.test/v1?x=1"), "https://h.test/v1?x=1&api-version=a%20b");
  EXPECT_EQ(with("https://h.test/v1?api-version=7"), "https://h.test/v1?api-version=7");
  EXPECT_EQ(with_api_version(parse_url("https://h.test/v1").value(), "").str(), "https://h.test/v1");
}

TEST(OpenAiRequest, OnlyAHeaderOfItsOwnMayCarryTheKey) {
  for (const auto* const name : {"api-key", "X-API-Key", "Ocp-Apim-Subscription-Key"}) EXPECT_TRUE(is_key_header(name));
  for (const auto* const name : {"", "a b", "a:", "Host", "content-length", "Content-Type", "\n"})
    EXPECT_FALSE(is_key_header(name)) << name;
}

TEST(OpenAiRequest, NamesOrganizationAndProjectWhenTheyAreGiven) {
  auto settings = settings_for("gpt-image-2");
  settings.options.organization = "org-1";
  settings.options.project = "proj_1";
  const auto request = openai_request(settings, "GET", "/models");
  EXPECT_EQ(request.headers.get("OpenAI-Organization"), "org-1");
  EXPECT_EQ(request.headers.get("OpenAI-Project"), "proj_1");
}

TEST(OpenAiRequest, AModelIdIsOneSegmentOfAPath) {
  EXPECT_EQ(path_segment("acme/painter?1#x%"), "acme%2Fpainter%3F1%23x%25");
  EXPECT_EQ(path_segment("gpt-image-2_A.b~"), "gpt-image-2_A.b~");
}

}  // namespace
}  // namespace imagegen::test
