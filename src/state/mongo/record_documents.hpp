#pragma once
#include <imagegen/maker/record/store_parts.hpp>

#include <map>
#include <optional>
#include <string>

#include "state/mongo/database.hpp"

/// \file Records as documents: the fields of a record's own document at the top, as they are, and beside them `_id`,
/// `_created`, `_revision`, and `_changeSet` while a set of changes holds it. A record that is about to be added by such
/// a set has revision 0 and nothing else, and no reader sees it.
namespace imagegen::mongo {

inline constexpr const char* kCreated = "_created";
inline constexpr const char* kRevision = "_revision";
inline constexpr const char* kChangeSet = "_changeSet";

/// The name of the collection in MongoDB.
std::string mongo_name(std::string_view collection);

/// By age, and by each key and then age. Does nothing where they are.
Result<void> make_record_indexes(MongoDatabase& database, const RecordCollection& collection);

/// What stands there after a change that leaves a record.
Result<Document> to_document(const RecordChange& change, const RecordState& state);
/// Errc::corrupt_data for a document that is damaged, or has values that JSON does not know. Dates read as RFC 3339 and
/// ObjectIds as hexadecimal digits: a host may add some.
Result<Record> to_record(const Document& document, std::string_view collection);

/// A record as a writer finds it.
struct SeenRecord {
  bool there = false;  ///< Also when it is about to be added.
  RecordState state;
  std::optional<ObjectId> held_by;  ///< A set of changes.
};

Result<SeenRecord> look_at_record(MongoDatabase& database, std::string_view collection, const std::string& id);
/// Those of these that there are, by id.
Result<std::map<std::string, SeenRecord>> look_at_records(MongoDatabase& database, std::string_view collection,
                                                          const std::vector<std::string>& ids);

/// The record, as long as it is what was seen and nobody holds it.
Document as_seen(const std::string& id, const SeenRecord& seen);
/// The record, as long as the set holds it.
Document held(const std::string& id, const ObjectId& set);

}  // namespace imagegen::mongo
