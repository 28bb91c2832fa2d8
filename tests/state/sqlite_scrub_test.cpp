// What deleted rows leave in a file, and its log, until it is scrubbed.
#include <sys/stat.h>
#include <unistd.h>

#include "state/support/sqlite_file.hpp"
#include "support/child_process.hpp"
#include "support/matchers.hpp"

namespace imagegen::test {
namespace {

class SqliteScrub : public testing::Test {
 protected:
  State open(std::chrono::milliseconds wait = std::chrono::seconds(20)) {
    return open_state(sqlite_options(folder_.file(), wait), pool_).value();
  }
  // An announcement that was delivered long ago: no row has its text any more.
  void leave_traces(State& state, const std::string& text) const {
    state.jobs->add({"a", "prompt", "u", "{}"}, now()).value();
    JobClaimRequest request;
    request.worker = "w", request.kinds = {"prompt"};
    const Job job = state.jobs->claim(request, now()).value().at(0);
    JobUpdate update;
    update.announcements = {{"x", text}}, update.state = JobState::succeeded;
    state.jobs->update(claim_of(job), update, now()).value();
    ASSERT_THAT(state.jobs->announced({"x"}), IsOk());
  }
  bool holds(const std::string& text) const {
    for (const auto* end : {"", "-wal"}) {
      std::ifstream in(folder_.file() + end, std::ios::binary);
      const std::string all{std::istreambuf_iterator<char>(in), {}};
      if (all.find(text) != std::string::npos) return true;
    }
    return false;
  }
  static Timestamp now() { return from_unix_ms(1'800'000'000'000); }

  SqliteFolder folder_;
  ThreadPool pool_{2};
};

TEST_F(SqliteScrub, RidsTheFileAndItsLogOfWhatWasDeleted) {
  auto state = open();
  leave_traces(state, "a fox in the snow");
  ASSERT_TRUE(holds("a fox in the snow")) << "else this proves nothing";
  ASSERT_THAT(state.scrub(), IsOk());
  EXPECT_FALSE(holds("a fox in the snow"));
  EXPECT_TRUE(state.jobs->find("a").value().has_value());
  EXPECT_THAT(state.examine(), IsOk());
}

// Many builds of SQLite, like that of Debian, write zeros over what they delete. Others leave it in free pages.
TEST_F(SqliteScrub, RidsFreePagesOfWhatOtherBuildsLeaveThere) {
  auto state = open();
  const std::string text(20'000, '~');
  RawSqlite other(folder_.file());
  other.run("PRAGMA secure_delete=OFF; CREATE TABLE x(t); INSERT INTO x VALUES('" + text + "'); PRAGMA wal_checkpoint");
  other.run("DROP TABLE x; PRAGMA wal_checkpoint");
  const std::string piece(1000, '~');
  ASSERT_TRUE(holds(piece)) << "else this proves nothing";
  ASSERT_THAT(state.scrub(), IsOk());
  EXPECT_FALSE(holds(piece));
}

TEST_F(SqliteScrub, WhileSomebodyReadsItSaysSoAndDoesItTheNextTime) {
  auto state = open(std::chrono::milliseconds(50));
  leave_traces(state, "a fox in the snow");
  RawSqlite other(folder_.file());
  other.run("BEGIN; SELECT count(*) FROM job");
  EXPECT_THAT(state.scrub(), FailsSaying(Errc::unavailable, testing::HasSubstr("state.db")));
  EXPECT_THAT(state.jobs->add({"b", "prompt", "u", "{}"}, now()), IsOk()) << "and it can be worked with";
  other.run("ROLLBACK");
  ASSERT_THAT(state.scrub(), IsOk());
  EXPECT_FALSE(holds("a fox in the snow"));
}

// The guard of the log is put up again.
TEST_F(SqliteScrub, ALogThatIsLostAfterwardsIsNoticed) {
  ASSERT_EQ(in_child([&] {
              ThreadPool pool(1);
              const auto state = open_state(sqlite_options(folder_.file()), pool);
              if (!state || !state->scrub() || !state->jobs->add({"a", "prompt", "u", "{}"}, now())) ::_exit(1);
              ::_exit(0);
              return 0;
            }),
            0);
  std::filesystem::remove(folder_.file() + "-wal");
  std::filesystem::remove(folder_.file() + "-shm");
  EXPECT_THAT(open_state(sqlite_options(folder_.file()), pool_), FailsSaying(Errc::corrupt_data, testing::HasSubstr("-wal is missing")));
}

// Wherever it is killed, nothing is taken for lost that is there.
TEST_F(SqliteScrub, AfterwardsAKilledProcessIsNoLoss) {
  ASSERT_EQ(in_child([&] {
              ThreadPool pool(1);
              const auto state = open_state(sqlite_options(folder_.file()), pool);
              if (!state || !state->jobs->add({"a", "prompt", "u", "{}"}, now()) || !state->scrub()) ::_exit(1);
              ::_exit(0);
              return 0;
            }),
            0);
  EXPECT_TRUE(open().jobs->find("a").value().has_value());
}

TEST_F(SqliteScrub, AnotherProcessThatHasItOpenWorksOn) {
  auto one = open(), other = open();
  leave_traces(one, "a fox in the snow");
  ASSERT_THAT(one.scrub(), IsOk());
  EXPECT_THAT(other.jobs->add({"b", "prompt", "u", "{}"}, now()), IsOk());
  EXPECT_TRUE(one.jobs->find("b").value().has_value());
  EXPECT_THAT(other.scrub(), IsOk());
}

}  // namespace
}  // namespace imagegen::test
