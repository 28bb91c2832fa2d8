#include "storage/sigv4.hpp"

#include "storage/object_headers.hpp"

#include <imagegen/core/digest.hpp>

#include <gtest/gtest.h>

// Expected values: Amazon S3 API Reference, "Signature calculations for the Authorization header: transferring payload
// in a single chunk", its four examples; and aws-sig-v4-test-suite (get-vanilla and its neighbours).
namespace imagegen::detail {
namespace {

const std::string kEmptySha256 = to_hex(sha256(std::string_view()));

struct Vector {
  std::string name;
  std::string method;
  std::string path;
  std::vector<QueryParameter> query;
  std::vector<HttpHeader> headers;
  std::string payload;
  std::string canonical_sha256;  ///< Empty where AWS does not publish it.
  std::string signature;
};

void PrintTo(const Vector& vector, std::ostream* out) {
  *out << vector.name;
}

class S3Example : public testing::TestWithParam<Vector> {};

TEST_P(S3Example, IsSignedAsPublished) {
  const auto& example = GetParam();
  const SigV4Scope scope{"20130524T000000Z", "us-east-1", "s3"};
  const auto payload_sha256 = to_hex(sha256(example.payload));
  auto headers = example.headers;
  headers.push_back({"Host", "examplebucket.s3.amazonaws.com"});
  headers.push_back({"x-amz-date", scope.date_time});
  headers.push_back({"x-amz-content-sha256", payload_sha256});
  const auto canonical = canonical_request(example.method, percent_encode(example.path, true),
                                           canonical_query(example.query), headers, payload_sha256);
  EXPECT_EQ(to_hex(sha256(canonical)), example.canonical_sha256) << canonical;
  const Secret secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
  EXPECT_EQ(sigv4_signature(secret, scope, string_to_sign(scope, canonical)), example.signature);
}

INSTANTIATE_TEST_SUITE_P(Published, S3Example,
                         testing::Values(Vector{"GetObject",
                                                "GET",
                                                "/test.txt",
                                                {},
                                                {{"Range", "bytes=0-9"}},
                                                "",
                                                "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
                                                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
                                         Vector{"PutObject",
                                                "PUT",
                                                "/test$file.text",
                                                {},
                                                {{"Date", "Fri, 24 May 2013 00:00:00 GMT"},
                                                 {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                                                "Welcome to Amazon S3.",
                                                "9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
                                                "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
                                         Vector{"GetBucketLifecycle",
                                                "GET",
                                                "/",
                                                {{"lifecycle", ""}},
                                                {},
                                                "",
                                                "9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
                                                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
                                         Vector{"ListObjects",
                                                "GET",
                                                "/",
                                                {{"prefix", "J"}, {"max-keys", "2"}},
                                                {},
                                                "",
                                                "df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
                                                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"}),
                         [](const auto& info) { return info.param.name; });

class SuiteExample : public testing::TestWithParam<Vector> {};

TEST_P(SuiteExample, IsSignedAsPublished) {
  const auto& example = GetParam();
  const SigV4Scope scope{"20150830T123600Z", "us-east-1", "service"};
  auto headers = example.headers;
  headers.push_back({"X-Amz-Date", scope.date_time});
  headers.push_back({"Host", "example.amazonaws.com"});
  const auto canonical = canonical_request(example.method, percent_encode(example.path, true),
                                           canonical_query(example.query), headers, kEmptySha256);
  const Secret secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  EXPECT_EQ(sigv4_signature(secret, scope, string_to_sign(scope, canonical)), example.signature) << canonical;
}

INSTANTIATE_TEST_SUITE_P(Published, SuiteExample,
                         testing::Values(Vector{"get_vanilla",
                                                "GET",
                                                "/",
                                                {},
                                                {},
                                                "",
                                                "",
                                                "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
                                         Vector{"get_vanilla_query_order_key_case",
                                                "GET",
                                                "/",
                                                {{"Param2", "value2"}, {"Param1", "value1"}},
                                                {},
                                                "",
                                                "",
                                                "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
                                         Vector{"post_vanilla",
                                                "POST",
                                                "/",
                                                {},
                                                {},
                                                "",
                                                "",
                                                "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"}),
                         [](const auto& info) { return info.param.name; });

TEST(SigV4, PutsTogetherTheAuthorizationHeader) {
  const SigV4Scope scope{"20130524T000000Z", "us-east-1", "s3"};
  EXPECT_EQ(sigv4_authorization("AKIAIOSFODNN7EXAMPLE", scope, "host;range", "f0e8"),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
            "SignedHeaders=host;range, Signature=f0e8");
}

TEST(SigV4, TrimsAndJoinsHeaderValues) {
  const auto canonical = canonical_request("GET", "/", "", {{"B", "  two   words "}, {"a", "1"}, {"b", "three"}}, "p");
  EXPECT_EQ(canonical, "GET\n/\n\na:1\nb:two words,three\n\na;b\np");
}

TEST(SigV4, WritesDatesInUtc) {
  using std::chrono::system_clock;
  EXPECT_EQ(sigv4_date_time(system_clock::from_time_t(0)), "19700101T000000Z");
  EXPECT_EQ(sigv4_date_time(system_clock::from_time_t(1'709'164'799)), "20240228T235959Z");
  EXPECT_EQ(sigv4_date_time(system_clock::from_time_t(1'440'938'160) + std::chrono::milliseconds(999)),
            "20150830T123600Z");
}

TEST(SigV4, SortsQueriesAfterEncodingThem) {
  EXPECT_EQ(canonical_query({{"b", "/ +~"}, {"a", "é"}, {"a", "B"}}), "a=%C3%A9&a=B&b=%2F%20%2B~");
  EXPECT_EQ(canonical_query({}), "");
}

TEST(PercentEncode, LeavesUnreservedBytesAlone) {
  EXPECT_EQ(percent_encode("AZaz09-._~", false), "AZaz09-._~");
  EXPECT_EQ(percent_encode("a/b", true), "a/b");
  EXPECT_EQ(percent_encode("a/b", false), "a%2Fb");
  EXPECT_EQ(percent_encode("%41 \xFF*", true), "%2541%20%FF%2A");
}

}  // namespace
}  // namespace imagegen::detail
