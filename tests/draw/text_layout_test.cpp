#include <imagegen/draw/canvas.hpp>
#include <imagegen/draw/text_layout.hpp>

#include <gmock/gmock.h>

#include <random>

namespace imagegen {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(WrapText, BreaksAtSpaces) {
  const int width = text_width("a quiet morning on t", 20);
  EXPECT_THAT(wrap_text("a quiet morning on the bench", 20, width, 9), ElementsAre("a quiet morning on", "the bench"));
}

TEST(WrapText, KeepsTheLineBreaksOfTheText) {
  EXPECT_THAT(wrap_text("one\ntwo\n\nthree", 20, 1000, 9), ElementsAre("one", "two", "", "three"));
}

TEST(WrapText, BreaksAWordThatIsTooLong) {
  const auto lines = wrap_text("fcc/lifestyle/OL-1_Desktop_1920x800.webp", 20, 120, 9);
  EXPECT_GT(lines.size(), 2U);
  std::string joined;
  for (const auto& line : lines) joined += line;
  EXPECT_EQ(joined, "fcc/lifestyle/OL-1_Desktop_1920x800.webp");
}

TEST(WrapText, ShowsThatThereWasMore) {
  const int width = text_width("a quiet morning", 20);
  const auto lines = wrap_text("a quiet morning on the bench by the pond", 20, width, 2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[1], testing::EndsWith("..."));
  EXPECT_LE(text_width(lines[1], 20), width);
}

TEST(WrapText, LeavesTextThatJustFitsAlone) {
  const int width = text_width("exactly this", 20);
  EXPECT_THAT(wrap_text("exactly this", 20, width, 1), ElementsAre("exactly this"));
}

TEST(WrapText, OfNothingIsNothing) {
  EXPECT_THAT(wrap_text("", 20, 100, 3), IsEmpty());
}

TEST(WrapText, GivesALetterALineWhenThereIsNoRoom) {
  EXPECT_THAT(wrap_text("abc", 20, 0, 9), ElementsAre("a", "b", "c"));
}

TEST(WrapText, NeverCutsACodePoint) {
  for (const auto& line : wrap_text("ééééééééééééé", 20, 50, 9)) EXPECT_EQ(line.size() % 2, 0U);
}

TEST(WrapText, KeepsToTheWidthWhateverTheBytes) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::string text(random() % 200, ' ');
    for (char& c : text) c = static_cast<char>(random() % 3 == 0 ? random() : 'a' + random() % 30);
    const int width = 60 + static_cast<int>(random() % 400);
    for (const auto& line : wrap_text(text, 16, width, 1 + random() % 5)) ASSERT_LE(text_width(line, 16), width);
  }
}

TEST(ElideFront, KeepsTheEndOfAName) {
  const std::string name = "fcc/lifestyle/OL-1_Desktop_1920x800.webp";
  const auto shown = elide_front(name, 15, 200);
  EXPECT_THAT(shown, testing::StartsWith("..."));
  EXPECT_THAT(name, testing::EndsWith(shown.substr(3)));
  EXPECT_LE(text_width(shown, 15), 200);
  EXPECT_GT(text_width(shown, 15), 180);
}

TEST(ElideFront, LeavesWhatFitsAlone) {
  EXPECT_EQ(elide_front("a.webp", 15, 200), "a.webp");
}

TEST(ElideFront, LeavesDotsWhereNothingFits) {
  EXPECT_EQ(elide_front("a.webp", 15, 1), "...");
}

}  // namespace
}  // namespace imagegen
