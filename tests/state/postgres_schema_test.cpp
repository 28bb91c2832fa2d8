#include <atomic>
#include <thread>

#include "state/postgres/schema.hpp"
#include "state/support/postgres_harness.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class PostgresSchema : public PostgresTest {};

TEST_F(PostgresSchema, ReopeningFindsWhatWasWritten) {
  const TestSchema schema;
  {
    const auto state = open(schema.url()).value();
    ASSERT_THAT(state.jobs->add(job_named("a"), at(1)), IsOk());
    ASSERT_THAT(state.ledger->reserve(intent("a"), {}, at(2)), IsOk());
  }
  const auto again = open(schema.url()).value();
  EXPECT_EQ(again.jobs->find("a").value().value().created, at(1));
  EXPECT_TRUE(again.ledger->blocking("a", "0").value());
}

TEST_F(PostgresSchema, ManyMayOpenAnEmptyDatabaseAtOnce) {
  const TestDatabase database;
  std::atomic<int> opened{0};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) threads.emplace_back([&] { opened += open(database.url(), 1) ? 1 : 0; });
  }
  EXPECT_EQ(opened, 6);
  EXPECT_EQ(database.ask("SELECT string_agg(version::text, ',') FROM imagegen_schema"), "1,2,3,4");
}

TEST_F(PostgresSchema, AnOlderOneIsBroughtUp) {
  const TestDatabase database;
  ASSERT_THAT(open(database.url())->jobs->add(job_named("a"), at(1)), IsOk());
  database.run(
      "DROP TABLE imagegen_announcements; DROP TABLE imagegen_spool; DROP INDEX imagegen_purchases_by_state; "
      "ALTER TABLE imagegen_purchases DROP COLUMN master_key, DROP COLUMN history; "
      "DELETE FROM imagegen_schema WHERE version > 1");
  const auto state = open(database.url()).value();
  EXPECT_TRUE(state.jobs->find("a").value());
  EXPECT_THAT(state.jobs->announcements(1), IsOk());
  EXPECT_THAT(state.spool->list({}), IsOk());
  EXPECT_EQ(database.ask("SELECT max(version) FROM imagegen_schema"), "4");
}

TEST_F(PostgresSchema, RefusesANewerSchemaAndNamesBothVersions) {
  const TestDatabase database;
  ASSERT_THAT(open(database.url()).has_value(), true);
  database.run("INSERT INTO imagegen_schema (version) VALUES (907)");
  const auto ours = std::to_string(state::postgres_schema_version());
  const auto refused = open(database.url());
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::unsupported);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("version 907"), HasSubstr("up to " + ours)));
}

TEST_F(PostgresSchema, TablesGoWhereTheUrlSays) {
  const TestDatabase database;
  database.run("CREATE SCHEMA pictures");
  ASSERT_TRUE(open(database.url() + "?options=-csearch_path%3Dpictures"));
  EXPECT_EQ(database.ask("SELECT DISTINCT schemaname FROM pg_tables WHERE tablename LIKE 'imagegen%'"), "pictures");
}

TEST_F(PostgresSchema, SaysWhenThereIsNoSchemaToPutTablesInto) {
  const TestDatabase database;
  const auto refused = open(database.url() + "?options=-csearch_path%3Dnot_there");
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  EXPECT_THAT(refused.error().message, HasSubstr("search_path"));
}

TEST_F(PostgresSchema, DescribesItselfWithoutThePassword) {
  const TestDatabase database;
  auto url = database.url();
  url.insert(url.find('@'), ":hush-hush");
  const auto state = open(url).value();
  EXPECT_THAT(state.description, AllOf(HasSubstr("PostgreSQL at "), HasSubstr(database.name())));
  EXPECT_THAT(state.description, Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace imagegen::test
