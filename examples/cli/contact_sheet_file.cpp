#include "contact_sheet_file.hpp"

#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/resize.hpp>
#include <imagegen/workflow/contact_sheet.hpp>

#include <algorithm>
#include <map>

#include "files.hpp"

namespace cli {
namespace {

using imagegen::Bitmap;
using imagegen::ContactSheetEntry;
using imagegen::ContactSheetShot;
using imagegen::Result;

constexpr std::size_t kLargestFile = 256U << 20U;
constexpr imagegen::Encoding kThumbnailEncoding{imagegen::ImageFormat::jpeg, 82};

Result<Bitmap> thumbnail_of(const Bitmap& picture) {
  const double scale =
      std::min(1.0, double(imagegen::kContactSheetThumbnailSide) / std::max(picture.size.width, picture.size.height));
  const auto side = [scale](int px) { return std::max(1, static_cast<int>(px * scale + 0.5)); };
  return resize(picture, {0, 0, picture.size.width, picture.size.height},
                {side(picture.size.width), side(picture.size.height)});
}

// Fills in what only the file itself can tell.
Result<void> read_back(imagegen::Runtime& runtime, ContactSheetEntry& entry) {
  const auto key = imagegen::ObjectKey::parse(entry.filename);
  if (!key) return key.error();
  const auto file = runtime.wait(runtime.store().get(*key, kLargestFile));
  if (!file) return file.error();
  const auto picture = imagegen::decode_image(*file);
  if (!picture) return in_context(picture.error(), entry.filename);
  auto thumbnail = thumbnail_of(*picture);
  if (!thumbnail) return thumbnail.error();
  auto jpeg = encode_image(*thumbnail, kThumbnailEncoding);
  if (!jpeg) return jpeg.error();
  entry.size = picture->size;
  entry.bytes = file->size();
  entry.format = imagegen::sniff_format(*file);
  entry.url = runtime.store().url(*key);
  entry.thumbnail = std::move(*thumbnail);
  entry.thumbnail_jpeg = std::move(*jpeg);
  return {};
}

// A link that still works when the folder is moved: a file beside the page is named relative to it.
void make_relative(ContactSheetEntry& entry, const std::filesystem::path& html_file) {
  constexpr std::string_view kFileScheme = "file://";
  if (!entry.url.starts_with(kFileScheme)) return;
  const auto folder = std::filesystem::absolute(html_file).parent_path();
  const auto target = std::filesystem::path(entry.url.substr(kFileScheme.size()));
  entry.url = target.lexically_relative(folder).generic_string();
}

std::string cost_text(const imagegen::HeroShotReport& shot) {
  if (shot.master != imagegen::MasterSource::bought) return {};
  if (shot.actual) return to_string(*shot.actual) + " USD";
  return shot.estimated ? "about " + to_string(*shot.estimated) + " USD" : "";
}

// The entries of a shot, in pack order, whether they were made now or before.
std::vector<ContactSheetEntry> entries_of(const imagegen::HeroResult& result, const std::string& shot_id) {
  std::map<std::size_t, ContactSheetEntry> by_row;
  for (const auto& output : result.generated) {
    if (output.shot_id != shot_id) continue;
    auto& entry = by_row[output.pack_row];
    entry.filename = output.filename, entry.size_label = output.size_label, entry.upscaled = output.upscaled;
  }
  for (const auto& file : result.skipped_existing) {
    if (file.shot_id != shot_id) continue;
    auto& entry = by_row[file.pack_row];
    entry.filename = file.filename, entry.size_label = file.size_label;
  }
  std::vector<ContactSheetEntry> entries;
  for (auto& [row, entry] : by_row) entries.push_back(std::move(entry));
  return entries;
}

Result<imagegen::ContactSheet> sheet_of(imagegen::Runtime& runtime, const imagegen::HeroResult& result,
                                        const std::filesystem::path& html_file) {
  imagegen::ContactSheet sheet{"Lifestyle heroes: " + result.work_item_id, {}};
  for (const auto& shot : result.shots) {
    ContactSheetShot on_sheet{shot.shot_id, shot.card_title, shot.prompt, cost_text(shot),
                              entries_of(result, shot.shot_id)};
    for (auto& entry : on_sheet.entries) {
      if (const auto read = read_back(runtime, entry); !read) return read.error();
      make_relative(entry, html_file);
    }
    sheet.shots.push_back(std::move(on_sheet));
  }
  return sheet;
}

}  // namespace

Result<void> write_contact_sheet(imagegen::Runtime& runtime, const imagegen::HeroResult& result,
                                 const std::filesystem::path& html_file) {
  auto png_file = html_file;
  png_file.replace_extension(".png");
  // A run that made nothing has nothing to add to a sheet, which knows more (prices, what was enlarged) of the run
  // before.
  if (result.generated.empty() && std::filesystem::exists(html_file) && std::filesystem::exists(png_file)) return {};
  const auto sheet = sheet_of(runtime, result, html_file);
  if (!sheet) return sheet.error();
  const auto html = contact_sheet_html(*sheet);
  const auto png = imagegen::encode_png(contact_sheet_picture(*sheet));
  if (!png) return png.error();
  if (const auto written = write_file(html_file, imagegen::as_bytes(html)); !written) return written.error();
  if (const auto written = write_file(png_file, *png); !written) return written.error();
  return {};
}

}  // namespace cli
