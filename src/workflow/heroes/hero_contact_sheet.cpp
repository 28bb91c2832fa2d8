#include <imagegen/image/decode.hpp>
#include <imagegen/image/encode.hpp>
#include <imagegen/image/resize.hpp>
#include <imagegen/workflow/heroes/hero_contact_sheet.hpp>

#include <algorithm>
#include <map>

namespace imagegen {
namespace {

constexpr std::size_t kLargestFile = 256U << 20U;  // bytes
constexpr Encoding kThumbnailEncoding{ImageFormat::jpeg, 82};

Result<Bitmap> thumbnail_of(const Bitmap& picture) {
  const double scale =
      std::min(1.0, double(kContactSheetThumbnailSide) / std::max(picture.size.width, picture.size.height));
  const auto side = [scale](int px) { return std::max(1, static_cast<int>(px * scale + 0.5)); };
  return resize(picture, {0, 0, picture.size.width, picture.size.height},
                {side(picture.size.width), side(picture.size.height)});
}

// Fills in what only the file itself can tell. Computes.
Result<void> look_at(const Bytes& file, ContactSheetEntry& entry) {
  const auto picture = decode_image(file);
  if (!picture) return in_context(picture.error(), entry.filename);
  auto thumbnail = thumbnail_of(*picture);
  if (!thumbnail) return thumbnail.error();
  auto jpeg = encode_image(*thumbnail, kThumbnailEncoding);
  if (!jpeg) return jpeg.error();
  entry.size = picture->size;
  entry.bytes = file.size();
  entry.format = sniff_format(file);
  entry.thumbnail = std::move(*thumbnail);
  entry.thumbnail_jpeg = std::move(*jpeg);
  return {};
}

std::string cost_text(const HeroShotReport& shot) {
  if (shot.master != MasterSource::bought) return {};
  if (shot.actual) return to_string(*shot.actual) + " USD";
  return shot.estimated ? "about " + to_string(*shot.estimated) + " USD" : "";
}

// The entries of a shot, in pack order, whether they were made now or before.
std::vector<ContactSheetEntry> entries_of(const HeroResult& result, const std::string& shot_id) {
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

Task<Result<void>> read_back(ObjectStore& store, ThreadPool& pool, ContactSheetEntry& entry) {
  const auto key = ObjectKey::parse(entry.filename);
  if (!key) co_return key.error();
  const auto file = co_await store.get(*key, kLargestFile);
  if (!file) co_return file.error();
  entry.url = store.url(*key);
  auto work = [&] { return look_at(*file, entry); };
  co_return co_await pool.run(work);
}

}  // namespace

Task<Result<ContactSheet>> hero_contact_sheet(ObjectStore& store, ThreadPool& pool, HeroResult result) {
  ContactSheet sheet{"Lifestyle heroes: " + result.work_item_id, {}};
  for (const auto& shot : result.shots) {
    ContactSheetShot on_sheet{shot.shot_id, shot.card_title, shot.prompt, cost_text(shot),
                              entries_of(result, shot.shot_id)};
    for (auto& entry : on_sheet.entries) {
      const auto read = co_await read_back(store, pool, entry);
      if (!read) co_return read.error();
    }
    sheet.shots.push_back(std::move(on_sheet));
  }
  co_return sheet;
}

}  // namespace imagegen
