#include "state/mongo/move_assets.hpp"

#include <algorithm>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/record_documents.hpp"

namespace imagegen::mongo {
namespace {

constexpr int kAssetsAtOnce = 100, kMostMoveTries = 20;
constexpr std::size_t kLongestAssetKey = 1024;
constexpr std::string_view kKeysOfAssets[] = {"sha256", "jobId", "owner", "kind"};

struct OldAsset {
  std::string id;
  Document filter;  // for the old one
  Document record;  // what is to stand for it
};

// Nothing for one that no record can be made of.
std::optional<OldAsset> read_old(const Document& asset) {
  Reader read(asset, "the record of a file");
  OldAsset old;
  old.id = read.text("assetId");
  bool fits = is_record_id(old.id);
  old.record.text("_id", old.id);
  const auto take = [&](const char* name) {
    const auto text = read.text(name);
    const bool is_key = std::find(std::begin(kKeysOfAssets), std::end(kKeysOfAssets), name) != std::end(kKeysOfAssets);
    fits = fits && (!is_key || text.size() <= kLongestAssetKey);
    old.record.text(name, text);
  };
  for (const char* name : {"kind", "objectKey", "url", "contentType", "sha256"}) take(name);
  old.record.integer("width", read.integer("width")).integer("height", read.integer("height"));
  const auto bytes = read.number("sizeBytes");
  old.record.number("sizeBytes", bytes);
  for (const char* name : {"jobId", "owner", "provider", "model", "promptSha256", "extra"}) take(name);
  old.record.time(kCreated, read.time("createdAt")).number(kRevision, 1);
  old.filter.id("_id", read.id("_id"));
  if (read.fault() || old.record.fault() || !fits || bytes < 0) return std::nullopt;
  return old;
}

Document mover_claim(const std::string& id, const ObjectId& mover) {
  auto filter = held(id, mover);
  filter.number(kRevision, 0);
  return filter;
}

enum class Claim { made, lost, not_needed };

Result<Claim> claim_asset(MongoDatabase& database, const ObjectId& mover, const std::string& id) {
  const auto added = database.insert(kAssetRecords, mover_claim(id, mover));
  if (!added) return added.error();
  if (*added) return Claim::made;
  const auto seen = look_at_record(database, "assets", id);
  if (!seen) return seen.error();
  if (seen->state.revision > 0) return Claim::not_needed;
  if (seen->held_by == mover) return Claim::made;
  if (!seen->there || !seen->held_by) return Claim::lost;
  const auto taken = database.change(kAssetRecords, mover_claim(id, *seen->held_by),
                                     field("$set", Document().id(kChangeSet, mover)));
  if (!taken) return taken.error();
  return *taken ? Claim::made : Claim::lost;
}

// Whether the record is there now, or shall not be; false where another has taken the claim.
Result<bool> make_of_claim(MongoDatabase& database, const ObjectId& mover, const OldAsset& old) {
  const auto there = database.find_one(kAssets, old.filter);
  if (!there) return there.error();
  if (*there) return database.change(kAssetRecords, mover_claim(old.id, mover), old.record);
  const auto given_up = database.remove_one(kAssetRecords, mover_claim(old.id, mover));
  return given_up ? Result<bool>(true) : given_up.error();
}

Result<bool> finish_move(MongoDatabase& database, const OldAsset& old) {
  const auto removed = database.remove_one(kAssets, old.filter);
  return removed ? Result<bool>(true) : removed.error();
}

Document after_id(const ObjectId& last) {
  Document filter;
  // Of this type only, as all that this library wrote: others are not compared with it.
  filter.document("_id", Document().id("$gt", last));
  return filter;
}

}  // namespace

Result<bool> move_asset(MongoDatabase& database, const ObjectId& mover, const Document& asset) {
  const auto old = read_old(asset);
  if (!old) return false;
  for (int attempt = 1; attempt <= kMostMoveTries; ++attempt) {
    const auto claim = claim_asset(database, mover, old->id);
    if (!claim) return claim.error();
    if (*claim == Claim::not_needed) return finish_move(database, *old);
    if (*claim == Claim::made) {
      const auto made = make_of_claim(database, mover, *old);
      if (!made) return made.error();
      if (*made) return finish_move(database, *old);
    }
    pause_before_retry(attempt);
  }
  return too_busy("record " + old->id);
}

Result<void> move_assets(MongoDatabase& database, const std::function<Result<void>()>& keep_lock) {
  const RecordCollection assets{"assets", kKeysOfAssets};
  if (const auto made = make_record_indexes(database, assets); !made) return made;
  const auto mover = ObjectId::make();
  FindOptions some;
  some.sort.integer("_id", 1), some.limit = kAssetsAtOnce;
  for (ObjectId last;;) {
    const auto found = database.find(kAssets, after_id(last), some);
    if (!found || found->empty()) return found ? Result<void>() : found.error();
    for (const Document& asset : *found) {
      const auto moved = move_asset(database, mover, asset);
      if (!moved) return moved.error();
      Reader read(asset, "the record of a file");
      last = read.id("_id");
    }
    if (auto kept = keep_lock(); !kept) return kept;
  }
}

Result<std::int64_t> count_unmoved_assets(MongoDatabase& database) {
  std::vector<Document> stages(1);
  stages[0].text("$count", "n");
  const auto counted = database.aggregate(kAssets, stages);
  if (!counted) return counted.error();
  if (counted->empty()) return 0;
  Reader read(counted->front(), "a number of documents");
  return read.number("n");
}

}  // namespace imagegen::mongo
