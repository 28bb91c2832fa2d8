// Databases that are full, read-only, damaged, emptied under way, or another user's: each is told as what it is.
#include <imagegen/maker/job/job_changes.hpp>
#include <imagegen/testing/contract/io_runner.hpp>

#include "state/postgres/database.hpp"
#include "state/support/postgres_harness.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Before the pool of the test, whose threads post to it.
struct PostgresLossRunner {
  IoRunner runner_;
};

class PostgresLoss : protected PostgresLossRunner, public PostgresTest {
 protected:
  void SetUp() override {
    PostgresTest::SetUp();
    if (!IsSkipped() && !HasFatalFailure()) database_.emplace();
  }
  Result<void> opened(StateOpening opening) {
    auto options = postgres_options(database_->url());
    options.opening = opening;
    const auto state = open_state(options, pool_);
    if (!state) return state.error();
    return {};
  }
  // As a server does that has no room, or a page that does not fit.
  void refuse_changes(const std::string& sqlstate) const {
    database_->run("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING ERRCODE = '" +
                  sqlstate + "', MESSAGE = 'the server''s own words'; END $$; "
                  "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON imagegen_jobs EXECUTE FUNCTION refuse()");
  }

  std::optional<TestDatabase> database_;
};

TEST_F(PostgresLoss, WhoOnlyReadsMakesNoTables) {
  for (const auto opening : {StateOpening::existing, StateOpening::look})
    EXPECT_THAT(opened(opening), FailsSaying(Errc::not_found, HasSubstr("no tables of this library")));
  EXPECT_EQ(database_->ask("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'imagegen%'"), "0");
  ASSERT_THAT(opened(StateOpening::make), IsOk());
  EXPECT_THAT(opened(StateOpening::look), IsOk());
}

TEST_F(PostgresLoss, OlderTablesAreNotBroughtUpByALook) {
  ASSERT_THAT(opened(StateOpening::make), IsOk());
  database_->run("DROP TABLE imagegen_spool; DELETE FROM imagegen_schema WHERE version > 3");
  EXPECT_THAT(opened(StateOpening::look), FailsSaying(Errc::unsupported, HasSubstr("schema version 3")));
  EXPECT_EQ(database_->ask("SELECT max(version) FROM imagegen_schema"), "3");
}

TEST_F(PostgresLoss, TablesThatWereDeletedAreMissedAndNotMadeAnew) {
  const auto state = open(database_->url()).value();
  database_->run("DROP TABLE imagegen_jobs");
  EXPECT_THAT(state.jobs->claim(request("w"), at(1)), FailsSaying(Errc::corrupt_data, HasSubstr("it was deleted")));
  EXPECT_THAT(state.examine(), FailsSaying(Errc::corrupt_data, HasSubstr("imagegen_jobs")));
  const auto again = open(database_->url());
  EXPECT_FALSE(again && again->jobs->list({}));
  EXPECT_EQ(database_->ask("SELECT count(*) FROM pg_tables WHERE tablename = 'imagegen_jobs'"), "0");
}

TEST_F(PostgresLoss, ADatabaseThatMayOnlyBeReadSaysSo) {
  const auto state = open(database_->url()).value();
  database_->run("ALTER DATABASE " + database_->name() + " SET default_transaction_read_only = on");
  const auto reader = open(database_->url());
  ASSERT_THAT(reader.has_value(), true) << "who reads is let in";
  EXPECT_THAT(reader->jobs->list({}), IsOk());
  EXPECT_THAT(reader->jobs->add(job_named("a"), at(1)),
              FailsSaying(Errc::unavailable, AllOf(HasSubstr("may only be read"), HasSubstr("25006"))));
  EXPECT_THAT(reader->examine(), FailsSaying(Errc::unavailable, HasSubstr("may only be read")));
}

