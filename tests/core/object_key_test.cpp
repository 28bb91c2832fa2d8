#include <imagegen/core/object_key.hpp>

#include <gtest/gtest.h>

#include "support/matchers.hpp"

namespace imagegen {
namespace {

using test::FailsWith;
using test::IsOk;

TEST(ObjectKey, TakesRelativePathsInUtf8) {
  for (const std::string_view text : {"a", "fcc/lifestyle/OL-1_Desktop_1920x800.webp",
                                      "caf\xC3\xA9/\xF0\x9F\x8C\xB8.png", "a b+c%20?#~", "..a/b..", "..."}) {
    EXPECT_THAT(ObjectKey::parse(std::string(text)), IsOk()) << text;
  }
  EXPECT_THAT(ObjectKey::parse(std::string(1024, 'k')), IsOk());
}

TEST(ObjectKey, RefusesWhatCouldLeaveItsRoot) {
  for (const std::string_view text :
       {"", "/etc/passwd", "..", "../a", "a/../b", "a/..", "./a", "a/./b", "a//b", "a/", "a\\b"}) {
    EXPECT_THAT(ObjectKey::parse(std::string(text)), FailsWith(Errc::invalid_argument)) << text;
  }
}

TEST(ObjectKey, RefusesControlCharactersBadUtf8AndTooLongKeys) {
  EXPECT_THAT(ObjectKey::parse("a\nb"), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ObjectKey::parse(std::string("a\0b", 3)), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ObjectKey::parse("a\x7F"), FailsWith(Errc::invalid_argument));
  EXPECT_THAT(ObjectKey::parse("\xC0\xAF"), FailsWith(Errc::invalid_argument)) << "overlong slash";
  EXPECT_THAT(ObjectKey::parse("\xED\xA0\x80"), FailsWith(Errc::invalid_argument)) << "surrogate";
  EXPECT_THAT(ObjectKey::parse("\xE2\x82"), FailsWith(Errc::invalid_argument)) << "cut short";
  EXPECT_THAT(ObjectKey::parse(std::string(1025, 'k')), FailsWith(Errc::invalid_argument));
}

}  // namespace
}  // namespace imagegen
