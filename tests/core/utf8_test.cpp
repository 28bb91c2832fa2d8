#include <imagegen/core/geometry.hpp>
#include <imagegen/core/utf8.hpp>

#include <gtest/gtest.h>

#include <string>

namespace imagegen {
namespace {

TEST(Utf8, WhatIsNotOfItsFormIsNoUtf8) {
  EXPECT_TRUE(is_valid_utf8("a \u00e9 \u20ac \U0001F600"));
  for (const auto* broken : {"\xff", "\xc3", "\xc0\x80", "\xe2\x82", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\x80"})
    EXPECT_FALSE(is_valid_utf8(broken)) << testing::PrintToString(broken);
}

TEST(Utf8, IsCutBetweenCharacters) {
  const std::string text = "a\u00e9\u20ac\U0001F600";  // characters of 1, 2, 3 and 4 bytes
  const std::size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10};
  for (std::size_t most = 0; most < std::size(lengths); ++most)
    EXPECT_EQ(cut_utf8(text, most), text.substr(0, lengths[most])) << most;
}

TEST(Utf8, IsAsLongAsItHasCharacters) {
  EXPECT_EQ(utf8_length("a\u00e9\u20ac\U0001F600"), 4U);
  EXPECT_EQ(utf8_length(""), 0U);
}

// What quotes a user goes on as JSON.
TEST(Utf8, AMessageThatQuotesALongTextStaysUtf8) {
  std::string text = "a";
  for (int i = 0; i < 100; ++i) text += "\u00e9";
  EXPECT_TRUE(is_valid_utf8(parse_crop_position(text).error().message));
}

}  // namespace
}  // namespace imagegen
