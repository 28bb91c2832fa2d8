#pragma once
#include <imagegen/job/job_store.hpp>
#include <imagegen/maker/job/store_parts.hpp>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// One page. The query has been checked, and `after` is its cursor.
JobPage list_jobs(Connection& connection, const JobQuery& query, const std::optional<JobCursor>& after);

}  // namespace imagegen::sqlite
