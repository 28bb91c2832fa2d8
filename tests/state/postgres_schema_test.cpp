#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "state/postgres/schema.hpp"
#include "state/support/moved_assets.hpp"
#include "state/support/postgres_harness.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// Before the pool of the test, whose threads post to it.
struct PostgresSchemaRunner {
  IoRunner runner_;
};

class PostgresSchema : protected PostgresSchemaRunner, public PostgresTest {
 protected:
  // As version 6 left it, with two records of files.
  void make_version_6(const TestDatabase& database) {
    const State state = open(database.url()).value();
    for (const auto& asset : {asset_to_move(), bare_asset_to_move()})
      ASSERT_THAT(runner_.run(state.assets->put(asset)), IsOk());
    database.run(kToVersion6);
  }
  // Until somebody waits for a lock on the table, or for so long that nobody will.
  static bool is_waited_for(const TestDatabase& database, const std::string& table) {
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < limit) {
      if (database.ask("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '" + table + "'::regclass") != "0")
        return true;
    }
    return false;
  }
};

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
  EXPECT_EQ(database.ask("SELECT string_agg(version::text, ',') FROM imagegen_schema"), "1,2,3,4,5,6,7,8");
}

TEST_F(PostgresSchema, AnOlderOneIsBroughtUp) {
  const TestDatabase database;
  ASSERT_THAT(open(database.url())->jobs->add(job_named("a"), at(1)), IsOk());
  database.run(
      kToVersion4 +
      "DROP TABLE imagegen_announcements; DROP TABLE imagegen_spool; DROP INDEX imagegen_purchases_by_state; "
      "ALTER TABLE imagegen_purchases DROP COLUMN master_key, DROP COLUMN history; "
      "DELETE FROM imagegen_schema WHERE version > 1");
  const auto state = open(database.url()).value();
  EXPECT_TRUE(state.jobs->find("a").value());
  EXPECT_THAT(state.jobs->announcements(1), IsOk());
  EXPECT_THAT(state.spool->list({}), IsOk());
  EXPECT_EQ(database.ask("SELECT count(*) FROM imagegen_records NATURAL JOIN imagegen_record_keys"), "0");
  EXPECT_EQ(database.ask("SELECT max(version) FROM imagegen_schema"), "8");
}

TEST_F(PostgresSchema, OneOfTheVersionBeforeBlocksWhatItBlocked) {
  const TestDatabase database;
  const auto keyed = [](const std::string& job, const std::string& slot, const std::string& key) {
    auto made = intent(job);
    made.slot = slot, made.master_key = key;
    return made;
  };
  {
    const State state = open(database.url()).value();
    for (const auto* slot : {"bought", "released", "open"})
      ASSERT_THAT(state.ledger->reserve(keyed("j", slot, std::string("m/") + slot), {}, at(0)), IsOk());
    ASSERT_THAT(state.ledger->settle("j/bought/1", {}, at(1)), IsOk());
    ASSERT_THAT(state.ledger->settle("j/released/1", {PurchaseState::released}, at(1)), IsOk());
  }
  database.run(kToVersion4);
  const State state = open(database.url()).value();
  EXPECT_EQ(database.ask("SELECT max(version) FROM imagegen_schema"), "8");
  for (const std::string slot : {"bought", "open"}) {
    EXPECT_EQ(state.ledger->blocking("j", slot).value()->id, "j/" + slot + "/1");
    EXPECT_TRUE(state.ledger->blocking_master("m/" + slot).value()->also.empty());
    EXPECT_THAT(state.ledger->reserve(keyed("j", slot, ""), {}, at(2)), FailsWith(Errc::already_exists));
    auto set = keyed("k", "0", "m/other");
    set.also = {{"1", "m/" + slot}}, set.images = 2;
    EXPECT_THAT(state.ledger->reserve(set, {}, at(2)), FailsSaying(Errc::already_exists, HasSubstr("m/" + slot)));
  }
  EXPECT_EQ(state.ledger->used("total").value().used, Usd::from_dollars(0.08));
  EXPECT_EQ(state.ledger->list({}).value().purchases.size(), 3U);
  auto set = keyed("j", "first", "");
  set.also = {{"released", "m/released"}}, set.images = 2;
  EXPECT_THAT(state.ledger->reserve(set, {}, at(3)), IsOk());
  EXPECT_EQ(state.ledger->blocking("j", "released").value()->id, "j/first/1");
}

TEST_F(PostgresSchema, OneOfTheVersionBeforeHasItsRecordsOfFiles) {
  const TestDatabase database;
  make_version_6(database);
  const State state = open(database.url()).value();
  EXPECT_EQ(database.ask("SELECT document FROM imagegen_records WHERE id = 'b'"),
            R"({"kind":"master","objectKey":"masters/b.png","url":"","contentType":"","sha256":")" + std::string(64, '1') +
                R"(","width":0,"height":0,"sizeBytes":0,"jobId":"","owner":"","provider":"","model":"","promptSha256":"","extra":""})");
  expect_moved(runner_, *state.assets);
  EXPECT_EQ(database.ask("SELECT url || ' ' || size_bytes || ' ' || created || ' ' || extra FROM imagegen_assets "
                         "WHERE job_id = 'j-1' AND width = 1920"),
            asset_to_move().url + " 5000000000 1800000000005 " + asset_to_move().extra);
  EXPECT_EQ(database.ask("SELECT to_regclass('imagegen_assets_unmoved') IS NULL"), "t");
  EXPECT_THAT(state.remarks().value(), testing::IsEmpty());
}

