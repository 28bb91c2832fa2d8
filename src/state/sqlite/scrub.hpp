#pragma once
#include "state/sqlite/database.hpp"

namespace imagegen::sqlite {

// Writes the file anew, without what deleted rows have left in its free pages, and empties its log, which has pages as they
// were. Needs room for a copy of the file. Errc::unavailable while somebody still reads from the log.
Result<void> scrub(Database& database);

}  // namespace imagegen::sqlite
