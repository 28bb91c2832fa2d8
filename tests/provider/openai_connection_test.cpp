#include <gmock/gmock.h>

#include "openai_rig.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

TEST(OpenAiConnection, GivesPicturesUsageAndRequestId) {
  OpenAiRig rig;
  const auto result = rig.submit(request_for("a cat", {1536, 1024}, 2));
  ASSERT_THAT(result, IsOk());
  EXPECT_THAT(images_of(result).images, SizeIs(2));
  EXPECT_EQ(images_of(result).usage, Usage(TokenUsage{41, 0, 2000, 0}));
  EXPECT_EQ(images_of(result).request_id, "req_1");
}

TEST(OpenAiConnection, AsksForRoomWhenAnAnswerBegins) {
  auto options = small_pictures();
  options.make_image = [](int, int, int index) { return gradient_png(600, 600, index); };  // more than one read
  OpenAiRig rig(std::move(options));
  int asked = 0;
  CallContext context;
  context.room = [&asked]() -> Task<void> {
    ++asked;
    co_return;
  };
  ASSERT_THAT(rig.submit(request_for("a cat"), context), IsOk());
  EXPECT_EQ(asked, 1);
}

TEST(OpenAiConnection, EveryModelIsAskedInItsOwnWay) {
  OpenAiRig rig;  // which fails the test when one of these breaks the contract
  for (const auto* const model : {"gpt-image-2", "gpt-image-2.5-flare", "gpt-image-1.5", "gpt-image-1-mini", "dall-e-3",
                                  "dall-e-2", "gateway-flux"}) {
    auto options = rig.options(model);
    rig.connect(options);
    auto request = request_for("a cat");
    request.user = "user-1";
    EXPECT_THAT(rig.submit(request), IsOk()) << model;
  }
}

TEST(OpenAiConnection, EverySizeOfEveryModelIsAccepted) {
  OpenAiRig rig;
  for (const auto* const model : {"gpt-image-1", "dall-e-3", "dall-e-2", "gateway-flux"}) {
    rig.connect(rig.options(model));
    for (const auto size : listed_sizes(rig.provider->capability().models.front().sizes)) {
      EXPECT_THAT(rig.submit(request_for("a cat", size)), IsOk()) << model << ' ' << to_string(size);
    }
  }
  rig.connect(rig.options("gpt-image-2"));
  for (const auto size : {PixelSize{3840, 2160}, PixelSize{1440, 480}, PixelSize{816, 816}}) {
    EXPECT_THAT(rig.submit(request_for("a cat", size)), IsOk()) << to_string(size);
  }
}

TEST(OpenAiConnection, DallE3SaysHowItRevisedThePrompt) {
  OpenAiRig rig;
  rig.connect(rig.options("dall-e-3"));
  EXPECT_EQ(images_of(rig.submit(request_for("a cat"))).images.at(0).revised_prompt, "Revised: a cat");
}

TEST(OpenAiConnection, SendsOrganizationAndProject) {
  auto fake = small_pictures();
  fake.organization = "org-1";
  fake.project = "proj_1";
  OpenAiRig rig(std::move(fake));
  auto options = rig.options();
  options.organization = "org-1";
  options.project = "proj_1";
  rig.connect(options);
  EXPECT_THAT(rig.submit(), IsOk());
}

TEST(OpenAiConnection, SpeaksTls) {
  auto fake = small_pictures();
  fake.certificate = Certificate::good;
  OpenAiRig rig(std::move(fake));
  EXPECT_THAT(rig.submit(), IsOk());
  EXPECT_THAT(rig.fake.base_url(), HasSubstr("https://"));
}

TEST(OpenAiConnection, AWrongKeyIsToldWithoutRepeatingIt) {
  OpenAiRig rig;
  auto options = rig.options();
  options.api_key = Secret("sk-wrong-0123456789abcdefghijkl");
  rig.connect(options);
  EXPECT_THAT(rig.submit(), FailsWith(Errc::permission_denied));
  EXPECT_EQ(rig.fake.generations(), 0);
  EXPECT_THAT(rig.io.run(rig.provider->check(Deadline::never())), FailsWith(Errc::permission_denied));
}

TEST(OpenAiConnection, AnUnknownModelIsNotFound) {
  OpenAiRig rig;
  rig.connect(rig.options("gpt-image-99"));
  EXPECT_THAT(rig.submit(), FailsWith(Errc::not_found));
  EXPECT_THAT(rig.io.run(rig.provider->check(Deadline::never())), FailsWith(Errc::not_found));
}

