#pragma once
#include "state/copy/side.hpp"
#include "state/sqlite/database.hpp"

namespace imagegen::sqlite {

// A connection of the database, in a transaction or for one statement. Outlives nothing of these.
class SqliteCopySession final : public state::CopySession {
 public:
  SqliteCopySession(Connection& connection, const Database& database) : connection_(connection), database_(database) {}

  state::SqlDialect dialect() const override { return state::SqlDialect::sqlite; }
  Result<std::vector<state::CopyRow>> ask(const std::string& sql, const state::CopyRow& parameters) override;
  Result<std::vector<state::CopyRow>> batch(const state::StatePart& part, const state::CopyRow& after,
                                            const state::CopyLimits& limits) override;
  Result<void> insert(const state::StatePart& part, std::span<const state::CopyRow> rows) override;
  Result<void> clear(const state::StatePart& part) override;
  Result<Timestamp> now() override { return database_.now(); }
  Result<void> forbid_work(const std::string& message) override;
  Result<void> pass() override { return allow_work(); }  // whoever passes forbids again at the end
  Result<void> allow_work() override;
  Result<void> count_on() override { return {}; }

 private:
  Connection& connection_;
  const Database& database_;
};

}  // namespace imagegen::sqlite
