#pragma once
#include <imagegen/core/clock.hpp>
#include <imagegen/core/task.hpp>
#include <imagegen/core/thread_pool.hpp>
#include <imagegen/job/job_store.hpp>
#include <imagegen/asset/asset_store.hpp>
#include <imagegen/record/record_store.hpp>
#include <imagegen/spend/ledger.hpp>
#include <imagegen/spend/spool.hpp>
#include <imagegen/storage/object_store.hpp>
#include <imagegen/workflow/personal_data.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// \file Removing what is known of a person; docs/erase.md says what that is, and what stays.
namespace imagegen {

/// Whose traces are to go.
struct Person {
  /// user: a host's user, as in Job::owner; character: somebody made up, as workflows declare it.
  enum class Kind : std::uint8_t { user, character } kind = Kind::user;
  std::string id;  ///< Exactly this one; not blank, at most 256 bytes of UTF-8.
};
/// "user", "character"
std::string_view to_string(Person::Kind kind) noexcept;

/// What is asked for.
struct EraseRequest {
  Person person;              ///< Who.
  bool cancel_jobs = false;   ///< Cancel the person's jobs that are queued or run, and wait for them. False: refuse.
  bool dry_run = false;       ///< Look only: the report says what would go.
  std::chrono::milliseconds patience{60'000};  ///< How long to wait for jobs that were cancelled; 0 or more.
};

/// What it works with; all of it outlives the call.
struct EraseServices {
  JobStore& jobs;                                ///< Whose erase() has to work, as that of the ledger.
  Ledger& ledger;                                ///< Keeps amounts.
  RecordStore& records;                          ///< For the collections that workflows declare.
  AssetStore& assets;                       ///< The records of files.
  ObjectStore& store;                            ///< The files.
  ThreadPool& pool;                              ///< For calls that block.
  Clock& clock;                                  ///< For waiting, and the times that are written down.
  Spool* spool = nullptr;                        ///< Where paid pictures wait; null: there is none.
  std::function<Result<void>()> scrub = {};      ///< State::scrub; empty: nothing is done.
  std::function<void(std::string_view step)> on_step = {};  ///< Told after each step, for tests that end it there.
};

/// What could not be done. The same call can be made again, and goes on with it.
struct EraseFailure {
  std::string what;  ///< "object images/1.webp", "job j-1".
  Error error;       ///< Why.
};

/// What went. It quotes nothing that was erased.
struct EraseReport {
  Person person;         ///< As asked for.
  bool dry_run = false;  ///< Nothing went: it would go.
  int cancelled = 0;     ///< Jobs that were queued or ran, and were cancelled first.
  int jobs = 0;          ///< Jobs of which only a stub is left; see JobStore::erase().
  int purchases = 0;     ///< Of the ledger, whose texts went; their amounts are there.
  int assets = 0;        ///< Records of files.
  int spooled = 0;       ///< Pictures of the spool.
  std::map<std::string, int> records;  ///< Others, by the name of their collection.
  std::vector<std::string> removed;    ///< Keys of objects that went, sorted.
  std::vector<std::string> shared;     ///< Keys that the person had and that stay, because something of somebody else names them.
  std::vector<std::string> live;       ///< In a dry run: jobs that are queued or run.
  /// What may be the person's too and stays, a sentence each: pictures of the spool that cannot be read, and jobs that were
  /// ordered again for somebody else, whose older events are a part of them.
  std::vector<std::string> left;
  std::vector<EraseFailure> failed;    ///< What is left of the person. Empty: nothing that is known.

  /// Whether nothing of the person was found.
  bool found_nothing() const noexcept;
};

/// JSON with the same names in camelCase, and `complete`: whether nothing failed.
std::string to_json(const EraseReport& report);

/// Removes what is kept of a person: files first, then what names them, so that whatever is killed when, the same call made
/// again finds the rest. What fails is told in the report and does not stop the others; what names a file that could not be
/// removed stays until it can. Jobs become stubs, the ledger keeps its amounts. A file goes only when no record and no open
/// or settled purchase of somebody else names it. What is new while it runs may be missed: nothing of the person should
/// be asked for meanwhile.
///
/// \param data What the workflows declare. A job of a kind that none declares is left, and told as failed.
/// \return Errc::invalid_argument for an id that nobody can have; Errc::conflict while jobs of the person are queued or
///         run, naming them, and nothing was removed; Errc::cancelled; Errc::unsupported, and errors of the stores that were
///         looked through, with which only a part may have been removed.
Task<Result<EraseReport>> erase_person(EraseServices services, std::vector<PersonalData> data, EraseRequest request);

}  // namespace imagegen
