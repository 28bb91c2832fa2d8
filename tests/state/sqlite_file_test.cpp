#include <imagegen/testing/contract/io_runner.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>
#include <vector>

#include "state/sqlite/failure.hpp"
#include "state/support/moved_assets.hpp"
#include "state/support/sqlite_file.hpp"
#include "support/matchers.hpp"

namespace imagegen {

/// For GoogleTest.
inline void PrintTo(const State& state, std::ostream* out) {
  *out << state.description;
}

namespace test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SqliteFile : public testing::Test {
 protected:
  Result<State> open(const std::string& file, std::chrono::milliseconds wait = std::chrono::seconds(20)) {
    return open_state(sqlite_options(file, wait), pool_);
  }
  Result<State> open() { return open(folder_.file()); }
  // Without root's rights, to whom modes mean nothing.
  Result<State> open_as_nobody() {
    const bool root = ::geteuid() == 0;
    if (root && ::seteuid(65534) != 0) return Error(Errc::internal, "seteuid");
    auto opened = open();
    if (root && ::seteuid(0) != 0) return Error(Errc::internal, "seteuid");
    ::chmod(folder_.path().c_str(), 0700);
    return opened;
  }
  static Timestamp at(int ms) { return from_unix_ms(1'800'000'000'000 + ms); }
  static NewJob job_named(const std::string& id) { return {id, "prompt", "u", "{}", 0}; }

  IoRunner runner_;
  SqliteFolder folder_;
  ThreadPool pool_{2};
};

TEST_F(SqliteFile, IsMadeForItsUserAlone) {
  const State state = open().value();
  struct stat found {};
  for (const auto* suffix : {"", "-wal", "-shm"}) {
    ASSERT_EQ(::stat((folder_.file() + suffix).c_str(), &found), 0) << suffix;
    EXPECT_EQ(found.st_mode & 0777U, 0600U) << suffix;
  }
}

TEST_F(SqliteFile, IsNamedInTheDescription) {
  EXPECT_EQ(open().value().description, "SQLite, " + folder_.file());
}

TEST_F(SqliteFile, MustHaveAName) {
  for (const std::string& file : {std::string(), std::string("a?mode=memory"), std::string("a\0b", 3)})
    EXPECT_THAT(open(file), FailsSaying(Errc::invalid_argument, HasSubstr("sqlite:FILE")));
}

TEST_F(SqliteFile, StaysTheSameWhenTheProcessGoesElsewhere) {
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  auto opened = open(":memory:");  // a file like any other
  std::filesystem::current_path(before);
  ASSERT_THAT(opened, IsOk());
  ASSERT_THAT(opened->jobs->add(job_named("a"), at(0)), IsOk());
  EXPECT_TRUE(opened->jobs->find("a").value());
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / ":memory:"));
}

TEST_F(SqliteFile, NeedsItsFolder) {
  EXPECT_THAT(open((folder_.path() / "none/state.db").string()),
              FailsSaying(Errc::storage_failed, AllOf(HasSubstr("none/state.db"), HasSubstr("folder"))));
}

TEST_F(SqliteFile, IsAFile) {
  EXPECT_THAT(open(folder_.path().string()), FailsSaying(Errc::invalid_argument, HasSubstr("expected a file")));
}

