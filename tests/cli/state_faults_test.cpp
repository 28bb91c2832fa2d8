// What commands do when the state is not there, damaged, deleted, full, or of another version; and how workers end.
#include <sqlite3.h>

#include <gmock/gmock.h>
#include <boost/json.hpp>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/openai_setup.hpp"
#include "cli/process.hpp"
#include "support/child_process.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StateFaults : public ::testing::Test {
 protected:
  Ended run(const std::vector<std::string>& arguments) { return run_cli(arguments, {}, folder_.path()); }
  std::string queue() {
    const auto ended = run({"prompt", "execute", "--intent", "hero", "a boat"});
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    return ended.out.substr(0, ended.out.find('\n'));
  }
  std::string sql(const std::string& statement) const {
    sqlite3* database = nullptr;
    sqlite3_open((folder_ / "imagegen.db").c_str(), &database);
    sqlite3_busy_timeout(database, 60'000);  // a worker that runs beside it writes too
    std::string found;
    const auto keep = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) = values[0] == nullptr ? "" : values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, statement.c_str(), keep, &found, nullptr), SQLITE_OK) << statement;
    sqlite3_close(database);
    return found;
  }
  void damage(const std::string& table) const {
    const auto page = std::stoul(sql("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'"));
    std::fstream file(folder_ / "imagegen.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>((page - 1) * 4096));
    file << std::string(4096, 'Z');
  }

  Folder folder_;
};

TEST_F(StateFaults, CommandsThatReadMakeNothingAndSayThatThereIsNone) {
  const std::vector<std::vector<std::string>> commands = {
      {"spend"}, {"spend", "--csv"}, {"spend", "settle", "j/0/1", "--released"}, {"jobs", "list"}, {"jobs", "show", "j"},
      {"jobs", "retry", "j"}, {"jobs", "cancel", "j"}, {"audit", "j"}, {"replay", "j"}};
  for (auto command : commands) {
    command.insert(command.end(), {"--events", "events.jsonl"});
    const auto ended = run(command);
    EXPECT_EQ(ended.exit_code, 2) << command[0];
    EXPECT_THAT(ended.err, HasSubstr("imagegen.db: there is no such file")) << command[0];
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path())) << command[0] << " " << command.back();
  }
}

