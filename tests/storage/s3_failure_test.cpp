#include "storage/s3_failure.hpp"

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen::detail {
namespace {

using testing::HasSubstr;
using testing::Not;

const auto kNow = std::chrono::system_clock::from_time_t(1'369'353'600);  // 2013-05-24 00:00:00 UTC
const std::string kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

S3Endpoint endpoint() {
  S3Options options;
  options.bucket = "shop";
  options.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  options.secret_access_key = Secret(kSecret);
  options.session_token = Secret("a-session-token");
  return S3Endpoint::from(options).value();
}

HttpResponse answer(int status, const std::string& code = {}, const std::string& message = {}) {
  HttpResponse response;
  response.status = status;
  if (!code.empty())
    response.body = to_bytes("<Error><Code>" + code + "</Code><Message>" + message + "</Message></Error>");
  return response;
}

S3Failure failure(const HttpResponse& response, std::string method = "GET") {
  S3Call call;
  call.what = "get a/b";
  call.method = std::move(method);
  return failure_of_answer(call, response, endpoint(), kNow).value();
}

TEST(S3Failure, IsNothingForSuccess) {
  EXPECT_FALSE(failure_of_answer({}, answer(200), endpoint(), kNow).has_value());
  EXPECT_FALSE(failure_of_answer({}, answer(204), endpoint(), kNow).has_value());
}

struct Case {
  int status;
  std::string code;
  Errc expected;
  Retry retry;
};

TEST(S3Failure, MeansWhatStatusAndCodeSay) {
  const std::vector<Case> cases = {
      {301, "PermanentRedirect", Errc::invalid_argument, Retry::never},
      {400, "ExpiredToken", Errc::permission_denied, Retry::never},
      {400, "TokenRefreshRequired", Errc::permission_denied, Retry::never},
      {400, "XMinioAdminBucketQuotaExceeded", Errc::storage_failed, Retry::later},
      {400, "KeyTooLongError", Errc::limit_exceeded, Retry::never},
      {400, "EntityTooLarge", Errc::limit_exceeded, Retry::never},
      {400, "RequestTimeout", Errc::unavailable, Retry::later},
      {400, "XAmzContentSHA256Mismatch", Errc::unavailable, Retry::later},
      {400, "Unheard", Errc::storage_failed, Retry::never},
      {401, "", Errc::permission_denied, Retry::never},
      {403, "AccessDenied", Errc::permission_denied, Retry::never},
      {403, "QuotaExceeded", Errc::storage_failed, Retry::later},
      {403, "SignatureDoesNotMatch", Errc::permission_denied, Retry::never},
      {404, "NoSuchKey", Errc::not_found, Retry::never},
      {404, "NoSuchBucket", Errc::not_found, Retry::never},
      {409, "ConditionalRequestConflict", Errc::unavailable, Retry::later},
      {409, "BucketNotEmpty", Errc::storage_failed, Retry::never},
      {412, "PreconditionFailed", Errc::already_exists, Retry::never},
      {413, "", Errc::limit_exceeded, Retry::never},
      {429, "", Errc::rate_limited, Retry::later},
      {500, "InternalError", Errc::unavailable, Retry::later},
      {501, "NotImplemented", Errc::unsupported, Retry::never},
      {502, "", Errc::unavailable, Retry::later},
      {501, "", Errc::unsupported, Retry::never},
      {503, "", Errc::unavailable, Retry::later},
      {503, "ServiceUnavailable", Errc::unavailable, Retry::later},
      {503, "SlowDown", Errc::rate_limited, Retry::later},
      {503, "SlowDownWrite", Errc::rate_limited, Retry::later},
      {504, "", Errc::unavailable, Retry::later},
      {507, "", Errc::storage_failed, Retry::later},
      {507, "XMinioStorageFull", Errc::storage_failed, Retry::later},
  };
  for (const auto& [status, code, expected, retry] : cases) {
    const auto got = failure(answer(status, code));
    EXPECT_EQ(got.error.code, expected) << status << code;
    EXPECT_EQ(got.error.retry, retry) << status << code;
    EXPECT_EQ(got.code, code);
    EXPECT_EQ(got.status, status);
  }
}

TEST(S3Failure, SaysWhatWasDoneAndWhatCame) {
  EXPECT_EQ(failure(answer(500, "InternalError")).error.message, "S3 get a/b: failed (500 InternalError)");
  EXPECT_EQ(failure(answer(404, "NoSuchBucket")).error.message,
            "S3 get a/b: the bucket does not exist (404 NoSuchBucket)");
}

TEST(S3Failure, SaysThatAConditionIsNotKnown) {
  S3Call call;
  call.what = "put a/b";
  call.method = "PUT";
  call.headers.push_back({"if-none-match", "*"});
  for (const auto& refusal : {answer(501), answer(501, "NotImplemented")}) {
    const auto got = failure_of_answer(call, refusal, endpoint(), kNow).value().error;
    EXPECT_EQ(got.code, Errc::unsupported);
    EXPECT_THAT(got.message, HasSubstr("does not know If-None-Match on PUT"));
  }
}

TEST(S3Failure, ShowsBothClocksWhenOneIsWrong) {
  auto response = answer(403, "RequestTimeTooSkewed");
  response.headers.add("Date", "Sat, 25 May 2013 00:00:00 GMT");
  const auto got = failure(response).error;
  EXPECT_EQ(got.code, Errc::permission_denied);
  EXPECT_THAT(got.message, HasSubstr("clock is wrong: it says 20130524T000000Z, the server's says Sat, 25 May 2013"));
}

TEST(S3Failure, ExplainsARefusalWithoutABody) {
  EXPECT_THAT(failure(answer(403), "HEAD").error.message, HasSubstr("no reason was given"));
}

TEST(S3Failure, NamesTheRegionOfTheBucketButNoOtherText) {
  auto response = answer(301, "PermanentRedirect");
  response.headers.add("x-amz-bucket-region", "eu-west-1");
  EXPECT_THAT(failure(response).error.message, HasSubstr("it is in eu-west-1"));
  auto odd = answer(301, "PermanentRedirect");
  odd.headers.add("x-amz-bucket-region", "<script>");
  EXPECT_THAT(failure(odd).error.message, Not(HasSubstr("script")));
}

TEST(S3Failure, A400WithNothingButARegionIsABucketThatIsElsewhere) {
  auto response = answer(400);
  response.headers.add("x-amz-bucket-region", "eu-west-1");
  const auto got = failure(response, "HEAD").error;
  EXPECT_EQ(got.code, Errc::invalid_argument);
  EXPECT_THAT(got.message, HasSubstr("it is in eu-west-1"));
  auto other = answer(400, "InvalidRequest");
  other.headers.add("x-amz-bucket-region", "eu-west-1");
  EXPECT_EQ(failure(other).error.code, Errc::storage_failed)
      << "the region is where it should be, and something else is wrong";
}

TEST(S3Failure, KeepsTheServersWordsApartAndWithoutSecrets) {
  const auto got = failure(answer(403, "AccessDenied", "not with " + kSecret + " and a-session-token")).error;
  EXPECT_EQ(got.provider_text, "not with *** and ***");
  EXPECT_THAT(got.message, Not(HasSubstr("not with")));
}

TEST(S3Failure, KeepsTheTimeTheServerAsksFor) {
  auto response = answer(503);
  response.headers.add("Retry-After", "7");
  EXPECT_EQ(failure(response).error.retry_after, std::chrono::seconds(7));
}

TEST(S3Failure, KnowsWhichTriesMayHaveArrived) {
  EXPECT_TRUE(failure(answer(500)).may_have_arrived);
  EXPECT_FALSE(failure(answer(409, "ConditionalRequestConflict")).may_have_arrived);
  Error lost(Errc::unavailable, "connection reset");
  lost.delivery = Delivery::unknown;
  EXPECT_TRUE(failure_of_network({}, lost).may_have_arrived);
  lost.delivery = Delivery::not_sent;
  EXPECT_FALSE(failure_of_network({}, lost).may_have_arrived);
}

// Delivery is about what may be owed, and a purchase must not look doubtful because its store failed.
TEST(S3Failure, OwesNothing) {
  Error lost(Errc::unavailable, "connection reset");
  lost.delivery = Delivery::unknown;
  EXPECT_EQ(failure_of_network({}, lost).error.delivery, Delivery::not_sent);
  EXPECT_EQ(failure(answer(500)).error.delivery, Delivery::not_sent);
}

TEST(S3Failure, RepeatsOnlyWhatTheNetworkMayDoBetter) {
  for (const auto code : {Errc::unavailable, Errc::deadline_exceeded, Errc::bad_answer}) {
    EXPECT_EQ(failure_of_network({}, Error(code, "")).error.retry, Retry::later) << to_string(code);
  }
  for (const auto code : {Errc::cancelled, Errc::limit_exceeded, Errc::permission_denied}) {
    EXPECT_EQ(failure_of_network({}, Error(code, "")).error.retry, Retry::never) << to_string(code);
  }
}

TEST(FullJitter, DoublesUpToTenSeconds) {
  using std::chrono::milliseconds;
  EXPECT_EQ(full_jitter(1, 0.0), milliseconds(0));
  EXPECT_EQ(full_jitter(1, 0.5), milliseconds(50));
  EXPECT_EQ(full_jitter(3, 0.5), milliseconds(200));
  EXPECT_EQ(full_jitter(30, 0.5), milliseconds(5'000));
  EXPECT_LT(full_jitter(100, 0.999), milliseconds(10'000));
}

TEST(S3Failure, WhatTheServerCallsItDoesNotRuleATerminal) {
  const auto error = failure(answer(400, "Odd\xC2\x9B\xE2\x80\xAE", "m")).error;
  EXPECT_EQ(error.message, "S3 get a/b: failed (400)") << "what is no name of an error is none";
}

TEST(S3Failure, TheKeyIdIsNotToldEither) {
  const auto error = failure(answer(403, "InvalidAccessKeyId", "AKIAIOSFODNN7EXAMPLE is not known")).error;
  EXPECT_EQ(error.provider_text, "*** is not known");
}

}  // namespace
}  // namespace imagegen::detail
