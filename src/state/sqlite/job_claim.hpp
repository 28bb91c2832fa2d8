#pragma once
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/job/job_store.hpp>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// Within a writing transaction: first jobs that were lost, by id; then those that are due, by rank and id. The request
// has been checked.
std::vector<Job> claim_jobs(Connection& connection, const JobClaimRequest& request, JobTime now);

}  // namespace imagegen::sqlite
