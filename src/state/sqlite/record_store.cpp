#include <imagegen/record/record_store.hpp>

#include <imagegen/maker/record/store_parts.hpp>

#include <utility>

#include "state/pooled_records.hpp"
#include "state/sqlite/stores.hpp"

namespace imagegen::sqlite {
namespace {

Record read_record(Statement& row) {
  Record read;
  read.id = row.text(), read.document = row.text();
  read.created = row.time(), read.revision = row.integer();
  return read;
}

RecordState state_of(Connection& connection, const RecordChange& change) {
  auto row = connection.statement("SELECT created, revision FROM record WHERE collection = ? AND id = ?",
                                  change.collection->name, change.id);
  RecordState state;
  if (row.next()) state.created = row.time(), state.revision = row.integer();
  return state;
}

void put_record(Connection& connection, const CheckedChange& checked, const RecordState& now, const RecordState& state) {
  const RecordChange& change = checked.change;
  const auto collection = change.collection->name;
  if (now.revision > 0)
    connection.execute("DELETE FROM record_key WHERE collection = ? AND id = ?", collection, change.id);
  if (!change.document) {
    connection.execute("DELETE FROM record WHERE collection = ? AND id = ?", collection, change.id);
    return;
  }
  connection.execute(
      "INSERT INTO record(collection, id, document, created, revision) VALUES(?, ?, ?, ?, ?) ON CONFLICT(collection, id) "
      "DO UPDATE SET document = excluded.document, created = excluded.created, revision = excluded.revision",
      collection, change.id, *change.document, state.created, state.revision);
  for (const RecordKey& key : checked.keys)
    connection.execute("INSERT INTO record_key(collection, id, key, value, created) VALUES(?, ?, ?, ?, ?)", collection,
                       change.id, key.name, key.value, state.created);
}

Result<std::vector<std::int64_t>> write_records(Connection& connection, const std::vector<CheckedChange>& changes) {
  std::vector<std::int64_t> revisions(changes.size());
  for (const CheckedChange& checked : changes) {
    const RecordState now = state_of(connection, checked.change);
    const auto next = next_state(checked.change, now);
    if (!next) return next.error();
    put_record(connection, checked, now, *next);
    revisions[checked.place] = next->revision;
  }
  return revisions;
}

// One of the texts that the numbers of filters make; what is in them are parameters. The first filter's index, or that of
// all records, is walked in its order from where the page begins.
std::string list_sql(std::size_t filters, bool has_cursor) {
  std::string sql =
      filters == 0 ? "SELECT id, document, created, revision FROM record AS walked INDEXED BY record_newest WHERE "
                     "walked.collection = ?"
                   : "SELECT record.id, document, record.created, revision FROM record_key AS walked INDEXED BY "
                     "record_by_key CROSS JOIN record ON record.collection = walked.collection AND record.id = walked.id "
                     "WHERE walked.collection = ? AND walked.key = ? AND walked.value = ?";
  for (std::size_t i = 1; i < filters; ++i)
    sql += " AND EXISTS(SELECT 1 FROM record_key AS other WHERE other.collection = walked.collection AND other.id = "
           "walked.id AND other.key = ? AND other.value = ?)";
  if (has_cursor) sql += " AND (walked.created, walked.id) < (?, ?)";
  return sql + " ORDER BY walked.created DESC, walked.id DESC LIMIT ?";
}

RecordPage list_records(Connection& connection, const RecordQuery& query, const std::optional<RecordCursor>& after) {
  auto rows = connection.statement(list_sql(query.where.size(), after.has_value()), query.collection->name);
  for (const auto& [key, value] : query.where) rows.bind(key), rows.bind(value);
  if (after) rows.bind(after->created), rows.bind(after->id);
  rows.bind(std::int64_t{query.limit} + 1);
  std::vector<Record> found;
  while (rows.next()) found.push_back(read_record(rows));
  return to_page(std::move(found), query.limit);
}

class SqliteRecords {
 public:
  static constexpr bool kAtomic = true;

  explicit SqliteRecords(std::shared_ptr<Database> database) : database_(std::move(database)) {}

  Result<std::vector<std::int64_t>> write(std::vector<RecordChange> changes) {
    const auto checked = check_changes(std::move(changes));
    if (!checked) return checked.error();
    return database_->write([&](Connection& connection) { return write_records(connection, *checked); });
  }

  Result<std::optional<Record>> find(const RecordCollection& collection, const std::string& id) {
    return database_->read([&](Connection& connection) -> Result<std::optional<Record>> {
      auto row = connection.statement(
          "SELECT id, document, created, revision FROM record WHERE collection = ? AND id = ?", collection.name, id);
      if (!row.next()) return std::optional<Record>();
      return std::optional(read_record(row));
    });
  }

  Result<RecordPage> list(const RecordQuery& query) {
    const auto after = check_query(query);
    if (!after) return after.error();
    return database_->read(
        [&](Connection& connection) -> Result<RecordPage> { return list_records(connection, query, *after); });
  }

 private:
  const std::shared_ptr<Database> database_;
};

}  // namespace

std::unique_ptr<RecordStore> make_record_store(std::shared_ptr<Database> database, ThreadPool& pool) {
  return std::make_unique<PooledRecords<SqliteRecords>>(std::make_shared<SqliteRecords>(std::move(database)), pool);
}

}  // namespace imagegen::sqlite
