#include <imagegen/core/digest.hpp>

#include "storage/support/s3_fake.hpp"
#include "support/matchers.hpp"

// What the S3 store sends and what it makes of the answers.
namespace imagegen::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> keys_of(const Result<std::vector<ObjectInfo>>& listed) {
  if (!listed) return {listed.error().message};
  std::vector<std::string> out;
  for (const auto& info : *listed) out.push_back(info.key);
  return out;
}

TEST_F(S3Fake, PutSendsContentHeadersAndDigest) {
  http_.will_answer(fake_response(200, "", {{"ETag", "\"0f\""}}));
  PutOptions options;
  options.content_type = "image/webp";
  options.cache_control = "no-cache";
  const auto stored = put("picture", options);
  ASSERT_THAT(stored, IsOk());
  EXPECT_EQ(stored->etag, "0f");
  EXPECT_EQ(stored->key, "a b");
  const auto sent = http_.request(0);
  EXPECT_EQ(sent.method + " " + sent.url.str(), "PUT https://shop.s3.test/pre/a%20b");
  EXPECT_EQ(as_text(sent.body), "picture");
  const auto digest = to_hex(sha256(std::string_view("picture")));
  EXPECT_EQ(sent.headers.get("x-amz-content-sha256"), digest);
  EXPECT_EQ(sent.headers.get("x-amz-meta-imagegen-sha256"), digest);
  EXPECT_EQ(sent.headers.get("content-type"), "image/webp");
  EXPECT_EQ(sent.headers.get("cache-control"), "no-cache");
  EXPECT_FALSE(sent.headers.has("if-none-match"));
}

TEST_F(S3Fake, ConditionalPutAsksForAnAbsentKeyAndSignsThat) {
  http_.will_answer(fake_response(200));
  ASSERT_THAT(put("x", if_absent()), IsOk());
  EXPECT_EQ(http_.request(0).headers.get("if-none-match"), "*");
  EXPECT_THAT(std::string(http_.request(0).headers.get("authorization")), HasSubstr(";if-none-match;"));
}

TEST_F(S3Fake, RefusesKeysThatAreTooLongWithThePrefixAndSendsNothing) {
  const auto key = key_of(std::string(1021, 'k'));
  EXPECT_THAT(run_task(store_->put(key, as_bytes("x"), {})), FailsWith(Errc::limit_exceeded));
  EXPECT_THAT(http_.requests(), IsEmpty());
}