TEST_F(PostgresLoss, AFullDiskAndADamagedPageSayWhatTheyAre) {
  const auto state = open(database_->url()).value();
  refuse_changes("53100");
  const auto full = state.jobs->add(job_named("a"), at(1));
  EXPECT_THAT(full, FailsSaying(Errc::unavailable, AllOf(HasSubstr("no room"), HasSubstr("the server's own words"))));
  EXPECT_EQ(full.error().retry, Retry::later);
  database_->run("DROP FUNCTION refuse() CASCADE");
  refuse_changes("XX001");
  EXPECT_THAT(state.jobs->add(job_named("a"), at(1)), FailsSaying(Errc::corrupt_data, HasSubstr("it is damaged")));
}

TEST_F(PostgresLoss, TheExaminationFindsRightsThatAreMissing) {
  ASSERT_THAT(opened(StateOpening::make), IsOk());
  const auto user = database_->name() + "_reader";
  database_->run("CREATE ROLE " + user + " LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + user);
  {
    const auto state = open(database_->url() + (database_->url().find('?') == std::string::npos ? "?" : "&") +
                            "options=-crole%3D" + user);
    ASSERT_TRUE(state.has_value()) << state.error().message;
    EXPECT_THAT(state->examine(), FailsSaying(Errc::permission_denied, HasSubstr("give it the rights")));
  }
  database_->run("DROP OWNED BY " + user + "; DROP ROLE " + user);
}

TEST_F(PostgresLoss, TheFunctionThatWritesRecordsIsMissed) {
  const auto state = open(database_->url()).value();
  ASSERT_THAT(runner_.run(state.assets->remove("a")), IsOk());
  const auto user = database_->name() + "_worker";
  database_->run("CREATE ROLE " + user + "; GRANT ALL ON ALL TABLES IN SCHEMA public TO " + user +
                 "; REVOKE EXECUTE ON FUNCTION imagegen_write_record FROM PUBLIC");
  {
    const auto worker = open(database_->url() + (database_->url().find('?') == std::string::npos ? "?" : "&") +
                             "options=-crole%3D" + user).value();
    EXPECT_THAT(worker.examine(), FailsSaying(Errc::permission_denied, HasSubstr("imagegen_write_record")));
  }
  database_->run("DROP OWNED BY " + user + "; DROP ROLE " + user + "; DROP FUNCTION imagegen_write_record");
  EXPECT_THAT(state.examine(), FailsSaying(Errc::corrupt_data, HasSubstr("imagegen_write_record")));
  EXPECT_THAT(runner_.run(state.assets->remove("a")), FailsSaying(Errc::corrupt_data, HasSubstr("imagegen_write_record")));
}

TEST_F(PostgresLoss, TheTableOfViewsIsMissed) {
  const auto state = open(database_->url()).value();
  database_->run("DROP TABLE imagegen_record_views");
  EXPECT_THAT(state.examine(), FailsSaying(Errc::corrupt_data, HasSubstr("imagegen_record_views")));
}

TEST(PostgresDatabase, NeverWaitsForALockForEver) {
  EXPECT_EQ(state::PgDatabase({}, 1, std::chrono::milliseconds(0)).lock_timeout(), "1");
  EXPECT_EQ(state::PgDatabase({}, 1, std::chrono::milliseconds(700)).lock_timeout(), "700");
}

TEST_F(PostgresLoss, AnOrderThatWasChangedBySqlIsNoticed) {
  const auto state = open(database_->url()).value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(1)), IsOk());
  const auto verified = [&] { return verify_events(*state.jobs->find("a").value(), state.jobs->events("a").value()); };
  EXPECT_THAT(verified(), IsOk());
  database_->run(R"(UPDATE imagegen_jobs SET input = '{"n":99}')");
  EXPECT_THAT(verified(), FailsSaying(Errc::corrupt_data, HasSubstr("not the one that was ordered")));
}

TEST_F(PostgresLoss, AWholeOneIsFoundWhole) {
  const auto state = open(database_->url()).value();
  EXPECT_THAT(state.examine(), IsOk());
}

}  // namespace
}  // namespace imagegen::test