TEST_F(PostgresSchema, ARecordOfAFileThatCannotBeMovedIsLaidAside) {
  const TestDatabase database;
  make_version_6(database);
  database.run("INSERT INTO imagegen_assets SELECT damaged.id, kind, object_key, url, content_type, sha256, width, height, "
               "damaged.bytes, job_id, owner, provider, model, prompt_sha256, extra, created FROM imagegen_assets, "
               "(VALUES ('', 1), ('a b', 1), ('c', -1)) AS damaged(id, bytes) WHERE imagegen_assets.id = 'b'");
  const State state = open(database.url()).value();
  expect_moved(runner_, *state.assets);
  EXPECT_EQ(database.ask("SELECT string_agg(id, ',' ORDER BY id) FROM imagegen_assets_unmoved"), ",a b,c");
  EXPECT_THAT(state.remarks().value(),
              testing::ElementsAre(AllOf(HasSubstr("3 records of files"), HasSubstr("imagegen_assets_unmoved"))));
}

// A worker of version 6 was not stopped: it puts one, changes one and removes one while they are moved.
TEST_F(PostgresSchema, WhatOldWorkersWriteDuringTheMoveIsNotLost) {
  const TestDatabase database;
  make_version_6(database);
  const TestSession worker(database.url());
  worker.run("BEGIN; CREATE TEMP TABLE c AS SELECT * FROM imagegen_assets WHERE id = 'a'; UPDATE c SET id = 'c'; "
             "INSERT INTO imagegen_assets SELECT * FROM c; UPDATE imagegen_assets SET owner = 'new' WHERE id = 'a'; "
             "DELETE FROM imagegen_assets WHERE id = 'b'");
  auto opened = std::async(std::launch::async, [&] { return open(database.url()).has_value(); });
  EXPECT_TRUE(is_waited_for(database, "imagegen_assets"));
  worker.run("COMMIT");
  ASSERT_TRUE(opened.get());
  EXPECT_EQ(database.ask("SELECT string_agg(id || ' ' || (owner = 'new')::text, ',' ORDER BY id) FROM imagegen_assets"),
            "a true,c false");
}

TEST_F(PostgresSchema, AViewThatStandsOnTheTableOfFilesIsNamed) {
  const TestDatabase database;
  make_version_6(database);
  database.run("CREATE VIEW mine AS SELECT id FROM imagegen_assets");
  EXPECT_THAT(open(database.url()), FailsSaying(Errc::storage_failed, AllOf(HasSubstr("view mine"), HasSubstr("drop it"))));
  EXPECT_EQ(database.ask("SELECT max(version) FROM imagegen_schema"), "6");
  database.run("DROP VIEW mine");
  ASSERT_TRUE(open(database.url()));
  database.run("CREATE VIEW mine AS SELECT id FROM imagegen_assets");
  EXPECT_EQ(database.ask("SELECT count(*) FROM mine"), "2");
}

TEST_F(PostgresSchema, WhoReadTheTableOfFilesReadsItsView) {
  const TestDatabase database;
  make_version_6(database);
  const auto role = database.name() + "_\"reader";
  const std::string quoted = '"' + database.name() + "_\"\"reader\"";
  database.run("CREATE ROLE " + quoted + "; GRANT SELECT, DELETE ON imagegen_assets TO " + quoted +
               " WITH GRANT OPTION; GRANT SELECT (id, url) ON imagegen_assets TO PUBLIC");
  EXPECT_TRUE(open(database.url()));
  EXPECT_EQ(database.ask("SELECT string_agg(privilege_type || ' ' || is_grantable, ',') FROM "
                         "information_schema.role_table_grants WHERE table_name = 'imagegen_assets' AND grantee = '" + role + "'"),
            "SELECT YES");
  EXPECT_EQ(database.ask("SELECT string_agg(column_name || ' ' || privilege_type, ',' ORDER BY column_name) FROM "
                         "information_schema.column_privileges WHERE table_name = 'imagegen_assets' AND grantee = 'PUBLIC'"),
            "id SELECT,url SELECT");
  database.run("DROP OWNED BY " + quoted + "; DROP ROLE " + quoted);
}

// What other programs read: a row keeps each further place, and sums and counts still come out right.
TEST_F(PostgresSchema, HasARowForEachFurtherPlaceOfAPurchase) {
  const TestDatabase database;
  const State state = open(database.url()).value();
  auto set = intent("j");
  set.also = {{"1", "m/1"}, {"2", "m/2"}}, set.images = 3;
  ASSERT_THAT(state.ledger->reserve(set, {}, at(0)), IsOk());
  ASSERT_THAT(state.ledger->settle("j/0/1", {}, at(1)), IsOk());
  EXPECT_EQ(database.ask("SELECT sum(actual) || ' ' || sum(images) || ' ' || count(*) FROM imagegen_purchases "
                         "WHERE state = 'settled'"),
            "40000000 3 3");
  EXPECT_EQ(database.ask("SELECT string_agg(id, ',') FROM imagegen_purchases WHERE part_of = ''"), "j/0/1");
  EXPECT_THROW(database.run("UPDATE imagegen_purchases SET slot = '1', number = 9 WHERE slot = '2'"),
               std::runtime_error)
      << "the index judges, whoever writes";
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
