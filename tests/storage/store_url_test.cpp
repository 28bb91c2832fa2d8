#include <imagegen/storage/store_url.hpp>

#include "support/matchers.hpp"

#include <gtest/gtest.h>

namespace imagegen {

void PrintTo(const StoreUrl& url, std::ostream* out) {
  *out << static_cast<int>(url.kind) << " path=" << url.path << " bucket=" << url.bucket << " prefix=" << url.prefix;
}

namespace test {

using testing::HasSubstr;
using testing::Not;

TEST(StoreUrl, ReadsMemory) {
  EXPECT_EQ(parse_store_url("memory:").value(), StoreUrl{});
}

TEST(StoreUrl, ReadsFoldersAsTheyAre) {
  EXPECT_EQ(parse_store_url("file:out").value(), (StoreUrl{StoreKind::file, "out", "", ""}));
  EXPECT_EQ(parse_store_url("file:../my%20out").value().path, "../my%20out");
  EXPECT_EQ(parse_store_url("file:/srv/out").value().path, "/srv/out");
}

TEST(StoreUrl, DecodesFileUrls) {
  EXPECT_EQ(parse_store_url("file:///srv/my%20out").value(), (StoreUrl{StoreKind::file, "/srv/my out", "", ""}));
}

TEST(StoreUrl, ReadsBucketsWithAndWithoutPrefix) {
  EXPECT_EQ(parse_store_url("s3://shop").value(), (StoreUrl{StoreKind::s3, "", "shop", ""}));
  EXPECT_EQ(parse_store_url("s3://shop/").value().prefix, "");
  EXPECT_EQ(parse_store_url("s3://shop.eu/a/b/").value(), (StoreUrl{StoreKind::s3, "", "shop.eu", "a/b"}));
}

TEST(StoreUrl, RefusesAllElseAndSaysWhatIsAllowed) {
  const std::vector<std::string> texts = {"",
                                          "memory",
                                          "memory:x",
                                          "out",
                                          "/srv/out",
                                          "file:",
                                          "file://host/x",
                                          "file://",
                                          "file:///a%2",
                                          "file:///a%zz",
                                          "file:///a%00b",
                                          std::string("file:a\0b", 8),
                                          "s3:shop",
                                          "s3://",
                                          "s3://ab",
                                          "s3://Shop",
                                          "s3://shop..x",
                                          "s3://-shop",
                                          "s3://shop/a//b",
                                          "s3://shop/../x",
                                          "s3://shop//",
                                          "s3://shop/a?region=x",
                                          "S3://shop",
                                          "http://shop"};
  for (const auto& text : texts)
    EXPECT_THAT(parse_store_url(text), FailsSaying(Errc::invalid_argument, HasSubstr("expected "))) << text;
}

TEST(StoreUrl, NeverRepeatsWhatMayHoldAPassword) {
  const auto refused = parse_store_url("s3://key:hunter2hunter2@shop/prefix");
  EXPECT_THAT(refused, FailsSaying(Errc::invalid_argument, Not(HasSubstr("hunter2"))));
}

}  // namespace test
}  // namespace imagegen