TEST_F(SqliteFile, ThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string text(4096, 'x');
  std::ofstream(folder_.file()) << text;
  EXPECT_THAT(open(), FailsSaying(Errc::corrupt_data, HasSubstr(folder_.file())));
  std::ifstream file(folder_.file());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(SqliteFile, OfAnotherProgramIsRefusedAndLeftAlone) {
  RawSqlite other(folder_.file());
  other.run("CREATE TABLE notes(text); PRAGMA user_version=1");
  EXPECT_THAT(open(), FailsSaying(Errc::invalid_argument, HasSubstr("another program")));
  EXPECT_EQ(other.text("PRAGMA journal_mode"), "delete");
}

TEST_F(SqliteFile, OfANewerLibraryIsRefused) {
  ASSERT_THAT(open(), IsOk());
  RawSqlite(folder_.file()).run("PRAGMA user_version=97");
  EXPECT_THAT(open(), FailsSaying(Errc::unsupported, AllOf(HasSubstr("version 97"), HasSubstr("version 9 "))));
}

TEST_F(SqliteFile, OfAnOlderLibraryIsBroughtUp) {
  ASSERT_THAT(open()->jobs->add({"a", "prompt", "", "{}"}, from_unix_ms(1)), IsOk());
  RawSqlite(folder_.file())
      .run(
          kToVersion5 +
          "DROP TABLE announcement; DROP TABLE steady_clock; DROP TABLE log_guard; DROP INDEX purchase_blocking_master; DROP INDEX purchase_by_state; "
          "ALTER TABLE purchase DROP COLUMN master_key; ALTER TABLE purchase DROP COLUMN history; "
          "PRAGMA user_version=1");
  const auto state = open().value();
  EXPECT_TRUE(state.jobs->find("a").value());
  EXPECT_THAT(state.jobs->announcements(1), IsOk());
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT count(*) FROM record NATURAL JOIN record_key"), "0");
  EXPECT_EQ(RawSqlite(folder_.file()).text("PRAGMA user_version"), "9");
}

TEST_F(SqliteFile, OfTheVersionBeforeBlocksWhatItBlocked) {
  const auto intent = [](const std::string& job, const std::string& slot, const std::string& key) {
    PurchaseIntent made;
    made.job_id = job, made.slot = slot, made.master_key = key, made.estimate = Usd::from_dollars(0.04);
    return made;
  };
  {
    const State state = open().value();
    for (const auto* slot : {"bought", "released", "open"})
      ASSERT_THAT(state.ledger->reserve(intent("j", slot, std::string("m/") + slot), {}, at(0)), IsOk());
    ASSERT_THAT(state.ledger->settle("j/bought/1", {}, at(1)), IsOk());
    ASSERT_THAT(state.ledger->settle("j/released/1", {PurchaseState::released}, at(1)), IsOk());
  }
  RawSqlite(folder_.file()).run(kToVersion5);
  const State state = open().value();
  Ledger& ledger = *state.ledger;
  EXPECT_EQ(RawSqlite(folder_.file()).text("PRAGMA user_version"), "9");
  for (const std::string slot : {"bought", "open"}) {
    EXPECT_EQ(ledger.blocking("j", slot).value()->id, "j/" + slot + "/1");
    EXPECT_TRUE(ledger.blocking_master("m/" + slot).value()->also.empty());
    EXPECT_THAT(ledger.reserve(intent("j", slot, ""), {}, at(2)), FailsWith(Errc::already_exists));
    auto set = intent("k", "0", "m/other");
    set.also = {{"1", "m/" + slot}}, set.images = 2;
    EXPECT_THAT(ledger.reserve(set, {}, at(2)), FailsSaying(Errc::already_exists, HasSubstr("m/" + slot)));
  }
  EXPECT_EQ(ledger.used("total").value().used, Usd::from_dollars(0.08));
  EXPECT_EQ(ledger.list({}).value().purchases.size(), 3U);
  auto set = intent("j", "first", "");
  set.also = {{"released", "m/released"}}, set.images = 2;
  EXPECT_THAT(ledger.reserve(set, {}, at(3)), IsOk());
  EXPECT_EQ(ledger.blocking("j", "released").value()->id, "j/first/1");
}

TEST_F(SqliteFile, OfTheVersionBeforeHasItsRecordsOfFiles) {
  {
    const State state = open().value();
    for (const auto& asset : {asset_to_move(), bare_asset_to_move()})
      ASSERT_THAT(runner_.run(state.assets->put(asset)), IsOk());
  }
  RawSqlite(folder_.file()).run(kToVersion7);
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT type FROM sqlite_master WHERE name = 'asset'"), "table");
  const State state = open().value();
  expect_moved(runner_, *state.assets);
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT url || ' ' || size_bytes || ' ' || created || ' ' || extra FROM asset "
                                           "WHERE job_id = 'j-1' AND width = 1920"),
            asset_to_move().url + " 5000000000 1800000000005 " + asset_to_move().extra);
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT count(*) FROM sqlite_master WHERE name = 'asset_unmoved'"), "0");
  EXPECT_THAT(state.remarks().value(), testing::IsEmpty());
}

