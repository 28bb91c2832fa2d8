#include "workflow/contact_sheet_layout.hpp"

#include <gtest/gtest.h>

#include <random>

namespace imagegen::detail {
namespace {

bool is_inside(PixelRect part, PixelRect whole) {
  return part.x >= whole.x && part.y >= whole.y && part.x + part.width <= whole.x + whole.width &&
         part.y + part.height <= whole.y + whole.height;
}

bool overlap(PixelRect a, PixelRect b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

ContactSheetEntry entry_of(PixelSize size) {
  ContactSheetEntry entry;
  entry.size = size;
  return entry;
}

ContactSheetShot shot_of(std::vector<PixelSize> sizes, std::string prompt = "a prompt") {
  ContactSheetShot shot;
  shot.prompt = std::move(prompt);
  for (const PixelSize size : sizes) shot.entries.push_back(entry_of(size));
  return shot;
}

// Every rectangle that something is drawn into.
std::vector<PixelRect> parts_of(const ShotPlace& place) {
  std::vector<PixelRect> parts{place.header};
  for (const auto& entry : place.entries) {
    parts.push_back(entry.picture);
    parts.push_back(entry.label);
  }
  for (const PixelRect& more : {place.note, place.prompt}) {
    if (more.height > 0) parts.push_back(more);
  }
  return parts;
}

void expect_sound(const SheetLayout& layout) {
  const PixelRect sheet{0, 0, layout.size.width, layout.size.height};
  ASSERT_LE(layout.size.height, kSheetMaxHeight);
  std::vector<PixelRect> blocks{layout.title};
  for (const auto& shot : layout.shots) blocks.push_back(shot.card);
  if (layout.note.height > 0) blocks.push_back(layout.note);
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    ASSERT_TRUE(is_inside(blocks[i], sheet)) << i;
    for (std::size_t j = 0; j < i; ++j) ASSERT_FALSE(overlap(blocks[i], blocks[j])) << i << " " << j;
  }
  for (const auto& shot : layout.shots) {
    const auto parts = parts_of(shot);
    for (std::size_t i = 0; i < parts.size(); ++i) {
      ASSERT_TRUE(is_inside(parts[i], shot.card)) << i;
      ASSERT_TRUE(parts[i].width > 0 && parts[i].height > 0) << i;
      for (std::size_t j = 0; j < i; ++j) ASSERT_FALSE(overlap(parts[i], parts[j])) << i << " " << j;
    }
  }
}

TEST(ContactSheetLayout, NothingOverlapsForAnyNumberOfShotsAndEntries) {
  std::mt19937 random(11);
  const auto side = [&] { return 1 + static_cast<int>(random() % (random() % 4 == 0 ? 16'383 : 2'000)); };
  for (int shots = 1; shots <= 20; ++shots) {
    ContactSheet sheet;
    for (int i = 0; i < shots; ++i) {
      std::vector<PixelSize> sizes(random() % 13);
      for (auto& size : sizes) size = {side(), side()};
      sheet.shots.push_back(shot_of(std::move(sizes), std::string(random() % 900, 'p')));
    }
    const auto layout = layout_contact_sheet(sheet);
    expect_sound(layout);
    EXPECT_EQ(layout.shots.size(), sheet.shots.size());
    for (int i = 0; i < shots; ++i) {
      const auto at = static_cast<std::size_t>(i);
      ASSERT_EQ(layout.shots[at].entries.size(), sheet.shots[at].entries.size());
    }
  }
}

TEST(ContactSheetLayout, HoldsAShotWithoutEntriesAndASheetWithoutShots) {
  expect_sound(layout_contact_sheet({}));
  expect_sound(layout_contact_sheet({"empty", {shot_of({}, "")}}));
}

TEST(ContactSheetLayout, DrawsAllCropsToOneScale) {
  const auto layout = layout_contact_sheet({"", {shot_of({{1920, 800}, {1200, 600}}), shot_of({{800, 1000}})}});
  const auto& wide = layout.shots[0].entries[0].picture;
  const auto& half = layout.shots[0].entries[1].picture;
  const auto& tall = layout.shots[1].entries[0].picture;
  EXPECT_NEAR(wide.width / 1920.0, half.width / 1200.0, 0.001);
  EXPECT_NEAR(wide.width / 1920.0, tall.height / 1000.0, 0.001);
}

TEST(ContactSheetLayout, KeepsTheUsualThreeCropsOnOneLine) {
  const auto layout = layout_contact_sheet({"", {shot_of({{1920, 800}, {1200, 600}, {800, 1000}})}});
  const auto& entries = layout.shots[0].entries;
  EXPECT_EQ(entries[0].picture.y, entries[2].picture.y);
  EXPECT_GT(entries[0].picture.width, 600);
}

TEST(ContactSheetLayout, NeverEnlarges) {
  const auto layout = layout_contact_sheet({"", {shot_of({{40, 30}})}});
  EXPECT_EQ(layout.shots[0].entries[0].picture.width, 40);
  EXPECT_EQ(layout.shots[0].entries[0].picture.height, 30);
}

TEST(ContactSheetLayout, LeavesNoCropWithoutAPixel) {
  const auto layout = layout_contact_sheet({"", {shot_of({{16'383, 1}, {1, 16'383}})}});
  EXPECT_EQ(layout.shots[0].entries[0].picture.height, 1);
  EXPECT_EQ(layout.shots[0].entries[1].picture.width, 1);
}

TEST(ContactSheetLayout, CountsEntriesThatHaveNoRoom) {
  const auto layout = layout_contact_sheet({"", {shot_of(std::vector<PixelSize>(100, {800, 800}))}});
  expect_sound(layout);
  EXPECT_EQ(layout.shots[0].entries.size(), kSheetMaxEntries);
  EXPECT_GT(layout.shots[0].note.height, 0);
}

TEST(ContactSheetLayout, StopsBeforeTheHighestPicture) {
  ContactSheet sheet;
  sheet.shots.assign(2'000, shot_of({{800, 800}}));
  const auto layout = layout_contact_sheet(sheet);
  expect_sound(layout);
  EXPECT_LT(layout.shots.size(), sheet.shots.size());
  EXPECT_GT(layout.shots.size(), 20U);
  EXPECT_GT(layout.note.height, 0);
}

TEST(ReadableBytes, CountsInThousands) {
  EXPECT_EQ(readable_bytes(0), "0 B");
  EXPECT_EQ(readable_bytes(999), "999 B");
  EXPECT_EQ(readable_bytes(1000), "1 kB");
  EXPECT_EQ(readable_bytes(184'499), "184 kB");
  EXPECT_EQ(readable_bytes(999'499), "999 kB");
  EXPECT_EQ(readable_bytes(999'500), "1.0 MB");
  EXPECT_EQ(readable_bytes(12'340'000), "12.3 MB");
}

TEST(SheetSummary, CountsShotsFilesAndBytes) {
  ContactSheet sheet{"", {shot_of({{1, 1}, {1, 1}}), shot_of({})}};
  sheet.shots[0].entries[0].bytes = 1'500;
  sheet.shots[0].entries[1].bytes = 700;
  EXPECT_EQ(sheet_summary(sheet), "2 shots, 2 files, 2 kB");
  EXPECT_EQ(sheet_summary({"", {shot_of({{1, 1}})}}), "1 shot, 1 file, 0 B");
}

}  // namespace
}  // namespace imagegen::detail
