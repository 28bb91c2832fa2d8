#include "workflow/contact_sheet_layout.hpp"

#include <imagegen/draw/text_layout.hpp>

#include <algorithm>

namespace imagegen::detail {
namespace {

constexpr int kMargin = 48;
constexpr int kPadding = 28;
constexpr int kGap = 28;
constexpr int kInnerWidth = kSheetWidth - 2 * kMargin - 2 * kPadding;
constexpr int kSmallestCell = 150;  // room for a label under the smallest crop
constexpr int kMaxPictureHeight = 420;
constexpr int kLabelHeight = 12 + kLabelText + 6 + kNoteText + 5 + kNoteText;
constexpr int kPromptLine = 22;
constexpr std::size_t kMaxPromptLines = 8;
constexpr SheetScale kOne = 65536;

std::size_t shown_entries(const ContactSheetShot& shot) {
  return std::min(shot.entries.size(), kSheetMaxEntries);
}

// Places crops from left to right, line by line.
class Flow {
 public:
  Flow(int left, int top) : left_(left), x_(left), y_(top) {}

  EntryPlace add(PixelSize picture) {
    const int cell = std::max(picture.width, kSmallestCell);
    if (x_ > left_ && x_ + cell > left_ + kInnerWidth) next_line();
    if (x_ == left_) ++lines_;
    const EntryPlace place{{x_, y_, picture.width, picture.height}, {x_, y_ + picture.height, cell, kLabelHeight}};
    x_ += cell + kGap;
    line_height_ = std::max(line_height_, picture.height + kLabelHeight);
    return place;
  }
  int bottom() const { return y_ + line_height_; }
  int lines() const { return lines_; }

 private:
  void next_line() {
    x_ = left_;
    y_ += line_height_ + kGap;
    line_height_ = 0;
  }
  int left_, x_, y_;
  int line_height_ = 0;
  int lines_ = 0;
};

ShotPlace place_shot(const ContactSheetShot& shot, SheetScale scale, int top) {
  const int left = kMargin + kPadding;
  ShotPlace place;
  place.header = {left, top + kPadding, kInnerWidth, kShotText};
  int bottom = place.header.y + place.header.height;
  Flow flow(left, bottom + 20);
  for (std::size_t i = 0; i < shown_entries(shot); ++i)
    place.entries.push_back(flow.add(scaled(shot.entries[i].size, scale)));
  if (!place.entries.empty()) bottom = flow.bottom();
  if (shot.entries.size() > kSheetMaxEntries) {
    place.note = {left, bottom + 12, kInnerWidth, kNoteText};
    bottom = place.note.y + place.note.height;
  }
  if (!shot.prompt.empty()) {
    place.prompt_lines = wrap_text(shot.prompt, kNoteText, kInnerWidth, kMaxPromptLines);
    place.prompt = {left, bottom + 20, kInnerWidth, kPromptLine * static_cast<int>(place.prompt_lines.size())};
    bottom = place.prompt.y + place.prompt.height;
  }
  place.card = {kMargin, top, kSheetWidth - 2 * kMargin, bottom + kPadding - top};
  return place;
}

int lines_of(const ContactSheetShot& shot, SheetScale scale) {
  Flow flow(0, 0);
  for (std::size_t i = 0; i < shown_entries(shot); ++i) flow.add(scaled(shot.entries[i].size, scale));
  return flow.lines();
}

bool few_lines(const ContactSheet& sheet, SheetScale scale) {
  return std::ranges::all_of(sheet.shots, [scale](const ContactSheetShot& shot) {
    const auto count = static_cast<int>(shown_entries(shot));
    return lines_of(shot, scale) <= (count <= 4 ? 1 : (count + 5) / 6);
  });
}

PixelSize largest_sides(const ContactSheet& sheet) {
  PixelSize most{1, 1};
  for (const auto& shot : sheet.shots) {
    for (const auto& entry : shot.entries) {
      most = {std::max(most.width, entry.size.width), std::max(most.height, entry.size.height)};
    }
  }
  return most;
}

constexpr int kTitleHeight = kTitleText + 10 + kLabelText;
constexpr int kSpaceForNote = kGap + kLabelText;

SheetLayout layout_at(const ContactSheet& sheet, SheetScale scale) {
  SheetLayout layout;
  layout.title = {kMargin, kMargin, kSheetWidth - 2 * kMargin, kTitleHeight};
  int bottom = layout.title.y + layout.title.height;
  for (const auto& shot : sheet.shots) {
    ShotPlace place = place_shot(shot, scale, bottom + kGap);
    const int end = place.card.y + place.card.height;
    if (end + kSpaceForNote + kMargin > kSheetMaxHeight) break;
    bottom = end;
    layout.shots.push_back(std::move(place));
  }
  if (layout.shots.size() < sheet.shots.size()) {
    layout.note = {kMargin, bottom + kGap, kSheetWidth - 2 * kMargin, kLabelText};
    bottom = layout.note.y + layout.note.height;
  }
  layout.size = {kSheetWidth, bottom + kMargin};
  return layout;
}

}  // namespace

PixelSize scaled(PixelSize size, SheetScale scale) {
  const auto side = [scale](int px) { return std::max(1, static_cast<int>((px * scale + kOne / 2) / kOne)); };
  return {side(size.width), side(size.height)};
}

SheetScale contact_sheet_scale(const ContactSheet& sheet) {
  const PixelSize most = largest_sides(sheet);
  SheetScale scale =
      std::min({kOne, kOne * kContactSheetThumbnailSide / most.width, kOne * kMaxPictureHeight / most.height});
  const auto smallest = kOne * 120 / std::max(most.width, most.height);
  while (scale > smallest && !few_lines(sheet, scale)) scale = scale * 99 / 100;
  while (scale > smallest && layout_at(sheet, scale).shots.size() < sheet.shots.size()) scale = scale * 9 / 10;
  return std::max<SheetScale>(1, scale);
}

SheetLayout layout_contact_sheet(const ContactSheet& sheet) {
  return layout_at(sheet, contact_sheet_scale(sheet));
}

std::string readable_bytes(std::size_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + " B";
  if (bytes < 999'500) return std::to_string((bytes + 500) / 1000) + " kB";
  const std::size_t tenths = (bytes + 50'000) / 100'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number).append(" ").append(noun).append(number == 1 ? "" : "s");
}

std::string sheet_summary(const ContactSheet& sheet) {
  std::size_t files = 0;
  std::size_t bytes = 0;
  for (const auto& shot : sheet.shots) {
    files += shot.entries.size();
    for (const auto& entry : shot.entries) bytes += entry.bytes;
  }
  return counted(sheet.shots.size(), "shot") + ", " + counted(files, "file") + ", " + readable_bytes(bytes);
}

}  // namespace imagegen::detail
