#pragma once
#include "state/sqlite/connection.hpp"
#include "state/work_poll.hpp"

namespace imagegen::sqlite {

// Looks every 100 ms whether another connection has left something queued.
std::shared_ptr<WorkPoll> poll_changes(DatabaseFile file, std::shared_ptr<JobWatchers> watchers);

}  // namespace imagegen::sqlite
