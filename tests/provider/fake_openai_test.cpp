#include "support/openai/fake_openai.hpp"

#include <gmock/gmock.h>

#include <iostream>

#include "openai_rig.hpp"
#include "support/matchers.hpp"

/// \file The fake itself: it must see what it is there to see.
namespace imagegen::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

HttpResponse send(OpenAiRig& rig, std::string method, std::string_view target, std::string_view body,
                  std::vector<HttpHeader> headers) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = parse_url(rig.fake.server().url(target)).value();
  request.body = to_bytes(body);
  for (auto& header : headers) request.headers.add(header.name, header.value);
  return rig.io.run(rig.http->send(std::move(request), Deadline::never())).value();
}

HttpResponse post(OpenAiRig& rig, std::string_view body, std::vector<HttpHeader> more = {}) {
  more.push_back({"Content-Type", "application/json"});
  if (std::none_of(more.begin(), more.end(), [](const auto& header) { return header.name == "Authorization"; })) {
    more.push_back({"Authorization", "Bearer " + std::string(kKey)});
  }
  return send(rig, "POST", "/v1/images/generations", body, std::move(more));
}

constexpr auto kGood = R"({"model":"gpt-image-2","prompt":"a cat"})";

TEST(FakeOpenAi, SaysWhichContractItFollows) {
  std::cout << "the fake follows " << FakeOpenAi::contract() << '\n';
  EXPECT_THAT(FakeOpenAi::contract(), HasSubstr("2026-08-21"));
}

TEST(FakeOpenAi, PutsRequestIdAndRateLimitsOnEveryAnswer) {
  OpenAiRig rig;
  for (const auto& response : {post(rig, kGood), post(rig, kGood, {{"Authorization", "Basic abc"}})}) {
    EXPECT_THAT(std::string(response.headers.get("x-request-id")), HasSubstr("req_"));
    EXPECT_TRUE(response.headers.has("x-ratelimit-remaining-images"));
  }
}

TEST(FakeOpenAi, WantsTheExactSchemeAndKey) {
  OpenAiRig rig;
  for (const auto* const value : {"Key sk", "bearer sk-test-0a1b2c3d4e5f60718293a4b5c6d7e8f9", "Bearer sk-other", ""}) {
    EXPECT_EQ(post(rig, kGood, {{"Authorization", value}}).status, 401) << value;
  }
  EXPECT_EQ(rig.fake.accepted(), 0);
}

TEST(FakeOpenAi, CountsWhatWouldBePaidFor) {
  OpenAiRig rig;
  EXPECT_EQ(post(rig, kGood).status, 200);
  EXPECT_EQ(post(rig, kGood).status, 200);
  rig.fake.fail_next(openai::rate_limited());
  EXPECT_EQ(post(rig, kGood).status, 429);
  EXPECT_EQ(rig.fake.accepted(), 2) << "the same POST twice is paid for twice";
  EXPECT_EQ(rig.fake.generations(), 3);
}

TEST(FakeOpenAi, ReportsUnknownFieldsHeadersAndCalls) {
  OpenAiRig rig;
  EXPECT_EQ(post(rig, R"({"model":"gpt-image-2","prompt":"a","seed":1})").status, 400);
  EXPECT_EQ(post(rig, kGood, {{"Idempotency-Key", "1"}}).status, 200);
  EXPECT_EQ(send(rig, "GET", "/v1/images", "", {{"Authorization", "Bearer " + std::string(kKey)}}).status, 404);
  const auto violations = rig.fake.take_violations();
  EXPECT_THAT(violations, Contains(HasSubstr("seed")));
  EXPECT_THAT(violations, Contains(HasSubstr("Idempotency-Key")));
  EXPECT_THAT(violations, Contains(HasSubstr("GET /v1/images")));
  EXPECT_THAT(rig.fake.take_violations(), IsEmpty());
}

TEST(FakeOpenAi, ReportsAKeyThatIsSentToAResultUrl) {
  OpenAiRig rig;
  send(rig, "GET", "/files/0.png", "", {{"Authorization", "Bearer x"}});
  EXPECT_THAT(rig.fake.take_violations(), Contains(HasSubstr("Authorization")));
}

TEST(FakeOpenAi, DrawsRealPicturesOfTheSizeThatWasAskedFor) {
  const auto file = gradient_png(1536, 1024, 3);
  EXPECT_EQ(file.substr(16, 8), std::string("\x00\x00\x06\x00\x00\x00\x04\x00", 8)) << "width and height in IHDR";
  EXPECT_EQ(file.substr(file.size() - 8, 4), "IEND");
  EXPECT_LT(file.size(), 1536U * 1024U * 3U / 10U) << "small enough to be sent often";
}

}  // namespace
}  // namespace imagegen::test
