#pragma once
#include <imagegen/state/state.hpp>

#include "state/record_views.hpp"
#include "state/sqlite/database.hpp"

namespace imagegen::sqlite {

// Makes the views that collections declare, or brings older ones up to what is declared, under the lock of who writes.
// Leaves a newer one alone, and whatever else has the name of one.
Result<void> make_views(Database& database, state::Collections collections, StateOpening opening);

// State::remarks.
Result<std::vector<std::string>> remarks(Database& database, state::Collections collections);

}  // namespace imagegen::sqlite
