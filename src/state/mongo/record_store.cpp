#include <imagegen/maker/record/store_parts.hpp>

#include <mutex>
#include <set>
#include <utility>

#include "state/mongo/errors.hpp"
#include "state/mongo/record_documents.hpp"
#include "state/mongo/record_sets.hpp"
#include "state/mongo/stores.hpp"
#include "state/pooled_records.hpp"

namespace imagegen::mongo {
namespace {

constexpr int kMostRecordWrites = 200;

// Made before a collection is first written by this process, which does nothing where they are.
class RecordIndexes {
 public:
  Result<void> make(MongoDatabase& database, const RecordCollection& collection) {
    const std::lock_guard lock(mutex_);
    if (made_.contains(collection.name)) return {};
    if (auto created = make_record_indexes(database, collection); !created) return created;
    made_.emplace(collection.name);
    return {};
  }

 private:
  std::mutex mutex_;
  std::set<std::string, std::less<>> made_;
};

// False when somebody else was quicker.
Result<bool> put_record(MongoDatabase& database, const RecordChange& change, const SeenRecord& seen,
                        const RecordState& next) {
  const auto name = mongo_name(change.collection->name);
  if (!change.document) return seen.there ? database.remove_one(name.c_str(), as_seen(change.id, seen)) : true;
  const auto document = to_document(change, next);
  if (!document) return document.error();
  if (!seen.there) return database.insert(name.c_str(), *document);
  return database.change(name.c_str(), as_seen(change.id, seen), *document);
}

Result<std::int64_t> write_record(MongoDatabase& database, const RecordChange& change) {
  const auto collection = change.collection->name;
  for (int attempt = 1; attempt <= kMostRecordWrites; ++attempt) {
    const auto seen = look_at_record(database, collection, change.id);
    if (!seen) return seen.error();
    if (seen->held_by) {
      const auto met = meet_set(database, collection, change.id, *seen->held_by, attempt);
      if (!met) return met.error();
      continue;
    }
    const auto next = next_state(change, seen->state);
    if (!next) return next.error();
    const auto put = put_record(database, change, *seen, *next);
    if (!put) return put.error();
    if (*put) return next->revision;
    pause_before_retry(attempt);
  }
  return too_busy(record_name(collection, change.id));
}

Result<std::vector<std::int64_t>> write_records(MongoDatabase& database, RecordIndexes& indexes,
                                                std::vector<RecordChange> changes) {
  const auto checked = check_changes(std::move(changes));
  if (!checked) return checked.error();
  for (const CheckedChange& change : *checked) {
    if (const auto made = indexes.make(database, *change.change.collection); !made) return made.error();
  }
  if (checked->size() > 1) return write_set(database, *checked);
  if (checked->empty()) return std::vector<std::int64_t>();
  const auto written = write_record(database, checked->front().change);
  if (!written) return written.error();
  return std::vector{*written};
}

// What is not only about to be added.
Document is_record() {
  Document filter;
  filter.document(kRevision, Document().integer("$gt", 0));
  return filter;
}

Result<std::optional<Record>> find_record(MongoDatabase& database, std::string_view collection, const std::string& id) {
  if (!is_record_id(id)) return std::optional<Record>();
  auto filter = is_record();
  filter.text("_id", id, "record id");
  const auto found = database.find_one(mongo_name(collection).c_str(), filter);
  if (!found) return found.error();
  if (!*found) return std::optional<Record>();
  auto record = to_record(**found, collection);
  if (!record) return record.error();
  return std::optional(std::move(*record));
}

Document to_filter(const RecordQuery& query, const std::optional<RecordCursor>& after) {
  auto filter = is_record();
  for (const auto& [key, value] : query.where) {
    filter.text(key, value, key);
    // A list is equal to each of its elements too.
    filter.document(key + ".0", Document().flag("$exists", false));
  }
  if (!after) return filter;
  std::vector<Document> either(2);
  either[0].document(kCreated, Document().time("$lt", after->created));
  either[1].time(kCreated, after->created).document("_id", Document().text("$lt", after->id));
  filter.documents("$or", either);
  return filter;
}

Result<RecordPage> list_records(MongoDatabase& database, const RecordQuery& query) {
  const auto after = check_query(query);
  if (!after) return after.error();
  const auto collection = query.collection->name;
  FindOptions options;
  options.sort.integer(kCreated, -1).integer("_id", -1), options.limit = query.limit + 1;
  const auto found = database.find(mongo_name(collection).c_str(), to_filter(query, *after), options);
  if (!found) return found.error();
  std::vector<Record> records;
  for (const Document& document : *found) {
    auto record = to_record(document, collection);
    if (!record) return record.error();
    records.push_back(std::move(*record));
  }
  return to_page(std::move(records), query.limit);
}

class MongoRecords {
 public:
  static constexpr bool kAtomic = false;

  explicit MongoRecords(std::shared_ptr<MongoDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<std::int64_t>> write(std::vector<RecordChange> changes) {
    return write_records(*database_, indexes_, std::move(changes));
  }
  Result<std::optional<Record>> find(const RecordCollection& collection, const std::string& id) {
    return find_record(*database_, collection.name, id);
  }
  Result<RecordPage> list(const RecordQuery& query) { return list_records(*database_, query); }

 private:
  const std::shared_ptr<MongoDatabase> database_;
  RecordIndexes indexes_;
};

}  // namespace

std::unique_ptr<RecordStore> make_record_store(std::shared_ptr<MongoDatabase> database, ThreadPool& pool) {
  return std::make_unique<PooledRecords<MongoRecords>>(std::make_shared<MongoRecords>(std::move(database)), pool);
}

}  // namespace imagegen::mongo
