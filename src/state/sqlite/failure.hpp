#pragma once
#include <imagegen/core/error.hpp>

#include <string_view>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// How a trigger of ours begins the text by which it refuses a change: the rest is for the one who called.
inline constexpr std::string_view kForbiddenHere = "imagegen: ";

// What a result code of SQLite means for the one who called, and what to do about it. \param text SQLite's own words.
Error to_error(const DatabaseFile& file, int code, const char* text);

}  // namespace imagegen::sqlite
