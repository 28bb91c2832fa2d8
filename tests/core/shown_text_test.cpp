#include <imagegen/core/field_fault.hpp>
#include <imagegen/core/shown_text.hpp>

#include <gtest/gtest.h>

namespace imagegen {
namespace {

TEST(ShownText, IsWhatIsSeenAlready) {
  for (const auto* text : {"", "a cat", "C:\\new", "ünïc\xC3\xB6""de \xF0\x9F\x90\x88\xE2\x80\x8D\xE2\xAC\x9B", "a\xC2\xA0""b"}) {
    EXPECT_EQ(shown(text), text);
    EXPECT_FALSE(has_unseen(text)) << text;
  }
}

TEST(ShownText, NamesWhatATerminalWouldObey) {
  EXPECT_EQ(shown("a\x1B[2Jb"), "a\\u{1B}[2Jb");
  EXPECT_EQ(shown("a\r\n\tb"), "a\\r\\n\\tb");
  EXPECT_EQ(shown(std::string("a\0b\x7F", 4)), "a\\u{0}b\\u{7F}");
  EXPECT_EQ(shown("\xC2\x9B""31m \xC2\x80"), "\\u{9B}31m \\u{80}");
  EXPECT_EQ(shown("a\xE2\x80\xA8z\xE2\x80\xA9"), "a\\u{2028}z\\u{2029}");
}

TEST(ShownText, NamesWhatLetsATextLookOtherThanItIs) {
  EXPECT_EQ(shown("gnp\xE2\x80\xAE.exe"), "gnp\\u{202E}.exe");
  EXPECT_EQ(shown("\xE2\x81\xA6 \xE2\x81\xA9 \xE2\x80\x8E \xE2\x80\x8F \xD8\x9C"), "\\u{2066} \\u{2069} \\u{200E} \\u{200F} \\u{61C}");
  EXPECT_EQ(shown("a\xF3\xA0\x81\x81\xF3\xA0\x81\xBF"), "a\\u{E0041}\\u{E007F}");
}

TEST(ShownText, NamesBytesThatAreNoUtf8) {
  EXPECT_EQ(shown("\xFF" "a\x9B\xC3"), "\\xFFa\\x9B\\xC3");
  EXPECT_EQ(shown("\xED\xA0\x80\xC0\x80"), "\\xED\\xA0\\x80\\xC0\\x80");
}

TEST(ShownText, StaysAsItIsWhenItIsShownAgain) {
  const std::string once = shown("a\x1B\xE2\x80\xAE\xFF\n");
  EXPECT_EQ(shown(once), once);
}

TEST(ShownText, OfSeveralLinesKeepsThem) {
  EXPECT_EQ(shown_lines("a\n\tb\r\x1B"), "a\n\tb\\r\\u{1B}");
}

TEST(ShownText, IsQuotedWithAnEnd) {
  EXPECT_EQ(in_quotes("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(in_quotes(std::string(101, 'x')), '"' + std::string(100, 'x') + "...\"");
  EXPECT_EQ(in_quotes("aü", 2), "\"a...\"") << "not in the middle of a character";
}

TEST(ShownText, FindsWhatNobodyWouldSeeWhenTheyApproveIt) {
  for (const auto* text : {"a\x01", "a\x1B[2J", "a\rb", "\x7F", "\xC2\x85", "\xD8\x9C", "\xE2\x80\x8F", "\xE2\x80\xAA",
                           "\xE2\x80\xAE", "\xE2\x81\xA6", "\xE2\x81\xA9", "\xF3\xA0\x80\x81", "\xF3\xA0\x81\xA1", "\xFF"})
    EXPECT_TRUE(has_unseen(text)) << shown(text);
  for (const auto* text : {"a\nb", "a\r\nb", "a\tb", "\xE2\x80\xA9", "\xE2\x81\xA5", "\xE2\x80\x8B"})
    EXPECT_FALSE(has_unseen(text)) << shown(text);
}

TEST(ShownText, IsWhatEveryMessageIsMadeOf) {
  EXPECT_EQ(Error(Errc::not_found, "no \x1B]0;x\x07 \xE2\x80\xAE").message, "no \\u{1B}]0;x\\u{7} \\u{202E}");
  EXPECT_EQ(in_context({Errc::not_found, "none"}, "a\nb\xC2\x9B").message, "a\\nb\\u{9B}: none");
  const std::vector<FieldFault> faults{{"a\nb", "got \"\x1B\""}, {"", "two"}};
  EXPECT_EQ(to_error("wrong:", faults).message, "wrong:\n  a\\nb: got \"\\u{1B}\"\n  two");
}

}  // namespace
}  // namespace imagegen
