// Workers whose PostgreSQL is full, damaged, read-only, emptied, of another version or another user's: a word, and the
// first signal is obeyed.
#include <imagegen/testing/contract/contract_test.hpp>

#include <gmock/gmock.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "cli/process.hpp"
#include "support/postgres_server.hpp"

namespace imagegen::test {
namespace {

using ::testing::HasSubstr;

class PostgresStateFaults : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto& problem = PostgresServer::shared().problem();
    if (!problem.empty()) return fail_or_skip(problem);
    database_.emplace();
  }

  std::vector<std::string> with_state(std::vector<std::string> arguments, const std::string& more = {}) const {
    arguments.insert(arguments.end(), {"--state", database_->url() + more});
    return arguments;
  }
  Ended run(const std::vector<std::string>& arguments, const std::string& more = {}) {
    return run_cli(with_state(arguments, more), {}, folder_.path());
  }
  void queue() {
    const auto ended = run({"prompt", "execute", "--intent", "hero", "a boat"});
    ASSERT_EQ(ended.exit_code, 0) << ended.err;
  }
  void refuse_changes(const std::string& sqlstate) const {
    database_->run("CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION "
                   "USING ERRCODE = '" + sqlstate + "', MESSAGE = 'its own words'; END $$; "
                   "DROP TRIGGER IF EXISTS refuse ON imagegen_jobs; "
                   "CREATE TRIGGER refuse BEFORE UPDATE ON imagegen_jobs EXECUTE FUNCTION refuse()");
  }
  // A worker that says `word`, goes on, and ends with the first signal.
  void waits_with(const std::string& word) {
    Process worker(with_state({"worker"}), {}, folder_.path());
    ASSERT_TRUE(worker.wait_for_err(word));
    EXPECT_FALSE(worker.has_ended());
    worker.signal(SIGTERM);
    const auto ended = worker.wait();
    EXPECT_EQ(ended.exit_code, 130) << ended.err;
  }

  std::optional<TestDatabase> database_;
  Folder folder_;
};

TEST_F(PostgresStateFaults, AFullDiskIsWaitedForWithAWord) {
  queue();
  refuse_changes("53100");
  waits_with("no room");
  database_->run("DROP FUNCTION refuse() CASCADE");
  EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, 0);
}

TEST_F(PostgresStateFaults, OneThatMayOnlyBeReadIsWaitedForWithAWord) {
  queue();
  database_->run("ALTER DATABASE " + database_->name() + " SET default_transaction_read_only = on");
  waits_with("may only be read");
  EXPECT_EQ(run({"spend"}).exit_code, 0) << "who reads is served";
  EXPECT_EQ(run({"doctor", "--store", "memory:"}).exit_code, 1);
}

TEST_F(PostgresStateFaults, ADamagedPageEndsTheWorkerWithAWord) {
  queue();
  refuse_changes("XX001");
  const auto ended = run({"worker"});
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_THAT(ended.err, HasSubstr("it is damaged"));
}

TEST_F(PostgresStateFaults, TablesThatAreDeletedUnderWayEndTheWorkerAndAreNotMadeAnew) {
  queue();
  Process worker(with_state({"worker"}), {}, folder_.path());
  ASSERT_TRUE(worker.wait_for_err("succeeded"));
  database_->run("DROP TABLE imagegen_jobs CASCADE");
  ASSERT_TRUE(worker.wait_for_err("it was deleted"));
  EXPECT_EQ(worker.wait().exit_code, 1);
  EXPECT_EQ(run({"worker"}).exit_code, 1) << "nor by the next";
  EXPECT_EQ(database_->ask("SELECT count(*) FROM pg_tables WHERE tablename = 'imagegen_jobs'"), "0");
}

TEST_F(PostgresStateFaults, ANewerVersionIsRefusedAndLeftAlone) {
  queue();
  database_->run("INSERT INTO imagegen_schema (version) VALUES (907)");
  for (const auto* command : {"worker", "spend"}) {
    const auto ended = run({command});
    EXPECT_EQ(ended.exit_code, 1) << command;
    EXPECT_THAT(ended.err, HasSubstr("schema version 907")) << command;
  }
}

TEST_F(PostgresStateFaults, AnotherUsersIsDeniedWithAWord) {
  queue();
  const auto user = database_->name() + "_stranger";
  database_->run("CREATE ROLE " + user + " LOGIN");
  const auto ended = run({"worker"}, (database_->url().find('?') == std::string::npos ? "?" : "&") +
                                         std::string("options=-crole%3D") + user);
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, HasSubstr("give it the rights"));
  database_->run("DROP ROLE " + user);
}

TEST_F(PostgresStateFaults, CommandsThatReadMakeNoTables) {
  for (const auto& command : {std::vector<std::string>{"spend"}, {"jobs", "list"}, {"audit", "j"}, {"replay", "j"}}) {
    const auto ended = run(command);
    EXPECT_EQ(ended.exit_code, 2) << command[0];
    EXPECT_THAT(ended.err, HasSubstr("no tables of this library")) << command[0];
  }
  EXPECT_EQ(database_->ask("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'imagegen%'"), "0");
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

}  // namespace
}  // namespace imagegen::test
