#pragma once
#include "state/copy/side.hpp"
#include "state/postgres/database.hpp"

namespace imagegen::state {

/// A transaction on one connection.
class PgCopySession final : public CopySession {
 public:
  PgCopySession(PgConnection& connection, const PgDatabase& database) : connection_(connection), database_(database) {}

  SqlDialect dialect() const override { return SqlDialect::postgres; }
  Result<std::vector<CopyRow>> ask(const std::string& sql, const CopyRow& parameters) override;
  Result<std::vector<CopyRow>> batch(const StatePart& part, const CopyRow& after, const CopyLimits& limits) override;
  Result<void> insert(const StatePart& part, std::span<const CopyRow> rows) override;
  Result<void> clear(const StatePart& part) override;
  Result<Timestamp> now() override;
  Result<void> forbid_work(const std::string& message) override;
  Result<void> pass() override;
  Result<void> allow_work() override;
  Result<void> count_on() override;

 private:
  Result<void> run(const std::string& script);

  PgConnection& connection_;
  const PgDatabase& database_;
};

/// Locks out whoever would change something of what is copied, until the transaction ends.
Result<void> lock_out_writers(PgConnection& connection);

}  // namespace imagegen::state
