#pragma once
#include <imagegen/state/state.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "contract/contract_test.hpp"
#include "storage/support/temp_folder.hpp"
#include "state/support/timed_state.hpp"
#include "support/matchers.hpp"
#include "support/mongodb_server.hpp"

namespace imagegen::test {

/// MongoDB for all but the ledger, which is a SQLite file in `folder`.
inline StateOptions mongo_options(const std::string& url, const TempFolder& folder, int connections = 4) {
  StateOptions options;
  options.url = Secret(url);
  options.ledger_url = Secret("sqlite:" + (folder.path() / "ledger.db").string());
  options.connections = connections;
  return options;
}

/// A state in an empty database of the test server; as a harness it serves the contract suites.
class MongoHarness {
 public:
  MongoHarness() : MongoHarness(Goes::by_test) {}
  enum class Goes { by_test, by_server };
  explicit MongoHarness(Goes goes) {
    if (!no_store().empty()) return;
    database_.emplace();
    const auto options = mongo_options(database_->url(), folder_);
    state_ = (goes == Goes::by_test ? open_timed(options, pool_, clock_) : open_state(options, pool_)).value();
  }

  std::string no_store() const { return MongoDbServer::shared().problem(); }
  JobStore& store() { return *state_.jobs; }
  PermitStore& permits() { return *state_.permits; }
  Ledger& ledger() { return *state_.ledger; }
  MetadataStore& metadata() { return *state_.metadata; }
  RecordStore& records() { return *state_.records; }
  bool reopen() {
    state_ = State();
    state_ = open_timed(mongo_options(database_->url(), folder_), pool_, clock_).value();
    return true;
  }
  SetClock& clock() { return clock_; }

 private:
  TempFolder folder_;
  std::optional<MongoTestDatabase> database_;
  SetClock clock_;
  ThreadPool pool_{4};
  State state_;
};

/// The same, by the server's time.
struct UntimedMongoHarness : MongoHarness {
  UntimedMongoHarness() : MongoHarness(Goes::by_server) {}
};

/// Tests that need the server itself; where there is none they are skipped, or fail in CI.
class MongoTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto& problem = MongoDbServer::shared().problem();
    if (problem.empty()) database_.emplace();
    fail_or_skip(problem);
  }

  static MongoDbServer& server() { return MongoDbServer::shared(); }
  const MongoTestDatabase& database() const { return *database_; }
  StateOptions options(int connections = 4) const { return mongo_options(database_->url(), folder_, connections); }
  Result<State> open(int connections = 4) { return open_timed(options(connections), pool_, clock_); }
  Result<State> open(const StateOptions& options) { return open_timed(options, pool_, clock_); }

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

  TempFolder folder_;
  std::optional<MongoTestDatabase> database_;
  SetClock clock_;
  ThreadPool pool_{2};
};

}  // namespace imagegen::test
