#pragma once
#include <imagegen/workflow/contact_sheet.hpp>

#include <cstdint>
#include <string_view>

/// \file Where everything on a contact sheet goes. Apart from drawing it, so that overlaps can be tested for.
namespace imagegen::detail {

inline constexpr int kSheetWidth = 1600;             ///< px
inline constexpr int kSheetMaxHeight = 32'000;       ///< px
inline constexpr std::size_t kSheetMaxEntries = 64;  ///< Of one shot.

// Heights of lines of text, px.
inline constexpr int kTitleText = 34;
inline constexpr int kShotText = 25;
inline constexpr int kLabelText = 18;
inline constexpr int kNoteText = 15;

/// One scale for all crops of a sheet, in 65536ths: 65536 draws a file px as a sheet px.
using SheetScale = std::int64_t;
PixelSize scaled(PixelSize size, SheetScale scale);

struct EntryPlace {
  PixelRect picture;
  PixelRect label;  ///< Three lines of text below it.
};

struct ShotPlace {
  PixelRect card;                   ///< Holds all of the following.
  PixelRect header;                 ///< One line.
  std::vector<EntryPlace> entries;  ///< The first kSheetMaxEntries of the shot.
  PixelRect note;                   ///< "and 3 more files"; empty when all are there.
  PixelRect prompt;                 ///< Empty when there is none.
  std::vector<std::string> prompt_lines;
};

struct SheetLayout {
  PixelSize size;
  PixelRect title;               ///< Two lines.
  std::vector<ShotPlace> shots;  ///< As many of the first as fit.
  PixelRect note;                ///< "and 2 more shots"; empty when all are there.
};

/// The largest scale at which shots keep to few lines and the sheet to its height.
SheetScale contact_sheet_scale(const ContactSheet& sheet);

SheetLayout layout_contact_sheet(const ContactSheet& sheet);

/// "184 kB", "1.2 MB": what people read, in thousands.
std::string readable_bytes(std::size_t bytes);

/// "1 file", "2 files"
std::string counted(std::size_t number, std::string_view noun);

/// "3 shots, 9 files, 1.2 MB"
std::string sheet_summary(const ContactSheet& sheet);

}  // namespace imagegen::detail
