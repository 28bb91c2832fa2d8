// Files that were deleted, cut off, filled up or damaged: nothing is begun anew in their place, and each is told.
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "state/support/sqlite_file.hpp"
#include "support/child_process.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SqliteLoss : public testing::Test {
 protected:
  Result<void> opened(StateOpening opening = StateOpening::make) {
    auto options = sqlite_options(folder_.file());
    options.opening = opening;
    const auto state = open_state(options, pool_);
    if (!state) return state.error();
    return {};
  }
  Result<State> open() { return open_state(sqlite_options(folder_.file()), pool_); }
  static NewJob job_named(const std::string& id) { return {id, "prompt", "u", "{}", 0}; }
  static Timestamp now() { return from_unix_ms(1'800'000'000'000); }
  bool has(const std::string& id) { return open()->jobs->find(id).value().has_value(); }

  // What a process of its own gives, which ends without closing anything, as a killed one does.
  void add_and_be_killed(const std::string& id) {
    ASSERT_EQ(in_child([&] {
                ThreadPool pool(1);
                const auto state = open_state(sqlite_options(folder_.file()), pool);
                if (!state || !state->jobs->add(job_named(id), now())) ::_exit(1);
                ::_exit(0);
                return 0;
              }),
              0);
  }
  void remove_log() {
    std::filesystem::remove(folder_.file() + "-wal");
    std::filesystem::remove(folder_.file() + "-shm");
  }
  std::string content() const {
    std::ifstream in(folder_.file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  SqliteFolder folder_;
  ThreadPool pool_{2};
};

TEST_F(SqliteLoss, OfTheLogOfAKilledProcessIsNoticedAndNothingIsWritten) {
  add_and_be_killed("a");
  remove_log();
  const auto before = content();
  EXPECT_THAT(opened(), FailsSaying(Errc::corrupt_data, AllOf(HasSubstr("state.db-wal is missing"), HasSubstr("sqlite3"))));
  EXPECT_THAT(opened(), FailsWith(Errc::corrupt_data)) << "and again";
  EXPECT_EQ(content(), before);
  // As the message says, for who wants to go on with what is left.
  RawSqlite(folder_.file()).run("UPDATE log_guard SET state = 2");
  EXPECT_THAT(opened(), IsOk());
}

TEST_F(SqliteLoss, OfNothingIsNoticedWhenAKilledProcessLeftItsLog) {
  add_and_be_killed("a");
  EXPECT_TRUE(has("a"));
  remove_log();  // there was none any more: whoever closed the file last has brought it in
  EXPECT_TRUE(has("a"));
}

TEST_F(SqliteLoss, OfNothingIsNoticedWhenAnotherProgramBroughtTheLogIn) {
  add_and_be_killed("a");
  EXPECT_EQ(RawSqlite(folder_.file()).text("SELECT count(*) FROM job"), "1");
  EXPECT_FALSE(std::filesystem::exists(folder_.file() + "-wal"));
  EXPECT_TRUE(has("a"));
}

TEST_F(SqliteLoss, OfTheLogIsNoticedToo_WhenItHadBeenBroughtInBefore) {
  ASSERT_EQ(in_child([&] {
              ThreadPool pool(1);
              const auto state = open_state(sqlite_options(folder_.file()), pool);
              // Far more than the log holds before it is brought into the file.
              auto large = job_named("large");
              large.input = std::string(6U << 20U, 'x');
              for (int i = 0; state && i < 8; ++i) {
                large.id = "large-" + std::to_string(i);
                if (!state->jobs->add(large, now())) ::_exit(1);
              }
              ::_exit(state && state->jobs->add(job_named("last"), now()) ? 0 : 1);
              return 0;
            }),
            0);
  remove_log();
  EXPECT_THAT(opened(), FailsWith(Errc::corrupt_data));
}

TEST_F(SqliteLoss, OfTheLogOfALivingProcessIsToldAndEndsWithoutLoss) {
  {
    const auto state = open().value();
    ASSERT_THAT(state.jobs->add(job_named("a"), now()), IsOk());
    remove_log();
    EXPECT_THAT(state.jobs->add(job_named("b"), now()), FailsSaying(Errc::corrupt_data, HasSubstr("state.db-wal was deleted")));
    EXPECT_THAT(state.jobs->find("a"), FailsWith(Errc::corrupt_data));
    EXPECT_THAT(state.ledger->used("total"), FailsWith(Errc::corrupt_data));
    EXPECT_EQ(in_child([&] { return opened() ? 1 : 0; }), 0) << "and nobody else begins anew";
  }
  EXPECT_TRUE(has("a")) << "what it had was brought into the file at its end";
}

TEST_F(SqliteLoss, OfTheFileUnderALivingProcessIsTold) {
  const auto state = open().value();
  ASSERT_THAT(state.jobs->add(job_named("a"), now()), IsOk());
  std::filesystem::remove(folder_.file());
  EXPECT_THAT(state.jobs->add(job_named("b"), now()), FailsSaying(Errc::corrupt_data, HasSubstr("deleted, moved or replaced")));
  EXPECT_THAT(state.jobs->list({}), FailsWith(Errc::corrupt_data));
}

TEST_F(SqliteLoss, AnEmptyFileIsNoDatabaseAndStaysEmpty) {
  std::ofstream(folder_.file()).close();
  for (const auto opening : {StateOpening::make, StateOpening::existing, StateOpening::look})
    EXPECT_THAT(opened(opening), FailsSaying(Errc::corrupt_data, HasSubstr("it is empty")));
  EXPECT_EQ(std::filesystem::file_size(folder_.file()), 0U);
}

TEST_F(SqliteLoss, AFileThatHasLostAllItsTablesIsNotBegunAnew) {
  RawSqlite(folder_.file()).run("PRAGMA journal_mode=WAL");
  EXPECT_THAT(opened(), FailsSaying(Errc::corrupt_data, HasSubstr("it has no tables")));
}

TEST_F(SqliteLoss, WhoOnlyReadsMakesNothing) {
  for (const auto opening : {StateOpening::existing, StateOpening::look})
    EXPECT_THAT(opened(opening), FailsSaying(Errc::not_found, HasSubstr("there is no such file")));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  ASSERT_THAT(opened(), IsOk());
  EXPECT_THAT(opened(StateOpening::look), IsOk());
  RawSqlite(folder_.file()).run(kToVersion5 + "DROP TABLE log_guard; PRAGMA user_version=4");
  EXPECT_THAT(opened(StateOpening::look), FailsSaying(Errc::unsupported, HasSubstr("got version 4")));
  EXPECT_EQ(RawSqlite(folder_.file()).text("PRAGMA user_version"), "4");
  EXPECT_THAT(opened(StateOpening::existing), IsOk());
}

TEST_F(SqliteLoss, ADamagedPageIsFoundByTheExamination) {
  {
    const auto state = open().value();
    for (int i = 0; i < 100; ++i) ASSERT_THAT(state.jobs->add(job_named("j" + std::to_string(i)), now()), IsOk());
    EXPECT_THAT(state.examine(), IsOk());
  }
  const auto page = std::stoul(RawSqlite(folder_.file()).text("SELECT rootpage FROM sqlite_master WHERE name = 'job_event'"));
  {
    std::fstream file(folder_.file(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>((page - 1) * 4096));
    file << std::string(4096, '\x5A');
  }
  const auto state = open().value();
  EXPECT_THAT(state.examine(), FailsWith(Errc::corrupt_data));
  EXPECT_THAT(state.jobs->add(job_named("more"), now()), FailsWith(Errc::corrupt_data));
}

TEST_F(SqliteLoss, AFullDiskIsToldAsOneAndNothingIsHalfDone) {
  const auto folder = folder_.path().string();
  expect_on_small_disk(folder, "1m", [&] {
    ThreadPool pool(1);
    fill_disk(folder);
    const auto none = open_state(sqlite_options(folder_.file()), pool);
    if (none || none.error().message.find("disk is full") == std::string::npos) return 1;
    if (std::filesystem::exists(folder_.file())) return 2;
    std::filesystem::remove(folder + "/fill-65536");
    const auto state = open_state(sqlite_options(folder_.file()), pool);
    if (!state) return 3;
    fill_disk(folder);
    auto job = job_named("a");
    job.input = std::string(200'000, 'x');
    const auto added = state->jobs->add(job, now());
    if (added || added.error().code != Errc::storage_failed || added.error().retry != Retry::later) return 4;
    if (added.error().message.find("disk is full") == std::string::npos) return 5;
    const auto looked = state->examine();
    if (looked || looked.error().message.find("disk is full") == std::string::npos) return 6;
    std::filesystem::remove(folder + "/fill-65536");
    return state->jobs->add(job, now()) ? 0 : 7;
  });
}

}  // namespace
}  // namespace imagegen::test
