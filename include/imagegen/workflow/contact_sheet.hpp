#pragma once
#include <imagegen/core/bitmap.hpp>
#include <imagegen/core/bytes.hpp>
#include <imagegen/core/geometry.hpp>

#include <cstddef>
#include <string>
#include <vector>

/// \file One page that shows everything a work item came to: as HTML for people, as a picture for tickets and chats.
/// Pure: no files, no network, no clock. The same sheet gives the same bytes.
namespace imagegen {

/// A thumbnail needs no longer side than this, px: neither sheet shows a crop larger.
inline constexpr int kContactSheetThumbnailSide = 720;

/// One finished file. All texts are UTF-8 and shown as they are: markup in them is only text.
struct ContactSheetEntry {
  /// Of the row of the pack, such as "fcc/OL-1_Desktop_1920x800.webp" and "Desktop".
  std::string filename, size_label;
  std::string url;        ///< Where the page's thumbnail leads: http, https, file, or relative to the page; others
                          ///< and an empty one make no link.
  PixelSize size;         ///< Of the file, px; both sides at least 1.
  std::size_t bytes = 0;  ///< Of the file.
  std::string format;     ///< "webp"
  bool upscaled = false;  ///< Then the sheets say so beside the size.
  Bitmap thumbnail;       ///< For the picture: the whole crop, at any scale. Without pixels, an empty frame is shown.
  Bytes thumbnail_jpeg;   ///< For the page, which embeds it: a JPEG file. Empty shows an empty frame.
};

/// One shot and what was cut from it.
struct ContactSheetShot {
  std::string shot_id, card_title;         ///< What the heading of the shot says.
  std::string prompt;                      ///< Empty where no master was needed: then there is no such paragraph.
  std::string cost;                        ///< Ready to show, such as "about 0.165 USD"; may be empty.
  std::vector<ContactSheetEntry> entries;  ///< In the order in which they are shown.
};

/// What is shown.
struct ContactSheet {
  std::string title;                    ///< What the page is headed with, mostly the work item.
  std::vector<ContactSheetShot> shots;  ///< In the order in which they are shown.
};

/// One HTML page that needs nothing beside it: style and thumbnails are inside, scripts there are none. It follows the
/// reader's light or dark setting and the width of the window.
std::string contact_sheet_html(const ContactSheet& sheet);

/// An RGB picture 1600 px wide, as high as it needs to be up to 32,000 px: a row per shot, all crops drawn to one
/// scale. What does not fit is counted at its end: shots below that height, and entries of a shot beyond its first 64.
Bitmap contact_sheet_picture(const ContactSheet& sheet);

}  // namespace imagegen
