#include "state/mongo/move_assets.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/record_documents.hpp"
#include "state/mongo/record_sets.hpp"

namespace imagegen::mongo {
namespace {

// A set is waited for as long as a writer of one record waits.
constexpr int kAssetsAtOnce = 100, kMostMoveTries = 200;
constexpr std::size_t kLongestAssetKey = 1024;
constexpr std::string_view kKeysOfAssets[] = {"sha256", "jobId", "owner", "kind"};

struct OldAsset {
  std::string id;
  ObjectId number;  // of the old document
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
  old.number = read.id("_id");
  if (read.fault() || old.record.fault() || !fits || bytes < 0) return std::nullopt;
  return old;
}

std::vector<std::string> asset_ids(const std::vector<OldAsset>& assets) {
  std::vector<std::string> ids;
  for (const OldAsset& old : assets) ids.push_back(old.id);
  return ids;
}

Document old_ones(const std::vector<OldAsset>& assets) {
  Document numbers;
  for (std::size_t i = 0; i < assets.size(); ++i) numbers.id(std::to_string(i), assets[i].number);
  return field("_id", Document().array("$in", numbers));
}

Document held_ones(const std::vector<std::string>& ids, const ObjectId& holder) {
  auto filter = in("_id", ids);
  filter.id(kChangeSet, holder);
  return filter;
}

Document claim_of(const std::string& id, const ObjectId& mover) {
  auto claim = held(id, mover);
  claim.number(kRevision, 0);
  return claim;
}

Result<void> remove_claims(MongoDatabase& database, const std::vector<std::string>& ids, const ObjectId& holder) {
  if (ids.empty()) return {};
  auto claims = held_ones(ids, holder);
  return database.remove_many(kAssetRecords, claims.number(kRevision, 0));
}

// Of those that are records.
Result<void> end_claims(MongoDatabase& database, const std::vector<std::string>& ids, const ObjectId& holder) {
  if (ids.empty()) return {};
  auto made = held_ones(ids, holder);
  made.document(kRevision, Document().integer("$gt", 0));
  return database.update_many(kAssetRecords, made, field("$unset", Document().text(kChangeSet, "")));
}

// Documents on their way, in the steps above.
class AssetBatch {
 public:
  AssetBatch(MongoDatabase& database, const ObjectId& mover, std::vector<OldAsset> assets)
      : database_(database), mover_(mover), left_(std::move(assets)) {}

  bool is_moved() const noexcept { return left_.empty(); }
  // Moves those that nobody else holds, and gets others out of the way or waits for them.
  Result<void> go_on(int attempt);

 private:
  using Seen = std::map<std::string, SeenRecord>;
  // Ids that somebody else holds, as they were seen.
  struct HeldByOther {
    std::vector<std::string> claimed, made;
  };

  Result<void> claim();
  Result<void> make();
  Result<Seen> look() const;
  Result<std::vector<OldAsset>> take_claimed();
  Result<void> give_up_without_old(std::vector<OldAsset>& claimed);
  Result<void> finish(const std::vector<OldAsset>& moved);
  Result<void> meet(const ObjectId& holder, const HeldByOther& those, int attempt);

