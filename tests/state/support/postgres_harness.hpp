#pragma once
#include <imagegen/state/state.hpp>
#include <imagegen/testing/contract/contract_test.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "state/support/state_harness.hpp"
#include "support/matchers.hpp"
#include "support/postgres_server.hpp"

namespace imagegen::test {

inline StateOptions postgres_options(const std::string& url, int connections = 4) {
  StateOptions options;
  options.url = Secret(url);
  options.connections = connections;
  return options;
}

/// An empty schema of the test server.
class PostgresPlace {
 public:
  static std::string no_store() { return PostgresServer::shared().problem(); }
  StateOptions options() {
    if (!schema_) schema_.emplace();
    return postgres_options(schema_->url());
  }

 private:
  std::optional<TestSchema> schema_;
};

using PostgresHarness = StateHarness<PostgresPlace>;
using UntimedPostgresHarness = StateHarness<PostgresPlace, Goes::by_server>;

/// Makes the tables of this version those of version 6, when records of files had one.
inline const std::string kToVersion6 =
    "DROP FUNCTION imagegen_forbid_work; DROP TABLE imagegen_state_mark; CREATE TABLE was AS SELECT * FROM imagegen_assets; DROP VIEW imagegen_assets; "
    "ALTER TABLE was RENAME TO imagegen_assets; DELETE FROM imagegen_records; DELETE FROM imagegen_record_keys; "
    "DROP FUNCTION imagegen_write_record; DROP TABLE imagegen_record_views; DELETE FROM imagegen_schema WHERE version > 6; ";

/// The same of version 4.
inline const std::string kToVersion4 =
    kToVersion6 +
    "DROP TABLE imagegen_records, imagegen_record_keys; "
    "ALTER TABLE imagegen_purchases DROP COLUMN also, DROP COLUMN part_of; "
    "DELETE FROM imagegen_schema WHERE version > 4; ";

/// Tests that need the server itself; where there is none they are skipped, or fail in CI.
class PostgresTest : public StateTest {
 protected:
  void SetUp() override { fail_or_skip(PostgresServer::shared().problem()); }

  static PostgresServer& server() { return PostgresServer::shared(); }
  Result<State> open(const std::string& url, int connections = 4) {
    return open_timed(postgres_options(url, connections), pool_, clock_);
  }
};

}  // namespace imagegen::test
