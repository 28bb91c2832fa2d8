#pragma once
#include <imagegen/core/error.hpp>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// What a result code of SQLite means for the one who called, and what to do about it. \param text SQLite's own words.
Error to_error(const DatabaseFile& file, int code, const char* text);

}  // namespace imagegen::sqlite
