#include <imagegen/core/base64.hpp>
#include <imagegen/core/digest.hpp>
#include <imagegen/workflow/contact_sheet.hpp>

#include <gmock/gmock.h>

#include <regex>

#include "draw/pixels.hpp"
#include "workflow/contact_sheet_layout.hpp"

namespace imagegen {
namespace {

using testing::HasSubstr;
using testing::Not;

Bitmap plain_picture(PixelSize size, Rgb colour) {
  Bitmap picture{size, 3, {}};
  for (int i = 0; i < size.width * size.height; ++i)
    picture.pixels.insert(picture.pixels.end(), {colour.r, colour.g, colour.b});
  return picture;
}

ContactSheetEntry entry_of(std::string label, PixelSize size, Rgb colour) {
  ContactSheetEntry entry;
  entry.filename = "fcc/lifestyle/OL-1_" + label + "_" + to_string(size) + ".webp";
  entry.size_label = std::move(label);
  entry.url = "out/" + entry.filename;
  entry.size = size;
  entry.bytes = 184'321;
  entry.format = "webp";
  entry.thumbnail = plain_picture({24, 10}, colour);
  entry.thumbnail_jpeg = to_bytes("jpeg of " + entry.filename);
  return entry;
}

ContactSheet example() {
  ContactSheet sheet{"wi-greeting-cards", {}};
  for (const std::string id : {"OL-1", "OL-2"}) {
    ContactSheetShot shot{id, "Wild Meadow", "A photorealistic image for " + id, "free", {}};
    shot.entries.push_back(entry_of("Desktop", {1920, 800}, {200, 0, 0}));
    shot.entries.push_back(entry_of("Mobile", {800, 1000}, {0, 200, 0}));
    sheet.shots.push_back(std::move(shot));
  }
  return sheet;
}

ContactSheet with_every_text(const std::string& text) {
  ContactSheet sheet{text, {{text, text, text, text, {}}}};
  auto entry = entry_of(text, {10, 10}, {1, 2, 3});
  entry.filename = entry.format = text;
  entry.url = "file:" + text;
  sheet.shots[0].entries.push_back(std::move(entry));
  return sheet;
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

TEST(ContactSheetHtml, ShowsEveryEntry) {
  const auto html = contact_sheet_html(example());
  EXPECT_EQ(count(html, "<section>"), 2U);
  EXPECT_EQ(count(html, "<figure"), 4U);
  for (const char* text :
       {"wi-greeting-cards", "OL-1", "OL-2", "Wild Meadow", "A photorealistic image for OL-2", "free", "Desktop",
        "1920x800", "800x1000", "webp", "184 kB", "184321 bytes", "fcc/lifestyle/OL-1_Mobile_800x1000.webp"}) {
    EXPECT_THAT(html, HasSubstr(text));
  }
}

TEST(ContactSheetHtml, EmbedsTheThumbnails) {
  const auto html = contact_sheet_html(example());
  const auto expected =
      "src=\"data:image/jpeg;base64," + to_base64(as_bytes("jpeg of fcc/lifestyle/OL-1_Desktop_1920x800.webp")) + "\"";
  EXPECT_EQ(count(html, expected), 2U);
}

TEST(ContactSheetHtml, NeedsNothingFromOutside) {
  const auto html = contact_sheet_html(example());
  EXPECT_THAT(html, HasSubstr("default-src 'none'; img-src data:; style-src 'unsafe-inline'"));
  for (const char* text : {"<script", "<link", "@import", "url(", "srcset"}) EXPECT_THAT(html, Not(HasSubstr(text)));
}

TEST(ContactSheetHtml, EscapesEveryField) {
  const auto html = contact_sheet_html(with_every_text("<b onclick='x'>\"&"));
  EXPECT_THAT(html, Not(HasSubstr("<b onclick")));
  // title twice, shot id, card title, cost, prompt, label, format, file name twice, url
  EXPECT_EQ(count(html, "&lt;b onclick=&#39;x&#39;&gt;&quot;&amp;"), 11U);
}

TEST(ContactSheetHtml, WritesControlCharactersAndBrokenBytesHarmlessly) {
  const auto html = contact_sheet_html(with_every_text(std::string("a\0b\x1B\xFF", 5)));
  EXPECT_THAT(html, HasSubstr("a\\u{0}b\\u{1B}\\xFF"));
  EXPECT_EQ(html.find('\0'), std::string::npos);
  EXPECT_THAT(contact_sheet_html(with_every_text("Grüße, 贺卡")), HasSubstr("Grüße, 贺卡"));
}

TEST(ContactSheetHtml, LinksOnlyWhereAClickIsSafe) {
  for (const char* url :
       {"https://cdn.example/a.webp", "HTTP://x/a.webp", "file:///out/a.webp", "out/a.webp", "a:b/../c.webp"}) {
    auto sheet = example();
    sheet.shots[0].entries[0].url = url;
    const bool linked = contact_sheet_html(sheet).find("href=\"" + std::string(url) + "\"") != std::string::npos;
    EXPECT_EQ(linked, std::string(url) != "a:b/../c.webp") << url;
  }
  for (const char* url : {"javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
                          "data:text/html,x", ""}) {
    auto sheet = example();
    sheet.shots.resize(1);
    for (auto& entry : sheet.shots[0].entries) entry.url = url;
    EXPECT_THAT(contact_sheet_html(sheet), Not(HasSubstr("<a "))) << url;
  }
}

TEST(ContactSheetHtml, FlagsWhatWasEnlarged) {
  auto sheet = example();
  EXPECT_EQ(count(contact_sheet_html(sheet), "upscaled"), 0U);
  sheet.shots[1].entries[0].upscaled = true;
  EXPECT_EQ(count(contact_sheet_html(sheet), "upscaled"), 1U);
}

TEST(ContactSheetHtml, LeavesOutWhatThereIsNot) {
  auto sheet = example();
  for (auto& shot : sheet.shots) shot.prompt = shot.cost = "";
  sheet.shots[0].entries[0].thumbnail_jpeg.clear();
  const auto html = contact_sheet_html(sheet);
  EXPECT_THAT(html, Not(HasSubstr("class=\"prompt\"")));
  EXPECT_THAT(html, Not(HasSubstr("class=\"cost\"")));
  EXPECT_EQ(count(html, "<img"), 3U);
}

TEST(ContactSheetHtml, ClosesEveryElementItOpens) {
  const auto html = contact_sheet_html(example());
  for (const std::string name :
       {"html", "head", "body", "style", "title", "section", "div", "figure", "figcaption", "a", "p", "h2", "span"}) {
    const auto opened = count(html, "<" + name + " ") + count(html, "<" + name + ">");
    EXPECT_EQ(opened, count(html, "</" + name + ">")) << name;
  }
}

TEST(ContactSheetPicture, ShowsEachThumbnailInItsPlace) {
  const auto sheet = example();
  const auto layout = detail::layout_contact_sheet(sheet);
  const auto picture = contact_sheet_picture(sheet);
  ASSERT_EQ(picture.size, layout.size);
  for (const auto& shot : layout.shots) {
    const auto middle = [&](const PixelRect& r) { return test::pixel(picture, r.x + r.width / 2, r.y + r.height / 2); };
    EXPECT_EQ(middle(shot.entries[0].picture), (Rgb{200, 0, 0}));
    EXPECT_EQ(middle(shot.entries[1].picture), (Rgb{0, 200, 0}));
  }
}

TEST(ContactSheetPicture, WritesEveryLabelAndPrompt) {
  const auto sheet = example();
  const auto layout = detail::layout_contact_sheet(sheet);
  const auto picture = contact_sheet_picture(sheet);
  const auto has_ink = [&](PixelRect r) {
    for (int y = r.y; y < r.y + r.height; ++y) {
      for (int x = r.x; x < r.x + r.width; ++x) {
        if (test::pixel(picture, x, y).r < 160) return true;
      }
    }
    return false;
  };
  EXPECT_TRUE(has_ink(layout.title));
  for (const auto& shot : layout.shots) {
    EXPECT_TRUE(has_ink(shot.header));
    EXPECT_TRUE(has_ink(shot.prompt));
    for (const auto& entry : shot.entries) EXPECT_TRUE(has_ink(entry.label));
  }
}

TEST(ContactSheetPicture, TakesEntriesWithoutAThumbnailAndTextsOfAnyLength) {
  auto sheet = with_every_text(std::string(5'000, 'W'));
  sheet.shots[0].entries[0].thumbnail = {};
  EXPECT_EQ(contact_sheet_picture(sheet).size.width, detail::kSheetWidth);
  EXPECT_EQ(contact_sheet_picture({}).size.width, detail::kSheetWidth);
}

TEST(ContactSheetPicture, DrawsNothingOutsideTheCards) {
  auto sheet = with_every_text(std::string(400, 'W'));
  sheet.shots[0].entries[0].upscaled = true;
  const auto layout = detail::layout_contact_sheet(sheet);
  const auto picture = contact_sheet_picture(sheet);
  for (int y = 0; y < picture.size.height; ++y) {
    for (const int x : {0, 20, 40, 1560, 1580, 1599})
      ASSERT_EQ(test::pixel(picture, x, y), test::pixel(picture, 0, 0)) << x << "," << y;
  }
}

}  // namespace
}  // namespace imagegen
