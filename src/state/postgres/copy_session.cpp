#include "state/postgres/copy_session.hpp"

#include <algorithm>
#include <array>

namespace imagegen::state {
namespace {

constexpr std::array kGuarded = {"imagegen_jobs", "imagegen_purchases", "imagegen_records"};

PgParams to_params(std::span<const CopyRow> rows, const StatePart* part) {
  PgParams params;
  for (const CopyRow& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (const auto* number = std::get_if<std::int64_t>(&row[i]))
        params.number(*number);
      else if (const auto* text = std::get_if<std::string>(&row[i]))
        params.text(*text, part == nullptr ? "text" : part->columns[i].postgres);
      else
        params.number(std::nullopt);
    }
  }
  return params;
}

std::vector<CopyRow> read_rows(const PgRows& rows) {
  std::vector<CopyRow> all;
  for (int row = 0; row < rows.size(); ++row) {
    CopyRow& read = all.emplace_back();
    for (int column = 0; column < rows.columns(); ++column) read.push_back(rows.value(row, column));
  }
  return all;
}

// Numbers that the server would give by itself are the rows' own.
std::string insert_rows_sql(const StatePart& part, std::size_t rows) {
  std::string sql = "INSERT INTO " + part.postgres + " (" + part.columns_in(SqlDialect::postgres) + ")" +
                    (part.columns.front().postgres == "seq" ? " OVERRIDING SYSTEM VALUE" : "") + " VALUES ";
  std::size_t parameter = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    sql += row == 0 ? "(" : ", (";
    for (std::size_t i = 0; i < part.columns.size(); ++i) sql += (i == 0 ? "$" : ", $") + std::to_string(++parameter);
    sql += ")";
  }
  return sql;
}

// What is shown for errors: which rows these were, by their keys.
std::string range_of(const StatePart& part, std::span<const CopyRow> rows) {
  const auto shown = [](const CopyRow& row) {
    const auto* text = std::get_if<std::string>(&row.front());
    return text != nullptr ? *text : std::to_string(std::get<std::int64_t>(row.front()));
  };
  return part.name + " " + shown(rows.front()) + " to " + shown(rows.back());
}

std::string quoted_literal(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace

Result<std::vector<CopyRow>> PgCopySession::ask(const std::string& sql, const CopyRow& parameters) {
  const CopyRow rows[] = {parameters};
  const auto answer = connection_.run(sql.c_str(), to_params(rows, nullptr));
  if (!answer) return answer.error();
  return read_rows(*answer);
}

// The server says how long the rows are before it sends them, so that no more come than are wanted.
Result<std::vector<CopyRow>> PgCopySession::batch(const StatePart& part, const CopyRow& after, const CopyLimits& limits) {
  const auto keys = part.keys_in(dialect()), columns = part.columns_in(dialect());
  const auto sql = "SELECT " + columns + " FROM (SELECT " + columns + ", sum(bulk) OVER (ORDER BY " + keys +
                   ") - bulk AS before FROM (SELECT " + columns + ", " + part.bulk + " AS bulk FROM " + part.postgres +
                   (after.empty() ? "" : rows_behind(part, dialect())) + " ORDER BY " + keys + " LIMIT " +
                   std::to_string(limits.rows) + ") AS these) AS sized WHERE before < " + std::to_string(limits.bytes) +
                   " ORDER BY " + keys;
  return ask(sql, after);
}

Result<void> PgCopySession::insert(const StatePart& part, std::span<const CopyRow> rows) {
  constexpr std::size_t kMostParameters = 32'000;  // the protocol counts them in 16 bits
  const auto at_once = std::max<std::size_t>(1, kMostParameters / part.columns.size());
  while (!rows.empty()) {
    const auto some = rows.first(std::min(at_once, rows.size()));
    const auto done = connection_.run(insert_rows_sql(part, some.size()).c_str(), to_params(some, &part));
    if (!done) return in_context(done.error(), range_of(part, some));
    rows = rows.subspan(some.size());
  }
  return {};
}

// A few at a time, because no statement takes longer than the server lets it. Not TRUNCATE, which others' reads hold up.
Result<void> PgCopySession::clear(const StatePart& part) {
  const auto sql = "WITH gone AS (DELETE FROM " + part.postgres + " WHERE ctid = ANY(ARRAY(SELECT ctid FROM " + part.postgres +
                   " LIMIT 10000)) RETURNING 1) SELECT count(*) FROM gone";
  for (;;) {
    const auto gone = ask(sql, {});
    if (!gone) return gone.error();
    if (gone->front().front() == CopyValue(std::int64_t{0})) return {};
  }
}

Result<Timestamp> PgCopySession::now() {
  if (const auto given = database_.given_time()) return *given;
  const auto asked = ask("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint", {});
  if (!asked) return asked.error();
  return from_unix_ms(std::get<std::int64_t>(asked->front().front()));
}

Result<void> PgCopySession::forbid_work(const std::string& message) {
  for (const std::string table : kGuarded) {
    const auto made = run("DROP TRIGGER IF EXISTS imagegen_no_more ON " + table +
                          "; CREATE TRIGGER imagegen_no_more BEFORE INSERT OR UPDATE OR DELETE ON " + table +
                          " FOR EACH STATEMENT EXECUTE FUNCTION imagegen_forbid_work(" + quoted_literal(message) + ")");
    if (!made) return made;
  }
  return {};
}

Result<void> PgCopySession::pass() {
  return run("SET LOCAL imagegen.copies = 'yes'");
}

Result<void> PgCopySession::allow_work() {
  for (const std::string table : kGuarded)
    if (const auto gone = run("DROP TRIGGER IF EXISTS imagegen_no_more ON " + table); !gone) return gone;
  return {};
}

Result<void> PgCopySession::count_on() {
  return run("SELECT setval(pg_get_serial_sequence('imagegen_announcements', 'seq'), greatest(max(seq), 1), max(seq) IS NOT NULL) "
             "FROM imagegen_announcements");
}

Result<void> PgCopySession::run(const std::string& script) {
  const auto done = connection_.run_script(script);
  return done ? Result<void>() : done.error();
}

Result<void> lock_out_writers(PgConnection& connection) {
  std::string tables = "imagegen_permits, imagegen_spool, imagegen_state_mark";
  for (const StatePart& part : state_parts()) tables += ", " + part.postgres;
  // This transaction waits for the other database at times, and that is no reason to end it.
  const auto locked = connection.run_script("SET LOCAL idle_in_transaction_session_timeout = 0; LOCK TABLE " + tables + " IN SHARE MODE");
  return locked ? Result<void>() : locked.error();
}

}  // namespace imagegen::state
