#pragma once
#include <optional>
#include <string>

#include "call.hpp"

namespace cli {

// Tells what happens to a job, or to all that have not ended, in a line each, until nothing more can: or until a
// signal, which leaves the jobs alone. With --json a line is a document. \return What the process ends with: as of a
// worker.
int watch_jobs(const Command& command, const std::optional<std::string>& job);

}  // namespace cli
