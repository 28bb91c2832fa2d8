#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/secret.hpp>
#include <imagegen/spend/spool.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

/// \file A state is moved to another database, kept as a backup, or brought back from one.
namespace imagegen {

/// How far a copy is.
struct StateCopyProgress {
  std::string part;       ///< "purchases", "jobs" ...; "spool" while pictures go over, "the last step" before it.
  std::int64_t rows = 0;  ///< Of this part that are in the target.
};

/// From where to where. Both are databases: a ledger with a database of its own is another, and is copied by itself.
struct StateCopyOptions {
  Secret from, to;                        ///< "sqlite:FILE" or "postgres://..."; not the same.
  std::chrono::milliseconds wait{5'000};  ///< As StateOptions::wait.
  /// Marks the source as moved, in the same transaction in which it was found to be equal: no worker takes anything from
  /// it any more, also none that has it open, and who reads still may. Not the default, because a backup must leave the
  /// source at work, and because no more than reading the source can be taken back without a hand.
  bool retire_source = false;
  /// Where their pictures lie that no store has taken. Null: where they do by default, in PostgreSQL's table or in the
  /// folder FILE-spool. The same twice: both use it, and nothing is copied. Outlive the call.
  Spool *from_spool = nullptr, *to_spool = nullptr;
  int rows_at_once = 500;  ///< In one transaction of the target, of at most about 4 MiB; 1..1000.
  /// Called after each of them. False ends the call with Errc::cancelled; the same call goes on from there.
  std::function<bool(const StateCopyProgress&)> go_on = {};
};

/// A table, or several that belong together, as source and target both have it.
struct CopiedPart {
  std::string name;       ///< As in StateCopyProgress.
  std::int64_t rows = 0;  ///< Or pictures.
  std::string sha256;     ///< Over all values of all rows, in hexadecimal; the same for every kind of database.
};

/// What a copy came to.
struct StateCopyReport {
  std::string from, to;           ///< As State::description: no secrets.
  std::vector<CopiedPart> parts;  ///< Read again from both when all was there, and found equal.
  bool resumed = false;           ///< An earlier call had begun it.
  bool was_complete = false;      ///< It was there already and nobody has used it since.
  bool source_retired = false;    ///< The source is marked as moved.
  /// What its operator should know: that not both must be worked with, what is left behind, what was under way.
  std::vector<std::string> remarks;
};

/// Copies all that is kept: jobs with their inputs, outputs, events and announcements, purchases with what they hold of
/// the budgets, records with their keys, and pictures in the spool. Times, revisions and orders stay what they are.
/// Permits and rates, which are of the moment, are not copied. Blocks, and works on this thread.
///
/// Nobody may work meanwhile. The source is locked against changes, and is read only (older tables are brought up
/// first). The target is empty, or what an interrupted call for the same source has left; until all is there and found
/// equal it is marked, and whoever opens it to work is told so.
/// \return Errc::conflict where somebody works (with Retry::later), where the target is neither, and where a source was
///         moved or is itself an unfinished copy; Errc::unsupported for other kinds of databases; Errc::cancelled by
///         `go_on`; Errc::invalid_argument for options outside their limits, and for a text that the target cannot hold;
///         else as open_state(). After each of them the same call can be made again.
Result<StateCopyReport> copy_state(const StateCopyOptions& options);

}  // namespace imagegen
