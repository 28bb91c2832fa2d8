#pragma once
#include <imagegen/state/state.hpp>

#include "state/postgres/database.hpp"

namespace imagegen::state {

/// The version of the schema that this library works with.
int postgres_schema_version() noexcept;

/// Brings the schema up to this library's version as far as `opening` allows, in one transaction under a lock, so that
/// several processes may do this at once. Tables go into the first schema of the search_path that exists.
/// Errc::unsupported for a newer one, Errc::invalid_argument when there is no schema to put them into, and as
/// StateOpening says.
Result<void> migrate(PgDatabase& database, StateOpening opening);

/// Until the end of the transaction nobody else changes the schema.
Result<void> lock_schema(PgConnection& connection);

/// State::examine: whether the tables are there, and whether this user may read and write them now.
Result<void> examine(PgDatabase& database);

}  // namespace imagegen::state
