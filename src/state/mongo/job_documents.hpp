#pragma once
#include <imagegen/maker/job/job_changes.hpp>

#include <span>

#include "state/mongo/database.hpp"

/// \file A job is one document, with its events and what it has to announce.
namespace imagegen::mongo {

/// Whether input and output are of interest, or may change. Claims look at many jobs, and these may be large.
enum class Texts : std::uint8_t { none, any };

/// A job as it was found. Whoever changes it says which revision was looked at, and changes nothing when there is
/// another by now. Revisions are never the same twice.
struct StoredJob {
  Job job;
  ObjectId revision;
  std::int64_t event_bytes = 0, outbox_bytes = 0;  ///< About what events and announcements need.
  bool has_announcements = false;
};

/// Nothing when there is none; Errc::corrupt_data for a document that somebody damaged.
Result<std::optional<StoredJob>> load_job(MongoDatabase& database, const std::string& id);

struct FoundJobs {
  std::vector<StoredJob> jobs;
  bool full = false;             ///< There were as many as the limit allows.
  std::optional<Error> damaged;  ///< Errc::corrupt_data for the first that could not be read; `jobs` has the others.
};
Result<FoundJobs> find_jobs(MongoDatabase& database, const Document& filter, Document sort, int limit, Texts texts);

/// False when the id is taken.
Result<bool> insert_job(MongoDatabase& database, const JobChange& change);
/// In one step. False when somebody else has changed the job since it was found: load it and decide again.
/// Errc::limit_exceeded when the document would become too large; never for a change without texts, because claims and
/// cancellations have to be possible always.
Result<bool> save_job(MongoDatabase& database, const StoredJob& found, const JobChange& change, Texts texts);

/// The same for a job that was found without its texts, which `change` then has.
Result<bool> take_job(MongoDatabase& database, const StoredJob& found, JobChange& change);

/// Puts what is left of a job in the place of all that there was. False as save_job().
Result<bool> save_erased(MongoDatabase& database, const StoredJob& found, const ErasedJob& erased);

Result<std::vector<JobEvent>> events_of(MongoDatabase& database, const std::string& id);

/// {"job.state": state}
Document in_state(JobState state);

}  // namespace imagegen::mongo
