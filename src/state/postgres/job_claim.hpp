#pragma once
#include <imagegen/job/job_store.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

/// JobStore::claim(), its request already checked.
Result<std::vector<Job>> claim_jobs(PgDatabase& database, const JobClaimRequest& request, Timestamp now);

}  // namespace imagegen::state
