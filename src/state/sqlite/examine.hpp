#pragma once
#include <memory>

#include "state/sqlite/database.hpp"

namespace imagegen::sqlite {

// State::examine of a file: whether its pages fit together (as many as can be looked at in 5 s), whether it can be
// written, and whether its disk has room.
Result<void> examine(Database& database);

}  // namespace imagegen::sqlite
