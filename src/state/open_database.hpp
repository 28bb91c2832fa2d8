#pragma once
#include <imagegen/state/state.hpp>

#include <string>

namespace imagegen::state {

// One for each kind of database; open_state() chooses. The URL has been seen to begin with the right word.
Result<State> open_sqlite(const StateOptions& options, ThreadPool& pool);
Result<State> open_postgres(const StateOptions& options, ThreadPool& pool);
/// Without a ledger.
Result<State> open_mongo(const StateOptions& options, ThreadPool& pool);

/// The numbers that only a server needs. Errc::invalid_argument.
Result<void> check_server_options(const StateOptions& options);

}  // namespace imagegen::state
