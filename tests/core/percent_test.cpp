#include "core/percent.hpp"

#include <gtest/gtest.h>

namespace imagegen {
namespace {

TEST(Percent, IsDecodedWhereItIsAnEscape) {
  EXPECT_EQ(decode_percent("a%2Fb%c3%A9"), "a/b\xc3\xa9");
  EXPECT_EQ(decode_percent("%00"), std::string(1, '\0'));
  EXPECT_EQ(decode_percent(""), "");
  EXPECT_EQ(decode_percent("a+b"), "a+b");
  EXPECT_EQ(decode_percent("a+b%2B", true), "a b+");
}

TEST(Percent, IsRefusedWhereItIsNone) {
  for (const auto* wrong : {"%", "a%", "%4", "%4g", "%g4", "%-1", "%+1", "% 1", "%0x", "%%41"})
    EXPECT_EQ(decode_percent(wrong), std::nullopt) << wrong;
}

}  // namespace
}  // namespace imagegen