TEST_F(S3Fake, GetComparesTheDigest) {
  const auto digest = to_hex(sha256(std::string_view("picture")));
  http_.will_answer(fake_response(200, "picture", {{"x-amz-meta-imagegen-sha256", digest}}));
  http_.will_answer(fake_response(200, "Picture", {{"x-amz-meta-imagegen-sha256", digest}}));
  http_.will_answer(fake_response(200, "of somebody else"));
  EXPECT_THAT(get(), IsOk());
  EXPECT_THAT(get(), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(get(), IsOk());
}

TEST_F(S3Fake, GetTellsAMissingObjectWhateverTheLimit) {
  http_.will_answer(s3_error(404, "NoSuchKey", std::string(500, 'x')));
  EXPECT_THAT(get(3), FailsWith(Errc::not_found));
}

TEST_F(S3Fake, HeadReadsWhatTheHeadersSay) {
  http_.will_answer(
      fake_response(200, "", {{"Content-Length", "12"}, {"ETag", "\"e\""}, {"Content-Type", "image/webp"}}));
  const auto found = head().value().value();
  EXPECT_EQ(found.size_bytes, 12U);
  EXPECT_EQ(found.etag, "e");
  EXPECT_EQ(found.content_type, "image/webp");
}

TEST_F(S3Fake, HeadWithoutALengthAsksForTheFirstByte) {
  const auto size_with = [this](HttpResponse second) {
    http_.will_answer(fake_response(200, "", {{"ETag", "\"e\""}}));
    http_.will_answer(std::move(second));
    const auto found = head();
    EXPECT_THAT(found, IsOk());
    return found ? (*found)->size_bytes : 999;
  };
  EXPECT_EQ(size_with(fake_response(206, "p", {{"Content-Range", "bytes 0-0/12"}})), 12U);
  EXPECT_EQ(size_with(fake_response(200, "picture")), 7U);
  EXPECT_EQ(size_with(s3_error(416, "InvalidRange")), 0U);
  EXPECT_EQ(http_.request(1).method, "GET");
  EXPECT_EQ(http_.request(1).headers.get("range"), "bytes=0-0");
}

TEST_F(S3Fake, HeadWithoutASizeAnywhereIsNoAnswer) {
  http_.will_answer(fake_response(200));
  http_.will_answer(fake_response(206, "p", {{"Content-Range", "bytes 0-0/*"}}));
  EXPECT_THAT(head(), FailsWith(Errc::bad_answer));
}

TEST_F(S3Fake, HeadFindsOutOnceWhetherTheBucketIsThere) {
  http_.will_answer(fake_response(404)).will_answer(s3_error(404, "NoSuchKey")).will_answer(fake_response(404));
  EXPECT_FALSE(head().value().has_value());
  EXPECT_FALSE(head().value().has_value());
  EXPECT_EQ(http_.requests().size(), 3U);
}

TEST_F(S3Fake, HeadDoesNotTakeAMissingBucketForAMissingObject) {
  http_.will_answer(fake_response(404)).will_answer(s3_error(404, "NoSuchBucket"));
  EXPECT_THAT(head(), FailsSaying(Errc::not_found, HasSubstr("the bucket does not exist")));
}

TEST_F(S3Fake, HeadExplainsARefusal) {
  http_.will_answer(fake_response(403));
  EXPECT_THAT(head(), FailsSaying(Errc::permission_denied, HasSubstr("no reason was given")));
}

TEST_F(S3Fake, RemoveOfNothingSucceedsButNotInAMissingBucket) {
  http_.will_answer(fake_response(204))
      .will_answer(s3_error(404, "NoSuchKey"))
      .will_answer(s3_error(404, "NoSuchBucket"));
  EXPECT_THAT(remove(), IsOk());
  EXPECT_THAT(remove(), IsOk());
  EXPECT_THAT(remove(), FailsWith(Errc::not_found));
}

HttpResponse page(const std::vector<std::string>& keys, const std::string& token = {}) {
  std::string xml = "<ListBucketResult>";
  for (const auto& key : keys) xml += "<Contents><Key>" + key + "</Key><Size>1</Size></Contents>";
  if (!token.empty())
    xml += "<IsTruncated>true</IsTruncated><NextContinuationToken>" + token + "</NextContinuationToken>";
  return fake_response(200, xml + "</ListBucketResult>");
}

TEST_F(S3Fake, ListGoesOnWithTheToken) {
  http_.will_answer(page({"pre/x/1", "pre/x/2"}, "t+1")).will_answer(page({"pre/x/3"}));
  EXPECT_THAT(keys_of(list("x/", 5000, "x/0")), testing::ElementsAre("x/1", "x/2", "x/3"));
  EXPECT_EQ(http_.request(0).url.target, "/?list-type=2&max-keys=1000&prefix=pre%2Fx%2F&start-after=pre%2Fx%2F0");
  EXPECT_EQ(http_.request(1).url.target, "/?continuation-token=t%2B1&list-type=2&max-keys=1000&prefix=pre%2Fx%2F");
}

TEST_F(S3Fake, ListStopsAtItsLimit) {
  http_.will_answer(page({"pre/1", "pre/2", "pre/3"}, "more"));
  EXPECT_THAT(keys_of(list("", 2)), testing::ElementsAre("1", "2"));
  EXPECT_THAT(http_.request(0).url.target, HasSubstr("max-keys=2"));
}

TEST_F(S3Fake, ListLeavesOutFolderMarks) {
  http_.will_answer(page({"pre/", "pre/a", "pre/b/", "pre/b//c"}));
  EXPECT_THAT(keys_of(list("", 10)), testing::ElementsAre("a"));
}

TEST_F(S3Fake, ListBelievesNoServerThatLeavesTheOrderOrThePrefix) {
  http_.will_answer(page({"pre/b", "pre/a"})).will_answer(page({"pre/a"})).will_answer(page({"other/a"}));
  http_.will_answer(page({"pre/a"}, "t")).will_answer(page({"pre/a"}, "t"));
  EXPECT_THAT(list("", 10), FailsWith(Errc::bad_answer));
  EXPECT_THAT(list("", 10, "a"), FailsWith(Errc::bad_answer));
  EXPECT_THAT(list("", 10), FailsWith(Errc::bad_answer));
  EXPECT_THAT(list("", 10), FailsWith(Errc::bad_answer));
}

TEST_F(S3Fake, ListEndsWithAServerThatSendsOnlyEmptyPages) {
  http_.on_request([](const HttpRequest&) { return page({}, "again"); });
  EXPECT_THAT(list("", 10), FailsWith(Errc::bad_answer));
  EXPECT_LT(http_.requests().size(), 200U);
}

TEST_F(S3Fake, UrlsAreTheObjectsOrThePublicOnes) {
  EXPECT_EQ(store_->url(key_of("a b")), "https://shop.s3.test/pre/a%20b");
  reopen([](S3Options& options) { options.public_base_url = "https://cdn.test/p"; });
  EXPECT_EQ(store_->url(key_of("a b")), "https://cdn.test/p/a%20b");
}

TEST_F(S3Fake, ShowsNoSecretWhateverTheServerEchoes) {
  for (const int status : {301, 400, 403, 404, 409, 412, 500, 503}) {
    http_.on_request([&](const HttpRequest& request) {
      const auto echo = kS3Secret + kS3Token + std::string(request.headers.get("x-amz-security-token"));
      auto answer = s3_error(status, "Denied", echo);
      answer.headers.add("x-amz-bucket-region", kS3Token);
      answer.headers.add("Date", kS3Token);
      return answer;
    });
    const std::vector<Error> errors = {put("x").error(), get().error(), head().error(), list("", 1).error()};
    for (const auto& error : errors) {
      EXPECT_THAT(error.message + error.provider_text, Not(HasSubstr(kS3Token))) << status;
      EXPECT_THAT(error.message + error.provider_text, Not(HasSubstr(kS3Secret))) << status;
    }
  }
}

}  // namespace
}  // namespace imagegen::test
