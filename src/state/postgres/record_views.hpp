#pragma once
#include <imagegen/state/state.hpp>

#include "state/postgres/database.hpp"
#include "state/record_views.hpp"

namespace imagegen::state {

/// Makes the views that collections declare, or brings older ones up to what is declared, under the lock of the schema.
/// Leaves a newer one alone, and whatever else has the name of one.
Result<void> make_views(PgDatabase& database, Collections collections, StateOpening opening);

/// The same of one collection, which has a view. Under the lock of the schema.
Result<void> make_view(PgConnection& connection, const RecordCollection& collection);

/// State::remarks.
Result<std::vector<std::string>> remarks(PgDatabase& database, Collections collections);

}  // namespace imagegen::state
