#pragma once
#include <imagegen/job/job_store.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

/// JobStore::claim(), its request already checked. \param noted The caller's time.
Result<std::vector<Job>> claim_jobs(PgDatabase& database, const JobClaimRequest& request, Timestamp noted);

}  // namespace imagegen::state
