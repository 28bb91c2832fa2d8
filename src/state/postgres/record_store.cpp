#include "state/postgres/record_store.hpp"

#include <imagegen/maker/record/store_parts.hpp>

#include <utility>

#include "state/pooled_records.hpp"

namespace imagegen::state {
namespace {

// One round trip and, alone, a transaction of its own; see the schema.
constexpr const char* kWriteRecord =
    "SELECT done, new_revision FROM imagegen_write_record($1, $2, $3, $4, $5, $6, $7, $8, $9)";

PgParams params_of(const PgDatabase& database, const CheckedChange& checked) {
  const RecordChange& change = checked.change;
  std::vector<std::string> names, values;
  for (const RecordKey& key : checked.keys) names.emplace_back(key.name), values.push_back(key.value);
  PgParams params;
  params.text(change.collection->name, "record collection").text(change.id, "record id");
  params.maybe_text(change.document, "record document").time(change.created).flag(change.moves).number(change.expected);
  params.texts(names, "record key").texts(values, "record key").text(database.lock_timeout());
  return params;
}

Result<std::int64_t> revision_from(const Result<PgRows>& rows, const RecordChange& change) {
  if (!rows) return rows.error();
  PgRow at(*rows, 0);
  const bool done = at.flag();
  const RecordState state{at.number()};
  if (done) return state.revision;
  const auto refused = next_state(change, state);
  return refused ? Error(Errc::internal, "the database refused what may be done") : refused.error();
}

Result<std::vector<std::int64_t>> write_records(PgDatabase& database, std::vector<RecordChange> changes) {
  const auto checked = check_changes(std::move(changes));
  if (!checked) return checked.error();
  std::vector<std::int64_t> revisions(checked->size());
  const auto write = [&](auto& asked, const CheckedChange& change) -> Result<void> {
    const auto written = revision_from(asked.run(kWriteRecord, params_of(database, change)), change.change);
    if (!written) return written.error();
    revisions[change.place] = *written;
    return {};
  };
  const auto all = [&](PgConnection& connection) -> Result<void> {
    for (const CheckedChange& change : *checked) {
      if (auto written = write(connection, change); !written) return written;
    }
    return {};
  };
  if (checked->empty()) return revisions;
  const auto written = checked->size() == 1 ? write(database, checked->front()) : database.transact(Durable::yes, all);
  if (!written) return written.error();
  return revisions;
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
