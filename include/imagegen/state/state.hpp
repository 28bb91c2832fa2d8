#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/secret.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/job/permit_store.hpp>
#include <imagegen/asset/asset_store.hpp>
#include <imagegen/record/record_store.hpp>
#include <imagegen/spend/ledger.hpp>
#include <imagegen/spend/spool.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// \file The database behind jobs, permits, the ledger and records.
namespace imagegen {

/// All that is kept between two runs. The members belong together: they share one database, but for a ledger that has
/// one of its own.
struct State {
  std::unique_ptr<JobStore> jobs;           ///< Never null, as are the four that follow.
  std::unique_ptr<PermitStore> permits;     ///< Over all workers that share the database.
  std::unique_ptr<Ledger> ledger;           ///< The book of purchases.
  std::unique_ptr<RecordStore> records;     ///< Documents in collections.
  std::unique_ptr<AssetStore> assets;  ///< The records of files, a part of `records`.
  std::string description;  ///< "SQLite, state.db"; holds no secrets.
  /// PostgreSQL's, of the ledger's database where that is another one; null for the others, which need a folder.
  std::unique_ptr<Spool> spool = nullptr;
  /// Looks for damage and for rights and room that are missing, for a few seconds at most; blocks. Changes nothing.
  /// Empty where there is nothing to look at. The ledger's is asked too where that is another database.
  std::function<Result<void>()> examine = {};
  /// What its operator should see to though everything works: records of an older version that could not be moved, views
  /// that could not be made. Blocks and changes nothing. Empty where there is nothing to look at.
  std::function<Result<std::vector<std::string>>()> remarks = {};
  /// Takes out of the database's files what erased rows have left in them, as far as it can; see docs/erase.md. Blocks, for
  /// seconds where much is kept, and others wait to write meanwhile. Errc::unavailable while somebody reads on: call it again.
  /// Empty where there is nothing to do. The ledger's is done too where that is another database.
  std::function<Result<void>()> scrub = {};
};

/// What open_state() may do to a database.
enum class StateOpening : std::uint8_t {
  make,      ///< Make the tables where there are none, and bring older ones up.
  existing,  ///< Bring older tables up; where there are none, Errc::not_found. For who only reads.
  look,      ///< Neither: Errc::not_found, and Errc::unsupported for older tables too.
};

/// Which database, and how it is spoken to.
struct StateOptions {
  Secret url;                             ///< "memory:", "sqlite:FILE", "postgres://...", "mongodb://..."
  int connections = 4;                    ///< To a server, at most; 1..64.
  std::chrono::milliseconds wait{5'000};  ///< For a lock or a connection; then Errc::unavailable.
  /// Where purchases are kept if not with the rest: "sqlite:FILE" or "postgres://...". MongoDB needs it, because a
  /// budget is the sum of many documents and would not hold there.
  Secret ledger_url = Secret();
  /// For tests: leases and what waits go by this clock instead of the database's. Outlives the state.
  const Clock* clock = nullptr;
  StateOpening opening = StateOpening::make;  ///< Whether tables may be made or changed.
  /// Beside those of this library: their views are made where tables may be changed. Of constants of the program.
  std::vector<const RecordCollection*> collections = {};
};

/// Opens the database and brings its schema up to this library's version, under a lock. Blocks.
///
/// \param pool Outlives the state; calls of its records are worked on there.
/// \return Errc::invalid_argument for a URL of none of these forms, and for MongoDB without a URL of the ledger;
///         Errc::unsupported for a schema newer than this library's (both versions are named) and for a kind that this
///         build or machine lacks; Errc::not_found unless it may be made (see StateOpening); Errc::corrupt_data where
///         what should be there is missing or damaged: nothing is begun anew in its place; Errc::unavailable,
///         Errc::permission_denied, Errc::storage_failed.
Result<State> open_state(const StateOptions& options, ThreadPool& pool);

/// Whether this build has the kind of database that a URL names: "memory", "sqlite", "postgres", "mongodb".
bool has_state_kind(std::string_view kind) noexcept;

}  // namespace imagegen
