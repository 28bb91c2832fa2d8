#pragma once
#include <imagegen/core/result.hpp>
#include <imagegen/core/timestamp.hpp>
#include <imagegen/spend/spool.hpp>
#include <imagegen/state/state.hpp>

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "state/copy/parts.hpp"

namespace imagegen::state {

/// How much of a part is held at a time.
struct CopyLimits {
  int rows = 500;                       ///< At most.
  std::size_t bytes = 4 * 1024 * 1024;  ///< After so many comes no further row.
};

/// A transaction of one of the two databases.
class CopySession {
 public:
  virtual ~CopySession() = default;

  virtual SqlDialect dialect() const = 0;
  /// A statement in words that both understand; its parameters $1, $2 ... appear for the first time in this order.
  virtual Result<std::vector<CopyRow>> ask(const std::string& sql, const CopyRow& parameters = {}) = 0;
  /// The next rows of a part, in its order; at least one, if there is one. \param after A key; empty: from the first.
  virtual Result<std::vector<CopyRow>> batch(const StatePart& part, const CopyRow& after, const CopyLimits& limits) = 0;
  virtual Result<void> insert(const StatePart& part, std::span<const CopyRow> rows) = 0;
  /// Removes all rows of a part.
  virtual Result<void> clear(const StatePart& part) = 0;
  /// The database's, by which leases go.
  virtual Result<Timestamp> now() = 0;

  /// From the end of this transaction on no job is added or taken, nothing bought and no record written, whoever tries,
  /// also those who have had it open for long: they get `message`, as Errc::unsupported.
  virtual Result<void> forbid_work(const std::string& message) = 0;
  /// In this transaction, and in no other, that does not hold.
  virtual Result<void> pass() = 0;
  virtual Result<void> allow_work() = 0;
  /// What is counted by the database itself goes on behind the last row.
  virtual Result<void> count_on() = 0;

};

/// One of the two databases.
class CopySide {
 public:
  virtual ~CopySide() = default;

  using Work = std::function<Result<void>(CopySession&)>;
  /// In a transaction during which nobody else changes anything.
  virtual Result<void> alone(const Work& work) = 0;
  /// In a transaction that is on the disk when this returns.
  virtual Result<void> change(const Work& work) = 0;
  virtual std::string description() const = 0;
  virtual Result<std::vector<std::string>> remarks() = 0;
  /// Where its pictures lie by default.
  virtual Result<std::unique_ptr<Spool>> spool() = 0;
};

/// With tables of this version. Whatever its mark says.
Result<std::unique_ptr<CopySide>> open_sqlite_side(const StateOptions& options);
Result<std::unique_ptr<CopySide>> open_postgres_side(const StateOptions& options);

}  // namespace imagegen::state
