#pragma once
#include <imagegen/state/state.hpp>

#include <memory>

#include "state/sqlite/database.hpp"

namespace imagegen::sqlite {

// The file that the URL of the options names; errors of open_state().
Result<DatabaseFile> file_of(const StateOptions& options);
// Opens it, with its tables and views; makes it where that is allowed. Whatever its mark says.
Result<std::shared_ptr<Database>> open_file(const DatabaseFile& file, const StateOptions& options);

}  // namespace imagegen::sqlite
