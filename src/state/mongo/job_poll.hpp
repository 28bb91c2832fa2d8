#pragma once
#include "state/mongo/database.hpp"
#include "state/work_poll.hpp"

namespace imagegen::mongo {

/// Looks five times a second at the job that was queued last.
std::shared_ptr<WorkPoll> poll_jobs(std::shared_ptr<MongoDatabase> database, std::shared_ptr<JobWatchers> watchers);

}  // namespace imagegen::mongo
