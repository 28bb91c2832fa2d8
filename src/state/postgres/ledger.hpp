#pragma once
#include <imagegen/spend/ledger.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

std::unique_ptr<Ledger> make_postgres_ledger(std::shared_ptr<PgDatabase> database);

}  // namespace imagegen::state
