#include "storage/s3_answers.hpp"

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen::detail {

void PrintTo(const S3ListPage& page, std::ostream* out) {
  *out << page.objects.size() << " objects";
}

namespace {

using test::FailsWith;
using test::IsOk;

std::string list_of(const std::string& content) {
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" +
         content + "</ListBucketResult>";
}

TEST(S3List, ReadsObjects) {
  const auto page =
      parse_s3_list(list_of("<Name>shop</Name><IsTruncated>false</IsTruncated>"
                            "<Contents><Key>a&amp;b c.webp</Key><Size>12345678901</Size>"
                            "<ETag>&quot;0f-2&quot;</ETag><StorageClass>STANDARD</StorageClass></Contents>"
                            "<Contents><Key>é</Key><Size>0</Size><ETag>\"x\"</ETag></Contents>"));
  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->objects.size(), 2U);
  EXPECT_EQ(page->objects[0].key, "a&b c.webp");
  EXPECT_EQ(page->objects[0].size_bytes, 12345678901U);
  EXPECT_EQ(page->objects[0].etag, "0f-2");
  EXPECT_EQ(page->objects[1].key, "é");
  EXPECT_EQ(page->continuation_token, "");
}

TEST(S3List, ReadsTheTokenOfTheNextPage) {
  const std::string token = "<NextContinuationToken>1/+=</NextContinuationToken>";
  EXPECT_EQ(parse_s3_list(list_of("<IsTruncated>true</IsTruncated>" + token))->continuation_token, "1/+=");
  EXPECT_EQ(parse_s3_list(list_of("<IsTruncated>false</IsTruncated>" + token))->continuation_token, "");
}

TEST(S3List, RefusesWhatIsNoList) {
  const std::vector<std::string> texts = {
      "",
      "<html></html>",
      "<ListBucketResult>",
      list_of("<IsTruncated>true</IsTruncated>"),
      list_of("<Contents><Size>1</Size></Contents>"),
      list_of("<Contents><Key>a</Key></Contents>"),
      list_of("<Contents><Key>a</Key><Size>-1</Size></Contents>"),
      list_of("<Contents><Key>a</Key><Size>1x</Size></Contents>"),
      list_of("<Contents><Key>a</Key><Size>99999999999999999999</Size></Contents>")};
  for (const auto& text : texts) EXPECT_THAT(parse_s3_list(text), FailsWith(Errc::bad_answer)) << text;
}

TEST(S3Error, ReadsCodeAndMessage) {
  const auto body = parse_s3_error("<Error><Code>NoSuchKey</Code><Message>The key &lt;a&gt;</Message></Error>");
  EXPECT_EQ(body.code, "NoSuchKey");
  EXPECT_EQ(body.message, "The key <a>");
}

TEST(S3Error, AByteThatIsNoUtf8CostsALetterAndNotTheCode) {
  const auto body = parse_s3_error("<Error><Code>SlowDown</Code><Message>caf\xE9 \xF0\x9F</Message></Error>");
  EXPECT_EQ(body.code, "SlowDown");
  EXPECT_EQ(body.message, "caf\uFFFD \uFFFD\uFFFD");
}

TEST(S3Error, TakesNoCodeThatIsNotAWord) {
  EXPECT_EQ(parse_s3_error("<Error><Code>two words\n</Code></Error>").code, "");
  EXPECT_EQ(parse_s3_error("<Error><Code>" + std::string(65, 'A') + "</Code></Error>").code, "");
  EXPECT_EQ(parse_s3_error("<html><Code>A</Code></html>").code, "");
  EXPECT_EQ(parse_s3_error("bad gateway").code, "");
}

TEST(S3Etag, LosesItsQuotesAndNothingElse) {
  EXPECT_EQ(bare_etag("\"abc-2\""), "abc-2");
  EXPECT_EQ(bare_etag("abc"), "abc");
  EXPECT_EQ(bare_etag("\""), "\"");
  EXPECT_EQ(bare_etag(""), "");
}

}  // namespace
}  // namespace imagegen::detail
