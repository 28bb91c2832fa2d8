#pragma once
#include <imagegen/state/state.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "contract/contract_test.hpp"
#include "state/support/timed_state.hpp"
#include "support/matchers.hpp"
#include "support/postgres_server.hpp"

namespace imagegen::test {

inline StateOptions postgres_options(const std::string& url, int connections = 4) {
  StateOptions options;
  options.url = Secret(url);
  options.connections = connections;
  return options;
}

/// A state in an empty schema of the test server; as a harness it serves all contract suites.
class PostgresHarness {
 public:
  PostgresHarness() : PostgresHarness(Goes::by_test) {}
  enum class Goes { by_test, by_server };
  explicit PostgresHarness(Goes goes) {
    if (!no_store().empty()) return;
    schema_.emplace();
    const auto options = postgres_options(schema_->url());
    state_ = (goes == Goes::by_test ? open_timed(options, pool_, clock_) : open_state(options, pool_)).value();
  }

  std::string no_store() const { return PostgresServer::shared().problem(); }
  JobStore& store() { return *state_.jobs; }
  PermitStore& permits() { return *state_.permits; }
  Ledger& ledger() { return *state_.ledger; }
  MetadataStore& metadata() { return *state_.metadata; }
  RecordStore& records() { return *state_.records; }
  bool reopen() {
    state_ = State();
    state_ = open_timed(postgres_options(schema_->url()), pool_, clock_).value();
    return true;
  }
  Spool& spool() { return *state_.spool; }
  SetClock& clock() { return clock_; }

 private:
  std::optional<TestSchema> schema_;
  SetClock clock_;
  ThreadPool pool_{4};
  State state_;
};

/// The same, by the server's time.
struct UntimedPostgresHarness : PostgresHarness {
  UntimedPostgresHarness() : PostgresHarness(Goes::by_server) {}
};

/// Makes the tables of this version those of version 6, when records of files had one.
inline const std::string kToVersion6 =
    "CREATE TABLE was AS SELECT * FROM imagegen_assets; DROP VIEW imagegen_assets; "
    "ALTER TABLE was RENAME TO imagegen_assets; DELETE FROM imagegen_records; DELETE FROM imagegen_record_keys; "
    "DROP FUNCTION imagegen_write_record; DROP TABLE imagegen_record_views; DELETE FROM imagegen_schema WHERE version > 6; ";

/// The same of version 4.
inline const std::string kToVersion4 =
    kToVersion6 +
    "DROP TABLE imagegen_records, imagegen_record_keys; "
    "ALTER TABLE imagegen_purchases DROP COLUMN also, DROP COLUMN part_of; "
    "DELETE FROM imagegen_schema WHERE version > 4; ";

/// Tests that need the server itself; where there is none they are skipped, or fail in CI.
class PostgresTest : public testing::Test {
 protected:
  void SetUp() override { fail_or_skip(PostgresServer::shared().problem()); }

  static PostgresServer& server() { return PostgresServer::shared(); }
  Result<State> open(const std::string& url, int connections = 4) {
    return open_timed(postgres_options(url, connections), pool_, clock_);
  }

  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static NewJob job_named(const std::string& id, const std::string& owner = {}, const std::string& kind = "prompt") {
    return {id, kind, owner, "{}"};
  }
  static JobClaimRequest request(const std::string& worker, int max_jobs = 1) {
    JobClaimRequest made;
    made.worker = worker, made.kinds = {"prompt"}, made.max_jobs = max_jobs;
    return made;
  }
  static std::vector<std::string> ids_of(const std::vector<Job>& jobs) {
    std::vector<std::string> ids;
    for (const Job& job : jobs) ids.push_back(job.id);
    return ids;
  }
  static PurchaseIntent intent(const std::string& job) {
    PurchaseIntent made;
    made.job_id = job, made.slot = "0", made.provider = "p", made.model = "m";
    made.estimate = Usd::from_dollars(0.04);
    return made;
  }

  SetClock clock_;
  ThreadPool pool_{2};
};

}  // namespace imagegen::test
