#pragma once
#include <imagegen/maker/job/store_parts.hpp>

#include "state/sqlite/connection.hpp"

namespace imagegen::sqlite {

// One time for all processes of this machine: whoever opens the file first after the machine was started writes down
// what the wall clock says, and from then on it goes with the steady clock, which all processes share and nobody can
// set. Throws ErrorException.
SteadyTime common_time(const DatabaseFile& file, const Clock& clock);

}  // namespace imagegen::sqlite
