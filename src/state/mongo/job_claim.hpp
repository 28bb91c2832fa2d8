#pragma once
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/job/job_store.hpp>

#include "state/mongo/database.hpp"

namespace imagegen::mongo {

/// JobStore::claim(), its request already checked.
Result<std::vector<Job>> claim_jobs(MongoDatabase& database, const JobClaimRequest& request, JobTime now);

}  // namespace imagegen::mongo
