#pragma once
#include <imagegen/core/timestamp.hpp>

#include <map>
#include <set>

#include "state/mongo/job_documents.hpp"

namespace imagegen::mongo {

/// Holds the limit of jobs that run for one owner, over all workers, without a transaction.
///
/// Each owner has a document with the places that are taken. A claim takes the place first and the job then; who takes
/// one compares and sets the whole document, so of two that reach for the last place one fails. A place names the job
/// and the revision that the claim is about to change, so it is known to be free again
///   - when the job no longer runs and has another revision: the claim came to nothing, or the job has ended;
///   - when the one who took it seems to have died in between: then the job first gets a new revision, so that a late
///     claim fails, and the place is given away after that.
/// So there are never more than the limit, whatever dies when and whatever clocks say; after a death there may be fewer
/// until the lease of the claim is over. Claims without a limit take no places; their jobs are counted all the same.
class OwnerPlaces {
 public:
  enum class Answer : std::uint8_t { taken, full, busy };  ///< busy: another claim is about to take this very job.

  /// For one claim. \param until When a place whose claim was not carried out may be given away.
  OwnerPlaces(MongoDatabase& database, int limit, Timestamp now, Timestamp until)
      : database_(database), limit_(limit), now_(now), until_(until) {}

  /// A place for a queued job of somebody.
  Result<Answer> take(const StoredJob& job);
  /// What is known of an owner is no longer true.
  void forget(const std::string& owner) { known_.erase(owner); }

  /// All who run as many as the limit allows, or more.
  Result<std::vector<std::string>> full_owners() const;

 private:
  struct Place {
    std::string job;
    ObjectId base;
    Timestamp until;
  };
  struct Owner {
    std::optional<ObjectId> revision;  // of the document; nothing when there is none yet
    std::vector<Place> places;
    std::set<std::string> used;  // ids of jobs that run or have a place
    std::set<std::string> running;
  };

  Result<Owner*> load(const std::string& name);
  Result<void> read_places(const std::string& name, Owner& owner) const;
  Result<void> read_running(const std::string& name, Owner& owner) const;
  Result<void> drop_free_places(Owner& owner) const;
  Result<bool> is_taken(const Place& place) const;
  Result<bool> save(const std::string& name, Owner& owner) const;

  MongoDatabase& database_;
  int limit_;
  Timestamp now_, until_;
  std::map<std::string, Owner> known_;
};

}  // namespace imagegen::mongo
