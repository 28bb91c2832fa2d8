#include <imagegen/provider/openai.hpp>
#include <imagegen/testing/fake_http.hpp>
#include <imagegen/testing/manual_clock.hpp>

#include <gtest/gtest.h>

#include "openai_fixtures.hpp"
#include "support/matchers.hpp"
#include "support/run_task.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct OpenAiProvider : ::testing::Test {
  Result<std::unique_ptr<ImageProvider>> make(OpenAiOptions options) {
    return make_openai_provider(std::move(options), http, clock);
  }
  Result<void> make_with(void (*change)(OpenAiOptions&), std::string model = "gpt-image-2") {
    auto options = options_for(std::move(model));
    change(options);
    const auto made = make(std::move(options));
    return made ? Result<void>{} : Result<void>(made.error());
  }
  Result<void> check(std::string model = "gpt-image-2") {
    const auto provider = make(options_for(std::move(model))).value();
    return run_task(provider->check(Deadline::never()));
  }
  FakeHttp http;
  ManualClock clock;
};

TEST_F(OpenAiProvider, SaysWhatItCanDo) {
  const auto capability = make(options_for("dall-e-3")).value()->capability();
  EXPECT_EQ(capability.provider, "openai");
  EXPECT_TRUE(capability.paid);
  const auto& model = capability.models.front();
  EXPECT_EQ(model.model, "dall-e-3") << "the configured one is the first";
  EXPECT_EQ(model.default_quality, "standard");
  EXPECT_EQ(model.max_images, 1);
  EXPECT_FALSE(model.seed);
  EXPECT_FALSE(model.negative);
  EXPECT_NE(find_model(capability, "gpt-image-2"), nullptr) << "and the others can be asked too";
}

TEST_F(OpenAiProvider, RefusesCredentialsThatCannotBeSent) {
  EXPECT_THAT(make_with([](auto& o) { o.api_key = Secret(); }),
              FailsSaying(Errc::invalid_argument, HasSubstr("api_key")));
  const auto with_line_end = make_with([](auto& o) { o.api_key = Secret("sk-abcdefgh\n"); });
  EXPECT_THAT(with_line_end, FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("api_key"), Not(HasSubstr("abc")))));
  EXPECT_THAT(make_with([](auto& o) { o.organization = "a\r\nX: y"; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("organization")));
  EXPECT_THAT(make_with([](auto& o) { o.project = "a b"; }), FailsSaying(Errc::invalid_argument, HasSubstr("project")));
}

TEST_F(OpenAiProvider, RefusesABaseThatIsNoUrl) {
  EXPECT_THAT(make_with([](auto& o) { o.base_url = "api.openai.com/v1"; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("base_url")));
  EXPECT_THAT(make_with([](auto& o) { o.base_url = "https://user:pw@api.test/v1"; }),
              FailsWith(Errc::invalid_argument));
}

TEST_F(OpenAiProvider, RefusesAQualityThatAKnownModelHasNot) {
  EXPECT_THAT(make_with([](auto& o) { o.quality = "hd"; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("quality: expected one of low, medium, high, auto")));
  EXPECT_THAT(make_with([](auto& o) { o.quality = "hd"; }, "dall-e-3"), IsOk());
  EXPECT_THAT(make_with([](auto& o) { o.quality = "xhigh"; }, "gpt-image-2.5-flare"), IsOk());
  EXPECT_THAT(make_with([](auto& o) { o.quality = "ultra"; }, "acme/painter"), IsOk());
  EXPECT_THAT(make_with([](auto& o) { o.quality = "very good"; }, "acme/painter"), FailsWith(Errc::invalid_argument));
}

TEST_F(OpenAiProvider, RefusesFieldsThatTheModelHasNot) {
  EXPECT_THAT(make_with([](auto& o) { o.moderation = "low"; }, "dall-e-3"),
              FailsSaying(Errc::invalid_argument, HasSubstr("moderation")));
  EXPECT_THAT(make_with([](auto& o) { o.background = "opaque"; }, "dall-e-2"),
              FailsSaying(Errc::invalid_argument, HasSubstr("background")));
  EXPECT_THAT(make_with([](auto& o) { o.moderation = "off"; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("low or auto")));
  EXPECT_THAT(make_with([](auto& o) { o.background = "blue"; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("background")));
}

TEST_F(OpenAiProvider, RefusesAModelIdOrALimitThatCannotBe) {
  EXPECT_THAT(make_with([](auto& o) { o.model.clear(); }), FailsSaying(Errc::invalid_argument, HasSubstr("model")));
  EXPECT_THAT(make_with([](auto& o) { o.max_image_bytes = 0; }),
              FailsSaying(Errc::invalid_argument, HasSubstr("max_image_bytes")));
}

TEST_F(OpenAiProvider, SendsNothingForARequestThatTheModelCannotServe) {
  const auto provider = make(options_for("gpt-image-1")).value();
  const auto result = run_task(provider->submit(request_for("a cat", {1792, 1024}), Deadline::never()));
  EXPECT_THAT(result, FailsSaying(Errc::invalid_argument, HasSubstr("size")));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_TRUE(http.requests().empty());
}

TEST_F(OpenAiProvider, SubmitsOnce) {
  http.will_answer(fake_response(200, answer_with_png()));
  const auto provider = make(options_for("gpt-image-2")).value();
  const auto result = run_task(provider->submit(request_for("a cat"), Deadline::never()));
  EXPECT_EQ(images_of(result).images.at(0).file, to_bytes(png()));
  EXPECT_EQ(http.requests().size(), 1U);
}

TEST_F(OpenAiProvider, ChecksItselfWithACallThatIsFree) {
  http.will_answer(fake_response(200, R"({"id":"acme/painter"})"));
  EXPECT_THAT(check("acme/painter"), IsOk());
  EXPECT_EQ(http.request(0).method, "GET");
  EXPECT_EQ(http.request(0).url.target, "/v1/models/acme%2Fpainter");
  EXPECT_TRUE(http.request(0).headers.has("Authorization"));
}

TEST_F(OpenAiProvider, ACheckSaysWhatIsWrong) {
  http.will_answer(fake_response(401, R"({"error":{"code":"invalid_api_key"}})"));
  EXPECT_THAT(check(), FailsWith(Errc::permission_denied));
  http.will_answer(fake_response(404, R"({"error":{"code":"model_not_found"}})"));
  EXPECT_THAT(check(), FailsWith(Errc::not_found));
  http.will_answer(fake_response(200, "<html>please log in</html>"));
  EXPECT_THAT(check(), FailsWith(Errc::bad_answer));
}

TEST_F(OpenAiProvider, ACheckMayBeRepeatedAfterWhatPasses) {
  http.will_answer(fake_response(502, "<html>"));
  EXPECT_EQ(check().error().retry, Retry::later);
  http.will_answer(error_of(Errc::unavailable, Delivery::unknown));
  EXPECT_EQ(check().error().retry, Retry::later);
  http.will_answer(fake_response(401));
  EXPECT_EQ(check().error().retry, Retry::never);
}

TEST_F(OpenAiProvider, ACheckAfterTheDeadlineAsksNothing) {
  const auto provider = make(options_for("gpt-image-2")).value();
  EXPECT_THAT(run_task(provider->check(deadline_after(clock, std::chrono::seconds(-1)))),
              FailsWith(Errc::deadline_exceeded));
  EXPECT_TRUE(http.requests().empty());
}

}  // namespace
}  // namespace imagegen::test
