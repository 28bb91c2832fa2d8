#pragma once
#include <imagegen/job/job.hpp>

#include "state/mongo/database.hpp"

/// \file Announcements: each stands in the document of the job whose change it tells of.
namespace imagegen::mongo {

/// The oldest of all jobs.
Result<std::vector<Announcement>> oldest_announcements(MongoDatabase& database, int limit);

/// Takes them out of the jobs that have them.
Result<void> forget_announcements(MongoDatabase& database, const std::vector<std::string>& ids);

/// Those whose id no job has yet, each once. Two jobs that announce one id at the same moment may both have it then;
/// who reads them tells repetitions by the id.
Result<std::vector<Announcement>> not_stored_yet(MongoDatabase& database, std::vector<Announcement> announcements);

}  // namespace imagegen::mongo
