#pragma once
#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// Makes the tables in a new file that nobody else knows yet. It is in one piece on the disk then, without a log.
void make_schema(Connection& connection);

// Brings the tables up to this library's version, where `may_change`; fine for several processes at once. Throws
// Errc::unsupported for a newer version and for an older one that may not be changed, Errc::invalid_argument for another
// program's database, Errc::corrupt_data for one that has lost its tables or its log.
void prepare_schema(Connection& connection, bool may_change);

}  // namespace imagegen::sqlite