TEST_F(SqliteFile, ARecordOfAFileThatCannotBeMovedIsLaidAside) {
  {
    const State state = open().value();
    for (const auto& asset : {asset_to_move(), bare_asset_to_move()})
      ASSERT_THAT(runner_.run(state.assets->put(asset)), IsOk());
  }
  const auto copied = [](const std::string& id, const std::string& width, const std::string& extra) {
    return "INSERT INTO asset SELECT seq + 10, '" + id + "', kind, object_key, url, content_type, sha256, " + width +
           ", height, size_bytes, job_id, owner, provider, model, prompt_sha256, " + extra +
           ", created FROM asset WHERE id = 'b'; UPDATE asset SET seq = random() WHERE seq > 10; ";
  };
  RawSqlite(folder_.file()).run(kToVersion7 + copied("a b", "1", "''") + copied("c", "'wide'", "''") + copied("d", "1", "x'00'"));
  const State state = open().value();
  expect_moved(runner_, *state.assets);
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT group_concat(id) FROM (SELECT id FROM asset_unmoved ORDER BY id)"), "a b,c,d");
  EXPECT_THAT(state.remarks().value(),
              testing::ElementsAre(AllOf(HasSubstr("3 records of files"), HasSubstr("asset_unmoved"))));
}

// What other programs read: a row keeps each further place, and sums and counts still come out right.
TEST_F(SqliteFile, HasARowForEachFurtherPlaceOfAPurchase) {
  const State state = open().value();
  PurchaseIntent set;
  set.job_id = "j", set.slot = "0", set.estimate = Usd::from_dollars(0.04), set.images = 3;
  set.also = {{"1", "m/1"}, {"2", "m/2"}};
  ASSERT_THAT(state.ledger->reserve(set, {}, at(0)), IsOk());
  ASSERT_THAT(state.ledger->settle("j/0/1", {}, at(1)), IsOk());
  RawSqlite other(folder_.file());
  EXPECT_EQ(other.text("SELECT sum(actual) || ' ' || sum(images) || ' ' || count(*) FROM purchase WHERE state = 'settled'"),
            "40000000 3 3");
  EXPECT_EQ(other.text("SELECT group_concat(id) FROM purchase WHERE part_of = ''"), "j/0/1");
  EXPECT_THROW(other.run("UPDATE purchase SET slot = '1', number = 9 WHERE slot = '2'"), std::runtime_error)
      << "the index judges, whoever writes";
}

TEST_F(SqliteFile, ThatMayNotBeWrittenIsRefused) {
  ASSERT_THAT(open(), IsOk());
  ASSERT_EQ(::chmod(folder_.file().c_str(), 0444), 0);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  EXPECT_THAT(open_as_nobody(), FailsSaying(Errc::permission_denied, HasSubstr(folder_.file())));
}

TEST_F(SqliteFile, InAFolderThatMayNotBeWrittenIsRefused) {
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0555), 0);
  EXPECT_THAT(open_as_nobody(), FailsSaying(Errc::permission_denied, HasSubstr("folder")));
}

TEST_F(SqliteFile, MayBeMadeByManyAtOnce) {
  for (int round = 0; round < 5; ++round) {
    const auto file = folder_.file() + std::to_string(round);
    std::vector<std::string> errors(6);
    {
      std::vector<std::jthread> threads;
      for (std::string& error : errors) {
        threads.emplace_back([&] {
          const auto opened = open(file);
          if (!opened) error = opened.error().message;
        });
      }
    }
    EXPECT_THAT(errors, testing::Each(""));
  }
}

