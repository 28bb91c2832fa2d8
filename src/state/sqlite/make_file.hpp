#pragma once
#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// Makes a database with its tables, for this user alone (0600): prompts are in there. It is made under another name and
// then given its own, so that a killed process or a full disk leaves a whole one or none. Fine for several processes at
// once. Errc::storage_failed, Errc::permission_denied.
Result<void> make_file(const DatabaseFile& file);

// In which words that is said. \param reason An errno.
Error cannot_be_made(const DatabaseFile& file, int reason);

}  // namespace imagegen::sqlite
