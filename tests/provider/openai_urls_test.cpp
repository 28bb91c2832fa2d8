#include <gmock/gmock.h>

#include "openai_rig.hpp"
#include "support/matchers.hpp"

/// \file Answers that give a URL. The fake fails the test when a header of ours comes with the download.
namespace imagegen::test {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

HttpClientOptions nobody_allowed() {
  HttpClientOptions options;
  options.allowed_hosts = {"example.test"};
  return options;
}

int downloads(OpenAiRig& rig) {
  int count = 0;
  for (const auto& request : rig.fake.server().requests()) count += request.target.starts_with("/files/") ? 1 : 0;
  return count;
}

TEST(OpenAiUrls, AreDownloadedWithTheirSignatureAsItCame) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::urls());
  const auto result = rig.submit(request_for("a cat", {1024, 1024}, 2));
  ASSERT_THAT(result, IsOk());
  ASSERT_THAT(images_of(result).images, SizeIs(2));
  EXPECT_EQ(as_text(images_of(result).images[1].file), gradient_png(8, 8, 1));
  EXPECT_EQ(rig.fake.server().request(1).target, "/files/0.png?sig=a%2Fb+c%3D&se=2026");
}

TEST(OpenAiUrls, ThatLeadInsideTheNetworkAreRefused) {
  OpenAiRig rig(small_pictures(), nobody_allowed());
  rig.fake.fail_next(openai::urls());
  const auto result = rig.submit();
  ASSERT_THAT(result, FailsSaying(Errc::permission_denied, HasSubstr("may have been charged")));
  EXPECT_EQ(result.error().delivery, Delivery::answered);
  EXPECT_EQ(result.error().retry, Retry::never);
  EXPECT_EQ(downloads(rig), 0);
}

TEST(OpenAiUrls, ThatAreNoHttpUrlsAreRefused) {
  for (const auto* const url :
       {"file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "http://u:p@cdn.test/a.png", "a.png"}) {
    OpenAiRig rig;
    rig.fake.fail_next(openai::urls_elsewhere(url));
    const auto result = rig.submit();
    ASSERT_TRUE(result.has_error()) << url;
    EXPECT_EQ(result.error().retry, Retry::never) << url;
    EXPECT_EQ(rig.fake.generations(), 1) << url;
  }
}

TEST(OpenAiUrls, ThatHaveExpiredAreAnErrorAndNotBoughtAgain) {
  OpenAiRig rig;
  rig.fake.fail_next(openai::urls_elsewhere(rig.fake.server().url("/files/expired.png")));
  const auto result = rig.submit();
  ASSERT_THAT(result, FailsSaying(Errc::bad_answer, HasSubstr("404")));
  EXPECT_EQ(result.error().retry, Retry::never);
  EXPECT_EQ(result.error().billing, Billing::maybe);
  EXPECT_EQ(result.error().where_to_look, rig.fake.server().url("/files/expired.png"));
  EXPECT_EQ(rig.fake.accepted(), 1);
  EXPECT_EQ(downloads(rig), 5) << "it may only not have come to where it is asked for";
}

TEST(OpenAiUrls, MayBeRelativeToTheAnswer) {
  for (const auto* const url : {"/files/my picture [1].png", "../../files/my picture [1].png"}) {
    OpenAiRig rig;
    rig.fake.fail_next(openai::urls_elsewhere(url));
    ASSERT_THAT(rig.submit(), FailsSaying(Errc::bad_answer, HasSubstr("404")));
    EXPECT_EQ(rig.fake.server().requests().back().target, "/files/my%20picture%20%5B1%5D.png");
  }
}

}  // namespace
}  // namespace imagegen::test
