#include "state/copy/pictures.hpp"

#include <imagegen/core/digest.hpp>

#include <algorithm>
#include <utility>

namespace imagegen::state {
namespace {

// Calls `use(picture)`, which gives a Result<void>, for each, oldest first, one in memory at a time.
template <class Use>
Result<std::vector<std::string>> for_each_picture(Spool& spool, const Use& use) {
  std::vector<std::string> damaged;
  SpoolQuery query;
  do {
    const auto page = spool.list(query);
    if (!page) return page.error();
    damaged.insert(damaged.end(), page->damaged.begin(), page->damaged.end());
    for (const SpoolEntry& entry : page->pictures) {
      auto found = spool.find(entry.purchase_id);
      if (!found && found.error().code != Errc::corrupt_data) return found.error();
      if (!found) damaged.push_back(found.error().message);
      if (!found || !*found) continue;
      (*found)->spooled = entry.spooled;
      if (const auto used = use(std::move(**found)); !used) return used.error();
    }
    query.after = page->next;
  } while (!query.after.empty());
  return damaged;
}

bool are_same(const SpooledPicture& a, const SpooledPicture& b) {
  return a.key == b.key && a.content_type == b.content_type && a.about_json == b.about_json && a.file == b.file;
}

}  // namespace

Result<bool> has_pictures(Spool& spool) {
  SpoolQuery query;
  query.limit = 1;
  const auto page = spool.list(query);
  if (!page) return page.error();
  return !page->pictures.empty() || !page->damaged.empty();
}

Result<std::vector<std::string>> copy_pictures(Spool& from, Spool& to, const PictureDone& done) {
  std::int64_t count = 0;
  return for_each_picture(from, [&](const SpooledPicture& picture) -> Result<void> {
    const auto there = to.find(picture.purchase_id);
    if (!there && there.error().code != Errc::corrupt_data) return there.error();
    if (!there || !*there || !are_same(**there, picture)) {
      if (const auto put = to.put(picture); !put) return put;
    }
    return done(++count);
  });
}

Result<RowDigest> digest_of(Spool& spool) {
  std::vector<CopyRow> rows;
  const auto read = for_each_picture(spool, [&](const SpooledPicture& picture) -> Result<void> {
    rows.push_back({picture.purchase_id, picture.key.str(), picture.content_type, picture.about_json,
                    to_unix_ms(*picture.spooled), to_hex(sha256(picture.file))});
    return {};
  });
  if (!read) return read.error();
  std::sort(rows.begin(), rows.end());
  RowDigest digest;
  for (const CopyRow& row : rows) digest.add(row);
  return digest;
}

}  // namespace imagegen::state
