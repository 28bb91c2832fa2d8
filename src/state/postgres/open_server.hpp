#pragma once
#include <imagegen/state/state.hpp>

#include <memory>

#include "state/postgres/database.hpp"

namespace imagegen::state {

/// Opens the database that the URL of the options names, with its tables and views; makes them where that is allowed.
/// Whatever its mark says. Errors of open_state().
Result<std::shared_ptr<PgDatabase>> open_server(const StateOptions& options);

}  // namespace imagegen::state
