#include <imagegen/http/http_message.hpp>

#include "http/request_text.hpp"
#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen {
namespace {

using test::FailsSaying;
using test::FailsWith;
using test::IsOk;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

HttpRequest post(std::string body = {}) {
  HttpRequest request;
  request.method = "POST";
  request.url = parse_url("https://host:8443/v1?x=1").value();
  request.body = to_bytes(body);
  return request;
}

TEST(HttpHeaders, AreFoundInAnyCase) {
  HttpHeaders headers;
  headers.add("X-Request-Id", "7");
  EXPECT_EQ(headers.get("x-request-ID"), "7");
  EXPECT_TRUE(headers.has("X-REQUEST-ID"));
}

TEST(HttpHeaders, GiveTheFirstOfAName) {
  HttpHeaders headers;
  headers.add("A", "1");
  headers.add("a", "2");
  EXPECT_EQ(headers.get("A"), "1");
  EXPECT_EQ(headers.entries().size(), 2U);
}

TEST(HttpHeaders, GiveNothingForAnUnknownName) {
  EXPECT_EQ(HttpHeaders().get("A"), "");
  EXPECT_FALSE(HttpHeaders().has("A"));
}

TEST(RequestText, IsWhatGoesOverTheWire) {
  auto request = post("abc");
  request.headers.add("Authorization", "Bearer k");
  EXPECT_EQ(request_head(request, request.url.target, "agent/1"),
            "POST /v1?x=1 HTTP/1.1\r\nHost: host:8443\r\nUser-Agent: agent/1\r\nAccept: */*\r\n"
            "Accept-Encoding: identity\r\nAuthorization: Bearer k\r\nContent-Length: 3\r\n\r\n");
}

TEST(RequestText, DefaultsYieldToTheCaller) {
  auto request = post();
  request.headers.add("user-agent", "mine");
  request.headers.add("accept", "image/*");
  const auto text = request_head(request, "/", "agent/1");
  EXPECT_THAT(text, AllOf(Not(HasSubstr("agent/1")), Not(HasSubstr("*/*\r\n\r\n")), HasSubstr("accept: image/*")));
}

TEST(RequestText, AnEmptyPostSaysSo) {
  EXPECT_THAT(request_head(post(), "/", ""), HasSubstr("Content-Length: 0\r\n"));
}

TEST(RequestText, AGetWithoutBodyHasNoLength) {
  auto request = post();
  request.method = "GET";
  EXPECT_THAT(request_head(request, "/", ""), Not(HasSubstr("Content-Length")));
}

TEST(CheckRequest, RefusesHeadersThatBreakTheirLineAndDoesNotQuoteThem) {
  for (const char* value : {"secret\r\nX: 1", "secret\n", "secret\x01", "\x7fsecret"}) {
    auto request = post();
    request.headers.add("X-Key", value);
    EXPECT_THAT(check_request(request),
                FailsSaying(Errc::invalid_argument, AllOf(HasSubstr("X-Key"), Not(HasSubstr("secret")))));
  }
}

TEST(CheckRequest, RefusesNamesThatAreNoWords) {
  for (const char* name : {"", "A B", "A:", "A\r\nB", "\xc3\xa4"}) {
    auto request = post();
    request.headers.add(name, "1");
    EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument)) << name;
  }
}

TEST(CheckRequest, KeepsItsOwnHeadersToItself) {
  for (const char* name : {"host", "Content-Length", "CONNECTION", "Transfer-Encoding"}) {
    auto request = post();
    request.headers.add(name, "1");
    EXPECT_THAT(check_request(request), FailsSaying(Errc::invalid_argument, HasSubstr(name)));
  }
}

TEST(CheckRequest, RefusesPartsThatTheUrlParserWouldNotGive) {
  auto request = post();
  request.url.target = "/ HTTP/1.1\r\nX: y";
  EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument));
  request.url.target = "no-slash";
  EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument));
  request.url = parse_url("https://host/").value();
  request.url.host = "evil@host";
  EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument));
  request.url.host = "HOST";
  EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument));
}

TEST(CheckRequest, RefusesAMethodThatIsNoWord) {
  auto request = post();
  request.method = "GET /";
  EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument));
  request.method = "";
  EXPECT_THAT(check_request(request), FailsWith(Errc::invalid_argument));
}

TEST(CheckRequest, TakesAnOrdinaryOne) {
  EXPECT_THAT(check_request(post("x")), IsOk());
}

TEST(IsRepeatable, IsFalseForPostsAndForConditions) {
  auto request = post();
  EXPECT_FALSE(is_repeatable(request));
  request.method = "PUT";
  EXPECT_TRUE(is_repeatable(request));
  request.headers.add("if-none-match", "*");
  EXPECT_FALSE(is_repeatable(request));
}

}  // namespace
}  // namespace imagegen
