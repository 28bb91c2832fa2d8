// The commands on MongoDB, with the ledger in a SQLite file beside it.
#include <imagegen/testing/contract/contract_test.hpp>

#include <gmock/gmock.h>
#include <boost/json.hpp>

#include <optional>

#include "cli/process.hpp"
#include "support/mongodb_server.hpp"

namespace imagegen::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(MongoRefusals, WithoutALedgerNothingIsOpenedAndTheOptionIsNamed) {
  const Folder folder;
  const auto ended = run_cli({"jobs", "list", "--state", "mongodb://u:hush-hush@127.0.0.1:1/db"}, {}, folder.path());
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("--state-ledger"), Not(HasSubstr("hush"))));
}

// libmongoc is loaded here and nowhere else, and would print by itself.
TEST(MongoRefusals, AServerThatIsAwayIsOneLineWithoutThePassword) {
  const Folder folder;
  const auto ended =
      run_cli({"jobs", "list", "--state",
               "mongodb://u:hush-hush@127.0.0.1:1/db?serverSelectionTimeoutMS=100&noSuchOption=hush-hush",
               "--state-ledger", "sqlite:ledger.db"},
              {}, folder.path());
  EXPECT_NE(ended.exit_code, 0);
  EXPECT_THAT(ended.err, AllOf(HasSubstr("MongoDB at 127.0.0.1:1, database db"), Not(HasSubstr("hush"))));
  EXPECT_EQ(std::count(ended.err.begin(), ended.err.end(), '\n'), 1) << ended.err;
}

class MongoCommands : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto& problem = MongoDbServer::shared().problem();
    if (!problem.empty()) return fail_or_skip(problem);
    database_.emplace();
  }
  Ended run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--state", database_->url(), "--state-ledger", "sqlite:ledger.db"});
    return run_cli(arguments, {}, folder_.path());
  }

  Folder folder_;
  std::optional<MongoTestDatabase> database_;
};

TEST_F(MongoCommands, APromptJobIsDoneAndCanBeReadInTheCollection) {
  const auto queued = run({"prompt", "execute", "--intent", "hero", "a boat", "--count", "2", "--user", "u-1"});
  ASSERT_EQ(queued.exit_code, 0) << queued.err;
  const auto id = queued.out.substr(0, queued.out.find('\n'));
  EXPECT_THAT(database_->find("imagegen_jobs", "{}"), HasSubstr(R"("status" : "QUEUED")"));
  const auto worked = run({"worker", "--until-idle"});
  ASSERT_EQ(worked.exit_code, 0) << worked.err;
  EXPECT_THAT(database_->find("imagegen_jobs", R"({"jobId": ")" + id + R"("})"),
              AllOf(HasSubstr(R"("status" : "DONE")"), HasSubstr(R"("intent" : "hero")"),
                    HasSubstr(R"("imageCount" : 2)"), HasSubstr(R"("cdnUrls" : [ ")")));
  EXPECT_THAT(database_->find("imagegen_records_assets", R"({"jobId": ")" + id + R"("})"), HasSubstr(R"("rendition")"));
  EXPECT_EQ(run({"audit", id}).exit_code, 0);
  EXPECT_EQ(run({"replay", id}).exit_code, 0);
  EXPECT_THAT(run({"spend", "--csv"}).out, HasSubstr(id));
}

}  // namespace
}  // namespace imagegen::test
