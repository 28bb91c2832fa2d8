#include "storage/s3_endpoint.hpp"

#include "support/matchers.hpp"

#include <imagegen/core/digest.hpp>

#include <gtest/gtest.h>

namespace imagegen::detail {

void PrintTo(const S3Endpoint& endpoint, std::ostream* out) {
  *out << endpoint.object_url("key");
}

namespace {

using test::FailsSaying;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

S3Options options() {
  S3Options out;
  out.bucket = "shop";
  out.access_key_id = "AKIAIOSFODNN7EXAMPLE";
  out.secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  return out;
}

S3Call call(std::string method, std::string key) {
  S3Call out;
  out.method = std::move(method);
  out.key = std::move(key);
  out.body_sha256 = to_hex(sha256(std::string_view()));
  return out;
}

const auto kNow = std::chrono::system_clock::from_time_t(1'369'353'600);  // 2013-05-24 00:00:00 UTC

HttpRequest request(const S3Options& with, const S3Call& what) {
  return S3Endpoint::from(with)->request(what, kNow);
}

TEST(S3Endpoint, SignsAsAwsPublishedForAGet) {
  auto with = options();
  with.bucket = "examplebucket";
  with.endpoint = "https://s3.amazonaws.com";
  auto get = call("GET", "test.txt");
  get.headers.push_back({"range", "bytes=0-9"});
  EXPECT_EQ(request(with, get).headers.get("authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(S3Endpoint, PutsTheBucketIntoTheHostName) {
  auto with = options();
  with.region = "eu-central-1";
  const auto sent = request(with, call("GET", "a b/%41+é.webp"));
  EXPECT_EQ(sent.url.str(), "https://shop.s3.eu-central-1.amazonaws.com/a%20b/%2541%2B%C3%A9.webp");
  EXPECT_EQ(request(with, call("GET", "")).url.target, "/");
}

TEST(S3Endpoint, APathOfTheEndpointIsSentAndSigned) {
  auto with = options();
  with.endpoint = "https://ref.supabase.co/storage/v1/s3";
  with.path_style = true;
  const auto sent = request(with, call("GET", "a/b c"));
  EXPECT_EQ(sent.url.str(), "https://ref.supabase.co/storage/v1/s3/shop/a/b%20c");
  EXPECT_EQ(request(with, call("GET", "")).url.target, "/storage/v1/s3/shop");
  EXPECT_EQ(S3Endpoint::from(with)->object_url("k"), "https://ref.supabase.co/storage/v1/s3/shop/k");
  with.endpoint += "/";
  EXPECT_EQ(request(with, call("GET", "a/b c")).url, sent.url);
  with.endpoint = "https://ref.supabase.co";
  EXPECT_NE(request(with, call("GET", "a/b c")).headers.get("authorization"), sent.headers.get("authorization"));
}

TEST(S3Endpoint, PutsTheBucketIntoThePathWhereAsked) {
  auto with = options();
  with.endpoint = "http://127.0.0.1:9000";
  with.path_style = true;
  EXPECT_EQ(request(with, call("GET", "a/b")).url.str(), "http://127.0.0.1:9000/shop/a/b");
  EXPECT_EQ(request(with, call("GET", "")).url.target, "/shop");
}

TEST(S3Endpoint, KnowsTheChineseAddresses) {
  auto with = options();
  with.region = "cn-north-1";
  EXPECT_EQ(S3Endpoint::from(with)->object_url("a"), "https://shop.s3.cn-north-1.amazonaws.com.cn/a");
}

TEST(S3Endpoint, SendsTheQueryItSigned) {
  auto list = call("GET", "");
  list.query = {{"prefix", "a b/"}, {"list-type", "2"}};
  EXPECT_EQ(request(options(), list).url.target, "/?list-type=2&prefix=a%20b%2F");
}

TEST(S3Endpoint, SendsAndSignsTheSessionToken) {
  auto with = options();
  with.session_token = Secret("token+/=");
  const auto sent = request(with, call("GET", "a"));
  EXPECT_EQ(sent.headers.get("x-amz-security-token"), "token+/=");
  EXPECT_THAT(std::string(sent.headers.get("authorization")), HasSubstr(";x-amz-security-token,"));
}

TEST(S3Endpoint, SendsNoChecksumThatOlderServersRefuse) {
  auto put = call("PUT", "a");
  put.body = as_bytes("body");
  const auto sent = request(options(), put);
  for (const auto& [name, value] : sent.headers.entries()) {
    EXPECT_THAT(name, AllOf(Not(HasSubstr("checksum")), Not(HasSubstr("trailer")))) << value;
  }
  EXPECT_EQ(as_text(sent.body), "body");
}

Result<S3Endpoint> with_option(const std::function<void(S3Options&)>& change) {
  auto with = options();
  change(with);
  return S3Endpoint::from(with);
}

TEST(S3Endpoint, NamesTheOptionThatCannotWork) {
  using O = S3Options;
  const std::vector<std::pair<std::string, std::function<void(O&)>>> cases = {
      {"bucket", [](O& o) { o.bucket = "No_Bucket"; }},
      {"bucket", [](O& o) { o.bucket = "a/b"; }},
      {"region", [](O& o) { o.region = ""; }},
      {"region", [](O& o) { o.region = "us east"; }},
      {"prefix", [](O& o) { o.prefix = "/a"; }},
      {"prefix", [](O& o) { o.prefix = "a/"; }},
      {"prefix", [](O& o) { o.prefix = "a/../b"; }},
      {"endpoint", [](O& o) { o.endpoint = "s3.example.com"; }},
      {"endpoint", [](O& o) { o.endpoint = "https://s3.example.com/base?x=1"; }},
      {"path_style", [](O& o) { o.endpoint = "https://s3.example.com/base"; }},
      {"path_style", [](O& o) { o.endpoint = "http://127.0.0.1:9000"; }},
      {"path_style", [](O& o) { o.endpoint = "http://[::1]:9000"; }},
      {"path_style", [](O& o) { o.bucket = "shop.eu"; }},
      {"access_key_id", [](O& o) { o.access_key_id = ""; }},
      {"access_key_id", [](O& o) { o.access_key_id = "a\r\nb"; }},
      {"secret_access_key", [](O& o) { o.secret_access_key = Secret(); }},
      {"session_token", [](O& o) { o.session_token = Secret("a\nb"); }},
      {"max_attempts", [](O& o) { o.max_attempts = 0; }},
      {"call_timeout", [](O& o) { o.call_timeout = std::chrono::milliseconds(0); }},
  };
  for (const auto& [field, change] : cases) {
    EXPECT_THAT(with_option(change), FailsSaying(Errc::invalid_argument, HasSubstr(field + ": expected"))) << field;
  }
}

TEST(S3Endpoint, TakesDotsInABucketWhereTheyDoNoHarm) {
  EXPECT_TRUE(with_option([](S3Options& o) { o.bucket = "shop.eu", o.path_style = true; }));
  EXPECT_TRUE(with_option([](S3Options& o) { o.bucket = "shop.eu", o.endpoint = "http://s3.example"; }));
}

TEST(S3Endpoint, RedactsItsSecretsAndTheKeyId) {
  auto with = options();
  with.session_token = Secret("a-session-token");
  const auto text = S3Endpoint::from(with)->redacted("x wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY y a-session-token z "
                                                     "AKIAIOSFODNN7EXAMPLE");
  EXPECT_EQ(text, "x *** y *** z ***");
}

}  // namespace
}  // namespace imagegen::detail
