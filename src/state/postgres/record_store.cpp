#include "state/postgres/record_store.hpp"

#include <imagegen/record/store_parts.hpp>

#include <utility>

#include "state/pooled_records.hpp"

namespace imagegen::state {
namespace {

constexpr int kMostRecordTries = 20;

// Whoever reads it here has it until the end of the transaction.
constexpr const char* kLookAtRecord =
    "SELECT created, revision FROM imagegen_records WHERE collection = $1 AND id = $2 FOR UPDATE";

// No row: somebody has added it since it was looked for.
constexpr const char* kPutRecord = R"sql(INSERT INTO imagegen_records AS there (collection, id, document, created, revision)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (collection, id) DO UPDATE SET document = excluded.document, created = excluded.created,
  revision = excluded.revision WHERE there.revision = excluded.revision - 1
RETURNING revision)sql";

constexpr const char* kRemoveRecord = "DELETE FROM imagegen_records WHERE collection = $1 AND id = $2";
constexpr const char* kRemoveRecordKeys = "DELETE FROM imagegen_record_keys WHERE collection = $1 AND id = $2";
constexpr const char* kPutRecordKeys = R"sql(INSERT INTO imagegen_record_keys (collection, id, key, value, created)
SELECT $1, $2, given.key, given.value, $5::bigint FROM unnest($3::text[], $4::text[]) AS given(key, value))sql";

PgParams params_of(const RecordChange& change) {
  PgParams params;
  params.text(change.collection->name, "record collection").text(change.id, "record id");
  return params;
}

Result<RecordState> look(PgConnection& connection, const RecordChange& change) {
  const auto rows = connection.run(kLookAtRecord, params_of(change));
  if (!rows) return rows.error();
  RecordState state;
  if (rows->empty()) return state;
  PgRow at(*rows, 0);
  state.created = at.time(), state.revision = at.number();
  return state;
}

Result<void> put_keys(PgConnection& connection, const CheckedChange& checked, bool is_new, Timestamp created) {
  if (!is_new) {
    const auto removed = connection.run(kRemoveRecordKeys, params_of(checked.change));
    if (!removed) return removed.error();
  }
  if (checked.keys.empty()) return {};
  std::vector<std::string> names, values;
  for (const RecordKey& key : checked.keys) names.emplace_back(key.name), values.push_back(key.value);
  auto params = params_of(checked.change);
  params.texts(names, "record key").texts(values, "record key").time(created);
  const auto put = connection.run(kPutRecordKeys, params);
  if (!put) return put.error();
  return {};
}

// False when somebody else has added it just now: then it is looked for again.
Result<bool> put_document(PgConnection& connection, const RecordChange& change, const RecordState& state) {
  if (!change.document) {
    const auto removed = connection.run(kRemoveRecord, params_of(change));
    if (!removed) return removed.error();
    return true;
  }
  auto params = params_of(change);
  params.text(*change.document, "record document").time(state.created).number(state.revision);
  const auto put = connection.run(kPutRecord, params);
  if (!put) return put.error();
  return !put->empty();
}

Result<std::int64_t> write_record(PgConnection& connection, const CheckedChange& checked) {
  for (int attempt = 1; attempt <= kMostRecordTries; ++attempt) {
    const auto now = look(connection, checked.change);
    if (!now) return now.error();
    const auto next = next_state(checked.change, *now);
    if (!next) return next.error();
    // What is not there is not held either: somebody else may add it at any moment.
    if (now->revision == 0 && !checked.change.document) return 0;
    const auto put = put_document(connection, checked.change, *next);
    if (!put) return put.error();
    if (!*put) continue;
    const auto keys = put_keys(connection, checked, now->revision == 0, next->created);
    if (!keys) return keys.error();
    return next->revision;
  }
  Error busy(Errc::unavailable, record_name(checked.change.collection->name, checked.change.id) +
                                    ": others added and removed it at the same time, again and again; make the same "
                                    "call again");
  busy.retry = Retry::later;
  return busy;
}

