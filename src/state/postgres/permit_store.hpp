#pragma once
#include <imagegen/job/permit_store.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

std::unique_ptr<PermitStore> make_postgres_permit_store(std::shared_ptr<PgDatabase> database);

}  // namespace imagegen::state
