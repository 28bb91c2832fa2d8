#include "state/sqlite/copy_session.hpp"

#include <array>
#include <utility>

#include "state/sqlite/failure.hpp"

namespace imagegen::sqlite {
namespace {

using state::CopyRow;
using state::CopyValue;
using state::StatePart;

// A job is three rows here, and is ready or not; its events know it by its number.
constexpr std::string_view kInsertJobRow =
    "INSERT INTO job(id, kind, owner, priority, state, error, attempt, crashes, cancel_requested, worker, created, updated, "
    "not_before, lease_until, events, last_hash, rank, ready) "
    "VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kInsertInput = "INSERT INTO job_input(seq, input) SELECT seq, ?2 FROM job WHERE id = ?1";
constexpr std::string_view kInsertOutput =
    "INSERT INTO job_output(seq, output) SELECT seq, ?2 FROM job WHERE id = ?1 AND ?2 <> ''";
constexpr std::string_view kInsertEvent =
    "INSERT INTO job_event(seq, number, time, name, detail, hash) SELECT seq, ?2, ?3, ?4, ?5, ?6 FROM job WHERE id = ?1";
constexpr std::size_t kNotBefore = 12, kInput = 17, kOutput = 18;  // among the columns of a job

// What no one may do where work is forbidden. Whatever happens to a job writes its attempt; a job that is only seen to be
// due, and a lease that is shortened when the file is opened to be read, do not.
constexpr std::array<std::pair<const char*, const char*>, 7> kWork = {{{"job_added", "INSERT ON job"},
                                                                       {"job_changed", "UPDATE OF attempt ON job"},
                                                                       {"bought", "INSERT ON purchase"},
                                                                       {"settled", "UPDATE ON purchase"},
                                                                       {"recorded", "INSERT ON record"},
                                                                       {"changed", "UPDATE ON record"},
                                                                       {"removed", "DELETE ON record"}}};

void bind_all(Statement& statement, std::span<const CopyValue> values) {
  for (const CopyValue& value : values) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
      statement.bind(*number);
    else if (const auto* text = std::get_if<std::string>(&value))
      statement.bind(*text);
    else
      statement.bind(std::nullopt);
  }
}

void run_bound(Connection& connection, std::string_view sql, std::span<const CopyValue> values) {
  auto statement = connection.statement(sql);
  bind_all(statement, values);
  while (statement.next()) {
  }
}

CopyRow read_row(Statement& statement) {
  CopyRow row;
  const int columns = statement.columns();
  row.reserve(static_cast<std::size_t>(columns));
  for (int i = 0; i < columns; ++i) row.push_back(statement.value());
  return row;
}

void insert_job_row(Connection& connection, const CopyRow& row, Timestamp now) {
  CopyRow job(row.begin(), row.begin() + kInput);
  const auto* not_before = std::get_if<std::int64_t>(&row[kNotBefore]);
  job.emplace_back(std::int64_t{not_before != nullptr && *not_before <= to_unix_ms(now)});
  run_bound(connection, kInsertJobRow, job);
  run_bound(connection, kInsertInput, CopyRow{row[0], row[kInput]});
  run_bound(connection, kInsertOutput, CopyRow{row[0], row[kOutput]});
}

std::string insert_sql(const StatePart& part) {
  std::string values;
  for (std::size_t i = 0; i < part.columns.size(); ++i) values += i == 0 ? "?" : ", ?";
  return "INSERT INTO " + part.sqlite + "(" + part.columns_in(state::SqlDialect::sqlite) + ") VALUES(" + values + ")";
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace

Result<std::vector<CopyRow>> SqliteCopySession::ask(const std::string& sql, const CopyRow& parameters) {
  auto statement = connection_.statement(sql);
  bind_all(statement, parameters);
  std::vector<CopyRow> rows;
  while (statement.next()) rows.push_back(read_row(statement));
  return rows;
}

Result<std::vector<CopyRow>> SqliteCopySession::batch(const StatePart& part, const CopyRow& after,
                                                      const state::CopyLimits& limits) {
  const auto keys = part.keys_in(dialect());
  const auto sql = "SELECT " + part.columns_in(dialect()) + " FROM " + part.sqlite +
                   (after.empty() ? "" : state::rows_behind(part, dialect())) + " ORDER BY " + keys;
  auto statement = connection_.statement(sql);
  bind_all(statement, after);
  std::vector<CopyRow> rows;
  std::size_t bytes = 0;
  while (std::cmp_less(rows.size(), limits.rows) && bytes < limits.bytes && statement.next()) {
    rows.push_back(read_row(statement));
    bytes += state::size_of(rows.back());
  }
  return rows;
}

Result<void> SqliteCopySession::insert(const StatePart& part, std::span<const CopyRow> rows) {
  const auto sql = insert_sql(part);
  for (const CopyRow& row : rows) {
    if (part.name == "jobs")
      insert_job_row(connection_, row, database_.now());
    else
      run_bound(connection_, part.name == "events" ? kInsertEvent : sql, row);
  }
  return {};
}

Result<void> SqliteCopySession::clear(const StatePart& part) {
  if (part.name == "events") {
    connection_.execute("DELETE FROM job_event");
    return {};
  }
  if (part.name == "jobs") {
    for (const auto* table : {"job_event", "job_output", "job_input"})
      connection_.execute("DELETE FROM " + std::string(table));
  }
  connection_.execute("DELETE FROM " + part.table(dialect()));
  return {};
}

Result<void> SqliteCopySession::forbid_work(const std::string& message) {
  for (const auto& [name, what] : kWork) {
    const auto sql = "CREATE TRIGGER IF NOT EXISTS no_more_" + std::string(name) + " BEFORE " + what +
                     " BEGIN SELECT RAISE(ABORT, " + quoted(std::string(kForbiddenHere) + message) + "); END";
    connection_.run_script(sql.c_str());
  }
  return {};
}

Result<void> SqliteCopySession::allow_work() {
  for (const auto& work : kWork)
    connection_.run_script(("DROP TRIGGER IF EXISTS no_more_" + std::string(work.first)).c_str());
  return {};
}

}  // namespace imagegen::sqlite