Result<std::vector<std::int64_t>> write_records(PgDatabase& database, std::vector<RecordChange> changes) {
  const auto checked = check_changes(std::move(changes));
  if (!checked) return checked.error();
  return database.transact(Durable::yes, [&](PgConnection& connection) -> Result<std::vector<std::int64_t>> {
    std::vector<std::int64_t> revisions(checked->size());
    for (const CheckedChange& change : *checked) {
      const auto written = write_record(connection, change);
      if (!written) return written.error();
      revisions[change.place] = *written;
    }
    return revisions;
  });
}

Record record_from(const PgRows& rows, int row) {
  PgRow at(rows, row);
  Record record;
  record.id = at.text(), record.document = at.text();
  record.created = at.time(), record.revision = at.number();
  return record;
}

Result<std::optional<Record>> find_record(PgDatabase& database, std::string_view collection, const std::string& id) {
  if (!is_record_id(id)) return std::optional<Record>();
  PgParams params;
  params.text(collection, "record collection").text(id, "record id");
  const auto rows = database.run(
      "SELECT id, document, created, revision FROM imagegen_records WHERE collection = $1 AND id = $2", params);
  if (!rows) return rows.error();
  return rows->empty() ? std::optional<Record>() : record_from(*rows, 0);
}

// The first filter's index, or that of all records, has the order of the list.
std::string list_sql(std::size_t filters) {
  std::string sql =
      filters == 0 ? "SELECT id, document, created, revision FROM imagegen_records AS walked WHERE walked.collection = $1"
                   : "SELECT walked.id, document, walked.created, revision FROM imagegen_record_keys AS walked "
                     "JOIN imagegen_records AS record USING (collection, id) "
                     "WHERE walked.collection = $1 AND walked.key = $5 AND walked.value = $6";
  for (std::size_t i = 1; i < filters; ++i)
    sql += " AND EXISTS (SELECT FROM imagegen_record_keys AS other WHERE other.collection = $1 AND other.id = walked.id "
           "AND other.key = $" +
           std::to_string(5 + 2 * i) + " AND other.value = $" + std::to_string(6 + 2 * i) + ")";
  return sql + " AND ($2::bigint IS NULL OR (walked.created, walked.id) < ($2, $3)) "
               "ORDER BY walked.created DESC, walked.id DESC LIMIT $4";
}

Result<RecordPage> list_records(PgDatabase& database, const RecordQuery& query) {
  const auto after = check_query(query);
  if (!after) return after.error();
  PgParams params;
  params.text(query.collection->name, "record collection");
  params.time(*after ? std::optional((*after)->created) : std::nullopt);
  params.maybe_text(*after ? std::optional((*after)->id) : std::nullopt).number(query.limit + 1);
  for (const auto& [key, value] : query.where) params.text(key, "record key").text(value, key);
  const auto rows = database.run(list_sql(query.where.size()).c_str(), params);
  if (!rows) return rows.error();
  std::vector<Record> found;
  for (int row = 0; row < rows->size(); ++row) found.push_back(record_from(*rows, row));
  return to_page(std::move(found), query.limit);
}

class PgRecords {
 public:
  static constexpr bool kAtomic = true;

  explicit PgRecords(std::shared_ptr<PgDatabase> database) : database_(std::move(database)) {}

  Result<std::vector<std::int64_t>> write(std::vector<RecordChange> changes) {
    return write_records(*database_, std::move(changes));
  }
  Result<std::optional<Record>> find(const RecordCollection& collection, const std::string& id) {
    return find_record(*database_, collection.name, id);
  }
  Result<RecordPage> list(const RecordQuery& query) { return list_records(*database_, query); }

 private:
  const std::shared_ptr<PgDatabase> database_;
};

}  // namespace

std::unique_ptr<RecordStore> make_postgres_record_store(std::shared_ptr<PgDatabase> database, ThreadPool& pool) {
  return std::make_unique<PooledRecords<PgRecords>>(std::make_shared<PgRecords>(std::move(database)), pool);
}

}  // namespace imagegen::state
