#include <imagegen/http/url.hpp>

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen {
namespace {

using test::FailsWith;
using testing::HasSubstr;
using testing::Not;

Url url(const std::string& scheme, const std::string& host, int port, const std::string& target) {
  return {scheme, host, static_cast<std::uint16_t>(port), target};
}

struct Good {
  const char* text;
  Url parts;
  const char* again;  // what str() makes of it
};

class UrlTable : public testing::TestWithParam<Good> {};

TEST_P(UrlTable, IsTakenApart) {
  EXPECT_EQ(parse_url(GetParam().text).value(), GetParam().parts);
}

TEST_P(UrlTable, IsPutTogetherAgain) {
  EXPECT_EQ(parse_url(GetParam().text).value().str(), GetParam().again);
}

TEST_P(UrlTable, IsTheSameWhenReadTwice) {
  const auto once = parse_url(GetParam().text).value();
  EXPECT_EQ(parse_url(once.str()).value(), once);
}

INSTANTIATE_TEST_SUITE_P(
    Good, UrlTable,
    testing::Values(
        Good{"https://api.openai.com/v1", url("https", "api.openai.com", 443, "/v1"), "https://api.openai.com/v1"},
        Good{"http://a", url("http", "a", 80, "/"), "http://a/"},
        Good{"HTTPS://ExAmPle.COM/Path", url("https", "example.com", 443, "/Path"), "https://example.com/Path"},
        Good{"https://h:8443/x", url("https", "h", 8443, "/x"), "https://h:8443/x"},
        Good{"https://h:443/", url("https", "h", 443, "/"), "https://h/"},
        Good{"http://h:443/", url("http", "h", 443, "/"), "http://h:443/"},
        Good{"https://h:/", url("https", "h", 443, "/"), "https://h/"},
        Good{"https://h?a=b", url("https", "h", 443, "/?a=b"), "https://h/?a=b"},
        Good{"https://h/p#fragment?no", url("https", "h", 443, "/p"), "https://h/p"},
        Good{"https://h#f", url("https", "h", 443, "/"), "https://h/"},
        Good{"https://h/a%2Fb?s=%2b+|{}", url("https", "h", 443, "/a%2Fb?s=%2b+|{}"), "https://h/a%2Fb?s=%2b+|{}"},
        Good{"https://h/a/../b//c/.", url("https", "h", 443, "/a/../b//c/."), "https://h/a/../b//c/."},
        Good{"https://h/x@y:z", url("https", "h", 443, "/x@y:z"), "https://h/x@y:z"},
        Good{"http://192.0.2.7:81/", url("http", "192.0.2.7", 81, "/"), "http://192.0.2.7:81/"},
        Good{"http://[2001:DB8:0:0::1]:81/", url("http", "2001:db8::1", 81, "/"), "http://[2001:db8::1]:81/"},
        Good{"http://[::ffff:127.0.0.1]/", url("http", "::ffff:127.0.0.1", 80, "/"), "http://[::ffff:127.0.0.1]/"},
        Good{"https://my_bucket-1.s3.local/", url("https", "my_bucket-1.s3.local", 443, "/"),
             "https://my_bucket-1.s3.local/"}));

class BadUrl : public testing::TestWithParam<const char*> {};

TEST_P(BadUrl, IsRefused) {
  EXPECT_THAT(parse_url(GetParam()), FailsWith(Errc::invalid_argument));
}

INSTANTIATE_TEST_SUITE_P(Bad, BadUrl,
                         testing::Values("", "h", "/path", "//h/path", "https:/h", "https//h", "file:///etc/passwd",
                                         "ftp://h/", "data:,x", "javascript://h/%0a", " https://h/", "https://h/a b",
                                         "https://h/\n", "https://h/\x01", "https://h/\x7f", "https://h/\xc3\xa4",
                                         "https://b\xc3\xbc.de/", "https://", "https:///path", "https://:80/",
                                         "https://user@h/", "https://user:secret@h/", "https://@h/", "https://h:0/",
                                         "https://h:65536/", "https://h:8x/", "https://h:-1/", "https://h:80:80/",
                                         "https://a..b/", "https://.a/", "https://a./", "https://a b/",
                                         "https://a%2eb/", "https://a,b/", "https://a\\@b/", "https://127.1/",
                                         "https://2130706433/", "https://0x7f000001/", "https://0x7f.1/",
                                         "https://010.0.0.1/", "https://1.2.3.4.5/", "https://256.1.1.1/",
                                         "https://a.1/", "https://[::1/", "https://::1/", "https://[::1%25eth0]/",
                                         "https://[::1]x/", "https://[127.0.0.1]/", "https://[v1.x]/", "https://[]/"));

TEST(Url, OfMoreThan8192BytesIsRefused) {
  const std::string start = "https://h/";
  EXPECT_THAT(parse_url(start + std::string(8192 - start.size(), 'a')), test::IsOk());
  EXPECT_THAT(parse_url(start + std::string(8193 - start.size(), 'a')), FailsWith(Errc::invalid_argument));
}

TEST(Url, HostsAreLimitedAsInDns) {
  const std::string label(63, 'a');
  const std::string longest = label + '.' + label + '.' + label + '.' + std::string(61, 'a');
  EXPECT_THAT(parse_url("https://" + longest), test::IsOk());
  EXPECT_THAT(parse_url("https://" + longest + 'a'), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(parse_url("https://" + label + 'a'), FailsWith(Errc::invalid_argument));
}

TEST(Url, AMessageNeverQuotesIt) {
  const auto failed = parse_url("https://user:hunter2@host/?sig=hunter2");
  EXPECT_THAT(failed.error().message, Not(HasSubstr("hunter2")));
}

TEST(Url, CredentialsAreRefusedByName) {
  EXPECT_THAT(parse_url("https://user:pass@host/"),
              test::FailsSaying(Errc::invalid_argument, HasSubstr("credentials")));
}

TEST(Url, AuthorityLeavesOutTheUsualPort) {
  EXPECT_EQ(parse_url("https://h:443").value().authority(), "h");
  EXPECT_EQ(parse_url("https://h:80").value().authority(), "h:80");
  EXPECT_EQ(parse_url("http://[::1]:8080").value().authority(), "[::1]:8080");
}

TEST(WithPath, IsAppended) {
  const auto base = [](const char* text) { return parse_url(text).value(); };
  EXPECT_EQ(with_path(base("https://h"), "/images").target, "/images");
  EXPECT_EQ(with_path(base("https://h/v1"), "/images").target, "/v1/images");
  EXPECT_EQ(with_path(base("https://h/v1/"), "/images").target, "/v1/images");
  EXPECT_EQ(with_path(base("https://h/v1?api-version=2"), "/images").target, "/v1/images?api-version=2");
}

TEST(EncodeUrl, WritesWhatAUrlCannotHoldAsEscapes) {
  EXPECT_EQ(encode_url("https://h/a b/\xC3\xA4.png?q=[1]#f"), "https://h/a%20b/%C3%A4.png?q=%5B1%5D#f");
  EXPECT_EQ(encode_url("https://h/100%.png?a=%zz&b=%2b"), "https://h/100%25.png?a=%25zz&b=%2b");
  EXPECT_EQ(encode_url("//h/\"<>\\^`{|}\x7f\n"), "//h/%22%3C%3E%5C%5E%60%7B%7C%7D%7F");
  EXPECT_EQ(encode_url("my picture.png"), "my%20picture.png");
  EXPECT_EQ(encode_url(" \r\n https://h/a.png\t"), "https://h/a.png");
  EXPECT_EQ(encode_url("/a?next=http://x y/"), "/a?next=http://x%20y/");
}

TEST(EncodeUrl, ChangesNothingThatIsWellFormed) {
  for (const auto* const text :
       {"", "https://h/a%2Fb+c?sig=%2b+A==&x=1,2;3!$'()*@:~-._", "https://[2001:db8::1]:81/x", "//h", "?q", "#f"})
    EXPECT_EQ(encode_url(text), text);
}

TEST(EncodeUrl, DoesNotMakeABadHostGood) {
  for (const auto* const text :
       {"https://a b/", "https://b\xc3\xbc.de/", "https://a\\@b/", "https://user@h/", "https:///x"})
    EXPECT_THAT(parse_url(encode_url(text)), FailsWith(Errc::invalid_argument)) << text;
}

struct Reference {
  const char* reference;
  const char* resolved;
};

class ResolveUrl : public testing::TestWithParam<Reference> {};

TEST_P(ResolveUrl, IsReadOnThePageItStoodOn) {
  const auto base = parse_url("http://a:8080/b/c/d;p?q").value();
  EXPECT_EQ(resolve_url(base, GetParam().reference).value().str(), GetParam().resolved);
}

// RFC 3986, section 5.4, as far as it is about hierarchical references.
INSTANTIATE_TEST_SUITE_P(
    Rfc3986, ResolveUrl,
    testing::Values(Reference{"https://g/x?y", "https://g/x?y"}, Reference{"//g", "http://g/"},
                    Reference{"//g:81/x", "http://g:81/x"}, Reference{"/g", "http://a:8080/g"},
                    Reference{"g", "http://a:8080/b/c/g"}, Reference{"./g", "http://a:8080/b/c/g"},
                    Reference{"g/", "http://a:8080/b/c/g/"}, Reference{"?y", "http://a:8080/b/c/d;p?y"},
                    Reference{"g?y", "http://a:8080/b/c/g?y"}, Reference{"g?y/./x", "http://a:8080/b/c/g?y/./x"},
                    Reference{"#s", "http://a:8080/b/c/d;p?q"}, Reference{"g#s", "http://a:8080/b/c/g"},
                    Reference{"", "http://a:8080/b/c/d;p?q"}, Reference{".", "http://a:8080/b/c/"},
                    Reference{"./", "http://a:8080/b/c/"}, Reference{"..", "http://a:8080/b/"},
                    Reference{"../", "http://a:8080/b/"}, Reference{"../g", "http://a:8080/b/g"},
                    Reference{"../..", "http://a:8080/"}, Reference{"../../g", "http://a:8080/g"},
                    Reference{"../../../g", "http://a:8080/g"}, Reference{"/./g", "http://a:8080/g"},
                    Reference{"/../g", "http://a:8080/g"}, Reference{"g.", "http://a:8080/b/c/g."},
                    Reference{"..g", "http://a:8080/b/c/..g"}, Reference{"./g/.", "http://a:8080/b/c/g/"},
                    Reference{"g;x=1/../y", "http://a:8080/b/c/y"}));

TEST(ResolveUrlTest, RefusesOtherSchemes) {
  const auto base = parse_url("https://a/b").value();
  EXPECT_THAT(resolve_url(base, "file:///etc/passwd"), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(resolve_url(base, "mailto:x"), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(resolve_url(base, "//user@b/"), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(resolve_url(base, "/a b"), FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
