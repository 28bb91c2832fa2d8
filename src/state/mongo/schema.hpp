#pragma once
#include <imagegen/state/state.hpp>

#include <chrono>

#include "state/mongo/database.hpp"

namespace imagegen::mongo {

/// The version of the collections and indexes that this library works with.
int mongo_schema_version() noexcept;

/// Makes the indexes, or brings older collections up to this library's version, one process at a time. Moves also what
/// processes of an older version have written since.
/// Errc::unsupported for a newer version, Errc::unavailable when another process is at it for longer than `wait`, and as
/// StateOpening says.
Result<void> migrate(MongoDatabase& database, std::chrono::milliseconds wait, StateOpening opening);

}  // namespace imagegen::mongo
