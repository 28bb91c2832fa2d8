#pragma once
#include <imagegen/state/state.hpp>
#include <imagegen/testing/contract/contract_test.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "storage/support/temp_folder.hpp"
#include "state/support/state_harness.hpp"
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

/// An empty database of the test server, and a folder beside it.
class MongoPlace {
 public:
  static std::string no_store() { return MongoDbServer::shared().problem(); }
  StateOptions options() {
    if (!database_) database_.emplace();
    return mongo_options(database_->url(), folder_);
  }

 private:
  TempFolder folder_;
  std::optional<MongoTestDatabase> database_;
};

using MongoHarness = StateHarness<MongoPlace>;
using UntimedMongoHarness = StateHarness<MongoPlace, Goes::by_server>;

/// Tests that need the server itself; where there is none they are skipped, or fail in CI.
class MongoTest : public StateTest {
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

  TempFolder folder_;
  std::optional<MongoTestDatabase> database_;
};

}  // namespace imagegen::test