TEST_F(SqliteFile, ThatIsLockedAnswersUnavailableAndLaterWorks) {
  const State state = open(folder_.file(), std::chrono::milliseconds(50)).value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
  RawSqlite other(folder_.file());
  other.run("BEGIN EXCLUSIVE");
  EXPECT_THAT(state.jobs->add(job_named("b"), at(1)),
              FailsSaying(Errc::unavailable, AllOf(HasSubstr(folder_.file()), HasSubstr("50 ms"))));
  EXPECT_EQ(state.jobs->cancel("a", at(1)).error().retry, Retry::later);
  EXPECT_THAT(state.permits->release("w/1"), FailsWith(Errc::unavailable));
  EXPECT_THAT(state.ledger->settle("j/0/1", {}, at(1)), FailsWith(Errc::unavailable));
  EXPECT_TRUE(state.jobs->find("a").value());  // who reads does not wait
  other.run("COMMIT");
  EXPECT_THAT(state.jobs->add(job_named("b"), at(1)), IsOk());
}

TEST_F(SqliteFile, ThatIsLockedWhileItIsOpenedAnswersUnavailable) {
  ASSERT_THAT(open(), IsOk());
  RawSqlite other(folder_.file());
  other.run("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE");
  EXPECT_THAT(open(folder_.file(), std::chrono::milliseconds(50)), FailsWith(Errc::unavailable));
}

TEST_F(SqliteFile, ThatIsReadWhileItTurnsToALogIsWaitedFor) {
  ASSERT_THAT(open(), IsOk());
  RawSqlite other(folder_.file());
  other.run("PRAGMA journal_mode=DELETE; BEGIN; SELECT * FROM sqlite_master");  // keeps others from turning to the write-ahead log
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_THAT(open(folder_.file(), std::chrono::milliseconds(50)), FailsWith(Errc::unavailable));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(50));
  other.run("COMMIT");
  EXPECT_THAT(open(), IsOk());
}

TEST_F(SqliteFile, ThatWasTamperedWithIsCorrupt) {
  const State state = open().value();
  ASSERT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
  RawSqlite(folder_.file()).run("UPDATE job SET state='flying'");
  EXPECT_THAT(state.jobs->find("a"), FailsSaying(Errc::corrupt_data, HasSubstr("unknown state")));
}

TEST_F(SqliteFile, HoldsNothingOfAChangeThatFailedHalfWay) {
  const State state = open().value();
  RawSqlite(folder_.file())
      .run("CREATE TRIGGER stop BEFORE INSERT ON job_event BEGIN SELECT RAISE(ABORT, 'stop'); END");
  EXPECT_THAT(state.jobs->add(job_named("a"), at(0)), FailsWith(Errc::internal));
  EXPECT_FALSE(state.jobs->find("a").value());
  RawSqlite(folder_.file()).run("DROP TRIGGER stop");
  EXPECT_THAT(state.jobs->add(job_named("a"), at(0)), IsOk());
}

TEST(SqliteFailure, SaysWhatItMeansForTheCaller) {
  const std::pair<int, Errc> meanings[] = {{SQLITE_BUSY, Errc::unavailable},
                                           {SQLITE_BUSY_SNAPSHOT, Errc::unavailable},
                                           {SQLITE_LOCKED, Errc::unavailable},
                                           {SQLITE_FULL, Errc::storage_failed},
                                           {SQLITE_IOERR_FSYNC, Errc::storage_failed},
                                           {SQLITE_CANTOPEN, Errc::storage_failed},
                                           {SQLITE_CORRUPT_INDEX, Errc::corrupt_data},
                                           {SQLITE_NOTADB, Errc::corrupt_data},
                                           {SQLITE_READONLY_DBMOVED, Errc::permission_denied},
                                           {SQLITE_TOOBIG, Errc::limit_exceeded},
                                           {SQLITE_MISUSE, Errc::internal}};
  for (const auto& [code, meaning] : meanings) {
    const Error error = sqlite::to_error({"/tmp/x/state.db", "x/state.db", std::chrono::milliseconds(70)}, code, "why");
    EXPECT_EQ(error.code, meaning) << code;
    EXPECT_THAT(error.message, AllOf(HasSubstr("x/state.db"), HasSubstr("why"))) << code;
  }
}

}  // namespace
}  // namespace test
}  // namespace imagegen