TEST(OpenAiConnection, ARefusedConnectionIsTriedAgainBecauseNothingWasSent) {
  RefusingPort nobody;
  OpenAiRig rig;
  auto options = rig.options();
  options.base_url = "http://127.0.0.1:" + std::to_string(nobody.port()) + "/v1";
  rig.connect(options);
  const auto result = rig.submit();
  ASSERT_THAT(result, FailsWith(Errc::unavailable));
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_EQ(result.error().retry, Retry::exhausted);
  EXPECT_THAT(result.error().message, Not(HasSubstr("charged")));
  EXPECT_THAT(rig.clock.slept, SizeIs(2));
}

// Before the handshake is done nothing of the request can have left, so this is the certain case.
TEST(OpenAiConnection, AResetBeforeTheRequestIsTriedAgainAndPaidForOnce) {
  auto fake = small_pictures();
  fake.certificate = Certificate::good;
  fake.reset_on_accept = [](int connection) { return connection == 1; };
  OpenAiRig rig(std::move(fake));
  ASSERT_THAT(rig.submit(), IsOk());
  EXPECT_EQ(rig.fake.accepted(), 1);
  EXPECT_THAT(rig.clock.slept, SizeIs(1));
}

// In plain HTTP the bytes may already be on their way when the reset comes: then nobody may try again.
TEST(OpenAiConnection, AResetThatMeetsTheRequestIsNeverPaidForTwice) {
  auto fake = small_pictures();
  fake.reset_on_accept = [](int) { return true; };
  OpenAiRig rig(std::move(fake));
  const auto result = rig.submit();
  ASSERT_THAT(result, FailsWith(Errc::unavailable));
  const bool unsent = result.error().delivery == Delivery::not_sent;
  EXPECT_EQ(result.error().retry, unsent ? Retry::exhausted : Retry::never);
  EXPECT_EQ(rig.fake.accepted(), 0);
}

TEST(OpenAiConnection, ACertificateThatIsWrongGetsNoKey) {
  auto fake = small_pictures();
  fake.certificate = Certificate::self_signed;
  OpenAiRig rig(std::move(fake));
  const auto result = rig.submit();
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().delivery, Delivery::not_sent);
  EXPECT_TRUE(rig.fake.server().requests().empty());
}

TEST(OpenAiConnection, TheFirstByteMayTakeLongerThanAnyPauseInABody) {
  HttpClientOptions http;
  http.idle_timeout = milliseconds(50);
  http.connect_timeout = milliseconds(2000);
  OpenAiRig rig(small_pictures(), http);
  rig.fake.fail_next(faults::delay(milliseconds(400)));
  EXPECT_THAT(rig.submit(), IsOk());
}

TEST(OpenAiConnection, ABodyThatStallsIsGivenUpAndNotBoughtAgain) {
  HttpClientOptions http;
  http.idle_timeout = milliseconds(50);
  OpenAiRig rig(small_pictures(), http);
  rig.fake.fail_always(faults::stall_in_body());
  const auto result = rig.submit();
  ASSERT_THAT(result, FailsWith(Errc::unavailable));
  EXPECT_EQ(result.error().delivery, Delivery::answered);
  EXPECT_EQ(rig.fake.generations(), 1);
}

TEST(OpenAiConnection, APurchaseGoesOnAConnectionThatHasCarriedNothing) {
  OpenAiRig rig;
  ASSERT_THAT(rig.submit(), IsOk());
  ASSERT_THAT(rig.submit(), IsOk());
  EXPECT_EQ(rig.fake.server().connections(), 2U);
}

TEST(OpenAiConnection, ItsConnectionIsKeptForWhatIsFree) {
  OpenAiRig rig;
  ASSERT_THAT(rig.submit(), IsOk());
  ASSERT_THAT(rig.io.run(rig.provider->check(Deadline::never())), IsOk());
  EXPECT_EQ(rig.fake.server().connections(), 1U);
}

TEST(OpenAiConnection, AConnectionThatDiedMeanwhileCostsNothing) {
  OpenAiRig rig;
  ASSERT_THAT(rig.submit(), IsOk());
  rig.fake.server().close_idle();
  ASSERT_THAT(rig.submit(), IsOk());
  EXPECT_EQ(rig.fake.accepted(), 2);
}

TEST(OpenAiConnection, AnImageAboveTheLimitIsRefused) {
  OpenAiRig rig;
  auto options = rig.options();
  options.max_image_bytes = 50;
  rig.connect(options);
  EXPECT_THAT(rig.submit(), FailsWith(Errc::limit_exceeded));
  EXPECT_EQ(rig.fake.accepted(), 1);
}

TEST(OpenAiConnection, ABodyWithoutEndIsCutOff) {
  OpenAiRig rig;
  auto options = rig.options();
  options.max_image_bytes = 1000;
  rig.connect(options);
  Fault flood{"flood", true, [](const Answering&) { return Reply::json("{\"x\":\"" + std::string(6U << 20U, 'x')); }};
  rig.fake.fail_next(flood);
  EXPECT_THAT(rig.submit(), FailsWith(Errc::limit_exceeded));
}

}  // namespace
}  // namespace imagegen::test
