#pragma once
#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// Makes the tables, or brings them up to this library's version; fine for several processes at once. Throws
// Errc::unsupported for a newer version, Errc::invalid_argument for another program's database.
void prepare_schema(Connection& connection);

}  // namespace imagegen::sqlite
