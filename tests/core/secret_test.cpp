#include <imagegen/core/secret.hpp>

#include <gtest/gtest.h>

#include <sstream>

namespace imagegen {
namespace {

const Secret kKey{"sk-test-abcdefghijklmnop"};

TEST(Secret, NeverPrints) {
  std::ostringstream out;
  out << kKey;
  EXPECT_EQ(out.str(), "***");
}

TEST(Secret, IsTakenOutOfTextsThatEchoIt) {
  EXPECT_EQ(redact("Incorrect key sk-test-abcdefghijklmnop provided", kKey), "Incorrect key *** provided");
  EXPECT_EQ(redact("Incorrect key sk-test-abcd**** provided", kKey), "Incorrect key ******* provided");
  EXPECT_EQ(redact("ends with ijklmnop.", kKey), "ends with ***.");
}

TEST(Secret, LeavesOrdinaryTextAlone) {
  EXPECT_EQ(redact("nothing here", kKey), "nothing here");
  EXPECT_EQ(redact("abc abc", Secret{"abc"}), "abc abc") << "too short to be a key";
  EXPECT_EQ(redact("text", Secret{}), "text");
}

TEST(Secret, OfSeveralTheLongestGoesFirst) {
  const std::vector<Secret> all{Secret("abcd"), Secret(), Secret("xx-abcd-yy"), Secret("efgh")};
  EXPECT_EQ(redact("xx-abcd-yy abcd efgh", all), "*** *** ***");
}

}  // namespace
}  // namespace imagegen
