#include "state/sqlite/job_list.hpp"

#include "state/sqlite/job_rows.hpp"

namespace imagegen::sqlite {
namespace {

// The index that has the most of the filters and then the order. Named, because without statistics SQLite guesses.
std::string_view index_for(const JobQuery& query) {
  // All three have none: nearly all jobs have succeeded, so any other state leaves few.
  const bool narrow_state = query.state && *query.state != JobState::succeeded;
  if (query.owner && query.kind && !narrow_state) return "job_by_owner_kind";
  if (query.owner) return query.state ? "job_by_owner_state" : "job_by_owner";
  if (query.kind) return query.state ? "job_by_kind_state" : "job_by_kind";
  return query.state ? "job_by_state" : "job_newest";
}

// One of sixteen texts; the values are parameters.
std::string sql_for(const JobQuery& query, bool has_cursor) {
  // The page is found in the index alone, before the texts of its jobs are read.
  std::string sql = kSelectJob + "FROM (SELECT * FROM job INDEXED BY ";
  sql.append(index_for(query)).append(" WHERE 1");
  if (query.owner) sql += " AND owner = ?";
  if (query.kind) sql += " AND kind = ?";
  if (query.state) sql += " AND state = ?";
  if (has_cursor) sql += " AND (created, id) < (?, ?)";
  return sql + " ORDER BY created DESC, id DESC LIMIT ?) AS job" + kJobTexts + "ORDER BY created DESC, id DESC";
}

}  // namespace

JobPage list_jobs(Connection& connection, const JobQuery& query, const std::optional<JobCursor>& after) {
  auto rows = connection.statement(sql_for(query, after.has_value()));
  if (query.owner) rows.bind(*query.owner);
  if (query.kind) rows.bind(*query.kind);
  if (query.state) rows.bind(to_string(*query.state));
  if (after) rows.bind(after->created), rows.bind(after->id);
  rows.bind(std::int64_t{query.limit} + 1);  // one more tells whether there is a next page
  JobPage page;
  while (rows.next()) {
    if (page.jobs.size() == static_cast<std::size_t>(query.limit)) {
      page.next = to_cursor(page.jobs.back());
      break;
    }
    page.jobs.push_back(read_job(connection, rows).job);
  }
  return page;
}

}  // namespace imagegen::sqlite
