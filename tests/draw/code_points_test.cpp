#include "draw/code_points.hpp"

#include <imagegen/core/utf8.hpp>

#include <gtest/gtest.h>

#include <string>

namespace imagegen::detail {
namespace {

constexpr std::string_view kBox = "\x7f";

std::string in_ascii(std::string_view utf8) {
  std::string text;
  while (!utf8.empty()) {
    const auto code_point = first_code_point(utf8);
    text += ascii_for(code_point.value);
    utf8.remove_prefix(code_point.length);
  }
  return text;
}

TEST(AsciiFor, KeepsPrintableAscii) {
  for (char c = 0x20; c < 0x7F; ++c) EXPECT_EQ(in_ascii({&c, 1}), std::string(1, c));
}

TEST(AsciiFor, WritesLatinLettersWithoutTheirAccents) {
  EXPECT_EQ(in_ascii("Crème brûlée, Łódź, Straße, Ærø, Ñandú, Çeşme, œuvre"),
            "Creme brulee, Lodz, Strasse, AEro, Nandu, Cesme, oeuvre");
}

TEST(AsciiFor, WritesTypographyPlainly) {
  EXPECT_EQ(in_ascii("“It’s” – a … 5 €, 45°, ½ → «x» ×2 No № ™"),
            "\"It's\" - a ... 5 EUR, 45deg, 1/2 -> <<x>> x2 No No. TM");
}

TEST(AsciiFor, TurnsSpacesAndControlsIntoSpaces) {
  EXPECT_EQ(in_ascii("a\tb\nc\xC2\xA0"
                     "d\xE2\x80\x89"
                     "e"),
            "a b c d e");
}

TEST(AsciiFor, DropsWhatOnlyCombinesOrJoins) {
  EXPECT_EQ(in_ascii("e\xCC\x81"
                     "\xE2\x80\x8D"
                     "x\xEF\xB8\x8F"),
            "ex");
}

TEST(AsciiFor, ShowsABoxForOtherScripts) {
  EXPECT_EQ(in_ascii("中"), kBox);
  EXPECT_EQ(in_ascii("🌸"), kBox);
}

TEST(AsciiFor, NeverLeavesTheFont) {
  for (char32_t c = 0; c < 0x11'0000; ++c) {
    for (const char letter : ascii_for(c)) ASSERT_TRUE(letter >= 0x20) << static_cast<std::uint32_t>(c);
  }
}

TEST(FirstCodePoint, TakesOneByteOfWhatIsNotUtf8) {
  for (const std::string_view text : {"\x80", "\xC0\xAF", "\xC3", "\xE2\x80", "\xED\xA0\x80", "\xE0\x9F\xBF",
                                      "\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xFF"}) {
    EXPECT_EQ(first_code_point(text).value, kNotUtf8);
    EXPECT_EQ(first_code_point(text).length, 1U);
  }
}

TEST(FirstCodePoint, AgreesWithTheUtf8CheckOnEverySequenceOfTwoBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second)};
      const auto one = first_code_point(text);
      const bool well_formed =
          one.value != kNotUtf8 && (one.length == 2 || first_code_point(text.substr(1)).value != kNotUtf8);
      ASSERT_EQ(well_formed, is_valid_utf8(text)) << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace imagegen::detail
