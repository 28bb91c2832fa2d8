#include "state/mongo/record_sets.hpp"

#include <utility>

#include "state/mongo/collections.hpp"
#include "state/mongo/errors.hpp"
#include "state/mongo/move_assets.hpp"
#include "state/mongo/record_documents.hpp"

namespace imagegen::mongo {
namespace {

// A set is waited for about a second and a half, which is long for one whose writer lives.
constexpr int kMostSetTries = 10, kMostRecordClaims = 200, kPatience = 50;
constexpr std::chrono::minutes kLongestDeciding{1};

// A set as it stands in its document.
struct KeptSet {
  struct Change {
    RecordCollection collection;  // a name alone, of this:
    std::string name;
    RecordChange change;
  };
  ObjectId id;
  bool decided = false;
  Timestamp begun{};
  std::vector<Change> changes;
};

Document that(const ObjectId& set) {
  Document filter;
  filter.id("_id", set);
  return filter;
}

Document undecided(const ObjectId& set) {
  auto filter = that(set);
  filter.flag("decided", false);
  return filter;
}

Document kept_change(const RecordChange& change) {
  Document made;
  made.text("collection", change.collection->name).text("id", change.id).time("created", change.created);
  made.flag("moves", change.moves);
  if (change.document) made.text("document", *change.document, "record document");
  return made;
}

Result<KeptSet> read_set(const Document& document) {
  Reader read(document, "a set of changes of records");
  KeptSet set;
  set.id = read.id("_id"), set.decided = read.flag("decided"), set.begun = read.time("begun");
  read.each("changes", [&set](Reader& at) {
    KeptSet::Change made;
    made.name = at.text("collection"), made.change.id = at.text("id");
    made.change.created = at.time("created"), made.change.moves = at.flag("moves");
    if (at.has("document")) made.change.document = at.text("document");
    set.changes.push_back(std::move(made));
  });
  if (read.fault()) return *read.fault();
  for (auto& [collection, name, change] : set.changes) collection.name = name, change.collection = &collection;
  return set;
}

// Of a record that was about to be added. False when it is none.
Result<bool> remove_added(MongoDatabase& database, std::string_view collection, const std::string& id,
                          const ObjectId& set) {
  auto added = held(id, set);
  return database.remove_one(mongo_name(collection).c_str(), added.number(kRevision, 0));
}

// Ends a claim and leaves the record as it was.
Result<void> release_record(MongoDatabase& database, std::string_view collection, const std::string& id,
                            const ObjectId& set) {
  const auto removed = remove_added(database, collection, id, set);
  if (!removed) return removed.error();
  if (*removed) return {};
  const auto released = database.change(mongo_name(collection).c_str(), held(id, set),
                                        mongo::field("$unset", Document().text(kChangeSet, "")));
  return released ? Result<void>() : released.error();
}

// The claim of a set without a document, which is nobody's; or that of who moves records of files, see move_assets.hpp.
Result<void> release_void(MongoDatabase& database, std::string_view collection, const std::string& id,
                          const ObjectId& holder) {
  if (mongo_name(collection) != kAssetRecords) return release_record(database, collection, id, holder);
  const auto removed = remove_added(database, collection, id, holder);
  if (!removed) return removed.error();
  return *removed ? Result<void>() : end_move(database, id, holder);
}

// What fails here is left to whoever meets the claim.
void release_all(MongoDatabase& database, const ObjectId& set, const std::vector<CheckedChange>& changes) {
  for (const CheckedChange& checked : changes)
    (void)release_record(database, checked.change.collection->name, checked.change.id, set);
}

Result<void> apply_change(MongoDatabase& database, const ObjectId& set, const RecordChange& change) {
  const auto seen = look_at_record(database, change.collection->name, change.id);
  if (!seen) return seen.error();
  if (seen->held_by != set) return {};  // somebody else has done it, or there was nothing to remove
  const auto name = mongo_name(change.collection->name);
  if (!change.document) {
    const auto removed = database.remove_one(name.c_str(), held(change.id, set));
    return removed ? Result<void>() : removed.error();
  }
  const auto next = next_state(change, seen->state);
  if (!next) return next.error();
  const auto document = to_document(change, *next);
  if (!document) return document.error();
  const auto changed = database.change(name.c_str(), held(change.id, set), *document);
  return changed ? Result<void>() : changed.error();
}

Result<void> apply_set(MongoDatabase& database, const KeptSet& set) {
  for (const auto& kept : set.changes) {
    if (const auto applied = apply_change(database, set.id, kept.change); !applied) return applied;
  }
  const auto removed = database.remove_one(kRecordSets, that(set.id));
  return removed ? Result<void>() : removed.error();
}

// Does nothing to one that has been decided meanwhile.
Result<void> give_up(MongoDatabase& database, const KeptSet& set) {
  const auto removed = database.remove_one(kRecordSets, undecided(set.id));
  if (!removed) return removed.error();
  if (!*removed) return {};
  for (const auto& kept : set.changes) {
    if (const auto released = release_record(database, kept.name, kept.change.id, set.id); !released) return released;
  }
  return {};
}

// Gives what becomes of the record, or Errc::conflict.
Result<RecordState> claim_record(MongoDatabase& database, const ObjectId& set, const RecordChange& change) {
  const auto collection = change.collection->name;
  const auto name = mongo_name(collection);
  for (int attempt = 1; attempt <= kMostRecordClaims; ++attempt) {
    const auto seen = look_at_record(database, collection, change.id);
    if (!seen) return seen.error();
    const bool is_ours = seen->held_by == set;
    if (seen->held_by && !is_ours) {
      const auto met = meet_set(database, collection, change.id, *seen->held_by, attempt);
      if (!met) return met.error();
      continue;
    }
    const auto next = next_state(change, seen->state);
    if (!next || is_ours || (!seen->there && !change.document)) return next;
    Document claim;
    claim.id(kChangeSet, set);
    Document added;
    added.text("_id", change.id).number(kRevision, 0).all_of(claim);
    const auto claimed = seen->there ? database.change(name.c_str(), as_seen(change.id, *seen), mongo::field("$set", claim))
                                     : database.insert(name.c_str(), added);
    if (!claimed) return claimed.error();
    if (*claimed) return next;
    pause_before_retry(attempt);
  }
  return too_busy(record_name(collection, change.id));
}

Result<std::vector<std::int64_t>> claim_all(MongoDatabase& database, const ObjectId& set,
                                            const std::vector<CheckedChange>& changes) {
  std::vector<std::int64_t> revisions(changes.size());
  for (const CheckedChange& checked : changes) {
    const auto next = claim_record(database, set, checked.change);
    if (!next) return next.error();
    revisions[checked.place] = next->revision;
  }
  return revisions;
}

Result<Document> begin_set(MongoDatabase& database, const ObjectId& set, const std::vector<CheckedChange>& changes) {
  const auto now = database.now();
  if (!now) return now.error();
  std::vector<Document> kept;
  for (const CheckedChange& checked : changes) kept.push_back(kept_change(checked.change));
  auto document = undecided(set);
  document.time("begun", *now).documents("changes", kept);
  const auto inserted = database.insert(kRecordSets, document);
  if (!inserted) return inserted.error();
  return document;
}

}  // namespace

Result<std::vector<std::int64_t>> write_set(MongoDatabase& database, const std::vector<CheckedChange>& changes) {
  for (int attempt = 1; attempt <= kMostSetTries; ++attempt) {
    const auto id = ObjectId::make();
    const auto begun = begin_set(database, id, changes);
    if (!begun) return begun.error();
    const auto set = read_set(*begun);
    if (!set) return set.error();
    auto revisions = claim_all(database, id, changes);
    if (!revisions) {
      (void)give_up(database, *set);
      return revisions;
    }
    const auto decided = database.change(kRecordSets, undecided(id), mongo::field("$set", Document().flag("decided", true)));
    if (!decided) return decided.error();
    if (*decided) {
      const auto applied = apply_set(database, *set);
      if (!applied) return applied.error();
      return revisions;
    }
    release_all(database, id, changes);  // somebody has given it up
    pause_before_retry(attempt);
  }
  return too_busy("a set of " + std::to_string(changes.size()) + " records");
}

Result<bool> is_set(MongoDatabase& database, const ObjectId& id) {
  Document fields;
  fields.integer("_id", 1);
  const auto found = database.find_one(kRecordSets, that(id), std::move(fields));
  return found ? Result<bool>(found->has_value()) : found.error();
}

Result<void> meet_set(MongoDatabase& database, std::string_view collection, const std::string& id, const ObjectId& set,
                      int attempt) {
  const auto found = database.find_one(kRecordSets, that(set));
  if (!found) return found.error();
  if (!*found) return release_void(database, collection, id, set);
  const auto kept = read_set(**found);
  if (!kept) return kept.error();
  if (kept->decided) return apply_set(database, *kept);
  if (attempt >= kPatience) return give_up(database, *kept);
  pause_before_retry(attempt);
  return {};
}

Result<void> finish_sets(MongoDatabase& database) {
  const auto found = database.find(kRecordSets, Document());
  if (!found || found->empty()) return found ? Result<void>() : found.error();
  const auto now = database.now();
  if (!now) return now.error();
  for (const Document& document : *found) {
    const auto set = read_set(document);
    if (!set) return set.error();
    if (!set->decided && *now - set->begun < kLongestDeciding) continue;
    const auto finished = set->decided ? apply_set(database, *set) : give_up(database, *set);
    if (!finished) return finished;
  }
  return {};
}

}  // namespace imagegen::mongo
