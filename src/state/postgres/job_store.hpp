#pragma once
#include <imagegen/job/job_store.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

std::unique_ptr<JobStore> make_postgres_job_store(std::shared_ptr<PgDatabase> database);

}  // namespace imagegen::state
