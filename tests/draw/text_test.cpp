#include <imagegen/core/digest.hpp>
#include <imagegen/draw/canvas.hpp>

#include <gtest/gtest.h>

#include <string>

#include "draw/pixels.hpp"

namespace imagegen {
namespace {

using test::ink_box;
using test::kBlack;
using test::kWhite;

Bitmap drawn(std::string_view text, int height) {
  Canvas canvas({text_width(text, height) + 40, height + 20}, kBlack);
  canvas.text(20, 10, text, height, kWhite);
  return std::move(canvas).bitmap();
}

TEST(Text, StaysInTheBoxThatItsMeasuresPromise) {
  for (const int height : {6, 11, 16, 40, 77}) {
    const PixelRect ink = ink_box(drawn("Agjpqy|(){}[]@ 1920x800 \x7f", height), kBlack);
    EXPECT_GE(ink.x, 19) << height;
    EXPECT_LE(ink.x + ink.width, 21 + text_width("Agjpqy|(){}[]@ 1920x800 \x7f", height)) << height;
    EXPECT_GE(ink.y, 9) << height;
    EXPECT_LE(ink.y + ink.height, 11 + height) << height;
    EXPECT_GE(ink.height, height * 8 / 10) << height;
  }
}

TEST(Text, EveryPrintableCharacterLeavesInk) {
  for (char c = '!'; c <= '~'; ++c) EXPECT_GT(ink_box(drawn({&c, 1}, 20), kBlack).width, 0) << c;
}

TEST(Text, SpacesLeaveNone) {
  EXPECT_EQ(ink_box(drawn("   \t\n", 20), kBlack), PixelRect{});
}

TEST(Text, InkGrowsWithTheSquareOfTheHeight) {
  const auto area = [](int height) {
    Canvas canvas({4000, 200}, kBlack);
    canvas.text(0, 0, "Handgloves", height, kWhite);
    return test::white_area(canvas);
  };
  EXPECT_NEAR(area(80) / area(40), 4.0, 0.1);
  EXPECT_NEAR(area(40) / area(20), 4.0, 0.1);
  EXPECT_NEAR(area(20) / area(10), 4.0, 0.2);
}

TEST(Text, WidthIsTheSumOfItsParts) {
  EXPECT_EQ(text_width("", 40), 0);
  EXPECT_GT(text_width("W", 40), text_width("i", 40));
  EXPECT_NEAR(text_width("Wi", 40), text_width("W", 40) + text_width("i", 40), 1);
  EXPECT_NEAR(text_width("Wide", 80), 2 * text_width("Wide", 40), 1);
}

TEST(Text, LettersWithAccentsAreDrawnAsTheirAscii) {
  EXPECT_EQ(drawn("Café – “x”", 18).pixels, drawn("Cafe - \"x\"", 18).pixels);
}

TEST(Text, BytesThatAreNotUtf8AreBoxes) {
  EXPECT_EQ(drawn("a\xFF"
                  "b",
                  18)
                .pixels,
            drawn("a中b", 18).pixels);
  EXPECT_EQ(text_width("\xC3", 18), text_width("中", 18));
}

TEST(Text, ImpossibleHeightsDrawNothing) {
  for (const int height : {-5, 0, 1001}) {
    Canvas canvas({50, 50}, kBlack);
    canvas.text(0, 0, "text", height, kWhite);
    EXPECT_EQ(ink_box(canvas.bitmap(), kBlack), PixelRect{}) << height;
    EXPECT_EQ(text_width("text", height), 0);
  }
}

TEST(Text, IsClipped) {
  Canvas canvas({20, 20}, kBlack);
  for (const int at : {-100'000, -30, -3, 12, 100'000}) {
    canvas.text(at, at, "WWW", 30, kWhite);
    canvas.text(at, 3, "WWW", 900, kWhite);
  }
  EXPECT_GT(test::white_area(canvas), 0.0);
}

TEST(Text, AlphaMakesItPaler) {
  Canvas pale({60, 30}, kBlack);
  pale.text(0, 0, "HHH", 24, kWhite, 80);
  Canvas full({60, 30}, kBlack);
  full.text(0, 0, "HHH", 24, kWhite);
  EXPECT_NEAR(test::white_area(pale) / test::white_area(full), 80.0 / 255.0, 0.02);
}

// Pictures must not depend on the machine. After a change that means to alter text, look at it and put the new sum
// here.
TEST(Text, IsTheSameBytesEverywhere) {
  const std::string_view text = "The quick brown fox, 1920x800 (\"OL-1\")";
  EXPECT_EQ(to_hex(sha256(drawn(text, 17).pixels)), "34fc6e448dde2775846f282624e796a2b9b5701ede6b7a426598c692bed64364");
  EXPECT_EQ(to_hex(sha256(drawn(text, 77).pixels)), "09b14b1825c1c81dfa85198d21399f8106eb022efca2876802553da5ea491f5a");
}

}  // namespace
}  // namespace imagegen
