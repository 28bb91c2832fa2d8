#include <imagegen/maker/spend/spool_rules.hpp>
#include <imagegen/testing/contract/spool_contract.hpp>

#include <cstdlib>

#include "state/support/postgres_harness.hpp"
#include "state/support/sqlite_file.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class PostgresSpool : public PostgresTest {};

TEST_F(PostgresSpool, APictureIsSeenByEveryMachineAndAfterARestart) {
  const TestSchema schema;
  {
    const auto state = open(schema.url()).value();
    ASSERT_THAT(state.spool->put(spooled_picture("j/0/1")), IsOk());
  }
  const auto again = open(schema.url()).value();
  EXPECT_EQ(as_text(again.spool->find("j/0/1").value()->file), "a picture");
}

TEST_F(PostgresSpool, ALargePictureIsReadInPieces) {
  const TestSchema schema;
  const auto state = open(schema.url()).value();
  auto picture = spooled_picture("j/0/1");
  picture.file = Bytes((9U << 20U) + 5);
  for (std::size_t i = 0; i < picture.file.size(); ++i) picture.file[i] = static_cast<std::uint8_t>(i * 7 + i / 251);
  ASSERT_THAT(state.spool->put(picture), IsOk());
  const auto found = state.spool->find("j/0/1").value();
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->file == picture.file);
}

TEST_F(PostgresSpool, ReportsWhatIsDamagedAndLeavesIt) {
  const TestDatabase database;
  const auto state = open(database.url()).value();
  for (const auto* id : {"bits/0/1", "key/0/1", "good/0/1"})
    ASSERT_THAT(state.spool->put(spooled_picture(id)), IsOk());
  database.run("UPDATE imagegen_spool SET file = 'b picture' WHERE purchase_id = 'bits/0/1'");
  database.run("UPDATE imagegen_spool SET object_key = '../x' WHERE purchase_id = 'key/0/1'");
  EXPECT_THAT(state.spool->find("bits/0/1"), FailsSaying(Errc::corrupt_data, HasSubstr("bits/0/1")));
  const auto page = state.spool->list({}).value();
  EXPECT_EQ(page.pictures.size(), 2U);
  EXPECT_THAT(page.damaged, testing::ElementsAre(AllOf(HasSubstr("imagegen_spool"), HasSubstr("key/0/1"))));
  EXPECT_EQ(database.ask("SELECT count(*) FROM imagegen_spool"), "3");
}

TEST_F(PostgresSpool, LiesBesideTheLedger) {
  const TestSchema schema;
  const SqliteFolder folder;
  auto options = sqlite_options(folder.file());
  options.ledger_url = Secret(schema.url());
  const auto state = open_state(options, pool_).value();
  ASSERT_TRUE(state.spool);
  EXPECT_THAT(state.spool->description(), HasSubstr("PostgreSQL"));
  const auto alone = open_state(sqlite_options(folder.file() + "2"), pool_).value();
  EXPECT_FALSE(alone.spool) << "SQLite's is a folder beside the file, which a configuration names";
}

TEST_F(PostgresSpool, AServerThatHasGoneIsUnavailable) {
  PostgresServer own;
  if (!own.problem().empty()) return fail_or_skip(own.problem());
  const TestDatabase database(own);
  const auto state = open(database.url()).value();
  own.stop();
  const auto put = state.spool->put(spooled_picture("j/0/1"));
  EXPECT_THAT(put, FailsWith(Errc::unavailable));
  EXPECT_EQ(put.error().retry, Retry::later);
  ASSERT_TRUE(own.start());
  EXPECT_THAT(state.spool->put(spooled_picture("j/0/1")), IsOk());
}

}  // namespace
}  // namespace imagegen::test
