#pragma once
#include <imagegen/spend/spool.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

std::unique_ptr<Spool> make_postgres_spool(std::shared_ptr<PgDatabase> database);

}  // namespace imagegen::state