  MongoDatabase& database_;
  const ObjectId mover_;
  std::vector<OldAsset> left_;
};

Result<void> AssetBatch::go_on(int attempt) {
  if (auto claimed = claim(); !claimed) return claimed;
  if (auto made = make(); !made) return made;
  const auto seen = look();
  if (!seen) return seen.error();
  std::vector<OldAsset> moved, contested;
  std::map<ObjectId, HeldByOther> others;
  for (OldAsset& old : left_) {
    const auto found = seen->find(old.id);
    const bool is_there = found != seen->end() && found->second.state.revision > 0;
    if (found != seen->end() && found->second.held_by && *found->second.held_by != mover_) {
      auto& of_holder = others[*found->second.held_by];
      (is_there ? of_holder.made : of_holder.claimed).push_back(old.id);
    }
    (is_there ? moved : contested).push_back(std::move(old));
  }
  left_ = std::move(contested);
  if (auto finished = finish(moved); !finished) return finished;
  for (const auto& [holder, those] : others) {
    if (auto met = meet(holder, those, attempt); !met) return met;
  }
  if (!left_.empty()) pause_before_retry(attempt);
  return {};
}

Result<void> AssetBatch::claim() {
  std::vector<Document> claims;
  for (const OldAsset& old : left_) claims.push_back(claim_of(old.id, mover_));
  return database_.insert_all(kAssetRecords, claims);
}

Result<void> AssetBatch::make() {
  auto claimed = take_claimed();
  if (!claimed) return claimed.error();
  if (auto given_up = give_up_without_old(*claimed); !given_up) return given_up;
  std::vector<Replacement> records;
  for (OldAsset& old : *claimed) {
    Document record;
    record.all_of(old.record).id(kChangeSet, mover_);
    records.push_back({claim_of(old.id, mover_), std::move(record)});
    left_.push_back(std::move(old));
  }
  return database_.replace_all(kAssetRecords, records);
}

Result<AssetBatch::Seen> AssetBatch::look() const {
  return look_at_records(database_, "assets", asset_ids(left_));
}

// Out of those that are left.
Result<std::vector<OldAsset>> AssetBatch::take_claimed() {
  const auto seen = look();
  if (!seen) return seen.error();
  std::vector<OldAsset> claimed, others;
  for (OldAsset& old : left_) {
    const auto found = seen->find(old.id);
    const bool is_ours = found != seen->end() && found->second.state.revision == 0 && found->second.held_by == mover_;
    (is_ours ? claimed : others).push_back(std::move(old));
  }
  left_ = std::move(others);
  return claimed;
}

Result<void> AssetBatch::give_up_without_old(std::vector<OldAsset>& claimed) {
  if (claimed.empty()) return {};
  FindOptions only_number;
  only_number.fields.integer("_id", 1);
  const auto found = database_.find(kAssets, old_ones(claimed), only_number);
  if (!found) return found.error();
  std::set<ObjectId> there;
  for (const Document& old : *found) there.insert(Reader(old, "the record of a file").id("_id"));
  const auto gone = std::stable_partition(claimed.begin(), claimed.end(),
                                          [&](const OldAsset& old) { return there.contains(old.number); });
  std::vector<std::string> ids;
  std::transform(gone, claimed.end(), std::back_inserter(ids), [](const OldAsset& old) { return old.id; });
  claimed.erase(gone, claimed.end());
  return remove_claims(database_, ids, mover_);
}

Result<void> AssetBatch::finish(const std::vector<OldAsset>& moved) {
  if (moved.empty()) return {};
  if (auto removed = database_.remove_many(kAssets, old_ones(moved)); !removed) return removed;
  return end_claims(database_, asset_ids(moved), mover_);
}

Result<void> AssetBatch::meet(const ObjectId& holder, const HeldByOther& those, int attempt) {
  const auto set = is_set(database_, holder);
  if (!set) return set.error();
  if (*set && those.claimed.empty()) return {};
  if (*set) return meet_set(database_, "assets", those.claimed.front(), holder, attempt);
  // Another mover's, or nobody's. Of those that were records the old documents have gone; what became one since is left to
  // the next look.
  if (auto removed = remove_claims(database_, those.claimed, holder); !removed) return removed;
  return end_claims(database_, those.made, holder);
}

Result<void> move_batch(MongoDatabase& database, const ObjectId& mover, std::vector<OldAsset> assets,
                        const KeepLock& keep_lock) {
  AssetBatch batch(database, mover, std::move(assets));
  for (int attempt = 1; !batch.is_moved(); ++attempt) {
    if (attempt > kMostMoveTries) return too_busy("records of files");
    if (auto kept = keep_lock(); !kept) return kept;
    if (auto gone_on = batch.go_on(attempt); !gone_on) return gone_on;
  }
  return {};
}

Document after_id(const ObjectId& last) {
  Document filter;
  // Of this type only, as all that this library wrote: others are not compared with it.
  filter.document("_id", Document().id("$gt", last));
  return filter;
}

// Those of a hundred documents that records can be made of, and so on while `use` gives true.
Result<void> each_hundred(MongoDatabase& database, const std::function<Result<bool>(std::vector<OldAsset>)>& use) {
  FindOptions some;
  some.sort.integer("_id", 1), some.limit = kAssetsAtOnce;
  for (ObjectId last;;) {
    const auto found = database.find(kAssets, after_id(last), some);
    if (!found || found->empty()) return found ? Result<void>() : found.error();
    std::vector<OldAsset> sound;
    for (const Document& asset : *found) {
      if (auto old = read_old(asset)) sound.push_back(std::move(*old));
    }
    last = Reader(found->back(), "the record of a file").id("_id");
    const auto used = use(std::move(sound));
    if (!used || !*used) return used ? Result<void>() : used.error();
  }
}

}  // namespace

Result<bool> move_asset(MongoDatabase& database, const ObjectId& mover, const Document& asset) {
  auto old = read_old(asset);
  if (!old) return false;
  std::vector<OldAsset> one;
  one.push_back(std::move(*old));
  const auto moved = move_batch(database, mover, std::move(one), [] { return Result<void>(); });
  return moved ? Result<bool>(true) : moved.error();
}

Result<void> move_assets(MongoDatabase& database, const KeepLock& keep_lock) {
  const RecordCollection assets{"assets", kKeysOfAssets};
  if (const auto made = make_record_indexes(database, assets); !made) return made;
  const auto mover = ObjectId::make();
  return each_hundred(database, [&](std::vector<OldAsset> sound) -> Result<bool> {
    const auto moved = move_batch(database, mover, std::move(sound), keep_lock);
    return moved ? Result<bool>(true) : moved.error();
  });
}

Result<bool> any_asset_to_move(MongoDatabase& database) {
  bool any = false;
  const auto looked = each_hundred(database, [&any](const std::vector<OldAsset>& sound) -> Result<bool> {
    any = !sound.empty();
    return !any;
  });
  return looked ? Result<bool>(any) : looked.error();
}

Result<void> end_move(MongoDatabase& database, const std::string& id, const ObjectId& mover) {
  auto made = held(id, mover);
  made.document(kRevision, Document().integer("$gt", 0));
  const auto record = database.find_one(kAssetRecords, made);
  if (!record || !*record) return record ? Result<void>() : record.error();
  Document of_id;
  const auto there = database.find_one(kAssets, of_id.text("assetId", id));
  if (!there) return there.error();
  if (auto old = *there ? read_old(**there) : std::nullopt) {
    std::vector<OldAsset> one;
    one.push_back(std::move(*old));
    if (auto removed = database.remove_many(kAssets, old_ones(one)); !removed) return removed;
  }
  return end_claims(database, {id}, mover);
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