TEST_F(StateFaults, WhatWritesNothingMakesNothing) {
  EXPECT_EQ(run({"prompt", "enhance", "--intent", "hero", "a boat", "--events", "e"}).exit_code, 0);
  const auto planned = run({"heroes", IMAGEGEN_PACK, "--dry-run", "--events", "e"});
  EXPECT_EQ(planned.exit_code, 0) << planned.err;
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(StateFaults, TheDoctorLooksAtTheStateItIsGivenAndMakesNone) {
  const auto none = run({"doctor", "--store", "memory:"});
  EXPECT_EQ(none.exit_code, 0) << none.out;
  EXPECT_THAT(none.out, HasSubstr("warning  state"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
  const auto nowhere = run({"doctor", "--state", "sqlite:nowhere/x.db"});
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.out, AllOf(HasSubstr("BROKEN   state"), HasSubstr("folder does not exist")));
  queue();
  EXPECT_THAT(run({"doctor"}).out, AllOf(HasSubstr("ok       state"), HasSubstr("ok       spool"), HasSubstr("ok       jobs")));
  damage("job_event");
  const auto damaged = run({"doctor"});
  EXPECT_EQ(damaged.exit_code, 1);
  EXPECT_THAT(damaged.out, AllOf(HasSubstr("BROKEN   state"), HasSubstr("CORRUPT_DATA")));
}

TEST_F(StateFaults, AWorkerWhoseStateIsDamagedSaysSoAndEnds) {
  queue();
  damage("job_event");
  for (const std::vector<std::string>& command : {std::vector<std::string>{"worker"}, {"worker", "--until-idle"}}) {
    const auto ended = run(command);
    EXPECT_EQ(ended.exit_code, 1) << ended.err;
    EXPECT_THAT(ended.err, HasSubstr("it is damaged"));
  }
}

TEST_F(StateFaults, AWorkerWhoseStateIsDeletedUnderWaySaysSoAndEnds) {
  queue();
  Process worker({"worker"}, {}, folder_.path());
  ASSERT_TRUE(worker.wait_for_err("succeeded"));
  for (const auto* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(folder_ / (std::string("imagegen.db") + suffix));
  ASSERT_TRUE(worker.wait_for_err("deleted, moved or replaced"));
  EXPECT_EQ(worker.wait().exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "imagegen.db"));
}

TEST_F(StateFaults, AStateOfANewerVersionIsRefusedAndLeftAlone) {
  queue();
  sql("PRAGMA user_version=97");
  for (const auto* command : {"worker", "spend", "doctor"}) {
    const auto ended = run({command});
    EXPECT_EQ(ended.exit_code, 1) << command;
    EXPECT_THAT(ended.err + ended.out, HasSubstr("got version 97")) << command;
  }
  EXPECT_EQ(sql("PRAGMA user_version"), "97");
}

TEST_F(StateFaults, AnOlderStateIsBroughtUpByAWorkerAndNotByTheDoctor) {
  queue();
  sql("DROP TABLE state_mark; ALTER TABLE purchase DROP COLUMN also; ALTER TABLE purchase DROP COLUMN part_of; DROP TABLE log_guard; DROP VIEW imagegen_assets; "
      "CREATE TABLE was AS SELECT * FROM asset; DROP VIEW asset; ALTER TABLE was RENAME TO asset; DROP TABLE record; DROP TABLE record_key; DROP TABLE record_view; "
      "PRAGMA user_version=4");
  EXPECT_THAT(run({"doctor"}).out, AllOf(HasSubstr("warning  state"), HasSubstr("got version 4")));
  EXPECT_EQ(sql("PRAGMA user_version"), "4");
  EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, 0);
  EXPECT_EQ(sql("PRAGMA user_version"), "9");
}

TEST_F(StateFaults, TheDoctorWarnsOfRecordsThatCouldNotBeMoved) {
  queue();
  EXPECT_THAT(run({"doctor"}).out, Not(HasSubstr("records")));
  sql("CREATE TABLE asset_unmoved AS SELECT 'a b' AS id");
  EXPECT_THAT(run({"doctor"}).out, AllOf(HasSubstr("warning  records"), HasSubstr("1 record of a file"), HasSubstr("asset_unmoved")));
}

// The disk of the state is full once a job is queued. Gives 0, or where it went wrong.
int on_a_full_disk(const std::string& folder) {
  const std::string state = "sqlite:disk/state.db";
  const auto run = [&](std::vector<std::string> command) {
    command.insert(command.end(), {"--state", state});
    return run_cli(command, {}, folder);
  };
  if (run({"prompt", "execute", "--intent", "hero", "a boat"}).exit_code != 0) return 1;
  // Somebody else reads from it, so that its log and shared memory have their room, and the log has to grow.
  sqlite3* other = nullptr;
  sqlite3_open((folder + "/disk/state.db").c_str(), &other);
  sqlite3_exec(other, "UPDATE log_guard SET state = 1; UPDATE log_guard SET state = 2; BEGIN; SELECT count(*) FROM job",
               nullptr, nullptr, nullptr);
  fill_disk(folder + "/disk");
  Process worker({"worker", "--state", state}, {}, folder);
  if (!worker.wait_for_err("disk is full")) return 2;
  if (worker.has_ended()) return 3;
  worker.signal(SIGTERM);
  if (worker.wait().exit_code != 130) return 4;
  std::filesystem::remove(folder + "/disk/fill-65536");
  sqlite3_close(other);
  return run({"worker", "--until-idle"}).exit_code == 0 ? 0 : 5;
}

TEST_F(StateFaults, AFullDiskIsToldAndTheFirstSignalObeyed) {
  const std::string disk = folder_.path() + "/disk";
  std::filesystem::create_directory(disk);
  expect_on_small_disk(disk, "2m", [&] { return on_a_full_disk(folder_.path()); });
}

// The disk of the state may only be read once a job is queued. Gives 0, or where it went wrong.
int on_a_disk_that_may_only_be_read(const std::string& folder) {
  const std::vector<std::string> state{"--state", "sqlite:disk/state.db"};
  const auto run = [&](std::vector<std::string> command) {
    command.insert(command.end(), state.begin(), state.end());
    return run_cli(command, {}, folder);
  };
  if (run({"prompt", "execute", "--intent", "hero", "a boat"}).exit_code != 0) return 1;
  if (mount(nullptr, (folder + "/disk").c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr) != 0) return 2;
  for (const std::vector<std::string>& command : {std::vector<std::string>{"worker"}, {"worker", "--until-idle"}, {"doctor"}}) {
    const auto ended = run(command);
    const auto said = ended.err + ended.out;
    if (ended.exit_code == 0 || said.find("disk/state.db") == std::string::npos) return 3;
    if (said.find("it cannot be written") == std::string::npos || said.find("not an error") != std::string::npos) return 4;
  }
  if (mount(nullptr, (folder + "/disk").c_str(), nullptr, MS_REMOUNT, nullptr) != 0) return 5;
  return run({"worker", "--until-idle"}).exit_code == 0 ? 0 : 6;
}

TEST_F(StateFaults, AStateThatMayOnlyBeReadIsToldAndNothingIsLost) {
  const std::string disk = folder_.path() + "/disk";
  std::filesystem::create_directory(disk);
  expect_on_small_disk(disk, "4m", [&] { return on_a_disk_that_may_only_be_read(folder_.path()); });
}

TEST_F(StateFaults, AJobThatNoWorkerCanDoIsShownAndEndsAWorkerWithoutSuccess) {
  const auto id = queue();
  const FakeOpenAi openai;
  const auto ended = run_cli({"worker", "--until-idle"},
                             {{"IMAGEGEN_PROVIDER", "openai"},
                              {"OPENAI_API_KEY", openai.api_key()},
                              {"OPENAI_BASE_URL", openai.base_url()}},
                             folder_.path());
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_THAT(ended.err, AllOf(HasSubstr(id), HasSubstr("left to another worker"), HasSubstr("placeholder")));
  EXPECT_THAT(run({"jobs", "list"}).out, AllOf(HasSubstr(id), HasSubstr("no worker could do it:"), HasSubstr("since 2")));
  const auto listed = boost::json::parse(run({"jobs", "list", "--json"}).out);
  EXPECT_TRUE(listed.at_pointer("/jobs/0/declinedSince").is_string());
  EXPECT_THAT(run({"doctor"}).out, AllOf(HasSubstr("warning  jobs"), HasSubstr("1 job waits"), HasSubstr(id)));
  EXPECT_EQ(run({"worker", "--until-idle"}).exit_code, 0) << "the one it was ordered from can";
  EXPECT_THAT(run({"doctor"}).out, HasSubstr("ok       jobs"));
}

TEST_F(StateFaults, AWorkerUntilIdleWaitsForTheJobsOfOneThatIsStopped) {
  queue();
  // Of another machine, so that nobody can see whether it lives.
  sql("UPDATE job SET state = 'running', worker = 'elsewhere/1', attempt = 1, lease_until = "
      "(SELECT begin FROM steady_clock) + 1000 * 365 * 86400");
  Process worker({"worker", "--until-idle"}, {}, folder_.path());
  ASSERT_TRUE(worker.wait_for_err("jobs that other workers run are waited for"));
  EXPECT_FALSE(worker.has_ended());
  sql("UPDATE job SET lease_until = 0");
  ASSERT_TRUE(worker.wait_for_err("  succeeded"));
  EXPECT_EQ(worker.wait().exit_code, 0);
}

}  // namespace
}  // namespace imagegen::test
