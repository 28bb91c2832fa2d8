#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/result.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "state/mongo/address.hpp"
#include "state/mongo/bson.hpp"

struct _mongoc_client_pool_t;
struct _mongoc_client_t;
struct _mongoc_collection_t;

namespace imagegen::mongo {

/// What find() gives, and in which order.
struct FindOptions {
  Document sort = {};    ///< Empty: any order.
  Document fields = {};  ///< Empty: all.
  int limit = 0;         ///< 0: all.
};

/// A document that is to stand for the one that fits.
struct Replacement {
  Document filter, document;
};

/// One database on one server or cluster, with a fixed number of connections. Everything here changes at most one
/// document at a time as one step, and those of several each on its own. Safe from any thread.
///
/// Errors: unavailable, permission_denied, storage_failed, limit_exceeded, and the fault of a document that is given.
class MongoDatabase {
 public:
  /// Connects when it is first used.
  /// \param clock For tests: in place of the server's; outlives it. Null: the server's.
  static Result<std::shared_ptr<MongoDatabase>> open(MongoAddress address, int connections,
                                                     const Clock* clock = nullptr);
  ~MongoDatabase();
  MongoDatabase(const MongoDatabase&) = delete;
  MongoDatabase& operator=(const MongoDatabase&) = delete;

  const std::string& server() const noexcept { return address_.server; }

  /// The server's time, by which leases and what waits go, whatever the clocks of those who ask say. It is asked every
  /// few seconds; between, it goes with the steady clock.
  Result<Timestamp> now();

  Result<std::vector<Document>> find(const char* collection, const Document& filter, const FindOptions& options = {});
  Result<std::optional<Document>> find_one(const char* collection, const Document& filter, Document fields = {});
  /// What a pipeline of stages gives.
  Result<std::vector<Document>> aggregate(const char* collection, const std::vector<Document>& stages);
  /// The different texts of a field.
  Result<std::vector<std::string>> distinct(const char* collection, const char* key, const Document& filter);

  /// False when a unique index has it already.
  Result<bool> insert(const char* collection, const Document& document);
  /// Each that no unique index has already.
  Result<void> insert_all(const char* collection, const std::vector<Document>& documents);
  /// Each that there is one for.
  Result<void> replace_all(const char* collection, const std::vector<Replacement>& replacements);
  /// findAndModify: changes the one document that fits. False when none does.
  Result<bool> change(const char* collection, const Document& filter, const Document& update);
  /// The same, and gives these fields of it. Nothing when none fits.
  Result<std::optional<Document>> change_and_get(const char* collection, const Document& filter, const Document& update,
                                                 const Document& fields);
  /// Changes the one that fits, or adds it. False when somebody else added it just now.
  Result<bool> upsert(const char* collection, const Document& filter, const Document& update);
  /// Changes each one that fits. \param array_filters For elements named in the update; may be empty.
  Result<void> update_many(const char* collection, const Document& filter, const Document& update,
                           const std::vector<Document>& array_filters = {});
  /// False when none fits.
  Result<bool> remove_one(const char* collection, const Document& filter);
  Result<void> remove_many(const char* collection, const Document& filter);
  /// A command of the database that writes.
  Result<void> command(const Document& command);

 private:
  class Loan;

  MongoDatabase(MongoAddress address, _mongoc_client_pool_t* pool, const Clock* clock);
  Result<Timestamp> ask_for_time();
  Result<Loan> borrow(std::initializer_list<const Document*> given);

  const MongoAddress address_;
  _mongoc_client_pool_t* const pool_;
  const Clock* const clock_;

  // What the server said when, by the time since this machine was started.
  std::mutex time_mutex_;
  std::optional<std::chrono::milliseconds> asked_at_;
  Timestamp answered_{};
};

/// Waits a little, at random and longer with each attempt, so that those who met do not meet again.
void pause_before_retry(int attempt);

}  // namespace imagegen::mongo
