#include "workflow/contact_sheet_layout.hpp"

#include <imagegen/draw/canvas.hpp>
#include <imagegen/draw/shapes.hpp>
#include <imagegen/draw/text_layout.hpp>
#include <imagegen/image/resize.hpp>

namespace imagegen {
namespace {

using detail::EntryPlace;
using detail::ShotPlace;

constexpr Rgb kBackground{241, 240, 236};
constexpr Rgb kCard{255, 255, 255};
constexpr Rgb kShadow{60, 58, 52};
constexpr Rgb kText{32, 34, 46};
constexpr Rgb kQuiet{112, 114, 128};
constexpr Rgb kFrame{228, 227, 222};
constexpr Rgb kBadge{176, 96, 0};

Outline rounded(PixelRect area, int corner) {
  return rounded_rect({area.x * kFinePerPixel, area.y * kFinePerPixel},
                      {(area.x + area.width) * kFinePerPixel, (area.y + area.height) * kFinePerPixel},
                      corner * kFinePerPixel);
}

void draw_card(Canvas& canvas, PixelRect area) {
  for (int spread = 6; spread >= 2; spread -= 2) {
    const PixelRect shadow{area.x - spread / 2, area.y + spread / 2, area.width + spread, area.height + spread / 2};
    canvas.fill_shape(rounded(shadow, 16), Paint(kShadow, 10));
  }
  canvas.fill_shape(rounded(area, 14), Paint(kCard));
}

// As much of the words as fits one line.
std::string fitting(std::string_view words, int height, int width) {
  auto lines = wrap_text(words, height, width, 1);
  return lines.empty() ? std::string() : std::move(lines.front());
}

// A thumbnail that cannot be scaled, or is not there, leaves the frame that says so.
void draw_thumbnail(Canvas& canvas, const Bitmap& thumbnail, PixelRect place) {
  canvas.fill(place, kFrame);
  const PixelRect whole{0, 0, thumbnail.size.width, thumbnail.size.height};
  if (!thumbnail.pixels.empty()) {
    if (const auto picture = resize(thumbnail, whole, {place.width, place.height}))
      return canvas.paste(*picture, place.x, place.y);
  }
  constexpr std::string_view kNothing = "no preview";
  const int width = text_width(kNothing, detail::kNoteText);
  if (width > place.width || detail::kNoteText > place.height) return;
  canvas.text(place.x + (place.width - width) / 2, place.y + (place.height - detail::kNoteText) / 2, kNothing,
              detail::kNoteText, kQuiet);
}

void draw_entry(Canvas& canvas, const ContactSheetEntry& entry, const EntryPlace& place) {
  draw_thumbnail(canvas, entry.thumbnail, place.picture);
  const int x = place.label.x;
  const int width = place.label.width;
  int y = place.label.y + 12;
  const auto line = [&](std::string_view words, int height, Rgb colour) {
    canvas.text(x, y, fitting(words, height, width), height, colour);
  };
  line(entry.size_label, detail::kLabelText, kText);
  y += detail::kLabelText + 6;
  const auto facts = to_string(entry.size) + "  " + entry.format + "  " + detail::readable_bytes(entry.bytes);
  line(facts, detail::kNoteText, kQuiet);
  const int after = text_width(facts, detail::kNoteText) + 12;
  if (entry.upscaled && after + text_width("upscaled", detail::kNoteText) <= width) {
    canvas.text(x + after, y, "upscaled", detail::kNoteText, kBadge);
  } else if (entry.upscaled) {
    canvas.fill_circle(place.picture.x + 8, place.picture.y + 8, 4, kBadge);
  }
  y += detail::kNoteText + 5;
  canvas.text(x, y, elide_front(entry.filename, detail::kNoteText, width), detail::kNoteText, kQuiet);
}

void draw_header(Canvas& canvas, const ContactSheetShot& shot, PixelRect place) {
  const auto id = fitting(shot.shot_id, detail::kShotText, place.width / 3);
  const auto cost = fitting(shot.cost, detail::kLabelText, place.width / 3);
  const int title_x = place.x + text_width(id, detail::kShotText) + 16;
  const int cost_x = place.x + place.width - text_width(cost, detail::kLabelText);
  canvas.text(place.x, place.y, id, detail::kShotText, kText);
  canvas.text(title_x, place.y, fitting(shot.card_title, detail::kShotText, cost_x - 24 - title_x), detail::kShotText,
              kQuiet);
  canvas.text(cost_x, place.y + 5, cost, detail::kLabelText, kQuiet);
}

void draw_shot(Canvas& canvas, const ContactSheetShot& shot, const ShotPlace& place) {
  draw_card(canvas, place.card);
  draw_header(canvas, shot, place.header);
  for (std::size_t i = 0; i < place.entries.size(); ++i) draw_entry(canvas, shot.entries[i], place.entries[i]);
  if (place.note.height > 0) {
    const auto more = shot.entries.size() - place.entries.size();
    canvas.text(place.note.x, place.note.y, "and " + detail::counted(more, "more file"), detail::kNoteText, kQuiet);
  }
  int y = place.prompt.y + 3;
  for (const auto& line : place.prompt_lines) {
    canvas.text(place.prompt.x, y, line, detail::kNoteText, kQuiet);
    y += place.prompt.height / static_cast<int>(place.prompt_lines.size());
  }
}

}  // namespace

Bitmap contact_sheet_picture(const ContactSheet& sheet) {
  const auto layout = detail::layout_contact_sheet(sheet);
  Canvas canvas(layout.size, kBackground);
  const PixelRect title = layout.title;
  canvas.text(title.x, title.y, fitting(sheet.title, detail::kTitleText, title.width), detail::kTitleText, kText);
  canvas.text(title.x, title.y + detail::kTitleText + 10, detail::sheet_summary(sheet), detail::kLabelText, kQuiet);
  for (std::size_t i = 0; i < layout.shots.size(); ++i) draw_shot(canvas, sheet.shots[i], layout.shots[i]);
  if (layout.note.height > 0) {
    const auto more = sheet.shots.size() - layout.shots.size();
    canvas.text(layout.note.x, layout.note.y, "and " + detail::counted(more, "more shot"), detail::kLabelText, kQuiet);
  }
  return std::move(canvas).bitmap();
}

}  // namespace imagegen
